"""Messages by e-mail and text: the e-mail decides, and a text wakes nobody for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.notifications.messenger import Messenger

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
PLAIN = Message("alex@example.test", "Please check", "Hello", "<p>Hello</p>", kind="ask")
BOTH = replace(PLAIN, phone="+447700900100", short="Look.")
TEXT = replace(BOTH, to="")


class Channel:
    """A mailer or a texter that notes what it sent. fails: what it raises instead."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.fails: Exception | None = None

    def send(self, *what: Any) -> str:
        if self.fails:
            raise self.fails
        self.sent.append(what)
        return "id"


class Desk:
    def __init__(self) -> None:
        self.now = NOON
        self.mail, self.text = Channel(), Channel()
        mail: Any = self.mail
        text: Any = self.text
        self.messenger = Messenger(mail, text, lambda: self.now, "Europe/London")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_both_go_to_who_wants_both(desk: Desk) -> None:
    assert desk.messenger.send(BOTH) == "id"
    assert desk.mail.sent == [(BOTH,)] and desk.text.sent == [(BOTH.phone, "Look.")]


@pytest.mark.parametrize("message", [PLAIN, replace(BOTH, phone=""), replace(BOTH, short="")])
def test_no_text_goes_without_a_number_and_words(desk: Desk, message: Message) -> None:
    assert desk.messenger.send(message) == "id"
    assert desk.mail.sent == [(message,)] and desk.text.sent == []


def test_a_text_alone_needs_no_address(desk: Desk) -> None:
    assert desk.messenger.send(TEXT) == ""
    assert desk.mail.sent == [] and len(desk.text.sent) == 1


def test_a_refused_address_is_no_error_when_the_text_went(desk: Desk) -> None:
    desk.mail.fails = Undeliverable("no such address")
    assert desk.messenger.send(BOTH) == "" and len(desk.text.sent) == 1
    with pytest.raises(Undeliverable):
        desk.messenger.send(PLAIN)
    desk.text.fails = Undeliverable("no such number")
    with pytest.raises(Undeliverable):
        desk.messenger.send(BOTH)


def test_while_mail_is_not_taken_no_text_goes_either(desk: Desk) -> None:
    """The queue tries both again."""
    desk.mail.fails = Unavailable("Later")
    with pytest.raises(Unavailable):
        desk.messenger.send(BOTH)
    assert desk.text.sent == []


def test_a_text_that_fails_is_no_reason_to_send_the_mail_again(desk: Desk) -> None:
    desk.text.fails = Unavailable("Later")
    assert desk.messenger.send(BOTH) == "id"


def test_at_night_a_text_goes_only_when_the_morning_is_too_late(desk: Desk) -> None:
    desk.now = NIGHT
    tonight = replace(BOTH, text_by=NIGHT + timedelta(hours=2))
    tomorrow = replace(BOTH, text_by=NIGHT + timedelta(hours=20))
    for message, texts in ((BOTH, 0), (tomorrow, 0), (tonight, 1)):
        desk.text.sent.clear()
        assert desk.messenger.send(message) == "id"
        assert len(desk.text.sent) == texts
    desk.now = NOON
    assert desk.messenger.send(tomorrow) == "id" and len(desk.text.sent) == 2
