"""Checks the audit and custody records against their locked copies, and files against their hashes,
a share of them every day."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.verify_record")

SPARE = 60
"""Seconds of the function's time that are kept for storing the result."""


@job.schedule("rate(1 hour)", name="verify_record")
@observed_job
def verify_record(event: Any) -> None:
    """Do what is left of the day's check. A day whose check ended costs one look an hour; one that
    needs more than a function's time goes on an hour later where it stopped."""
    context = event.context
    run = services().evidence.daily_check.go_on(
        lambda: context.get_remaining_time_in_millis() / 1000 - SPARE
    )
    logger.info("checked", extra={"kind": run.kind.value, "files": run.files})
    if run.findings:
        # RecordFindingsAlarm rings; what was found stands with the results, which auditors read.
        logger.warning("the record is not as it was written", extra={"messages": len(run.findings)})
    if run.copied_late:
        logger.warning("entries copied late", extra={"messages": run.copied_late})
