"""What jobs take in: each message as it is sent is read, and none that is not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.jobs.inputs import (
    CarryOutClosing,
    NotifyOfMessage,
    NotifyRecipients,
    SendClosingNotice,
    SendOfficerDigest,
    WakeUp,
    WriteBatch,
    read_object,
    read_task,
)
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.telemetry.logs import begin_call

A, B = "7k3m9qxa00000000", "7k3m9qxa00000001"
SENT: dict[SendTask, dict[str, str]] = {
    SendTask.FAN_OUT: {"request_id": A, "part": "3"},
    SendTask.ASK: {"request_id": A, "site_ids": f"{A} {B}"},
    SendTask.START_REMINDERS: {"request_id": A, "site_ids": B},
    SendTask.WITHDRAW: {"request_id": A, "site_ids": B},
    SendTask.TELL_OWNER: {"request_id": A, "site_id": B},
    SendTask.TELL_OFFICER: {"request_id": A, "site_id": B},
    SendTask.OFFICER_DIGEST: {"request_id": A},
    SendTask.CLOSE: {"incident_id": A, "closing": "1"},
    SendTask.THANK: {"incident_id": A, "closing": "2", "owner_id": B},
    SendTask.UPLOAD_NOTICE: {"request_id": A, "evidence_id": B},
    SendTask.NOTICE: {"notice_id": A},
}


class Queue:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message_batch(self, **sent: Any) -> dict[str, Any]:
        self.bodies += [entry["MessageBody"] for entry in sent["Entries"]]
        return {"Successful": sent["Entries"]}


@pytest.mark.parametrize("task", list(SendTask))
def test_every_task_is_read_as_the_queue_carries_it(task: SendTask) -> None:
    queue = Queue()
    begin_call("call-1")
    SendQueue(queue, "url").queue_tasks(task, [SENT[task]])
    found = read_task(queue.bodies[0])
    assert found.task is task
    assert found.correlation_id == SENT[task].get("request_id", "call-1")


def test_what_is_read_is_what_was_meant() -> None:
    def read(task: SendTask) -> Any:
        return read_task(json.dumps({"task": task, **SENT[task]}))

    assert read(SendTask.FAN_OUT) == WriteBatch(task=SendTask.FAN_OUT, request_id=A, part=3)
    asked = NotifyRecipients(task=SendTask.ASK, request_id=A, site_ids=(A, B))
    assert read(SendTask.ASK) == asked
    assert isinstance(read(SendTask.TELL_OFFICER), NotifyOfMessage)
    assert isinstance(read(SendTask.OFFICER_DIGEST), SendOfficerDigest)
    closing = CarryOutClosing(task=SendTask.CLOSE, incident_id=A, closing=1)
    assert read(SendTask.CLOSE) == closing
    assert read(SendTask.THANK).owner_id == B and isinstance(
        read(SendTask.THANK), SendClosingNotice
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "not json",
        "{}",
        '{"task": "sing"}',
        '{"task": "news"}',
        '{"task": "news", "request_id": "pat@zebedee.example"}',
        '{"task": "news", "request_id": "7k3m9qxa00000000\\n"}',
        '{"task": "fan_out", "request_id": "7k3m9qxa00000000", "part": "zebedee"}',
        '{"task": "ask", "request_id": "7k3m9qxa00000000", "site_ids": "zebedee"}',
        '{"task": "news", "request_id": "7k3m9qxa00000000", "correlation_id": "a zebedee"}',
    ],
)
def test_what_is_no_task_is_refused_without_being_repeated(body: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_task(body)
    assert "zebedee" not in str(refused.value)


def test_a_wake_up_goes_on_with_what_the_last_one_answered() -> None:
    before = {"request_id": A, "site_id": B, "run": 2, "correlation_id": A}
    merged = {**before, "done": False, "wake_at": "2026-11-20T10:00:00Z", "last": False}
    assert WakeUp.model_validate(merged) == WakeUp(**before)  # type: ignore[arg-type]  # of a mapping
    with pytest.raises(ValidationError):
        WakeUp.model_validate({"request_id": A})


def test_of_a_new_object_its_place_is_read() -> None:
    detail = {"bucket": {"name": "b"}, "object": {"key": "k", "etag": "e", "size": 1}, "more": 1}
    found = read_object(detail)
    assert (found.bucket.name, found.object.key, found.object.etag) == ("b", "k", "e")
    with pytest.raises(ValidationError):
        read_object({"bucket": {"name": "b"}})
