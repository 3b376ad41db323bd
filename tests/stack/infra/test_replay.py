"""What failed for good is done again, by the queues, functions and rights of a stack."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from infra.commands import replay
from infra.commands.replay import functions_of
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import asked


def command(stack: RunningStack, *, send: bool) -> int:
    return replay.run(argparse.Namespace(queue=None, send=send), stack.target)


def failures(stack: RunningStack, output: str, *bodies: Any) -> None:
    for body in bodies:
        stack.client("sqs").send_message(
            QueueUrl=stack.target.outputs()[output], MessageBody=json.dumps(body)
        )


def test_an_upload_and_a_task_are_done_again_and_change_nothing_that_is_done(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    command(stack, send=True)  # what tests before this one left
    with asked(stack) as world:
        sent = world.somebody.upload(world.replies[0], "door.mp4", mp4())
        found = world.decided(sent["evidence_id"])
        entries = world.api(f"evidence/{found['id']}/custody")["entries"]
        name = next(n for n, logical in functions_of(stack.target).items() if "Receive" in logical)
        key = f"requests/{world.request_id}/{found['id']}"
        bucket = stack.target.outputs()["EvidenceBucket"]
        event = {
            "version": "0",
            "id": "again",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "",
            "time": "",
            "region": "",
            "resources": [],
            "detail": {"bucket": {"name": bucket}, "object": {"key": key}},
        }
        arn = f"arn:aws:lambda:eu-west-2:000000000000:function:{name}:$LATEST"
        failures(
            stack,
            "JobFailuresUrl",
            {"requestContext": {"functionArn": arn}, "requestPayload": event},
            {"request_id": world.request_id, "site_id": found["site_id"], "error": {}},
        )
        task = {"task": "ask", "request_id": world.request_id, "site_ids": found["site_id"]}
        failures(stack, "SendFailuresUrl", task)
        before_it = waiting(stack)
        mails = len(stack.mails_to(world.emails[0])) + len(stack.mails_to(world.emails[1]))
        capsys.readouterr()

        assert command(stack, send=False) == 1
        said = capsys.readouterr().out
        assert f"ReceiveUpload, Object Created: {key}" in said
        assert f"messages of request {world.request_id} to be sent" in said
        assert command(stack, send=True) == 0
        capsys.readouterr()
        assert command(stack, send=False) == 0
        assert "JobFailures: nothing" in capsys.readouterr().out
        stack.wait_for(lambda: waiting(stack) <= before_it, "the task to be done")
        now = [one["act"] for one in world.api(f"evidence/{found['id']}/custody")["entries"]]
        before = [one["act"] for one in entries]
        assert [act for act in now if "viewed" not in act] == [
            act for act in before if "viewed" not in act
        ]
        after = len(stack.mails_to(world.emails[0])) + len(stack.mails_to(world.emails[1]))
        assert after == mails


def waiting(stack: RunningStack) -> int:
    told = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.described["send_queue_url"],
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(int(number) for number in told["Attributes"].values())
