"""Handles the events that SES sends about e-mails: bounces and complaints."""

from __future__ import annotations

from chalice import Blueprint
from chalice.app import CloudWatchEvent

from chalicelib.container import services
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import follow_request, logger

job = Blueprint("chalicelib.jobs.mail_events")


@job.on_cw_event({"source": ["aws.ses"]}, name="mail_events")
@observed_job
def mail_events(event: CloudWatchEvent) -> None:
    """Record that an address cannot be reached, or that its owner wants no e-mail from us."""
    from chalicelib.notifications.mail_events import NOT_MADE, read_event

    found = read_event(event.detail)
    follow_request(found.correlation_id or found.request_id)
    if found.kind == NOT_MADE:
        # An e-mail that SES could not render is a fault of ours, not of an address.
        logger.error("mail not made", extra={"event": found.kind, "final": found.final})
    else:
        logger.info("mail event", extra={"event": found.kind, "final": found.final})
    if found.final and found.request_id and found.site_id:
        services().requests.bounces.record_bounce(found.request_id, found.site_id, found.kind)
