"""Reminder timers ring when they should, and can be set for a year ahead.

They are timers of a request that does not exist: when one rings, the function finds nothing to do
and ends it. Nobody is written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.requests.model import Recipient
from infra.first_day.running import StageOnTrial, TrialFinding, failed, proved

QUESTION = "Do reminder timers ring, and can one wait for a year?"
RINGS_AFTER, RINGS_AFTER_LOCALLY = timedelta(minutes=2), timedelta(seconds=3)
LATE = 120
"""Seconds after which a timer that has not rung has failed."""
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Start one timer of minutes and one of a year, as the application does."""
    states = stage.client("stepfunctions")
    year = _start(stage, states, timedelta(days=365))
    wait = RINGS_AFTER_LOCALLY if stage.emulated else RINGS_AFTER
    soon = _start(stage, states, wait)
    status = stage.wait_for(
        lambda: found if (found := _status(states, soon)) in ENDED else None,
        wait.total_seconds() + LATE,
    )
    if status == "SUCCEEDED":
        yield proved(
            f"A timer of {wait.total_seconds():.0f} seconds rang, and the function that it called "
            "ended it."
        )
    else:
        yield failed(
            f"A timer of {wait.total_seconds():.0f} seconds is {status or 'still waiting'}.",
            f"Look at the execution {soon} in Step Functions, and into the log of Remind.",
        )
    if _status(states, year) == "RUNNING":
        yield proved("A timer for a year ahead waits.")
    else:
        yield failed("A timer for a year ahead does not wait.", f"Look at the execution {year}.")


def _start(stage: StageOnTrial, states: Any, wait: timedelta) -> str:
    """Start a timer of nobody; return its execution. It is stopped when the check is over."""
    now = utc_now()
    # Without time left it rings just when it is due, and is not spread over a minute as others are.
    nobody = Recipient(new_id(), new_id(), new_id(), now, deadline=now)
    workflow = stage.services.requests.reminder_workflow
    workflow.start_timer(nobody, now + wait)
    machine = stage.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    execution = f"{machine}:{nobody.request_id}-{nobody.site_id}-{nobody.run}"
    if wait > RINGS_AFTER:  # the other one ends by itself, and an ended one cannot be stopped
        stage.remove_later(f"timer {execution}", states.stop_execution, executionArn=execution)
    return execution


def _status(states: Any, execution: str) -> str:
    return str(states.describe_execution(executionArn=execution)["status"])
