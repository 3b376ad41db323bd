"""Threads that know for whom they work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


class Workers(ThreadPoolExecutor):
    """A pool whose threads see the context of whoever hands work in, so that what they log carries
    the id of the call that they belong to, also when the pool outlives the call."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As the pool's own; `map` goes through it, too."""
        return super().submit(copy_context().run, fn, *args, **kwargs)
