"""Restarts every recipient’s clock that should be running and is not."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.sweep")


@job.schedule("rate(15 minutes)", name="sweep")
def sweep(event: Any) -> None:
    """Restarts every recipient’s clock that should be running and is not."""
    raise NotImplementedError
