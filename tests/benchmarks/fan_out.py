"""What it costs to ask many owners: the API's answer, messages a second, writes, all as ratios.

`python -m tests.benchmarks.fan_out [--state FOLDER] [--recipients 500] [--rounds 5] [--write]`
prints JSON lines. Without a state folder it starts a stack of its own and removes it afterwards;
with --write it also writes docs/benchmarks-asking.md.

- *answer*: POST /api/v1/incidents/{id}/requests over HTTP, for many sites over that for one; by
  turns, each for owners nobody asked before and with the queue empty; the median of each
- *messages*: the delivery code from a task to the last note, over bare SES calls (SendEmail) of
  messages as long; in this process by turns, against a table and a queue of their own; the median
  of the turns' ratios
- *writes*: items written to DynamoDB for each recipient until their message is out and noted
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.container import Container
from chalicelib.jobs.deliver import BATCH
from chalicelib.registry import records
from chalicelib.requests.model import FootageRequest
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from infra import local
from infra.localstack.visitor import Visitor
from infra.paths import ROOT
from tests.benchmarks.report import machine
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, add_incident, settings_of
from tests.support.places import new_site

BARE_AT_ONCE = 16
"""Bare calls under way at the same time: with fewer or more there are fewer in a second."""

ALLOWED = {"answer": 2.0, "messages": 0.5, "writes": 6.0}
MESSAGE = "Please look for a person in a red coat who runs towards the canal."
SCENE = (52_475_939, -1_905_387)

# How many items each call writes.
WRITES: dict[str, Callable[[Mapping[str, Any]], int]] = {
    "PutItem": lambda _: 1,
    "UpdateItem": lambda _: 1,
    "DeleteItem": lambda _: 1,
    "BatchWriteItem": lambda p: sum(len(some) for some in p["RequestItems"].values()),
    "TransactWriteItems": lambda p: sum("ConditionCheck" not in w for w in p["TransactItems"]),
}


class Session:
    """Makes clients with the limits that the application asks for, and counts what they write."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self.written: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def client(self, name: str, config: Config | None = None) -> Any:
        made = boto3.client(
            name,
            endpoint_url=self._stack.described["aws_endpoint"],
            region_name=self._stack.described["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
        made.meta.events.register(f"before-parameter-build.{name}", self._note)
        return made

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name in WRITES:
            self.written[model.name] += WRITES[model.name](params)


@contextmanager
def running(state: str) -> Iterator[RunningStack]:
    """The stack in this folder, or a new one."""
    if state:
        described = json.loads((Path(state) / "stack.json").read_text())
        yield RunningStack(Path(state), described)
        return
    with tempfile.TemporaryDirectory() as folder:
        stack = RunningStack.start(Path(folder))
        try:
            yield stack
        finally:
            local.remove_stack(Path(folder))


def add_sites(services: Container, number: int) -> list[str]:
    """So many sites of as many owners that nobody asked yet; without pins, nobody searches."""
    made = [new_site(*SCENE, 1 + n % 3) for n in range(number)]
    items = []
    for owner, site in made:
        items += [records.OWNER.item(owner), records.SITE.item(site)]
        items += [records.camera_item(site.id, camera) for camera in site.cameras]
    services.clients.registry_table.batch_put(items)
    return [site.id for _, site in made]


def timed(act: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


# the answer


class Program:
    """An officer's program at a running stack."""

    def __init__(self, stack: RunningStack, visitor: Visitor) -> None:
        self.services = Container(settings_of(stack), session=Session(stack))
        self._visitor = visitor
        officer = stack.officer("investigator")
        visitor.sign_in(officer["username"], officer["password"])
        self._token = visitor.bearer()

    def ask(self, number: int) -> tuple[float, float]:
        """Seconds until the API answered, and until everybody's message was out."""
        incident = add_incident(self.services)
        until = datetime.now(UTC).replace(microsecond=0)
        body = {
            "site_ids": add_sites(self.services, number),
            "message": MESSAGE,
            "from": (until - timedelta(hours=2)).isoformat(),
            "to": until.isoformat(),
        }
        path = f"/api/v1/incidents/{incident.id}/requests"
        made: dict[str, Any] = {}
        begin = time.perf_counter()
        made = self._visitor.json("POST", path, body, token=self._token)
        answered = time.perf_counter() - begin
        assert made["recipients"] == number, made
        while self._waiting(made["id"]):
            time.sleep(0.05)
        everybody = time.perf_counter() - begin
        time.sleep(1)  # until the clocks are started, too
        return answered, everybody

    def _waiting(self, request_id: str) -> bool:
        whole = self.services.requests.recipient_batches.read_request(request_id)
        assert whole
        return not all(part.written for part in whole.parts)


def answers(stack: RunningStack, recipients: int, rounds: int) -> dict[str, Any]:
    """One recipient and many, by turns."""
    with Visitor(stack.base_url) as visitor:
        program = Program(stack, visitor)
        for warming in (1, recipients):
            program.ask(warming)
        one = [program.ask(1)[0] for _ in range(rounds)]
        many = [program.ask(recipients) for _ in range(rounds)]
    single, several = statistics.median(one), statistics.median(first for first, _ in many)
    last = statistics.median(whole for _, whole in many)
    return {
        "benchmark": "answer",
        "recipients": recipients,
        "one_ms": round(single * 1000, 1),
        "many_ms": round(several * 1000, 1),
        "ratio": round(several / single, 2),
        "allowed_ratio": ALLOWED["answer"],
        "all_sent_s": round(last, 2),
    }


# messages a second


def sending(stack: RunningStack, recipients: int, rounds: int) -> Iterator[dict[str, Any]]:
    """The delivery code and bare calls, by turns."""
    desk = Desk(stack)
    session = Session(stack)
    own = Container(desk.services.settings, session=session)
    bare: list[float] = []
    ours: list[float] = []
    for turn in range(rounds + 1):
        request = _request(own, recipients)
        session.written.clear()
        session.calls.clear()
        taken = timed(lambda request=request: _send(own, request))  # type: ignore[misc]
        written = session.written.total()
        plain = timed(lambda: _bare(session, own, recipients))
        if turn:  # the first warms templates and connections
            ours.append(recipients / taken)
            bare.append(recipients / plain)
    # Once: the emulator keeps a thread for each execution that sleeps.
    clocks = recipients / (taken + timed(lambda: _start(own, request)))
    rate, least = statistics.median(ours), statistics.median(bare)
    # Of each turn by itself: what else the machine does then slows both.
    ratio = statistics.median(mine / plain for mine, plain in zip(ours, bare, strict=True))
    yield {
        "benchmark": "messages",
        "recipients": recipients,
        "bare_at_once": BARE_AT_ONCE,
        "bare_per_s": round(least, 1),
        "ours_per_s": round(rate, 1),
        "ratio": round(ratio, 2),
        "allowed_ratio": ALLOWED["messages"],
        "with_clocks_per_s": round(clocks, 1),
    }
    yield {
        "benchmark": "writes",
        "recipients": recipients,
        "per_recipient": round(written / recipients, 2),
        "allowed": ALLOWED["writes"],
        "calls": dict(session.calls),
    }


def _request(own: Container, recipients: int) -> FootageRequest:
    sites = add_sites(own, recipients)
    incident = add_incident(own)
    until = own.clock()
    return own.requests.requests.create_request(
        incident, sites, MESSAGE, until - timedelta(hours=2), until, OFFICER
    ).request


def _send(own: Container, request: FootageRequest) -> None:
    """As the job does."""
    whole = own.requests.recipient_batches.read_request(request.id)
    assert whole
    with ThreadPoolExecutor(BATCH) as pool:
        list(
            pool.map(
                lambda part: own.requests.fan_out.write_and_send(request.id, part.number),
                whole.parts,
            )
        )


def _start(own: Container, request: FootageRequest) -> None:
    assert isinstance(own.requests.reminder_workflow, ReminderWorkflow)
    whole = own.requests.recipient_batches.read_request(request.id)
    assert whole
    for part in whole.parts:
        own.requests.send_tasks.start_reminders(request.id, *part.site_ids)


def _bare(session: Session, own: Container, number: int) -> None:
    """What SES itself takes with a client as boto3 makes it: as many messages of the same length
    and with the same tags and headers, a call for each."""
    client = session.client("sesv2", Config(max_pool_connections=BARE_AT_ONCE))
    tags = [{"Name": name, "Value": "0" * 16} for name in ("kind", "request", "site")]
    content = {
        "Simple": {
            "Subject": {"Data": "Please check your camera", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "x" * 1400, "Charset": "UTF-8"},
                "Html": {"Data": "y" * 5300, "Charset": "UTF-8"},
            },
            "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
        }
    }

    def send(_: int) -> None:
        client.send_email(
            FromEmailAddress=own.settings.mail_from,
            Destination={"ToAddresses": ["somebody@example.test"]},
            ConfigurationSetName=own.settings.mail_configuration_set,
            EmailTags=tags,
            Content=content,
        )

    with ThreadPoolExecutor(BARE_AT_ONCE) as pool:
        list(pool.map(send, range(number)))


# what is printed

PAGE = ROOT / "docs" / "benchmarks-asking.md"


def page(lines: Mapping[str, dict[str, Any]], command: str) -> str:
    """The page of docs that says it."""
    answer, messages, writes = lines["answer"], lines["messages"], lines["writes"]
    number = answer["recipients"]
    rows = [
        ("", "measured", "allowed"),
        ("---", "---", "---"),
        (
            f"API answer for {number} recipients, over that for one",
            f"{answer['ratio']} ({answer['many_ms']} ms, {answer['one_ms']} ms)",
            f"≤ {answer['allowed_ratio']}",
        ),
        (
            f"messages a second over bare SES calls, {messages['bare_at_once']} of those at once",
            f"{messages['ratio']} ({messages['ours_per_s']}, {messages['bare_per_s']})",
            f"≥ {messages['allowed_ratio']}",
        ),
        (
            "items written for each recipient",
            str(writes["per_recipient"]),
            f"≤ {writes['allowed']}",
        ),
        ("everybody written to after", f"{answer['all_sent_s']} s", ""),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    load = f"{os.getloadavg()[0]:.1f}"
    return PAGE_HEAD.format(command=command, machine=machine(), table=table, load=load)


PAGE_HEAD = """# What it costs to ask many owners

`{command}`

on {machine}, everything, emulator and other work included, on the same processors; load {load}

{table}

The emulator answers an SES call in one or two milliseconds, nearly all processor time, so on one
machine the second line compares processor time: a message takes a rendering, four items and their
share of the reads beside its tenth of a call. On AWS a call takes some tens of milliseconds of
waiting, during which the rest is done, and what limits is the rate that SES allows the account
(`MailRate`).

The four items: the recipient (written already claimed), its reply link, the owner's list of
requests, and the note that the message went out. Writes of a transaction cost twice their units.
"""


def main() -> int:
    """Prints the lines, and writes the page. Ratios on a busy machine say little, so a limit that
    is missed is told beside its figure and fails nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default="", help="folder of a running stack")
    parser.add_argument("--recipients", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"also write docs/{PAGE.name}")
    options = parser.parse_args()
    with running(options.state) as stack:
        found = [*sending(stack, options.recipients, options.rounds)]
        found.append(answers(stack, options.recipients, options.rounds))
    for line in found:
        print(json.dumps(line))
    lines = {line["benchmark"]: line for line in found}
    if options.write:
        PAGE.write_text(page(lines, "python -m tests.benchmarks.fan_out"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
