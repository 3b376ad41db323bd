"""Waiting for CloudFormation: shortly at first, since the emulator is quick, then longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from infra.errors import StackError
from infra.stacks.statuses import Step, status_of, step_for


def pauses(seconds: float = 3600) -> Iterator[None]:
    """Sleep for a tenth of a second at first and in the end for five, for up to an hour."""
    deadline = time.monotonic() + seconds
    pause = 0.1
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(5.0, pause * 1.3)
    raise StackError(
        "CloudFormation did not finish within an hour. It goes on by itself: run the same command "
        "again, and it waits for the end and carries on."
    )


def await_stack(
    cloudformation: Any, stack: str, look: Callable[[], None] | None = None
) -> str | None:
    """Wait until nothing is being done with a stack; return its status. look: called at each turn.

    REVIEW_IN_PROGRESS is no work of AWS's but a colleague's plan for a new stack: it does not end.
    """
    for _ in pauses():
        status = status_of(cloudformation, stack)
        if step_for(status) is not Step.WAIT:
            return status
        if look is not None:
            look()
    raise AssertionError("unreachable: pauses raises")
