"""Messages about a registration: where they lead, and what must not stand in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from unittest.mock import create_autospec

import pytest

from chalicelib.limits.address_mail import AddressMail
from chalicelib.limits.stranger_mail import StrangerMail
from chalicelib.notifications.channels import Mailer, Message
from chalicelib.notifications.notices import Notices
from chalicelib.notifications.rendering import MessageSender
from chalicelib.registry.emails import OwnerEmails

BASE = "https://sightline.example"
SENDER = MessageSender("West Midlands Police", "101", BASE, "Europe/London", "GB")
TO, PHRASE, TOKEN = "alex@example.test", "amber kettle harbour", "t" * 43
EMAILS = OwnerEmails(
    create_autospec(Mailer),
    SENDER,
    create_autospec(Notices),
    create_autospec(AddressMail),
    create_autospec(StrangerMail),
)
ADDRESS = ["12 Test Street", "Birmingham", "B1 1AY"]
UNTIL = datetime(2026, 12, 24, 12, tzinfo=UTC)


def confirm(phrase: str) -> Message:
    return EMAILS.confirm_registration(TO, address=ADDRESS, cameras=2, token=TOKEN, phrase=phrase)


MESSAGES: dict[str, tuple[Callable[[], Message], str]] = {
    "confirm_registration": (lambda: confirm(PHRASE), f"/register/confirm?token={TOKEN}"),
    "already_registered": (
        lambda: EMAILS.already_registered(TO, address=ADDRESS, token=TOKEN, phrase=PHRASE),
        f"/sign-in/confirm?token={TOKEN}",
    ),
    "sign_in_link": (
        lambda: EMAILS.sign_in_link(TO, token=TOKEN, phrase=PHRASE),
        f"/sign-in/confirm?token={TOKEN}",
    ),
    "registration_removed": (
        lambda: EMAILS.registration_removed(TO, phrase=PHRASE),
        "/register",
    ),
    "paused": (lambda: EMAILS.paused(TO, PHRASE, UNTIL), "/account"),
    "resumed": (lambda: EMAILS.resumed(TO, PHRASE), "/account"),
    "email_changed": (lambda: EMAILS.email_changed(TO, phrase=PHRASE), ""),
}
TO_STRANGERS: dict[str, tuple[Callable[[], Message], str]] = {
    "confirm_registration": (lambda: confirm(""), f"/register/confirm?token={TOKEN}"),
    "not_registered": (lambda: EMAILS.not_registered(TO), "/register"),
    "confirm_email": (
        lambda: EMAILS.confirm_email(TO, token=TOKEN),
        f"/email/confirm?token={TOKEN}",
    ),
    "email_taken": (lambda: EMAILS.email_taken(TO), "/sign-in"),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_to_an_owner_has_their_phrase_and_leads_to_its_page(kind: str) -> None:
    made, path = MESSAGES[kind]
    message = made()
    assert (message.to, message.kind) == (TO, kind) and message.subject
    assert PHRASE in message.text and PHRASE in message.html
    assert not path or (f"{BASE}{path}\n" in message.text and f"{BASE}{path}" in message.html)


@pytest.mark.parametrize("kind", TO_STRANGERS)
def test_a_message_to_who_may_be_a_stranger_says_nothing_of_anybody(kind: str) -> None:
    made, path = TO_STRANGERS[kind]
    message = made()
    assert (message.to, message.kind) == (TO, kind)
    assert f"{BASE}{path}\n" in message.text
    for said in (message.text, message.html):
        assert PHRASE not in said and "Test Street" not in said


def test_a_registration_is_confirmed_by_its_address_or_only_its_postcode() -> None:
    assert "12 Test Street" in confirm(PHRASE).text and "2 cameras" in confirm(PHRASE).text
    assert "B1 1AY" in confirm("").text
    assert "12 Test Street" in MESSAGES["already_registered"][0]().text


def test_a_pause_says_until_when_or_that_its_owner_ends_it() -> None:
    assert "24 December 2026" in EMAILS.paused(TO, PHRASE, UNTIL).text
    assert "2026" not in EMAILS.paused(TO, PHRASE, None).text
