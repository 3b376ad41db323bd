"""One wake-up of a recipient’s clock, called by the state machine."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.bootstrap import services
from chalicelib.times import iso_seconds

job = Blueprint("chalicelib.jobs.remind")


@job.lambda_function(name="remind")
def remind(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """{request_id, site_id, run} → {done, wake_at, last}; sends what is due."""
    run = event.get("run")
    wake = services().reminders.wake(
        event["request_id"], event["site_id"], None if run is None else int(run)
    )
    at = iso_seconds(wake.at + wake.spread) if wake.at else ""
    return {"done": wake.done, "wake_at": at, "last": wake.last}
