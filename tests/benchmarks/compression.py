"""How many bytes of the largest pages and JSON go over the line, and what compressing costs.

`python -m tests.benchmarks.compression [--state FOLDER] [--recipients 300]` prints a JSON line for
each. Without a state folder it starts a stack of its own and removes it afterwards.

- *ratio*: bytes that came compressed over those of the same answer uncompressed, through the edge
- *ms*: processor time of compressing that answer in this process, the median of nine
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

from chalicelib.container import Container
from chalicelib.web.compression.answers import compress_answer
from infra.errors import report_errors
from infra.localstack.visitor import Visitor
from tests.benchmarks.fan_out import MESSAGE, Session, add_sites, running
from tests.benchmarks.report import machine
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import add_incident, settings_of

ALLOWED = 0.45
"""What an answer may be of what it was. The start page, of 5 KB, is two fifths; a list of three
hundred is a twenty-fifth."""

ASKED = {"Accept": ["*/*"], "Accept-Encoding": ["gzip"]}


def measure(stack: RunningStack, recipients: int) -> Iterator[dict[str, Any]]:
    """Ask many owners, and look at what that shows."""
    own = Container(settings_of(stack), session=Session(stack))
    with signed_in(stack, "investigator") as officer:
        token, incident = officer.bearer(), add_incident(own)
        until = own.clock().replace(microsecond=0)
        body = {"site_ids": add_sites(own, recipients), "message": MESSAGE}
        body |= {"from": until.replace(minute=0).isoformat(), "to": until.isoformat()}
        path = f"/api/v1/incidents/{incident.id}/requests"
        made = officer.json("POST", path, body, token=token)
        pages = ["/", "/register", f"/console/incidents/{incident.id}"]
        pages += [f"/console/requests/{made['id']}", f"/api/v1/requests/{made['id']}"]
        for path in [*pages, "/api/v1/openapi.json"]:
            fields = {"Authorization": f"Bearer {token}"} if path.startswith("/api") else {}
            plain, whole, _ = _sent(officer, path, {**fields, "Accept-Encoding": "identity"})
            _, packed, coding = _sent(officer, path, {**fields, "Accept-Encoding": "gzip"})
            assert coding == "gzip", f"{path} did not come compressed"
            named = path.replace(incident.id, "{incident}").replace(made["id"], "{request}")
            yield {
                "benchmark": "compression",
                "path": named,
                "recipients": recipients,
                "plain_bytes": whole,
                "sent_bytes": packed,
                "ratio": round(packed / whole, 3),
                "allowed_ratio": ALLOWED,
                "ms": round(statistics.median(_cost(plain) for _ in range(9)), 2),
                "machine": machine(),
            }


def _sent(officer: Visitor, path: str, headers: dict[str, str]) -> tuple[bytes, int, str]:
    """What an answer says, the bytes in which it came, and their coding."""
    answer = officer.send_request("GET", path, headers=headers)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    length = int(answer.headers["content-length"])
    return answer.content, length, answer.headers.get("content-encoding", "")


def _cost(plain: bytes) -> float:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    answer: dict[str, Any] = {"headers": headers, "body": plain.decode()}
    begin = time.process_time()
    compress_answer({"multiValueHeaders": ASKED}, answer)
    return (time.process_time() - begin) * 1000


def main() -> int:
    """Prints the lines; the exit status is 1 when one is above what is allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default="", help="folder of a running stack")
    parser.add_argument("--recipients", type=int, default=300)
    options = parser.parse_args()
    worst = 0.0
    with running(options.state) as stack:
        for line in measure(stack, options.recipients):
            print(json.dumps(line), flush=True)
            worst = max(worst, line["ratio"])
    return int(worst > ALLOWED)


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
