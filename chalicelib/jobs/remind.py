"""One wake-up of a recipient’s reminder timer, called by the state machine."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.core.times import iso_seconds
from chalicelib.telemetry.around import observed
from chalicelib.telemetry.logs import follow_request, logger

job = Blueprint("chalicelib.jobs.remind")


@job.lambda_function(name="remind")
@observed
def remind(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send the reminder that is due: {request_id, site_id, run, …} → {done, wake_at, last}."""
    from chalicelib.jobs.inputs import WakeUp

    asked = WakeUp.model_validate(event)
    follow_request(asked.correlation_id)
    wake = services().requests.reminders.wake(asked.request_id, asked.site_id, asked.run)
    at = iso_seconds(wake.at + wake.spread) if wake.at else ""
    logger.info("woke up", extra={"over": wake.done, "next": at})
    return {"done": wake.done, "wake_at": at, "last": wake.last}
