"""Where the sectors of postcodes lie: one item for each postal area, so that all are one query.

Postcodes are stored by sector, so a position does not lead to them. These items do: each has, for
every sector of a postal area, the middle of its postcodes and how far the farthest of them lies.
Great Britain has 124 postal areas with some 11,000 sectors, about 200 KB. The command that loads
postcodes writes them anew with the sectors that it changed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, hypot

from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Item
from chalicelib.geo.sight.field_of_view import Place, offset_metres
from chalicelib.registry.postcodes import unpack_sector

CENTRES = "POSTCODE_CENTRES"

_ONE = struct.Struct("<Biii")  # length of the name, latitude, longitude, reach

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "middles of the sectors of a postal area",
        pk=CENTRES,
        sk="[A-Z]{1,2}|[0-9]",
        needed=frozenset({"sectors"}),
    ),
)


@dataclass(frozen=True)
class SectorCentre:
    """The middle of a sector's postcodes, in microdegrees, and metres to the farthest of them."""

    sector: str
    place: Place
    reach_m: int


def postal_area(sector: str) -> str:
    """The postal area of a sector: the letters it begins with, or its first digit."""
    found = re.match("[A-Z]+|[0-9]", sector)
    return found[0] if found else ""


def sector_centre(sector: str, units: bytes) -> SectorCentre | None:
    """The middle of a sector's packed postcodes; None when none of them has a position."""
    places = [one.position for one in unpack_sector(sector, units) if one.position]
    if not places:
        return None
    # Longitudes are taken beside the first, as those of a sector may lie on both sides of 180°.
    first = places[0][1]
    beside = [(lng - first + 180_000_000) % 360_000_000 - 180_000_000 for _, lng in places]
    longitude = first + round(sum(beside) / len(beside))
    middle = (
        round(sum(lat for lat, _ in places) / len(places)),
        (longitude + 180_000_000) % 360_000_000 - 180_000_000,
    )
    reach = max(hypot(*offset_metres(middle, place)) for place in places)
    return SectorCentre(sector, middle, ceil(reach))


def centres_item(area: str, centres: Iterable[SectorCentre]) -> Item:
    """The table's item for one postal area."""
    parts = []
    for one in sorted(centres, key=lambda one: one.sector):
        name = one.sector.encode()
        parts.append(_ONE.pack(len(name), *one.place, one.reach_m) + name)
    return {"PK": CENTRES, "SK": area, "sectors": b"".join(parts)}


def read_centres(item: Mapping[str, object]) -> list[SectorCentre]:
    """The sectors of one postal area's item."""
    packed = item["sectors"]
    assert isinstance(packed, bytes)
    found, at = [], 0
    while at < len(packed):
        length, latitude, longitude, reach = _ONE.unpack_from(packed, at)
        at += _ONE.size
        name = packed[at : at + length].decode()
        found.append(SectorCentre(name, (latitude, longitude), reach))
        at += length
    return found
