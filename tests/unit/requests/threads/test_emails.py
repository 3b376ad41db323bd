"""Mails and texts that say that somebody wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.core.ids import new_id
from chalicelib.notifications.rendering import MessageSender
from chalicelib.notifications.text_messages import MOST_SEGMENTS, message_text, segment_count
from chalicelib.requests.model import FootageRequest
from chalicelib.requests.threads.emails import officer_has_message

SENDER = MessageSender(
    "West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB"
)
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_an_officers_mail_cannot_be_taken_for_another() -> None:
    """A line break in a name adds no header, and a bounce is not put down to the owner."""
    request = FootageRequest(
        new_id(), new_id(), "7K3M-9QXA", "m", NOW, NOW, "officer", "PC Lane", NOW, 1
    )
    mail = officer_has_message(SENDER, "o@example.test", "PC Lane\nBcc: x@y.z", request, new_id())
    assert "\n" not in mail.subject
    assert mail.tags == {}
    assert request.reference in mail.subject
    assert "/console/profile" in mail.text


@pytest.mark.parametrize("officer", ["PC Alex Lane", "Detective Sergeant " + "Łukasz " * 30, ""])
def test_a_text_says_who_wrote_and_stays_short(officer: str) -> None:
    link = "https://sightline.example/reply/" + "x" * 43
    text = message_text(
        SENDER, officer=officer, phrase="amber kettle harbour", reference="7K3M-9QXA", link=link
    )
    assert segment_count(text) <= MOST_SEGMENTS
    assert text.endswith(link)
    assert "amber kettle harbour" in text
