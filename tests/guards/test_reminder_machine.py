"""The reminder's state machine, by AWS's rules and by the reference implementation of JSONata.

The emulator has an evaluator of its own, so it proves little of the expressions. Here
`asl-validator` judges the definition and `jsonata` computes what the expressions make of inputs
that our code really gives: `ReminderWorkflow` for the first, the job `remind` for what comes back.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from shutil import which
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.jobs import remind as remind_job
from chalicelib.jobs.inputs import WakeUp
from chalicelib.requests.model import Recipient
from chalicelib.requests.reminder_schedule import timer_spread
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from chalicelib.requests.reminders.reminders import WakeResult
from infra.building.frontend import install_node_packages
from infra.building.templates import REMINDERS, read_stage_template
from tests.support.template_values import LongestValues

PROGRAM = Path(__file__).parents[1] / "support" / "reminder_machine.mjs"
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MOMENTS = {
    "past": NOW - timedelta(days=400),
    "now": NOW,
    "in a minute": NOW + timedelta(seconds=61, microseconds=999_999),
    "a year ahead": NOW + timedelta(days=365),
    "summer time": datetime(2027, 3, 28, 3, 30, tzinfo=timezone(timedelta(hours=1))),
    "west of Greenwich": datetime(2027, 3, 14, 1, 59, 59, tzinfo=timezone(timedelta(hours=-6))),
    "half hours": datetime(2027, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=30))),
}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
""""Timestamps must conform to the RFC3339 profile of ISO 8601, with … an uppercase T … and an
uppercase Z … when a numeric time zone offset is not present" (Step Functions, Wait state)."""


