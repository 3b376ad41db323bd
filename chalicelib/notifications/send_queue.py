"""The send queue (SQS): its messages name tasks that the function `deliver` carries out.

The client is passed in. SQS may deliver a message twice, so every task checks what is still to do.
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

_AT_ONCE = 10  # The most messages that SendMessageBatch takes.
_LONGEST_DELAY = 900  # The most seconds that SQS holds a message back.


class SendTask(StrEnum):
    """A task of the send queue. Each member's text gives the ids that its messages name."""

    FAN_OUT = "fan_out"
    """Write out a recipient batch of a request and send its first messages: {request_id, part}."""
    ASK = "ask"
    """Send first messages that still wait: {request_id, site_ids}."""
    START_REMINDERS = "start_reminders"
    """Start the reminder timers of recipients who were written to: {request_id, site_ids}."""
    WITHDRAW = "withdraw"
    """Tell owners that a request is withdrawn: {request_id, site_ids}."""
    TELL_OWNER = "tell_owner"
    """Tell an owner that an officer wrote: {request_id, site_id}."""
    TELL_OFFICER = "tell_officer"
    """Tell an officer that an owner wrote: {request_id, site_id}."""
    OFFICER_DIGEST = "news"
    """Send the officer digest of a request: {request_id}."""
    CLOSE = "close"
    """Carry out the closing of an incident: {incident_id, closing}."""
    THANK = "thank"
    """Send an owner the closing notice of an incident: {incident_id, closing, owner_id}."""
    UPLOAD_NOTICE = "upload_notice"
    """Tell an owner what became of an uploaded file: {request_id, evidence_id}."""
    NOTICE = "notice"
    """Send a notice (`notifications.notices`): {notice_id}."""


class SendQueue:
    """The queue in front of the function that sends messages."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def retry_delay(self, receipt: str, seconds: int) -> None:
        """Have a message that failed delivered again after this many seconds. Should SQS refuse,
        the message comes again when its visibility time-out ends."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )
        except Exception:
            logger.exception("The retry of a message of the send queue could not be scheduled.")

    def queue_tasks(
        self, task: str, named: Iterable[Mapping[str, str]], delay: timedelta = timedelta(0)
    ) -> int:
        """Queue one message of `task` for each of `named`; return how many the queue took.

        delay: at most 15 minutes. A message not taken is no error: its entry is in the outbox.
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
            # The outbox recovers what was not queued; an error page would make people try again.
            logger.exception("Messages could not be queued.", extra={"messages": len(bodies)})
            return 0
        return len(answer.get("Successful", []))
