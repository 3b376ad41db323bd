"""What carries requests between functions: the send queue and the workflow. Both clients are
passed in; both may hand on a thing twice, so whoever receives it checks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.core.times import iso_seconds
from chalicelib.requests.model import Recipient
from chalicelib.requests.reminders.reminder_schedule import spread
from chalicelib.telemetry.logs import handed_on, logger
from chalicelib.telemetry.workers import Workers

_AT_ONCE = 10  # the most that SendMessageBatch takes
_TOGETHER = 25  # recipients of one message, or as many as one owner has
_LONGEST_DELAY = 900  # seconds that a message of SQS can be held back


class Errand(StrEnum):
    """Why somebody is to be written to."""

    FAN_OUT = "fan_out"
    """Write a part of a request out and send its messages: {request_id, part}."""
    ASK = "ask"
    """First messages that still wait: {request_id, site_ids}."""
    START_CLOCKS = "start_clocks"
    """Of recipients who were written to: {request_id, site_ids}."""
    WITHDRAW = "withdraw"
    """Tell owners that it is over: {request_id, site_ids}."""
    TELL_OWNER = "tell_owner"
    TELL_OFFICER = "tell_officer"
    NEWS = "news"
    """To the officer: {request_id}."""
    CLOSE = "close"
    """Carry out the closing of an incident: {incident_id}."""
    THANK = "thank"
    """The last message to an owner about an incident: {incident_id, closing, owner_id}."""


class SendQueue:
    """The queue in front of the function that sends first messages and withdrawals."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, errand: Errand, recipients: Iterable[Recipient]) -> int:
        """Queues messages for recipients, those of an owner together, and returns for how many
        recipients the queue took one.

        What it did not take is not an error: the recipients are stored as waiting and the sweep
        queues them again.
        """
        lists: list[list[Recipient]] = []
        for one in sorted(recipients, key=lambda one: (one.request_id, one.owner_id)):
            last = lists[-1] if lists else []
            same = last and last[-1].request_id == one.request_id
            if not same or (len(last) >= _TOGETHER and last[-1].owner_id != one.owner_id):
                lists.append([])
            lists[-1].append(one)
        named = [
            {"request_id": some[0].request_id, "site_ids": " ".join(one.site_id for one in some)}
            for some in lists
        ]
        taken = self.put_all(errand, named)
        return sum(map(len, lists)) if taken == len(named) else taken

    def again_in(self, receipt: str, seconds: int) -> None:
        """Has a message that failed come again after so long. When this cannot be done it comes
        again later than that."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )
        except Exception:
            logger.exception("not put back")

    def put_one(self, errand: Errand, *, delay: timedelta = timedelta(0), **ids: str) -> int:
        """Queues one message that names something else; delay: at most 15 minutes."""
        return self.put_all(errand, [ids], delay)

    def put_all(
        self, errand: Errand, named: Iterable[Mapping[str, str]], delay: timedelta = timedelta(0)
    ) -> int:
        """Queues one message for each of `named` and returns how many the queue took."""
        bodies = [
            json.dumps(
                {
                    "errand": errand,
                    **ids,
                    "correlation_id": handed_on(ids.get("request_id", "")),
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


class Workflow:
    """Executions of the reminder state machine, one per run of a recipient's clock."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def start(self, recipient: Recipient, wake_at: datetime) -> None:
        """Starts the clock, which rings a little after `wake_at` (deadlines.spread). Doing so
        twice for the same run does nothing.

        A name can be used once in 90 days, so it holds the number of the run.
        """
        try:
            self._client.start_execution(
                stateMachineArn=self._arn,
                name=_name(recipient),
                input=json.dumps(
                    {
                        "request_id": recipient.request_id,
                        "site_id": recipient.site_id,
                        "run": recipient.run,
                        "correlation_id": handed_on(recipient.request_id),
                        "wake_at": iso_seconds(wake_at + spread(recipient, wake_at)),
                    }
                ),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def is_running(self, recipient: Recipient) -> bool:
        """True while the clock of the recipient's present run is alive."""
        machine = self._arn.replace(":stateMachine:", ":execution:")
        try:
            found = self._client.describe_execution(executionArn=f"{machine}:{_name(recipient)}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return bool(found["status"] == "RUNNING")


def _name(recipient: Recipient) -> str:
    return f"{recipient.request_id}-{recipient.site_id}-{recipient.run}"
