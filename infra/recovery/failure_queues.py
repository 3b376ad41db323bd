"""What failed for good, read from its queue, told in words, and given back to whoever does it.

A message is taken out of its queue only after it was handed on, so nothing is lost in between;
handed on twice, because this was interrupted, it does no harm: whatever takes it is idempotent.
SQS's own redrive is not used. AWS, StartMessageMoveTask: "DLQs whose sources are non-SQS queues,
such as Lambda or Amazon SNS topics, are not currently supported", which is what JobFailures holds;
and it shows nobody what it moves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.notifications.send_queue import SendTask
from infra.errors import StackError

HIDDEN = 300
"""Seconds for which a message that was read is not given to anybody else."""

_TASKS: dict[str, str] = {
    SendTask.FAN_OUT: "a part of request {request_id} to be written out and sent",
    SendTask.ASK: "messages of request {request_id} to be sent",
    SendTask.START_REMINDERS: "reminder timers of request {request_id} to be started",
    SendTask.WITHDRAW: "owners of request {request_id} to be told that it was withdrawn",
    SendTask.UPLOAD_NOTICE: "the sender of a file of request {request_id} to be told of it",
}
"""Tasks of the send queue in words; the others are told by their names."""

MENDS = {"Remind": "Sweep", "CopyRecord": "VerifyRecord"}
"""Functions whose failed call is made up for by another: the sweep starts a reminder timer again,
and the check of the record copies what the stream did not."""


@dataclass(frozen=True)
class FailedMessage:
    """A message of a failure queue. words: what it is. function: the logical id of the function to
    be called with `event`; "" for a task of the send queue, or when nobody can do anything with it.
    qualifier: the version or alias that was called, "" for none."""

    receipt: str
    body: str
    attributes: Mapping[str, Any]
    words: str
    function: str = ""
    event: Any = None
    qualifier: str = ""


class FailureQueues:
    """The two failure queues of a stage.

    functions: logical ids of the stage's functions, by their names.
    """

    def __init__(self, sqs: Any, functions_client: Any, functions: Mapping[str, str]) -> None:
        self._sqs = sqs
        self._lambda = functions_client
        self._logical = dict(functions)
        self._names = {logical: name for name, logical in functions.items()}

    def read_all(self, queue: str) -> list[FailedMessage]:
        """Read every message that can be seen; each stays hidden from others for some minutes."""
        return [self._describe(one) for one in self._receive(queue)]

    def show_again(self, queue: str, messages: list[FailedMessage]) -> None:
        """Let others see messages again that were only looked at."""
        for one in messages:
            self._sqs.change_message_visibility(
                QueueUrl=queue, ReceiptHandle=one.receipt, VisibilityTimeout=0
            )

    def send_back(self, queue: str, to: str, message: FailedMessage) -> None:
        """Move a message to the queue that it failed in: sent first, then deleted."""
        self._sqs.send_message(
            QueueUrl=to, MessageBody=message.body, MessageAttributes=dict(message.attributes)
        )
        self._delete(queue, message)

    def call_again(self, queue: str, message: FailedMessage) -> None:
        """Call the function of a message with its event once more, and then delete the message. A
        call that fails again is in the queue again, after its own retries. Raises StackError when
        Lambda does not take the call; the message stays then."""
        asked: dict[str, Any] = {"FunctionName": self._names[message.function]}
        if message.qualifier:
            asked["Qualifier"] = message.qualifier
        answer = self._lambda.invoke(
            **asked, InvocationType="Event", Payload=json.dumps(message.event).encode()
        )
        if answer["StatusCode"] != 202:
            raise StackError(f"{message.function} did not take the call: {answer['StatusCode']}.")
        self._delete(queue, message)

    def forget_mended(self, queue: str, messages: list[FailedMessage]) -> None:
        """Call once each function that makes up for these messages, and then delete them."""
        for mending in sorted({MENDS[one.function] for one in messages}):
            self.call_once(mending)
        for one in messages:
            self._delete(queue, one)

    def call_once(self, logical_id: str) -> None:
        """Have a scheduled function run now."""
        event = {
            "version": "0",
            "id": "replay",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "",
            "time": "",
            "region": "",
            "resources": [],
            "detail": {},
        }
        self._lambda.invoke(
            FunctionName=self._names[logical_id],
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )

    def _receive(self, queue: str) -> Iterator[Mapping[str, Any]]:
        """Receive until a call brings nothing, and no more than there were at the start: what fails
        again meanwhile waits for another run."""
        told = self._sqs.get_queue_attributes(
            QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
        )
        left = int(told["Attributes"]["ApproximateNumberOfMessages"]) + 10
        while left > 0:
            found = self._sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN,
                WaitTimeSeconds=1,  # asks all servers of the queue, not some
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not found:
                return
            yield from found
            left -= len(found)

    def _describe(self, message: Mapping[str, Any]) -> FailedMessage:
        receipt, body = str(message["ReceiptHandle"]), str(message["Body"])
        kept = {
            name: {part: value[part] for part in ("DataType", "StringValue") if part in value}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        try:
            said = json.loads(body)
            assert isinstance(said, dict)
        except (ValueError, AssertionError):
            return FailedMessage(receipt, body, kept, "something that cannot be read")
        if "task" in said:
            words = _TASKS.get(str(said["task"]), f"the task {said['task']}").format_map(
                {"request_id": said.get("request_id", "?")}
            )
            return FailedMessage(receipt, body, kept, words)
        if "requestContext" in said:
            return self._of_function(FailedMessage(receipt, body, kept, ""), said)
        if "request_id" in said:
            words = (
                f"the reminder timer of request {said['request_id']}, site {said.get('site_id')}"
            )
            return FailedMessage(receipt, body, kept, words, "Remind")
        return FailedMessage(receipt, body, kept, "something that is not known here")

    def _of_function(self, message: FailedMessage, said: Mapping[str, Any]) -> FailedMessage:
        """Describe what Lambda sends to a destination on failure. AWS: `requestContext.functionArn`
        ends with the version or alias that was called, and `requestPayload` is the event; of a
        stream only the place of the batch is told."""
        arn = str(said["requestContext"].get("functionArn", "")).split(":")
        name, qualifier = (arn[6] if len(arn) > 6 else ""), (arn[7] if len(arn) > 7 else "")
        logical = self._logical.get(name, "")
        if "DDBStreamBatchInfo" in said:
            size = said["DDBStreamBatchInfo"].get("batchSize", "?")
            words = f"{size} entries of the record that a stream told of"
            return FailedMessage(message.receipt, message.body, message.attributes, words, logical)
        event = said.get("requestPayload")
        return FailedMessage(
            message.receipt,
            message.body,
            message.attributes,
            f"{logical or 'a function that is no more: ' + name}, {_of_event(event)}",
            logical if event is not None else "",
            event,
            "" if qualifier == "$LATEST" else qualifier,
        )

    def _delete(self, queue: str, message: FailedMessage) -> None:
        self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=message.receipt)


def _of_event(event: Any) -> str:
    """Say what an event is about; ids alone."""
    if not isinstance(event, dict):
        return "an event that cannot be read"
    detail = event.get("detail") or {}
    kind = str(event.get("detail-type") or event.get("source") or "an event")
    if isinstance(detail, dict) and isinstance(detail.get("object"), dict):
        return f"{kind}: {detail['object'].get('key', '?')}"
    return kind
