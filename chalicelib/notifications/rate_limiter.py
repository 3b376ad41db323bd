"""Keeps to the rate at which SES takes messages, so that it need not refuse any."""

from __future__ import annotations

import threading
import time


class RateLimiter:
    """Lets one caller after the other go, so many in a second. For threads of one process."""

    def __init__(self, per_second: float) -> None:
        """per_second: 0 for as fast as they come."""
        self.per_second = per_second
        self._gap = 1 / per_second if per_second > 0 else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, messages: int = 1) -> None:
        """Returns when it is the caller's turn to send so many messages."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + messages * self._gap
        time.sleep(turn - now)
