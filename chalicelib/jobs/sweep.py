"""Restarts every recipient’s clock that should be running and is not, and checks every upload
whose event was lost."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from chalice import Blueprint

from chalicelib.bootstrap import services

job = Blueprint("chalicelib.jobs.sweep")
logger = Logger(service="sightline")

SPARE = 20
"""Seconds kept for writing a decision down."""


@job.schedule("rate(15 minutes)", name="sweep")
def sweep(event: Any) -> None:
    """One sweep."""
    count = services().sweep.run()
    if count:
        logger.warning("set going again", extra={"recipients": count})
    context = event.context
    if late := services().plain_uploads.recover(services().clock()):
        logger.warning("fetched late from the inbox", extra={"files": late})
    recovered = services().evidence.recover(
        services().clock(), lambda: context.get_remaining_time_in_millis() / 1000 - SPARE
    )
    if recovered.decided:
        logger.warning("uploads checked late", extra={"evidence": recovered.decided})
    if recovered.stuck:
        logger.error("uploads stay in quarantine", extra={"evidence": recovered.stuck})
