"""A task whose mail waits for the account is left to the outbox, not to the failure queue."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.jobs import deliver
from chalicelib.notifications.mail_refusals import MailTrouble, MailWaits
from chalicelib.notifications.send_queue import SendTask


def container(*, waits: bool) -> tuple[Any, list[int]]:
    delays: list[int] = []
    queue = SimpleNamespace(retry_delay=lambda _, seconds: delays.append(seconds))
    standings = SimpleNamespace(waits=lambda: waits)
    own = SimpleNamespace(notifications=SimpleNamespace(send_queue=queue, mail_standings=standings))
    return own, delays


def record() -> Any:
    body = json.dumps({"task": "notice", "notice_id": "7k3m9qxa00000000"})
    attributes = SimpleNamespace(approximate_receive_count="2")
    return SimpleNamespace(body=body, attributes=attributes, receipt_handle="r", message_id="m")


@pytest.mark.parametrize("waits", [True, False])
def test_only_what_waits_for_the_account_is_left_to_the_outbox(
    monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    own, delays = container(waits=waits)
    error = MailWaits(MailTrouble.QUOTA) if waits else Unavailable("busy")

    def refused(*_: Any) -> None:
        raise error

    monkeypatch.setattr(deliver, "HANDLERS", {SendTask.NOTICE: refused})
    if waits:
        deliver._one(own, record(), lambda: 60.0)
        assert delays == []
    else:
        with pytest.raises(Unavailable):
            deliver._one(own, record(), lambda: 60.0)
        assert delays == [40]


def test_a_fault_of_ours_goes_on_to_the_failure_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    own, delays = container(waits=True)

    def broken(*_: Any) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(deliver, "HANDLERS", {SendTask.NOTICE: broken})
    with pytest.raises(KeyError):
        deliver._one(own, record(), lambda: 60.0)
    assert delays == [40]
