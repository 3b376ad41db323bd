"""What jobs take in: each message as it is sent is read, and none that is not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.jobs.inputs import (
    CarryOutClosing,
    TellNews,
    TellOfMessage,
    TellRecipients,
    Thank,
    WakeUp,
    WriteOut,
    read_errand,
    read_object,
)
from chalicelib.notifications.send_queue import Errand, SendQueue
from chalicelib.telemetry.logs import begin

A, B = "7k3m9qxa00000000", "7k3m9qxa00000001"
SENT: dict[Errand, dict[str, str]] = {
    Errand.FAN_OUT: {"request_id": A, "part": "3"},
    Errand.ASK: {"request_id": A, "site_ids": f"{A} {B}"},
    Errand.START_CLOCKS: {"request_id": A, "site_ids": B},
    Errand.WITHDRAW: {"request_id": A, "site_ids": B},
    Errand.TELL_OWNER: {"request_id": A, "site_id": B},
    Errand.TELL_OFFICER: {"request_id": A, "site_id": B},
    Errand.NEWS: {"request_id": A},
    Errand.CLOSE: {"incident_id": A, "closing": "1"},
    Errand.THANK: {"incident_id": A, "closing": "2", "owner_id": B},
    Errand.UPLOAD_NOTICE: {"request_id": A, "evidence_id": B},
    Errand.NOTICE: {"notice_id": A},
}


class Queue:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message_batch(self, **sent: Any) -> dict[str, Any]:
        self.bodies += [entry["MessageBody"] for entry in sent["Entries"]]
        return {"Successful": sent["Entries"]}


@pytest.mark.parametrize("errand", list(Errand))
def test_every_errand_is_read_as_the_queue_carries_it(errand: Errand) -> None:
    queue = Queue()
    begin("call-1")
    SendQueue(queue, "url").put_all(errand, [SENT[errand]])
    found = read_errand(queue.bodies[0])
    assert found.errand is errand
    assert found.correlation_id == SENT[errand].get("request_id", "call-1")


def test_what_is_read_is_what_was_meant() -> None:
    def read(errand: Errand) -> Any:
        return read_errand(json.dumps({"errand": errand, **SENT[errand]}))

    assert read(Errand.FAN_OUT) == WriteOut(errand=Errand.FAN_OUT, request_id=A, part=3)
    asked = TellRecipients(errand=Errand.ASK, request_id=A, site_ids=(A, B))
    assert read(Errand.ASK) == asked
    assert isinstance(read(Errand.TELL_OFFICER), TellOfMessage)
    assert isinstance(read(Errand.NEWS), TellNews)
    closing = CarryOutClosing(errand=Errand.CLOSE, incident_id=A, closing=1)
    assert read(Errand.CLOSE) == closing
    assert read(Errand.THANK).owner_id == B and isinstance(read(Errand.THANK), Thank)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "not json",
        "{}",
        '{"errand": "sing"}',
        '{"errand": "news"}',
        '{"errand": "news", "request_id": "pat@zebedee.example"}',
        '{"errand": "news", "request_id": "7k3m9qxa00000000\\n"}',
        '{"errand": "fan_out", "request_id": "7k3m9qxa00000000", "part": "zebedee"}',
        '{"errand": "ask", "request_id": "7k3m9qxa00000000", "site_ids": "zebedee"}',
        '{"errand": "news", "request_id": "7k3m9qxa00000000", "correlation_id": "a zebedee"}',
    ],
)
def test_what_is_no_errand_is_refused_without_being_repeated(body: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_errand(body)
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
