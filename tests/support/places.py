"""Owners and their sites, of which a test says no more than what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.core.ids import new_id
from chalicelib.registry.model import Owner, PositionSource, Site

PHRASE = "amber kettle harbour"


def a_site(*cameras: Camera, **known: Any) -> Site:
    """A home in the middle of Birmingham."""
    usual: dict[str, Any] = {
        "id": "s" * 16,
        "owner_id": "o" * 16,
        "address_line_1": "12 Test Street",
        "address_line_2": "",
        "town": "Birmingham",
        "postcode": "B1 1AY",
        "latitude_e6": 52_476_000,
        "longitude_e6": -1_905_300,
        "position_source": PositionSource.PIN,
        "property_type": PropertyType.HOME,
        "created_at": datetime(2026, 11, 20, 10, tzinfo=UTC),
    }
    return Site(cameras=cameras, **{**usual, **known})


def an_owner(created_at: datetime, email: str = "") -> Owner:
    """Make a new owner who is not stored yet."""
    return Owner(
        id=new_id(),
        name="Alex Owner",
        email=email or f"{new_id()}@example.test",
        phone="",
        phrase=PHRASE,
        created_at=created_at,
    )


def new_site(
    latitude_e6: int,
    longitude_e6: int,
    cameras: int = 1,
    property_type: PropertyType = PropertyType.HOME,
) -> tuple[Owner, Site]:
    """A site anywhere on Earth and its owner, not stored yet."""
    now = datetime.now(UTC).replace(microsecond=0)
    owner = an_owner(now)
    site = a_site(
        *(Camera(number) for number in range(1, cameras + 1)),
        id=new_id(),
        owner_id=owner.id,
        latitude_e6=latitude_e6,
        longitude_e6=longitude_e6,
        property_type=property_type,
        created_at=now,
    )
    return owner, site
