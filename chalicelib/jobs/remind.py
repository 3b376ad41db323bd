"""One wake-up of a recipient’s reminder timer, called by the state machine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.core.times import iso_seconds
from chalicelib.notifications.mail_refusals import MailWaits
from chalicelib.telemetry.around import observed
from chalicelib.telemetry.logs import follow_request, logger

job = Blueprint("chalicelib.jobs.remind")

HELD = timedelta(minutes=15)
"""When a timer rings again whose e-mail SES took for no owner at all; the sweep comes as often."""


@job.lambda_function(name="remind")
@observed
def remind(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send the reminder that is due: {request_id, site_id, run, …} → {done, wake_at, last}."""
    from chalicelib.jobs.inputs import WakeUp

    asked = WakeUp.model_validate(event)
    follow_request(asked.correlation_id)
    try:
        wake = services().requests.reminders.wake(asked.request_id, asked.site_id, asked.run)
    except MailWaits:
        # A day without quota would end every timer in the failure queue. The reminder stays due.
        logger.warning("waits")
        return {
            "done": False,
            "wake_at": iso_seconds(services().clients.clock() + HELD),
            "last": False,
        }
    at = iso_seconds(wake.at + wake.spread) if wake.at else ""
    logger.info("woke up", extra={"over": wake.done, "next": at})
    return {"done": wake.done, "wake_at": at, "last": wake.last}
