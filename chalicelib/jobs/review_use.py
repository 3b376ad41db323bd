"""Reviews officers' use of the register, every hour, and notes what is unusual."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.review_use")


@job.schedule("rate(1 hour)", name="review_use")
@observed_job
def review_use(event: Any) -> dict[str, int]:
    """Review what has not been reviewed, and today so far; return what was done, in numbers."""
    own = services()
    done = own.oversight.use_review.run(own.requests.store.asked_in)
    logger.info("reviewed", extra={"days": done.days, "findings": done.findings})
    return {"days": done.days, "officers": done.officers, "findings": done.findings}
