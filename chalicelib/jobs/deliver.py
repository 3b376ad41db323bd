"""Does what the send queue asks for: writes requests out, sends messages, starts clocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger
from chalice import Blueprint
from chalice.app import SQSEvent

from chalicelib.bootstrap import Services, services
from chalicelib.requests.clockwork import Errand
from chalicelib.requests.thread_model import Side

job = Blueprint("chalicelib.jobs.deliver")
logger = Logger(service="sightline")

Record = Mapping[str, Any]
TimeLeft = Callable[[], float]

BATCH = 3
"""Errands that are under way at the same time: while one part of a request is written out, the
messages of the others go out."""

AGAIN_AFTER = 20
"""Seconds, times how often it failed, until what failed is tried again. Without this the queue
would wait for as long as a function may run."""


@job.on_sqs_message(queue="sightline-send", batch_size=BATCH, name="deliver")
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Does each errand of the batch by itself: what fails is tried again, the rest is done."""
    records: list[Record] = event.to_dict()["Records"]
    context: Any = event.context
    own = services()

    def time_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    with ThreadPoolExecutor(BATCH) as pool:
        done = list(pool.map(lambda record: _one(own, record, time_left), records))
    failed = [record for record, good in zip(records, done, strict=True) if not good]
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}


def _one(own: Services, record: Record, time_left: TimeLeft) -> bool:
    """True when there is nothing left to do for this message."""
    seconds = 0  # an errand that cannot be read goes on to the failure queue without waiting
    try:
        errand = json.loads(record["body"])
        kind = Errand(errand["errand"])
        seconds = AGAIN_AFTER * int(record["attributes"]["ApproximateReceiveCount"])
        _do(own, kind, errand, time_left)
    except Exception:  # whatever it was, the queue tries this one again
        logger.exception("not done", extra={"message_id": record["messageId"]})
        own.send_queue.again_in(record["receiptHandle"], seconds)
        return False
    return True


def _do(own: Services, kind: Errand, errand: Mapping[str, str], time_left: TimeLeft) -> None:
    if kind is Errand.FAN_OUT:
        own.fan_out.run(errand["request_id"], int(errand["part"]), time_left)
    elif kind is Errand.NEWS:
        own.news.tell(errand["request_id"])
    elif kind is Errand.CLOSE:
        own.closings.carry_out(errand["incident_id"], int(errand["closing"]))
    elif kind is Errand.THANK:
        own.farewells.tell(errand["incident_id"], int(errand["closing"]), errand["owner_id"])
    elif kind in (Errand.TELL_OWNER, Errand.TELL_OFFICER):
        side = Side.OWNER if kind is Errand.TELL_OWNER else Side.OFFICER
        own.thread_post.tell(side, errand["request_id"], errand["site_id"])
    else:
        _for_recipients(own, kind, errand)


def _for_recipients(own: Services, kind: Errand, errand: Mapping[str, str]) -> None:
    # Errands queued by the version before this one name one site.
    site_ids = errand.get("site_ids", errand.get("site_id", "")).split()
    if kind is Errand.WITHDRAW:
        own.deliveries.tell_withdrawn(errand["request_id"], *site_ids)
    elif kind is Errand.START_CLOCKS:
        own.deliveries.start_clocks(errand["request_id"], *site_ids)
    else:
        own.deliveries.ask(errand["request_id"], *site_ids)
