"""The reminder timers: what the state machine is started with, and whether one still runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.core.times import iso_seconds
from chalicelib.requests.model import Recipient
from chalicelib.requests.reminder_schedule import timer_spread
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MACHINE = "arn:aws:states:eu-west-2:000000000000:stateMachine:Reminders"


class Exists(Exception):
    """The name of an execution is taken."""


class Missing(Exception):
    """There is no such execution."""


class Machine:
    """A client of Step Functions; an execution runs until `statuses` says otherwise."""

    exceptions = SimpleNamespace(ExecutionAlreadyExists=Exists, ExecutionDoesNotExist=Missing)

    def __init__(self) -> None:
        self.started: dict[str, dict[str, Any]] = {}
        self.statuses: dict[str, str] = {}

    def start_execution(self, **asked: Any) -> None:
        if asked["name"] in self.started:
            raise Exists
        assert asked["stateMachineArn"] == MACHINE
        self.started[asked["name"]] = json.loads(asked["input"])

    def describe_execution(self, **asked: Any) -> dict[str, str]:
        machine, _, name = asked["executionArn"].rpartition(":")
        assert machine == MACHINE.replace("stateMachine", "execution")
        if name not in self.started:
            raise Missing
        return {"status": self.statuses.get(name, "RUNNING")}


def of_run(run: int, site_id: str = "s" * 16) -> Recipient:
    return Recipient("r" * 16, site_id, "o" * 16, NOW, run=run)


def test_a_timer_wakes_its_recipient_a_little_after_the_time() -> None:
    machine, one = Machine(), of_run(2)
    ReminderWorkflow(machine, MACHINE).start_timer(one, NOW)
    (given,) = machine.started.values()
    assert given == {
        "request_id": one.request_id,
        "site_id": one.site_id,
        "run": 2,
        "correlation_id": one.request_id,
        "wake_at": iso_seconds(NOW + timer_spread(one, NOW)),
    }


def test_a_run_is_started_once_and_the_next_by_itself() -> None:
    machine = Machine()
    workflow = ReminderWorkflow(machine, MACHINE)
    for one in (of_run(1), of_run(1), of_run(2), of_run(1, "t" * 16)):
        workflow.start_timer(one, NOW)
    assert len(machine.started) == 3


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_a_timer_lives_while_its_execution_runs(status: str) -> None:
    machine = Machine()
    workflow = ReminderWorkflow(machine, MACHINE)
    assert workflow.is_running(of_run(1)) is False
    workflow.start_timer(of_run(1), NOW)
    machine.statuses = dict.fromkeys(machine.started, status)
    assert workflow.is_running(of_run(1)) is (status == "RUNNING")
    assert workflow.is_running(of_run(2)) is False
