"""Doing again what met somebody else's change, or a table that was too busy."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from chalicelib.core.errors import Unavailable

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 2.5  # seconds

Result = TypeVar("Result")


def retry(
    act: Callable[[], Result],
    *,
    on: type[Exception],
    most: int,
    otherwise: str,
    longest_pause: float = _LONGEST_PAUSE,
) -> Result:
    """What `act` gives, which is called again as long as it raises `on`.

    It reads anew each time what it changes. Pauses grow, and are differently long for each caller,
    or those who met once would meet again. Raises Unavailable with the sentence `otherwise` when
    it met somebody `most` times.
    """
    for attempt in range(most):
        try:
            return act()
        except on:
            pause = min(longest_pause, _FIRST_PAUSE * 2**attempt)
            time.sleep(random.uniform(0, pause))  # noqa: S311 - nothing to guess
    raise Unavailable(otherwise)
