"""The made-up owner whom an officer is shown: nothing in it is anybody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.access.permissions import Officer, Role
from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.incidents.records import Incident, TeamMember
from chalicelib.notifications.rendering import MessageSender
from chalicelib.registry.model import PositionSource
from chalicelib.requests import emails
from chalicelib.requests.model import FootageWindow, RecipientState
from chalicelib.requests.overviews.preview_sample import (
    ADDRESS,
    NAME,
    PHRASE,
    TOKEN,
    sample_context,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
INCIDENT = Incident(
    "20/1/26", "Burglary", 52_476_001, -1_905_302, NOW, NOW, "A house.",
    id="1" * 16, created_by="pc1", created_by_id="2" * 16,
 in_charge=TeamMember("2" * 16, "pc.lane"), created_at=NOW,
)  # fmt: skip


def test_the_sample_shows_the_words_of_the_request_and_stands_for_most_owners() -> None:
    officer = Officer("2" * 16, "pc1", frozenset({Role.INVESTIGATOR}))
    window = FootageWindow(NOW - 2 * HOUR, NOW - HOUR)
    matter = sample_context(
        INCIDENT, officer, "PC Lane", "Look for a coat.", window, "Desk", "101", NOW
    )
    request, recipient = matter.request, matter.recipient
    assert (request.message, request.officer_name, request.created_by) == (
        "Look for a coat.", "PC Lane", "2" * 16,
    )  # fmt: skip
    assert (request.contact_name, request.contact_phone, request.site_count) == ("Desk", "101", 1)
    assert request.window == window and request.created_at == NOW
    # A home's camera that nobody described is taken to keep a week.
    assert recipient.deadline == window.start + timedelta(days=7)
    assert not recipient.deadline_certain and recipient.notified_at == NOW
    assert recipient.state is RecipientState.NOTIFIED
    assert {request.id, recipient.request_id, recipient.site_id, recipient.owner_id} == {"0" * 16}
    site, owner = matter.site, matter.owner
    assert (site.address_line_1, site.property_type) == (ADDRESS, PropertyType.HOME)
    assert (site.latitude_e6, site.longitude_e6) == (52_476_001, -1_905_302)
    assert site.position_source is PositionSource.POSTCODE and site.cameras == (Camera(1),)
    assert (owner.name, owner.email, owner.phone, owner.phrase) == (NAME, "", "", PHRASE)
    sender = MessageSender(
        "West Midlands Police", "101", "https://x.example", "Europe/London", "GB"
    )
    message = emails.request_email(sender, [matter], [TOKEN], NOW)
    assert "Look for a coat." in message.text and message.short
