"""Checks an uploaded file and takes it out of quarantine."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.receive_upload")


@job.on_cw_event({"source": ["aws.s3"], "detail-type": ["Object Created"]}, name="receive_upload")
def receive_upload(event: Any) -> None:
    """Checks an uploaded file and takes it out of quarantine."""
    raise NotImplementedError
