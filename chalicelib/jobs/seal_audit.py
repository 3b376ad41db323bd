"""Writes the heads of the audit chains to the bucket that cannot be changed, once a day."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.seal_audit")


@job.schedule("rate(1 day)", name="seal_audit")
@observed_job
def seal_audit(event: Any) -> dict[str, str]:
    """Write a seal and return its key. Two runs at the same time write two objects, both true."""
    from chalicelib.access.audit_seals import write_seal

    own = services()
    key = write_seal(
        own.clients.audit_table, own.clients.client("s3"), own.settings.audit_bucket, own.clock()
    )
    logger.info("sealed", extra={"object": key})
    return {"key": key}
