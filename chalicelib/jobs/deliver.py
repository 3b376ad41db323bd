"""Sends the first message of a request to its recipients, from the send queue."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from chalice import Blueprint
from chalice.app import SQSEvent

from chalicelib.bootstrap import services
from chalicelib.requests.clockwork import Errand
from chalicelib.requests.thread_model import Side

if TYPE_CHECKING:
    from chalicelib.requests.deliver import Deliveries

job = Blueprint("chalicelib.jobs.deliver")
logger = Logger(service="sightline")


AT_ONCE = 5
"""Messages of a batch that are under way at the same time: nearly all of it is waiting."""


@job.on_sqs_message(queue="sightline-send", batch_size=10, name="deliver")
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Sends each message of the batch by itself: what fails is tried again, the rest is done."""
    records = event.to_dict()["Records"]
    deliveries = services().deliveries
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda record: _one(deliveries, record), records))
    failed = [record for record, good in zip(records, done, strict=True) if not good]
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}


def _one(deliveries: Deliveries, record: dict[str, Any]) -> bool:
    """True when there is nothing left to do for this message."""
    try:
        errand = json.loads(record["body"])
        kind = errand["errand"]
        if kind == Errand.NEWS:
            services().news.tell(errand["request_id"])
        elif kind in (Errand.TELL_OWNER, Errand.TELL_OFFICER):
            side = Side.OWNER if kind == Errand.TELL_OWNER else Side.OFFICER
            services().thread_post.tell(side, errand["request_id"], errand["site_id"])
        elif kind == Errand.WITHDRAW:
            deliveries.tell_withdrawn(errand["request_id"], errand["site_id"])
        else:
            deliveries.ask(errand["request_id"], errand["site_id"])
    except Exception:  # whatever it was, the queue tries this one again
        logger.exception("not sent", extra={"message_id": record["messageId"]})
        return False
    return True
