"""Carries out the tasks of the send queue: writes requests out, sends messages, starts reminder
timers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from chalice import Blueprint
from chalice.app import SQSEvent

from chalicelib.container import Container, services
from chalicelib.core.errors import DomainError
from chalicelib.jobs.outbox_users import HANDLERS, TimeLeft
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import follow_request, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

job = Blueprint("chalicelib.jobs.deliver")

BATCH = 3
"""Tasks that one call carries out at the same time: while one recipient batch of a request is
written out, the messages of the others are sent."""

AGAIN_AFTER = 20
"""Seconds until a failed task is tried again, times how often it failed. Without this the queue
would wait for as long as a function may run. The library that reports failures has no back-off."""


@job.on_sqs_message(queue="sightline-send", batch_size=BATCH, name="deliver")
@observed_job
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Carry out each task of the batch by itself: a task that fails is tried again later."""
    from aws_lambda_powertools.utilities.batch import (
        AsyncBatchProcessor,
        EventType,
        async_process_partial_response,
    )

    context: Any = event.context
    own = services()

    def time_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    async def handle(record: SQSRecord) -> None:
        # Each task has a thread, which inherits the correlation id and then sets its own.
        await asyncio.to_thread(_one, own, record, time_left)

    # When all tasks fail, that is no fault of the function: each task is tried again by itself.
    processor = AsyncBatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return {**async_process_partial_response(event.to_dict(), handle, processor, context)}


def _one(own: Container, record: SQSRecord, time_left: TimeLeft) -> None:
    """Carry out one task. Raises what went wrong, after setting when the message comes again."""
    from chalicelib.jobs.inputs import read_task

    seconds = 0  # a task that cannot be read goes on to the failure queue without waiting
    try:
        task = read_task(record.body)
        follow_request(task.correlation_id)
        seconds = AGAIN_AFTER * int(record.attributes.approximate_receive_count)
        HANDLERS[task.task](own, task, time_left)
    except DomainError as error:  # such as mail that cannot be sent now
        if own.notifications.mail_standings.waits():
            # A day without quota would fill the failure queue with what the outbox has anyway: the
            # sweep has it done every 15 minutes, and when it can be sent, it is.
            logger.warning("waits", extra={"message_id": record.message_id})
            return
        logger.warning("not done", extra={"message_id": record.message_id, "code": error.code})
        own.notifications.send_queue.retry_delay(record.receipt_handle, seconds)
        raise
    except Exception:  # whatever it was, the queue tries this one again
        logger.exception("not done", extra={"message_id": record.message_id})
        own.notifications.send_queue.retry_delay(record.receipt_handle, seconds)
        raise
    logger.info("done", extra={"task": task.task.value})
