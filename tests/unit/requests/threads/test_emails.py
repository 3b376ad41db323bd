"""Mails and texts that say that somebody wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.permissions import Officer, Role
from chalicelib.core.ids import new_id
from chalicelib.incidents.records import Incident, TeamMember
from chalicelib.notifications.rendering import MessageSender
from chalicelib.notifications.text_messages import MOST_SEGMENTS, message_text, segment_count
from chalicelib.requests.model import FootageRequest, FootageWindow
from chalicelib.requests.overviews.preview_sample import sample_context
from chalicelib.requests.threads.emails import officer_has_message, owner_has_message

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


def test_an_owners_mail_has_the_words_and_its_text_goes_to_who_wants_texts() -> None:
    window = FootageWindow(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    officer = Officer("2" * 16, "pc1", frozenset({Role.INVESTIGATOR}))
    incident = Incident(
        "20/1/26",
        "Burglary",
        1,
        1,
        NOW,
        NOW,
        "A.",
        id="1" * 16,
        created_by="pc1",
        created_by_id="2" * 16,
        in_charge=TeamMember("2" * 16, "pc.lane"),
        created_at=NOW,
    )
    matter = sample_context(incident, officer, "PC Lane", "Look.", window, "", "", NOW)
    words = [("PC Lane", "Which door?"), ("PC Moss", "And the gate?")]
    mail = owner_has_message(SENDER, matter, words, "t" * 43)
    assert "Which door?" in mail.text and "And the gate?" in mail.text
    link = f"https://sightline.example/reply/{'t' * 43}"
    assert link in mail.text and link in mail.short
    assert "From PC Moss." in mail.short, "who wrote last"
    assert mail.subject.startswith("A message from PC Lane and PC Moss of "), "both wrote"
    assert mail.tags == {"request": "0" * 16, "site": "0" * 16}
    unsaid = owner_has_message(SENDER, matter, [], "t" * 43)
    assert "From PC Lane." in unsaid.short
    plain = matter._replace(owner=replace(matter.owner, texts_to=""))
    mail = owner_has_message(SENDER, plain, words, "t" * 43)
    assert mail.short == mail.phone == "" and "101" in mail.text
    other = matter._replace(request=replace(matter.request, contact_phone="+441214960101"))
    assert "0121 496 0101" in owner_has_message(SENDER, other, words, "t" * 43).text


def test_an_officers_mail_leads_to_the_recipient_on_the_console() -> None:
    request = FootageRequest("r" * 16, "i" * 16, "7K3M-9QXA", "m", NOW, NOW, "o", "PC", NOW, 1)
    mail = officer_has_message(SENDER, "o@example.test", "PC Lane", request, "s" * 16)
    page = f"https://sightline.example/console/requests/{'r' * 16}/recipients/{'s' * 16}"
    assert page in mail.text and (mail.to, mail.reference) == ("o@example.test", "7K3M-9QXA")
