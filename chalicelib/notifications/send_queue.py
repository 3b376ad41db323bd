"""The send queue: what is to be done goes in by its name, the function `deliver` does it.

The client is passed in. A message may be handed on twice, so whoever receives it checks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chalicelib.telemetry.logs import id_to_hand_on, logger
from chalicelib.telemetry.workers import Workers

_AT_ONCE = 10  # the most that SendMessageBatch takes
_LONGEST_DELAY = 900  # seconds that a message of SQS can be held back


class SendTask(StrEnum):
    """Why somebody is to be written to."""

    FAN_OUT = "fan_out"
    """Write a part of a request out and send its messages: {request_id, part}."""
    ASK = "ask"
    """First messages that still wait: {request_id, site_ids}."""
    START_REMINDERS = "start_reminders"
    """Of recipients who were written to: {request_id, site_ids}."""
    WITHDRAW = "withdraw"
    """Tell owners that it is over: {request_id, site_ids}."""
    TELL_OWNER = "tell_owner"
    """That an officer wrote: {request_id, site_id}."""
    TELL_OFFICER = "tell_officer"
    """That an owner wrote: {request_id, site_id}."""
    OFFICER_DIGEST = "news"
    """To the officer: {request_id}."""
    CLOSE = "close"
    """Carry out the closing of an incident: {incident_id, closing}."""
    THANK = "thank"
    """The last message to an owner about an incident: {incident_id, closing, owner_id}."""
    UPLOAD_NOTICE = "upload_notice"
    """To the owner, what became of a file: {request_id, evidence_id}."""
    NOTICE = "notice"
    """A message that is kept until it was sent: {notice_id}."""


class SendQueue:
    """The queue in front of the function that sends messages."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def retry_delay(self, receipt: str, seconds: int) -> None:
        """Has a message that failed come again after so long. When this cannot be done it comes
        again later than that."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )
        except Exception:
            logger.exception("not put back")

    def queue_tasks(
        self, task: str, named: Iterable[Mapping[str, str]], delay: timedelta = timedelta(0)
    ) -> int:
        """Queues one message for each of `named` and returns how many the queue took.

        delay: at most 15 minutes. What it did not take is no error: it stands in the outbox.
        """
        bodies = [
            json.dumps(
                {
                    "task": task,
                    **ids,
                    "correlation_id": id_to_hand_on(ids.get("request_id", "")),
                }
            )
            for ids in named
        ]
        seconds = min(_LONGEST_DELAY, math.ceil(delay.total_seconds()))
        batches = [bodies[n : n + _AT_ONCE] for n in range(0, len(bodies), _AT_ONCE)]
        if len(batches) < 2:
            return sum(self._batch(bodies, seconds) for bodies in batches)
        with Workers(8) as pool:
            return sum(pool.map(lambda bodies: self._batch(bodies, seconds), batches))

    def _batch(self, bodies: list[str], seconds: int) -> int:
        try:
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(n), "MessageBody": body, "DelaySeconds": seconds}
                    for n, body in enumerate(bodies)
                ],
            )
        except Exception:
            # The request stands and will be sent: an error page would have it made twice.
            logger.exception("not queued", extra={"messages": len(bodies)})
            return 0
        return len(answer.get("Successful", []))
