"""One wake-up of a recipient’s clock, called by the state machine."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.remind")


@job.lambda_function(name="remind")
def remind(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One wake-up of a recipient’s clock, called by the state machine."""
    raise NotImplementedError
