"""Runs several queries at the same time, in threads that are kept for the next search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib.telemetry.workers import Workers

AT_ONCE = 8
"""Queries of one search, or of one part of the map, that run at the same time."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class ParallelQueries:
    """Runs many queries at once. name: of its threads, which are made when first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: Workers | None = None
        self._lock = threading.Lock()

    def run_all(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Call `ask` with each of `asked`, at most AT_ONCE at a time; answers keep the order."""
        if len(asked) < 2:
            return [ask(one) for one in asked]
        with self._lock:
            self._pool = self._pool or Workers(AT_ONCE - 1, self._name)
        # The calling thread runs one query too, because most searches have only two or three.
        others = [self._pool.submit(ask, one) for one in asked[1:]]
        return [ask(asked[0]), *(other.result() for other in others)]

    def close(self) -> None:
        """End the threads, for a process that goes on without running queries."""
        with self._lock:
            if self._pool:
                self._pool.shutdown()
            self._pool = None
