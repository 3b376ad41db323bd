"""What people register: owners, their sites and the cameras there. Pure values and rules.

Positions are whole microdegrees (1e-6°, about 11 cm) in WGS84: what is stored, listed and
compared is the same number everywhere. Times are aware and in UTC. Retention is in minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds, StoredName

MOST_CAMERAS = 50
"""Most cameras at one site. A confirmation writes all of them in one transaction of at most 100
items; a larger place registers each building."""

PENDING_LIFE = timedelta(days=7)
"""How long an unconfirmed registration is kept."""


class PositionSource(StrEnum):
    """How a site's position was found."""

    POSTCODE = "postcode"
    PIN = "pin"


class Doubt(StrEnum):
    """Why nothing vouches for an address (`registry.vetting.doubts`)."""

    POSTCODE = "postcode"
    PIN = "pin"
    STREET = "street"
    MANY_SITES = "many sites"
    BUSY_NETWORK = "busy network"


@dataclass(frozen=True, kw_only=True)
class Premises:
    """A place with cameras: its address, its position and what stands there."""

    address_line_1: Personal
    address_line_2: Personal
    town: Personal
    postcode: Personal
    latitude_e6: Annotated[int, StoredName("lat")]
    longitude_e6: Annotated[int, StoredName("lng")]
    position_source: PositionSource
    property_type: PropertyType

    @property
    def address_lines(self) -> list[str]:
        """The lines of the address as it is written on a letter, without empty ones."""
        lines = (self.address_line_1, self.address_line_2, self.town, self.postcode)
        return [line for line in lines if line]


@dataclass(frozen=True, kw_only=True)
class Site(Premises):
    """One address with one or more cameras, owned by one owner.

    owner_id: stands under `owner`, because the index of requests by owner has `owner_id` as key.
    version: counts the changes; a change names the version it was made on, so that of two
    changes at once the second is refused. doubts: why an administrator has to look at the address;
    empty for most, and once somebody has.
    """

    id: str
    owner_id: Annotated[str, StoredName("owner")]
    cameras: Annotated[tuple[Camera, ...], FieldMark.APART]
    created_at: Seconds
    version: Annotated[int, FieldMark.KEPT] = 1
    doubts: tuple[Doubt, ...] = ()

    def camera(self, number: int) -> Camera | None:
        """The camera with this number."""
        return next((camera for camera in self.cameras if camera.number == number), None)

    def with_camera(self, changed: Camera) -> Site:
        """The site after one of its cameras was described anew."""
        cameras = tuple(changed if c.number == changed.number else c for c in self.cameras)
        return replace(self, cameras=cameras)

    def without_camera(self, number: int) -> Site:
        """The site after one of its cameras was taken down; the others keep their numbers."""
        return replace(self, cameras=tuple(c for c in self.cameras if c.number != number))

    def with_camera_count(self, count: int) -> Site:
        """The site with `count` cameras: new ones are unknown, the last ones go first."""
        kept = self.cameras[:count]
        return replace(self, cameras=kept + undescribed_cameras(count - len(kept), kept))


class Pause(StrEnum):
    """Why an owner is asked nothing for a time."""

    OWN = "own"
    """The owner asked for the pause."""
    RETURNED = "returned"
    """Our messages to the owner came back, or were reported as unwanted."""


@dataclass(frozen=True)
class Owner:
    """A resident or business who registered.

    phrase: three words that stand in every message to this owner and nobody else knows, so
    that a message without them is seen to be false. paused_until, paused_why: no requests before
    then. email_changed_at: links sent before then went to an address that was left.
    texts_to: the telephone that requests also go to as text messages, shown to be the owner's by
    a code (E.164); "" for e-mail alone.
    """

    id: str
    name: Personal
    email: Personal
    phone: Personal
    phrase: str
    created_at: Seconds
    paused_until: Seconds | None = None
    paused_why: Pause | None = None
    email_changed_at: Seconds | None = None
    version: Annotated[int, FieldMark.KEPT] = 1
    texts_to: Personal = ""


@dataclass(frozen=True, kw_only=True)
class Registration(Premises):
    """What somebody sent through the registration page and has not confirmed.

    id: of the pending registration, not of the site that may come of it. texts: True when requests
    shall also come as text messages to `phone`, once a code has shown whose it is. doubts: as of a
    Site.
    """

    id: str
    name: Personal
    email: Personal
    phone: Personal
    camera_count: int
    created_at: Seconds
    texts: bool = False
    doubts: tuple[Doubt, ...] = ()

    @property
    def expires_at(self) -> datetime:
        """The time from which the registration cannot be confirmed any more."""
        return self.created_at + PENDING_LIFE

    def site(self, site_id: str, owner_id: str, now: datetime) -> Site:
        """The site that confirming this registration puts on the register."""
        premises = {one.name: getattr(self, one.name) for one in fields(Premises)}
        cameras = undescribed_cameras(self.camera_count)
        return Site(
            id=site_id,
            owner_id=owner_id,
            cameras=cameras,
            created_at=now,
            doubts=self.doubts,
            **premises,
        )


def undescribed_cameras(count: int, beside: Iterable[Camera] = ()) -> tuple[Camera, ...]:
    """Make `count` cameras that nobody described yet, numbered after those in `beside`.

    Their retention stays open, so that what is assumed (cameras.retention) can follow what is
    learnt about such cameras without changing what owners said.
    """
    first = max((camera.number for camera in beside), default=0) + 1
    return tuple(Camera(number) for number in range(first, first + count))


def place_key(postcode: str, address_line_1: str) -> str:
    """A key that is equal for two spellings of one address, whatever case and spacing was typed."""
    return f"{postcode} {' '.join(address_line_1.casefold().replace(',', ' ').split())}"
