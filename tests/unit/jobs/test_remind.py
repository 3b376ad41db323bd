"""A reminder that waits for the account is no failed timer."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.jobs import remind
from chalicelib.notifications.mail_refusals import MailTrouble, MailWaits

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
EVENT = {"request_id": "7k3m9qxa00000000", "site_id": "7k3m9qxa00000001", "run": 1}


@pytest.mark.parametrize(
    "error", [MailWaits(MailTrouble.PAUSED), Unavailable("busy")], ids=["waits", "busy"]
)
def test_a_timer_sleeps_while_the_account_may_not_send(
    monkeypatch: pytest.MonkeyPatch, error: Unavailable
) -> None:
    def refused(*_: Any) -> None:
        raise error

    own = SimpleNamespace(
        requests=SimpleNamespace(reminders=SimpleNamespace(wake=refused)),
        clients=SimpleNamespace(clock=lambda: NOW),
    )
    monkeypatch.setattr(remind, "services", lambda: own)
    context = SimpleNamespace(
        aws_request_id="r", function_name="f", memory_limit_in_mb=128, invoked_function_arn="a"
    )
    if isinstance(error, MailWaits):
        answer = remind.remind(EVENT, context)
        assert answer == {"done": False, "wake_at": "2026-11-30T12:15:00Z", "last": False}
    else:
        with pytest.raises(Unavailable):  # the state machine tries again within minutes
            remind.remind(EVENT, context)
