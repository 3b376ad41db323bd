"""Sends the first message of a request to its recipients, from the send queue."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools import Logger
from chalice import Blueprint
from chalice.app import SQSEvent

from chalicelib.bootstrap import services

job = Blueprint("chalicelib.jobs.deliver")
logger = Logger(service="sightline")


@job.on_sqs_message(queue="sightline-send", batch_size=10, name="deliver")
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Sends each message of the batch by itself: what fails is tried again, the rest is done."""
    failures = []
    for record in event.to_dict()["Records"]:
        try:
            _one(json.loads(record["body"]))
        except Exception:  # whatever it was, the queue tries this one again
            logger.exception("not sent", extra={"message_id": record["messageId"]})
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _one(errand: dict[str, Any]) -> None:
    from chalicelib.requests.clockwork import Errand

    deliveries = services().deliveries
    if errand["errand"] == Errand.WITHDRAW:
        deliveries.tell_withdrawn(errand["request_id"], errand["site_id"])
    else:
        deliveries.ask(errand["request_id"], errand["site_id"])
