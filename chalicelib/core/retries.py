"""Retries of writes and reads that met somebody else's change or a table that was too busy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from chalicelib.core.deadline import seconds_left
from chalicelib.core.errors import Unavailable

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 2.5  # Seconds.

Result = TypeVar("Result")


def retry(
    act: Callable[[], Result],
    *,
    on: type[Exception] | tuple[type[Exception], ...],
    most: int,
    otherwise: str,
    longest_pause: float = _LONGEST_PAUSE,
) -> Result:
    """Call `act` again as long as it raises `on`, and return what it returns.

    `act` must read anew each time what it changes. Pauses grow up to `longest_pause` seconds and
    are random, or callers that met once would meet again. Raises Unavailable with the sentence
    `otherwise` when `act` raised `on` in each of `most` attempts, or when the deadline of the call
    leaves no time for another one.
    """
    for attempt in range(most):
        try:
            return act()
        except on:
            longest = min(longest_pause, _FIRST_PAUSE * 2**attempt)
            pause = random.uniform(0, longest)  # noqa: S311 - Guessing a pause gains nothing.
            if pause >= seconds_left():
                break
            time.sleep(pause)
    raise Unavailable(otherwise)
