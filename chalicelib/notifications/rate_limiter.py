"""Keeps sending within the rate that SES allows, so that SES need not refuse any."""

from __future__ import annotations

import threading
import time


class RateLimiter:
    """Spaces out the messages that the threads of one process send."""

    def __init__(self, per_second: float) -> None:
        """per_second: messages a second; 0 for no limit."""
        self.per_second = per_second
        self._gap = 1 / per_second if per_second > 0 else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, messages: int = 1) -> None:
        """Block until it is the caller's turn to send this many messages."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + messages * self._gap
        time.sleep(turn - now)
