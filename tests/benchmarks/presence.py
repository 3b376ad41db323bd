"""What it costs to ask at every officer's call whether they may still be let in.

`python -m tests.benchmarks.presence [--state FOLDER] [--rounds 200]` prints JSON lines. Without a
state folder it starts a stack of its own and removes it afterwards.

All in one run, by turns, medians: one consistent read of an item; the read of a session alone, as
it was before; the whole question by cookie and by Bearer token; and a page and a call of the API
over HTTP, of which the rest is a share.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from chalicelib.container import Container
from chalicelib.core.times import utc_now
from chalicelib.web.http.headers import OFFICER_COOKIE
from infra.errors import report_errors
from tests.benchmarks.fan_out import Session, running, timed
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import settings_of

AT_ONCE = 10
"""Questions asked in a row for one figure, as one alone takes a few milliseconds."""


def measure(stack: RunningStack, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each act, one of them."""
    own = Container(settings_of(stack), utc_now, Session(stack))
    with signed_in(stack, "supervisor") as visitor:
        cookie, bearer = visitor.cookie(OFFICER_COOKIE), visitor.bearer()
        claims = json.loads(base64.urlsafe_b64decode(bearer.split(".")[1] + "=="))
        sessions, presence = own.access.sessions, own.access.presence
        table = own.clients.registry_table
        headers = {"Authorization": f"Bearer {bearer}"}
        acts: dict[str, tuple[int, Callable[[], Any]]] = {
            "read": (AT_ONCE, lambda: table.get("OFFICER#nobody", "ACCOUNT", consistent=True)),
            "session": (AT_ONCE, lambda: sessions.officer(cookie)),
            "cookie": (AT_ONCE, lambda: presence.by_cookie(cookie)),
            "bearer": (
                AT_ONCE,
                lambda: presence.by_bearer(claims["sub"], claims["origin_jti"]),
            ),
            "page": (1, lambda: visitor.send_request("GET", "/console/sessions")),
            "call": (1, lambda: visitor.send_request("GET", "/api/v1/incidents", headers=headers)),
        }
        for _, act in acts.values():
            assert act() is not None or act is acts["read"][1], "somebody must be let in"
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            for name, (times, act) in acts.items():
                taken[name].append(timed(lambda act=act, times=times: _often(act, times)) / times)  # type: ignore[misc]  # Bound as defaults, so that each has its own.
    return {name: statistics.median(found) * 1000 for name, found in taken.items()}


def _often(act: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        act()


def main() -> int:
    """Prints one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default="", help="folder of a running local stack")
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with running(options.state) as stack:
        ms = measure(stack, options.rounds)
    print(
        json.dumps(
            {
                "benchmark": "presence",
                **{f"{name}_ms": round(value, 2) for name, value in ms.items()},
                "cookie_over_session": round(ms["cookie"] / ms["session"], 2),
                "bearer_over_read": round(ms["bearer"] / ms["read"], 2),
                "share_of_page": round((ms["cookie"] - ms["session"]) / ms["page"], 3),
                "share_of_call": round(ms["bearer"] / ms["call"], 3),
            }
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
