"""Puts a file's parts together once all are there, and checks a file that is in the bucket."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.core.ids import is_id
from chalicelib.evidence.receiving.assembly import EVENT_SOURCE, PARTS_SENT
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import follow_request, logger

job = Blueprint("chalicelib.jobs.receive_upload")

SPARE = 20
"""Seconds of the function's time that are kept for storing the decision."""


@job.on_cw_event(
    {"source": ["aws.s3", EVENT_SOURCE], "detail-type": ["Object Created", PARTS_SENT]},
    name="receive_upload",
)
@observed_job
def receive_upload(event: Any) -> None:
    """Put a file together, whose new object is the next event; or hash a file that arrived and
    decide on it. The event may come twice, late or never.

    Raises when it cannot finish: Lambda tries twice more, then puts the event into the failure
    queue, and the sweep finds the file in quarantine.
    """
    from chalicelib.jobs.inputs import read_object

    arrived, own = read_object(event.detail), services()
    context, key = event.context, arrived.object.key
    request_id = key.removeprefix("requests/").partition("/")[0]
    follow_request(request_id if is_id(request_id) else "")
    if event.detail_type == PARTS_SENT:
        known = own.evidence.assembly.assemble_key(key)
    elif arrived.bucket.name == own.settings.inbox_bucket:
        # The file's copy in the evidence bucket causes an event of its own.
        known = own.evidence.form_uploads.bring_in(key, arrived.object.etag)
    else:
        known = own.evidence.ingest.check_object(
            key, lambda: context.get_remaining_time_in_millis() / 1000 - SPARE
        )
    if known:
        logger.info("received", extra={"evidence": known.id, "state": known.state.value})
    else:
        logger.info("not evidence")
