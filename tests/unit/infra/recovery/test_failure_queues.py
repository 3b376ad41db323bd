"""Failure queues: told in words, handed on, and only then deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.commands.replay import _handle
from infra.recovery.failure_queues import FailureQueues

ARN = "arn:aws:lambda:eu-west-2:111122223333:function"
FUNCTIONS = {
    "stage-ReceiveUpload-X": "ReceiveUpload",
    "stage-Sweep-X": "Sweep",
    "stage-VerifyRecord-X": "VerifyRecord",
    "stage-CopyRecord-X": "CopyRecord",
}
ARRIVED = {
    "detail-type": "Object Created",
    "source": "aws.s3",
    "detail": {"bucket": {"name": "b"}, "object": {"key": "requests/r1/e1"}},
}


def failed(event: Any, name: str = "stage-ReceiveUpload-X", version: str = "$LATEST") -> Any:
    """What Lambda sends to a destination on failure, as AWS documents it."""
    return {
        "version": "1.0",
        "timestamp": "2026-11-30T12:00:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf",
            "functionArn": f"{ARN}:{name}:{version}",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"errorMessage": "Process exited before completing request"},
    }


STREAM = {
    "requestContext": {"functionArn": f"{ARN}:stage-CopyRecord-X"},
    "DDBStreamBatchInfo": {"batchSize": 7, "shardId": "shardId-1"},
}
REMINDER = {"request_id": "r1", "site_id": "s1", "error": {"Error": "Lambda.Unknown"}}
TASK = {"task": "fan_out", "request_id": "r9", "part": 0}


class Amazon:
    """SQS and Lambda in memory, which write down in which order they were asked. refuses: from
    Lambda's call of this number on, calls fail."""

    def __init__(self, *bodies: Any, refuses: int = 1_000) -> None:
        self.queue = [one if isinstance(one, str) else json.dumps(one) for one in bodies]
        self.hidden: dict[str, str] = {}
        self.origin: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.done: list[str] = []
        self.refuses = refuses
        self.received = 0

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.queue))}}

    def receive_message(self, **asked: Any) -> dict[str, Any]:
        given, self.queue = self.queue[:2], self.queue[2:]
        found = []
        for body in given:
            self.received += 1
            self.hidden[f"r{self.received}"] = body
            kept = {"k": {"DataType": "String", "StringValue": "v", "BinaryListValues": []}}
            handle = f"r{self.received}"
            found.append({"ReceiptHandle": handle, "Body": body, "MessageAttributes": kept})
        assert asked["VisibilityTimeout"] >= 60
        return {"Messages": found} if found else {}

    def change_message_visibility(self, **asked: Any) -> None:
        assert asked["VisibilityTimeout"] == 0
        self.queue.append(self.hidden.pop(asked["ReceiptHandle"]))

    def send_message(self, **asked: Any) -> None:
        self.done.append("sent")
        self.origin.append(asked)

    def delete_message(self, **asked: Any) -> None:
        self.done.append("deleted")
        del self.hidden[asked["ReceiptHandle"]]

    def invoke(self, **asked: Any) -> dict[str, Any]:
        if len(self.calls) >= self.refuses:
            said: Any = {"Error": {"Code": "TooManyRequestsException", "Message": "Slower"}}
            raise ClientError(said, "Invoke")
        self.done.append("called")
        self.calls.append(asked)
        return {"StatusCode": 202}

    def handle(self, name: str, send: bool = True) -> int:
        queues = FailureQueues(self, self, FUNCTIONS)
        return _handle(queues, name, "https://failures", "https://origin", send)


def test_looking_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    amazon = Amazon(TASK, TASK, failed(ARRIVED), STREAM, REMINDER, "nonsense", {"else": 1})
    before = sorted(amazon.queue)
    assert amazon.handle("JobFailures", send=False) == 7
    assert sorted(amazon.queue) == before and amazon.done == [] and not amazon.hidden
    said = capsys.readouterr().out
    assert "2 × a part of request r9 to be written out and sent" in said
    assert "ReceiveUpload, Object Created: requests/r1/e1" in said
    assert "7 entries of the record that a stream told of" in said
    assert "the reminder timer of request r1, site s1" in said
    assert "something that cannot be read" in said and "something that is not known" in said


def test_a_task_goes_back_before_it_leaves_the_queue() -> None:
    amazon = Amazon(TASK, TASK, TASK)
    assert amazon.handle("SendFailures") == 0
    assert amazon.done == ["sent", "deleted"] * 3 and not amazon.hidden
    assert json.loads(amazon.origin[0]["MessageBody"]) == TASK
    assert amazon.origin[0]["QueueUrl"] == "https://origin"
    attributes = {"k": {"DataType": "String", "StringValue": "v"}}
    assert amazon.origin[0]["MessageAttributes"] == attributes


def test_an_upload_is_given_to_its_function_once_more() -> None:
    amazon = Amazon(failed(ARRIVED), failed(ARRIVED, version="live"))
    assert amazon.handle("JobFailures") == 0
    assert amazon.done == ["called", "deleted"] * 2
    assert [json.loads(one["Payload"]) for one in amazon.calls] == [ARRIVED, ARRIVED]
    assert [one["InvocationType"] for one in amazon.calls] == ["Event", "Event"]
    assert [one.get("Qualifier") for one in amazon.calls] == [None, "live"]
    assert {one["FunctionName"] for one in amazon.calls} == {"stage-ReceiveUpload-X"}


def test_what_a_job_makes_up_for_has_it_run_once() -> None:
    amazon = Amazon(REMINDER, STREAM, REMINDER, REMINDER)
    assert amazon.handle("JobFailures") == 0
    called = [one["FunctionName"] for one in amazon.calls]
    assert called == ["stage-Sweep-X", "stage-VerifyRecord-X"]
    assert amazon.done == ["called", "called", *["deleted"] * 4]


def test_what_is_refused_stays_in_the_queue(capsys: pytest.CaptureFixture[str]) -> None:
    amazon = Amazon(failed(ARRIVED), failed(ARRIVED), failed(ARRIVED), refuses=1)
    assert amazon.handle("JobFailures") == 2
    assert len(amazon.queue) == 2 and amazon.done == ["called", "deleted"]
    assert "TooManyRequests" in capsys.readouterr().out
    amazon.refuses = 1_000
    assert amazon.handle("JobFailures") == 0 and not amazon.queue and not amazon.hidden


def test_what_nobody_can_do_anything_with_stays_and_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = failed(ARRIVED, name="stage-Removed-X")
    amazon = Amazon("nonsense", gone, failed(ARRIVED))
    assert amazon.handle("JobFailures") == 2
    assert len(amazon.queue) == 2 and amazon.done == ["called", "deleted"]
    assert "a function that is no more: stage-Removed-X" in capsys.readouterr().out


def test_an_empty_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert Amazon().handle("SendFailures") == 0
    assert capsys.readouterr().out == "SendFailures: nothing\n"
