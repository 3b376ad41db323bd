"""Replaying and switching against the errors that AWS documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.commands import replay
from infra.errors import StackError
from infra.recovery.failure_queues import FailureQueues
from infra.recovery.switching import TableSwitch
from tests.support.stubbed import Answer, Refusal, StubbedTarget, stubbed

QUEUE, ORIGIN = "https://sqs.example/failed", "https://sqs.example/send"
COUNTED: Answer = ("get_queue_attributes", {"Attributes": {"ApproximateNumberOfMessages": "1"}})
NOTHING: Answer = ("receive_message", {})
SHOWN: Answer = ("change_message_visibility", {})
REMINDER = {"request_id": "r", "site_id": "s"}
FAILED = {
    "requestContext": {"functionArn": "arn:aws:lambda:eu-west-2:1:function:live-Sweep:$LATEST"},
    "requestPayload": {},
}


def received(body: dict[str, Any]) -> Answer:
    return "receive_message", {"Messages": [{"ReceiptHandle": "1", "Body": json.dumps(body)}]}


def left_in_queue(name: str, sqs: list[Answer], functions: list[Answer]) -> int:
    """How many messages stay, and are shown to others again."""
    known = {"live-Sweep": "Sweep", "live-Remind": "Remind"}
    queues = FailureQueues(stubbed("sqs", *sqs), stubbed("lambda", *functions), known)
    return replay._handle(queues, name, QUEUE, ORIGIN, True)


@pytest.mark.parametrize("code", ["QueueDoesNotExist", "KmsDisabled", "RequestThrottled"])
def test_a_task_that_its_queue_does_not_take_stays_where_it_was(code: str) -> None:
    sqs = [COUNTED, received({"task": "ask"}), NOTHING, ("send_message", Refusal(code)), SHOWN]
    assert left_in_queue("SendFailures", sqs, []) == 1


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "TooManyRequestsException"])
@pytest.mark.parametrize("body", [FAILED, REMINDER], ids=["the function itself", "what mends"])
def test_a_call_that_lambda_does_not_take_stays_where_it_was(
    code: str, body: dict[str, Any]
) -> None:
    functions: list[Answer] = [("invoke", Refusal(code))]
    assert left_in_queue("JobFailures", [COUNTED, received(body), NOTHING, SHOWN], functions) == 1


CALLER: Answer = (
    "get_caller_identity",
    {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x", "UserId": "x"},
)


def switch(s3: list[Answer], stacks: list[Answer]) -> TableSwitch:
    clients = {
        "sts": stubbed("sts", CALLER),
        "s3": stubbed("s3", *s3),
        "cloudformation": stubbed("cloudformation", *stacks),
    }
    return TableSwitch(StubbedTarget("live", clients=clients), "registry")


def test_a_stage_that_was_never_switched_replaced_no_table() -> None:
    assert switch([("get_object", Refusal("NoSuchKey", status=404))], []).replaced() == ""


def test_a_note_that_may_not_be_read_is_not_taken_for_none() -> None:
    """The table that it names would stay for ever, and cost."""
    with pytest.raises(ClientError, match="AccessDenied"):
        switch([("get_object", Refusal("AccessDenied", status=403))], []).replaced()


def test_a_table_that_is_no_resource_of_the_stack_is_none() -> None:
    said = "Resource RegistryTable does not exist for stack sightline-live"
    stacks: list[Answer] = [("describe_stack_resource", Refusal("ValidationError", said))]
    assert switch([], stacks)._resource() == ""


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_stack_that_may_not_be_looked_at_is_not_taken_for_one_without_the_table(
    code: str,
) -> None:
    with pytest.raises((ClientError, StackError), match=code):
        switch([], [("describe_stack_resource", Refusal(code))])._resource()
