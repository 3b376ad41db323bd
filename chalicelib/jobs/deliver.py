"""Sends the first message of a request to its recipients, from the send queue."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

job = Blueprint("chalicelib.jobs.deliver")


@job.on_sqs_message(queue="sightline-send", batch_size=10, name="deliver")
def deliver(event: Any) -> Any:
    """Sends the first message of a request to its recipients, from the send queue."""
    raise NotImplementedError
