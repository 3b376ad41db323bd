"""A made-up owner for showing an officer what owners will get, before anybody is asked.

The sample is not stored and holds nothing of a real owner: the officer who writes a request sees
words that stand for what differs from owner to owner.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.access.permissions import Officer
from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.incidents.service import Incident
from chalicelib.registry.model import Owner, PositionSource, Site
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient, RecipientState
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.relevant_cameras import asked_cameras
from chalicelib.requests.reminder_schedule import overwrite_deadline

NAME = "(the owner’s name)"
PHRASE = "(the owner’s own security words)"
ADDRESS = "(their address)"
REFERENCE = "(given when it is sent)"
TOKEN = "a-link-of-their-own"  # noqa: S105 (opens nothing)
TELEPHONE = "(their phone)"
"""The sample owner chose text messages, so that the preview shows these too."""
_ID = "0" * 16

CAMERAS = (Camera(1),)
"""One camera that nobody described, at a home: the owner of most sites."""


def sample_context(
    incident: Incident,
    officer: Officer,
    officer_name: str,
    message: str,
    window: FootageWindow,
    contact_name: str,
    contact_phone: str,
    now: datetime,
) -> RecipientContext:
    """What a message to an owner is about, with a made-up owner.

    officer_name: as owners see it. window: the time that this owner is asked for. contact_name,
    contact_phone: as in a FootageRequest.
    """
    site = _site(incident, now)
    deadline = overwrite_deadline(window.start, CAMERAS, PropertyType.HOME)
    request = FootageRequest(
        id=_ID,
        incident_id=incident.id,
        reference=REFERENCE,
        message=message,
        window_from=window.start,
        window_to=window.end,
        created_by=officer.id,
        officer_name=officer_name,
        created_at=now,
        site_count=1,
        contact_name=contact_name,
        contact_phone=contact_phone,
    )
    recipient = Recipient(
        request_id=_ID,
        site_id=_ID,
        owner_id=_ID,
        created_at=now,
        state=RecipientState.NOTIFIED,
        deadline=deadline.at if deadline else None,
        deadline_certain=bool(deadline and deadline.certain),
        notified_at=now,
        asked=asked_cameras(site, ()),
    )
    return RecipientContext(request, recipient, incident, site, _owner(now))


def _site(incident: Incident, now: datetime) -> Site:
    """A sample site at the incident's own place, which the preview does not show to any owner."""
    return Site(
        id=_ID,
        owner_id=_ID,
        address_line_1=ADDRESS,
        address_line_2="",
        town="",
        postcode="",
        latitude_e6=incident.latitude_e6,
        longitude_e6=incident.longitude_e6,
        position_source=PositionSource.POSTCODE,
        property_type=PropertyType.HOME,
        cameras=CAMERAS,
        created_at=now,
    )


def _owner(now: datetime) -> Owner:
    return Owner(
        id=_ID,
        name=NAME,
        email="",
        phone="",
        phrase=PHRASE,
        created_at=now,
        texts_to=TELEPHONE,
    )
