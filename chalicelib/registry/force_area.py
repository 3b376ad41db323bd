"""The area that a force serves: whoever registers outside it is told where to go instead."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Item, Table

EDGE_M = 200
"""Metres outside the boundary that still count as inside. Published boundaries are generalised (a
street can lie on the wrong side by a hundred metres) and a postcode stands for several houses;
turning away somebody who belongs here is worse than a few neighbours too many."""

LARGEST = 350_000
"""Most bytes of a compressed outline: an item of DynamoDB holds 400 KB."""

METRES_PER_DEGREE = 111_195
_FRESH = timedelta(minutes=5)

Ring = Sequence[Sequence[float]]
"""A closed line of [longitude, latitude] in degrees, as GeoJSON has it."""

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "force area",
        pk="FORCE",
        sk="AREA",
        needed=frozenset({"geometry", "points", "loaded_at"}),
    ),
)


@dataclass(frozen=True)
class AreaOutline:
    """The outline of the force's area: polygons, each an outer ring followed by its holes."""

    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def points(self) -> int:
        """How many corners the outline has."""
        return sum(len(ring) for rings in self.polygons for ring in rings)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees. No area that crosses 180° is ever loaded."""
        corners = [point for rings in self.polygons for ring in rings for point in ring]
        longitudes, latitudes = zip(*((point[0], point[1]) for point in corners), strict=True)
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    def serves(self, latitude_e6: int, longitude_e6: int) -> bool:
        """Whether a position (microdegrees) is inside the area or within EDGE_M metres of it."""
        here = (longitude_e6 / 1e6, latitude_e6 / 1e6)
        return any(
            _inside(here, rings) or any(_metres_from(here, ring) <= EDGE_M for ring in rings)
            for rings in self.polygons
        )


def _inside(here: tuple[float, float], rings: Sequence[Ring]) -> bool:
    """Whether a place is inside, by the even-odd rule over all rings: a hole is outside."""
    x, y = here
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in _edges(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
    return inside


def _metres_from(here: tuple[float, float], ring: Ring) -> float:
    """Metres to a ring's nearest edge, on the tangent plane, which is exact enough for EDGE_M."""
    east = METRES_PER_DEGREE * math.cos(math.radians(here[1]))
    nearest = math.inf
    for (x1, y1), (x2, y2) in _edges(ring):
        ax, ay = (x1 - here[0]) * east, (y1 - here[1]) * METRES_PER_DEGREE
        bx, by = (x2 - here[0]) * east, (y2 - here[1]) * METRES_PER_DEGREE
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = max(0.0, min(1.0, -(ax * (bx - ax) + ay * (by - ay)) / length)) if length else 0.0
        nearest = min(nearest, math.hypot(ax + along * (bx - ax), ay + along * (by - ay)))
    return nearest


def _edges(ring: Ring) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for first, second in pairwise(ring):
        yield (first[0], first[1]), (second[0], second[1])


def area_item(area: AreaOutline, now: datetime) -> Item:
    """Make the table's item of an outline. Raises ValueError when it has too many points."""
    # Six decimals are 11 cm; more decimals would only take space.
    rounded = [
        [[[round(point[0], 6), round(point[1], 6)] for point in ring] for ring in rings]
        for rings in area.polygons
    ]
    packed = gzip.compress(json.dumps(rounded, separators=(",", ":")).encode(), mtime=0)
    if len(packed) > LARGEST:
        raise ValueError(
            f"{area.points} points are too many; simplify the outline to about 20 m first"
        )
    return {
        "PK": "FORCE",
        "SK": "AREA",
        "geometry": packed,
        "points": area.points,
        "loaded_at": iso_seconds(now),
    }


class ForceArea:
    """Tells whether a place is within the area that the force serves."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._area: AreaOutline | None = None
        self._read_at: datetime | None = None

    def serves(self, latitude_e6: int, longitude_e6: int) -> bool:
        """Whether the force serves a position (microdegrees); True when no area was ever loaded."""
        area = self._current()
        return area is None or area.serves(latitude_e6, longitude_e6)

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the area in degrees; None when none was ever loaded."""
        area = self._current()
        return area.bounds if area else None

    def _current(self) -> AreaOutline | None:
        """The outline, kept between calls: boundaries rarely change, and the outline is the
        largest item that registering reads. The absence of an outline is not remembered."""
        now = self._clock()
        if self._area is None or self._read_at is None or now - self._read_at > _FRESH:
            item = self._table.get("FORCE", "AREA")
            self._area = _from_item(item) if item else None
            self._read_at = now
        return self._area


def _from_item(item: Item) -> AreaOutline:
    rings = json.loads(gzip.decompress(item["geometry"]))
    return AreaOutline(tuple(tuple(polygon) for polygon in rings))
