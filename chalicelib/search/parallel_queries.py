"""Several queries at the same time, in threads that are kept for the next search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib.telemetry.workers import Workers

AT_ONCE = 8
"""Queries of one search or look that are under way at the same time."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class ParallelQueries:
    """Asks many at once. name: of the threads, which are made when they are first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: Workers | None = None
        self._lock = threading.Lock()

    def run_all(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Asks everything, some at a time, and keeps the order."""
        if len(asked) < 2:
            return [ask(one) for one in asked]
        with self._lock:
            self._pool = self._pool or Workers(AT_ONCE - 1, self._name)
        # This thread takes one too: most searches have two or three.
        others = [self._pool.submit(ask, one) for one in asked[1:]]
        return [ask(asked[0]), *(other.result() for other in others)]

    def close(self) -> None:
        """Ends the threads; for a process that goes on without them."""
        with self._lock:
            if self._pool:
                self._pool.shutdown()
            self._pool = None
