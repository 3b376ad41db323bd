"""Sites anywhere on Earth, for tests of the map."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.core.ids import new_id
from chalicelib.registry.model import Owner, PositionSource, Site


def new_site(
    latitude_e6: int,
    longitude_e6: int,
    cameras: int = 1,
    property_type: PropertyType = PropertyType.HOME,
) -> tuple[Owner, Site]:
    """A site and its owner, not stored yet."""
    now = datetime.now(UTC).replace(microsecond=0)
    owner = Owner(
        id=new_id(),
        name="Alex Owner",
        email=f"{new_id()}@example.test",
        phone="",
        phrase="amber kettle harbour",
        created_at=now,
    )
    site = Site(
        id=new_id(),
        owner_id=owner.id,
        address_line_1="12 Test Street",
        address_line_2="",
        town="Birmingham",
        postcode="B1 1AY",
        latitude_e6=latitude_e6,
        longitude_e6=longitude_e6,
        position_source=PositionSource.PIN,
        property_type=property_type,
        cameras=tuple(Camera(number) for number in range(1, cameras + 1)),
        created_at=now,
    )
    return owner, site
