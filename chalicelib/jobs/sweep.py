"""Restarts every recipient’s clock that should be running and is not."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from chalice import Blueprint

from chalicelib.bootstrap import services

job = Blueprint("chalicelib.jobs.sweep")
logger = Logger(service="sightline")


@job.schedule("rate(15 minutes)", name="sweep")
def sweep(event: Any) -> None:
    """One sweep."""
    count = services().sweep.run()
    if count:
        logger.warning("set going again", extra={"recipients": count})
