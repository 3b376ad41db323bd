"""The deadline of a page or an API call: the moment by which it is answered, whatever hangs.

API Gateway waits for 29 seconds and then answers in words of its own. So every HTTP call has a
deadline before that, and everything that it waits for asks this module how long it may: tries of
AWS clients (`chalicelib.clients`), retries and their pauses, the sign-in service. Jobs have no
deadline here, as Lambda's own limit ends them and their work is done again.

Threads of `telemetry.workers` have the deadline of the call that they work for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from chalicelib.core.errors import Late, NoAnswer

Seconds = Callable[[], float]
"""A clock that only moves on; its zero means nothing."""

MAY_BE_SAVED = " We do not know if what you sent was saved: check before you send it again."


@dataclass(frozen=True)
class _Deadline:
    ends: float
    clock: Seconds
    changes: bool
    patience: float


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def answer_within(
    seconds: float, *, changes: bool, clock: Seconds = time.monotonic, patience: float = 1
) -> Iterator[None]:
    """Set the deadline of the call that is answered in this context.

    changes: whether the call may change something, so that its caller has to be told when nobody
    knows how far it came. patience: how many times longer than usual one thing may be waited for,
    where a stage gives its pages more time than others.
    """
    token = _deadline.set(_Deadline(clock() + seconds, clock, changes, patience))
    try:
        yield
    finally:
        _deadline.reset(token)


def has_deadline() -> bool:
    """Return True in a page or an API call, False in jobs and commands."""
    return _deadline.get() is not None


def seconds_left() -> float:
    """Return the seconds until the deadline, negative after it; infinity without a deadline."""
    known = _deadline.get()
    return known.ends - known.clock() if known else math.inf


def wait_at_most(seconds: float) -> float:
    """Return how long something may be waited for that usually takes fewer than these seconds.
    Raises Late when no time is left."""
    left, known = seconds_left(), _deadline.get()
    if left <= 0:
        raise late()
    return min(seconds * known.patience if known else seconds, left)


def late() -> Late:
    """Return the error of a call whose deadline leaves no time for what it still has to do."""
    return Late(f"Try again in a minute.{_what_happened()}")


def no_answer() -> NoAnswer:
    """Return the error of a call for which a service of AWS gave no answer, or refused to work
    because it is too busy."""
    return NoAnswer(
        f"A part of the service is busy or does not work. Try again in a minute.{_what_happened()}"
    )


def _what_happened() -> str:
    known = _deadline.get()
    return MAY_BE_SAVED if known and known.changes else ""
