"""Reminder timers against the errors that Step Functions documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from chalicelib.requests.model import Recipient
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from tests.support.stubbed import Answer, Refusal, stubbed

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MACHINE = "arn:aws:states:eu-west-2:000000000000:stateMachine:Reminders"
ONE = Recipient("r" * 16, "s" * 16, "0" * 16, NOW, run=1)


def workflow(answer: Answer) -> ReminderWorkflow:
    return ReminderWorkflow(stubbed("stepfunctions", answer), MACHINE)


def test_a_timer_that_was_started_before_is_started() -> None:
    """ "StartExecution isn't idempotent for … a closed execution: ExecutionAlreadyExists"."""
    workflow(("start_execution", Refusal("ExecutionAlreadyExists"))).start_timer(ONE, NOW)


@pytest.mark.parametrize(
    "code",
    ["ExecutionLimitExceeded", "StateMachineDoesNotExist", "InvalidName", "AccessDeniedException"],
)
def test_a_timer_that_could_not_be_started_is_not_taken_for_one_that_runs(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        workflow(("start_execution", Refusal(code))).start_timer(ONE, NOW)


def test_a_timer_that_never_was_does_not_run() -> None:
    assert workflow(("describe_execution", Refusal("ExecutionDoesNotExist"))).is_running(ONE) is (
        False
    )


@pytest.mark.parametrize("code", ["InvalidArn", "AccessDeniedException", "ThrottlingException"])
def test_a_timer_of_which_nothing_is_known_is_not_taken_for_a_stopped_one(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        workflow(("describe_execution", Refusal(code))).is_running(ONE)
