"""What passes by and is gone: messages of queues, events, and the addresses that were asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.running import RunningStack

EVENTS = "every-event"
"""The queue that all events of the bus are sent to besides."""


class Messages:
    """Every message that is in a queue at some moment: a copy of the emulator's queues is read all
    the time, as a message is gone once its function took it."""

    def __init__(self, stack: RunningStack) -> None:
        self._host = urlsplit(str(stack.described["aws_endpoint"])).netloc
        self._kept: dict[str, tuple[str, str]] = {}
        self._open = True
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        """Read all queues again and again; a look that a busy machine does not answer is made once
        more. Not by httpx, whose requests are those of visitors (`Addresses`)."""
        pause = threading.Event()
        while self._open:
            asked = HTTPConnection(self._host, timeout=60)
            with suppress(OSError, HTTPException, ValueError), closing(asked):
                asked.request("GET", "/_ministack/sqs/messages")
                self._keep(json.loads(asked.getresponse().read())["messages"])
            pause.wait(0.05)

    def _keep(self, accounts: dict[str, dict[str, dict[str, list[dict[str, Any]]]]]) -> None:
        for queues in (one for regions in accounts.values() for one in regions.values()):
            for queue, messages in queues.items():
                for one in messages:
                    said = json.dumps([one["Body"], one["MessageAttributes"]])
                    self._kept[one["MessageId"]] = (queue.rpartition("/")[2], said)

    def of(self, queue: str) -> list[str]:
        """Bodies and attributes of what was seen in the queues whose name has `queue` in it."""
        return [said for name, said in list(self._kept.values()) if queue in name]

    def close(self) -> None:
        self._open = False
        self._thread.join()


@contextmanager
def events_copied(stack: RunningStack) -> Iterator[None]:
    """Sends every event of the default bus to a queue as well, where `Messages` sees it."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName=EVENTS)["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    everything = json.dumps({"source": [{"prefix": ""}]})
    events.put_rule(Name=EVENTS, EventPattern=everything)
    events.put_targets(
        Rule=EVENTS, Targets=[{"Id": EVENTS, "Arn": asked["Attributes"]["QueueArn"]}]
    )
    yield
    events.remove_targets(Rule=EVENTS, Ids=[EVENTS])
    events.delete_rule(Name=EVENTS)
    sqs.delete_queue(QueueUrl=url)


@dataclass
class Addresses:
    """What browsers asked for and were led to. refused: texts of answers of 400 and more."""

    asked: list[str] = field(default_factory=list)
    led_to: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear of everything that visitors of these tests send."""
        send = httpx.HTTPTransport.handle_request

        def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            answer = send(transport, request)
            self.asked.append(str(request.url))
            if location := answer.headers.get("location"):
                self.led_to.append(location)
            if answer.status_code >= 400:
                self.refused.append(answer.read().decode())
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", handle)
            yield


def workflows(stack: RunningStack) -> list[str]:
    """Name, input, output and history of every execution."""
    states, found = stack.client("stepfunctions"), []
    machine: Any = stack.described["state_machine_arn"]
    for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine):
        for one in page["executions"]:
            told = states.describe_execution(executionArn=one["executionArn"])
            history = states.get_execution_history(executionArn=one["executionArn"])
            found.append(json.dumps([told, history["events"]], default=str))
    return found