class Node:
    """The program that holds both packages; it answers one line after the other."""

    def __init__(self) -> None:
        install_node_packages()
        self._process = subprocess.Popen(
            [str(which("node")), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, given: Mapping[str, Any]) -> Any:
        asked, told = self._process.stdin, self._process.stdout
        assert asked and told
        asked.write(json.dumps(given) + "\n")
        asked.flush()
        return json.loads(told.readline())

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    program = Node()
    yield program
    program.close()


@pytest.fixture(scope="module")
def definition() -> dict[str, Any]:
    """The definition with the names that CloudFormation puts in."""
    template = read_stage_template()
    # Chalice makes the function, so the stage's template only adds to it.
    template["Resources"]["Remind"]["Type"] = "AWS::Lambda::Function"
    template["Resources"]["APIHandler"]["Type"] = "AWS::Lambda::Function"
    machine = template["Resources"]["ReminderMachine"]["Properties"]
    names = LongestValues(template, "sightline-live").value(machine["DefinitionSubstitutions"])
    text = re.sub(r"\$\{(\w+)\}", lambda found: str(names[found[1]]), REMINDERS.read_text())
    filled: dict[str, Any] = json.loads(text)
    return filled


def test_the_definition_is_valid(node: Node, definition: dict[str, Any]) -> None:
    assert node.ask({"definition": definition}) == {"isValid": True, "errors": []}


@pytest.mark.parametrize(
    "change",
    [
        lambda states: states["Done?"].update(Default="Nowhere"),
        lambda states: states["Wait"].update(Timestamp="{% $states.input.wake_at"),
        lambda states: states["Wake"].pop("Resource"),
        lambda states: states["Last wake"].update(Next="Done"),
        lambda states: states.update(Alone={"Type": "Succeed"}),
    ],
    ids=["no such state", "half an expression", "no resource", "next and end", "never reached"],
)
def test_a_definition_with_a_fault_is_refused(
    node: Node, definition: dict[str, Any], change: Callable[[dict[str, Any]], Any]
) -> None:
    broken = json.loads(json.dumps(definition))
    change(broken["States"])
    assert not node.ask({"definition": broken})["isValid"]


@dataclass
class Walk:
    """One execution, whose expressions the reference implementation evaluates.

    wakes: what the job answers, one after the other; an exception when it gives up.
    """

    node: Node
    definition: dict[str, Any]
    wakes: list[dict[str, Any] | Exception]
    waits: list[str] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    reported: Any = None

    def run(self, given: dict[str, Any]) -> str:
        """Follow the states from an input; return the name of the last."""
        name, steps = self.definition["StartAt"], 0
        while name:
            assert (steps := steps + 1) < 40, "it never ends"
            last, state = name, self.definition["States"][name]
            name, given = getattr(self, f"_{state['Type'].lower()}")(state, given)
        return str(last)

    def _evaluate(self, value: Any, states: dict[str, Any]) -> Any:
        """Evaluate every expression in a field at once."""
        found: list[str] = re.findall(r'"\{%(.*?)%\}"', json.dumps(value))
        expressions = [json.loads(f'"{one}"') for one in found]
        values = iter(self.node.ask({"expressions": expressions, "states": states}))
        filled = re.sub(r'"\{%.*?%\}"', lambda _: json.dumps(next(values)), json.dumps(value))
        return json.loads(filled)

    def _wait(self, state: dict[str, Any], given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        self.waits.append(self._evaluate(state["Timestamp"], {"input": given}))
        return state["Next"], given

    def _task(self, state: dict[str, Any], given: Any) -> tuple[str | None, Any]:
        arguments = self._evaluate(state["Arguments"], {"input": given})
        if state["Resource"].endswith("sqs:sendMessage"):
            self.reported = arguments["MessageBody"]
            return state["Next"], given
        self.payloads.append(arguments["Payload"])
        answer = self.wakes.pop(0)
        if isinstance(answer, Exception):
            (caught,) = state["Catch"]
            told = {"Error": type(answer).__name__, "Cause": str(answer)}
            output = self._evaluate(caught["Output"], {"input": given, "errorOutput": told})
            return caught["Next"], output
        result = {"Payload": answer, "StatusCode": 200}
        output = self._evaluate(state["Output"], {"input": given, "result": result})
        return state.get("Next"), output

    def _choice(self, state: dict[str, Any], given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        for choice in state["Choices"]:
            decided = self._evaluate(choice["Condition"], {"input": given})
            assert isinstance(decided, bool), "a condition that is no boolean fails the execution"
            if decided:
                return choice["Next"], given
        return state["Default"], given

    def _succeed(self, _: dict[str, Any], given: Any) -> tuple[None, Any]:
        return None, given

    _fail = _succeed


def recipient() -> Recipient:
    return Recipient("r" * 16, "s" * 16, "0" * 16, NOW, run=3)


def started(wake_at: datetime) -> dict[str, Any]:
    """The input that an execution is started with."""
    kept: dict[str, Any] = {}
    client = SimpleNamespace(
        exceptions=SimpleNamespace(ExecutionAlreadyExists=KeyError),
        start_execution=lambda **asked: kept.update(json.loads(asked["input"])),
    )
    arn = "arn:aws:states:eu-west-2:000000000000:stateMachine:reminders"
    ReminderWorkflow(client, arn).start_timer(recipient(), wake_at)
    return kept


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[WakeResult], dict[str, Any]]:
    """What the job answers the machine when the reminders say this."""

    def answer(result: WakeResult) -> dict[str, Any]:
        reminders = SimpleNamespace(wake=lambda *_: result)
        all_services = SimpleNamespace(requests=SimpleNamespace(reminders=reminders))
        monkeypatch.setattr(remind_job, "services", lambda: all_services)
        context = SimpleNamespace(
            aws_request_id="1",
            function_name="remind",
            memory_limit_in_mb=1024,
            invoked_function_arn="arn:aws:lambda:eu-west-2:000000000000:function:remind",
        )
        told: dict[str, Any] = json.loads(json.dumps(remind_job.remind(started(NOW), context)))
        return told

    return answer


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_it_waits_until_the_moment_that_the_code_means(
    node: Node,
    definition: dict[str, Any],
    answered: Callable[[WakeResult], dict[str, Any]],
    moment: datetime,
) -> None:
    spread = timer_spread(recipient(), moment)
    later = WakeResult(done=False, at=moment, spread=spread)
    last = WakeResult(done=False, at=moment + timedelta(days=1), last=True)
    walk = Walk(node, definition, [answered(one) for one in (later, last, WakeResult(done=True))])
    assert walk.run(started(moment)) == "Last wake"
    for told in walk.waits:
        assert TIMESTAMP.fullmatch(told), "Step Functions takes no other form"
    meant = [moment + spread, moment + spread, moment + timedelta(days=1)]
    assert [datetime.fromisoformat(told) for told in walk.waits] == [
        one.astimezone(UTC).replace(microsecond=0) for one in meant
    ]


def test_each_wake_up_gets_what_the_job_reads(
    node: Node, definition: dict[str, Any], answered: Callable[[WakeResult], dict[str, Any]]
) -> None:
    later = WakeResult(done=False, at=NOW + timedelta(hours=1))
    walk = Walk(node, definition, [answered(later), answered(WakeResult(done=True))])
    assert walk.run(started(NOW)) == "Done"
    assert len(walk.payloads) == 2
    for payload in walk.payloads:
        read = WakeUp.model_validate(payload)
        assert (read.request_id, read.site_id, read.run) == ("r" * 16, "s" * 16, 3)
        assert read.correlation_id == "r" * 16, "the line of the log is found by it"


@pytest.mark.parametrize("before", [0, 1], ids=["first wake-up", "last wake-up"])
def test_what_keeps_failing_is_reported_with_its_input(
    node: Node,
    definition: dict[str, Any],
    answered: Callable[[WakeResult], dict[str, Any]],
    before: int,
) -> None:
    last = answered(WakeResult(done=False, at=NOW, last=True))
    walk = Walk(node, definition, [*[last] * before, RuntimeError("down")])
    assert walk.run(started(NOW)) == "Failed"
    assert walk.reported["site_id"] == "s" * 16
    assert walk.reported["error"] == {"Error": "RuntimeError", "Cause": "down"}
