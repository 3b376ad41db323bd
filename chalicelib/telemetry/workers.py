"""Thread pools whose threads log with the correlation id of the call they work for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


class Workers(ThreadPoolExecutor):
    """A thread pool that runs a task in the context of the thread that submitted it, so that its
    log lines carry the correlation id of that call, also when the pool outlives the call."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit a task to run in a copy of the caller's context; `map` submits through it too."""
        return super().submit(copy_context().run, fn, *args, **kwargs)
