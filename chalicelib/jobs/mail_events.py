"""Takes in bounces and complaints."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.mail_events")


@job.on_cw_event({"source": ["aws.ses"]}, name="mail_events")
def mail_events(event: Any) -> None:
    """Takes in bounces and complaints."""
    raise NotImplementedError
