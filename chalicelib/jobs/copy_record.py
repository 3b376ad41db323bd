"""Copies entries of the audit and custody records, as they are written, to where nobody can change
them."""

from __future__ import annotations

from chalice import Blueprint
from chalice.app import DynamoDBEvent

from chalicelib.container import services
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.copy_record")


# The streams of both tables are named in infra/templates/stage/functions.yaml. From the beginning
# of a stream: an entry that was written while a deployment put the function in place is copied too.
@job.on_dynamodb_record(
    stream_arn="stream-of-the-audit-table",
    batch_size=100,
    starting_position="TRIM_HORIZON",
    name="copy_record",
)
@observed_job
def copy_record(event: DynamoDBEvent) -> None:
    """Copy a batch of what a stream tells. When it raises, Lambda halves the batch and tries again
    for as long as the stream keeps it; what is copied twice is one copy."""
    changed = services().integrity.stream_copier.copy_all(event.to_dict()["Records"])
    if changed:
        # Nothing of ours does that. RecordChangedAlarm rings, and verify-audit and verify-custody
        # name the entries.
        logger.warning("the record was changed", extra={"messages": changed})
