"""The demo's street: neighbours around the burglary whose replies, taken together, show what is
covered and what is not.

One neighbour's recorder clock was twelve minutes slow; one recorder had already overwritten the
beginning and one of its two cameras was off; one camera looks the other way; and one neighbour has
not answered and will soon lose the footage. Together they leave a few minutes that nothing covers;
a neighbour who is asked a second time, about the minutes before, closes a part of the gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.ids import new_id
from chalicelib.geo.sight.field_of_view import position_beside
from chalicelib.notifications.verification_phrase import new_phrase
from chalicelib.registry.model import Owner, PositionSource, Site
from infra.localstack.visitor import Visitor
from infra.sampling.sample import Household, Sample, SamplePlace

DAY = 24 * 60
SLOW = timedelta(minutes=12)
"""How much one neighbour's recorder clock is behind."""


@dataclass(frozen=True)
class Neighbour:
    """An owner near the scene. bearing (degrees), metres: from the scene. cameras: where each
    looks (None when the owner did not say), and how many minutes it keeps. answer: the fields of
    the reply form, None when the owner does not answer. late: asked by the second request only."""

    name: str
    number: int
    bearing: int
    metres: int
    cameras: tuple[tuple[str | None, int], ...]
    answer: Mapping[str, str] | None
    slow: bool = False
    late: bool = False

    @property
    def email(self) -> str:
        """The made-up e-mail address to which the request is sent."""
        return f"{self.name.split(' ')[0].lower()}.street@example.test"


TO, AWAY = "to the scene", "away from it"

STREET = (
    Neighbour("Priya Shah", 74, 60, 18, ((TO, 100), (AWAY, 100)),
              {"answer_1": "nothing", "answer_2": "unavailable", "reason_2": "off",
               "answer": "cameras", "note": "The side camera has been unplugged since Sunday."}),
    Neighbour("Tom Bailey", 81, 200, 24, ((TO, 30 * DAY),),
              {"answer": "saved", "note": "A van stops twice. Saved all of it."}, slow=True),
    Neighbour("Grace Okafor", 79, 315, 26, ((TO, 7 * DAY),), {"answer": "declined"}),
    Neighbour("Leah Marsh", 72, 130, 16, ((AWAY, 14 * DAY),), {"answer": "nothing"}),
    Neighbour("Owen Clarke", 85, 250, 32, ((None, 7 * DAY),), {"answer": "nothing"}),
    Neighbour("Dilys Evans", 70, 15, 30, ((TO, 30 * DAY),), None),
    # The officer should ring her first: her doorbell keeps the footage for 40 minutes more.
    Neighbour("Ivy Grant", 76, 345, 21, ((TO, 160),), None),
    Neighbour("Marek Nowak", 68, 95, 34, ((TO, 5 * DAY),), {"answer": "nothing"}, late=True),
)  # fmt: skip


def neighbours(sample: Sample) -> Iterator[tuple[Owner, Site]]:
    """Make the neighbours' registrations around the first incident, in the nearest street."""
    place = sample.incidents[0]
    near = min(sample.households, key=lambda one: _apart(one, place))
    for one in STREET:
        yield _registration(one, place, near, datetime.now(ZoneInfo("UTC")))


def _apart(one: Household, place: SamplePlace) -> float:
    return (one.latitude - place.latitude) ** 2 + (one.longitude - place.longitude) ** 2


def _registration(
    one: Neighbour, place: SamplePlace, near: Household, now: datetime
) -> tuple[Owner, Site]:
    owner = Owner(
        id=new_id(),
        name=one.name,
        email=one.email,
        phone="",
        phrase=new_phrase(),
        created_at=now - timedelta(days=90),
    )
    scene = (round(place.latitude * 1e6), round(place.longitude * 1e6))
    latitude, longitude = position_beside(scene, one.bearing, one.metres)
    site = Site(
        id=new_id(),
        owner_id=owner.id,
        address_line_1=f"{one.number} {near.address_line_1.split(' ', 1)[1]}",
        address_line_2="",
        town=near.town,
        postcode=near.postcode,
        latitude_e6=latitude,
        longitude_e6=longitude,
        position_source=PositionSource.PIN,
        property_type=PropertyType.HOME,
        cameras=tuple(
            _camera(number, one, looks, keeps)
            for number, (looks, keeps) in enumerate(one.cameras, start=1)
        ),
        created_at=owner.created_at,
    )
    return owner, site


def _camera(number: int, one: Neighbour, looks: str | None, keeps: int) -> Camera:
    bearing = {TO: (one.bearing + 180) % 360, AWAY: one.bearing}.get(looks or "")
    return Camera(number, CameraKind.FIXED, "", "", keeps, True, bearing, 100, 42)


def neighbour_of(email: str) -> Neighbour | None:
    """Find the neighbour with this e-mail address, or None."""
    return next((one for one in STREET if one.email == email), None)


def answer_request(one: Neighbour, owner: Visitor, link: str, now: datetime, zone: str) -> None:
    """Send this neighbour's answer; a neighbour with a slow recorder then checks its clock."""
    if one.answer is None:
        return
    by_camera = one.answer.get("answer") == "cameras"
    page = owner.open_page(f"{link}/cameras" if by_camera else link)
    owner.submit(page, dict(one.answer))
    if one.slow:
        shown = now.astimezone(ZoneInfo(zone)) - SLOW
        check = {
            "shown_day": str(shown.day),
            "shown_month": str(shown.month),
            "shown_year": str(shown.year),
            "shown_time": f"{shown:%H:%M:%S}",
        }
        owner.submit(owner.open_page(f"{link}/clock"), check, action="/clock")
