"""The send queue: what SQS is asked, and that a queue that fails loses nobody's page."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.telemetry.logs import followed_id


class Queue:
    """An SQS client that takes every message but the `refused`. fails: what each call raises."""

    def __init__(self, refused: int = 0, fails: Exception | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refused, self.fails = refused, fails
        self._lock = threading.Lock()

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        with self._lock:
            self.asked.append(asked)
            if self.fails:
                raise self.fails
            taken = asked["Entries"][self.refused :]
            self.refused = 0
            return {"Successful": taken} if taken else {}

    def change_message_visibility(self, **asked: Any) -> None:
        self.asked.append(asked)
        if self.fails:
            raise self.fails

    @property
    def bodies(self) -> list[dict[str, str]]:
        return [json.loads(one["MessageBody"]) for call in self.asked for one in call["Entries"]]


def notices(number: int) -> list[dict[str, str]]:
    return [{"notice_id": f"{n:02}"} for n in range(number)]


@pytest.mark.parametrize(
    ("number", "calls"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (95, [10] * 9 + [5])]
)
def test_messages_go_ten_in_a_call_and_each_once(number: int, calls: list[int]) -> None:
    queue = Queue()
    assert SendQueue(queue, "url").queue_tasks(SendTask.NOTICE, notices(number)) == number
    assert sorted((len(one["Entries"]) for one in queue.asked), reverse=True) == calls
    assert sorted(body["notice_id"] for body in queue.bodies) == [
        one["notice_id"] for one in notices(number)
    ]
    for call in queue.asked:
        ids = [one["Id"] for one in call["Entries"]]
        assert call["QueueUrl"] == "url" and len(set(ids)) == len(ids)


def test_a_message_names_its_task_its_ids_and_what_it_belongs_to() -> None:
    queue = Queue()
    ids = {"request_id": "r1", "site_id": "s1"}
    SendQueue(queue, "url").queue_tasks(SendTask.ASK, [ids])
    SendQueue(queue, "url").queue_tasks(SendTask.NOTICE, notices(1))
    assert queue.bodies == [
        {"task": "ask", **ids, "correlation_id": "r1"},
        {"task": "notice", "notice_id": "00", "correlation_id": followed_id()},
    ]


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=2), 2),
        (timedelta(milliseconds=1001), 2),
        (timedelta(minutes=15), 900),
        (timedelta(hours=1), 900),
    ],
)
def test_a_message_waits_as_long_as_asked_and_at_most_a_quarter_of_an_hour(
    delay: timedelta, seconds: int
) -> None:
    queue = Queue()
    SendQueue(queue, "url").queue_tasks(SendTask.NOTICE, notices(2), delay)
    (call,) = queue.asked
    assert [one["DelaySeconds"] for one in call["Entries"]] == [seconds] * 2


@pytest.mark.parametrize(("number", "refused"), [(3, 1), (3, 3), (25, 1), (25, 5)])
def test_what_the_queue_refuses_is_not_counted(number: int, refused: int) -> None:
    queue = SendQueue(Queue(refused), "url")
    assert queue.queue_tasks(SendTask.NOTICE, notices(number)) == number - refused


@pytest.mark.parametrize("number", [1, 25])
def test_a_queue_that_fails_is_no_error_because_the_outbox_knows(number: int) -> None:
    queue = SendQueue(Queue(fails=ConnectionError("gone")), "url")
    assert queue.queue_tasks(SendTask.NOTICE, notices(number)) == 0


@pytest.mark.parametrize("fails", [None, ConnectionError("gone")])
def test_a_message_that_failed_comes_again_when_it_is_said(fails: Exception | None) -> None:
    queue = Queue(fails=fails)
    SendQueue(queue, "url").retry_delay("receipt", 30)
    assert queue.asked == [{"QueueUrl": "url", "ReceiptHandle": "receipt", "VisibilityTimeout": 30}]
