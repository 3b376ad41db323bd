"""Names positions by the nearest postcode or sector, for people who read a page and not a map.

The middles of all sectors are read once and kept for some minutes; the postcodes of the sectors
around a position are read when they are needed. Where no postcodes are loaded, or none is near,
the name is "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import cos, hypot, radians

from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import Table
from chalicelib.geo import h3_cells
from chalicelib.geo.sight.field_of_view import Place, offset_metres
from chalicelib.registry.gazetteer.sector_centres import CENTRES, SectorCentre, read_centres
from chalicelib.registry.postcodes import sector_key, unpack_sector

FRESH = timedelta(minutes=5)
"""How long what was read is kept: postcodes change four times a year."""

FAR_M = 5_000
"""Metres within which a name says where something is."""

WIDE_M = 16_000
"""Metres within which a name says where a whole hexagon is."""

SECTOR_FROM = 7
"""The coarsest resolution of H3 whose cells, of some 5 km², are named by a sector."""

MOST_SECTORS = 150
"""Most sectors whose postcodes are read at once; places wider apart are named by their sectors."""

_KEPT_SECTORS = 600

Named = tuple[int, int, str]
"""Latitude and longitude in microdegrees, and a name."""


class PlaceNames:
    """Finds the postcodes and sectors nearest to positions; one per process."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._centres: tuple[SectorCentre, ...] = ()
        self._sectors = NearestName(())
        self._read_at: datetime | None = None
        self._units: dict[str, tuple[Named, ...]] = {}

    def postcodes_near(self, places: Sequence[Place]) -> list[str]:
        """For each place the nearest postcode, "" where none is within FAR_M."""
        sectors = around(self._all_centres(), places) if places else []
        if len(sectors) > MOST_SECTORS:
            return self.sectors_near(places)
        units = NearestName(unit for one in self._postcodes(sectors).values() for unit in one)
        return [units.find(place) for place in places]

    def sectors_near(self, places: Sequence[Place], within_m: int = FAR_M) -> list[str]:
        """For each place the sector whose middle is nearest, "" where none is within `within_m`."""
        self._all_centres()
        return [self._sectors.find(place, within_m) for place in places]

    def cells_near(self, cells: Iterable[str]) -> dict[str, str]:
        """H3 cell → the sector nearest to its middle, or of a large cell the district, which is the
        first part of the sector's name where it has parts; cells far from any are left out."""
        listed = list(cells)
        middles = map(h3_cells.cell_centre, listed)
        places = [(one.latitude_e6, one.longitude_e6) for one in middles]
        named = zip(listed, self.sectors_near(places, WIDE_M), strict=True)
        return {
            cell: name if h3_cells.resolution_of(cell) >= SECTOR_FROM else name.split(" ")[0]
            for cell, name in named
            if name
        }

    def _all_centres(self) -> tuple[SectorCentre, ...]:
        now = self._clock()
        # A table without postcodes is asked again each time: they are loaded once, at the start.
        if not self._centres or self._read_at is None or now - self._read_at > FRESH:
            items = self._table.query(CENTRES)
            self._centres = tuple(one for item in items for one in read_centres(item))
            self._sectors = NearestName((*one.place, one.sector) for one in self._centres)
            self._read_at, self._units = now, {}
        return self._centres

    def _postcodes(self, sectors: Sequence[str]) -> dict[str, tuple[Named, ...]]:
        known = {one: self._units[one] for one in sectors if one in self._units}
        keys = {sector_key(one): one for one in sectors if one not in known}
        for key, item in self._table.get_many(keys, attributes=("units",)).items():
            located = unpack_sector(keys[key], item["units"])
            known[keys[key]] = tuple(
                (*one.position, one.postcode) for one in located if one.position
            )
        if len(self._units) > _KEPT_SECTORS:
            self._units = {}
        self._units.update(known)
        return known


def around(centres: Iterable[SectorCentre], places: Sequence[Place]) -> list[str]:
    """The sectors that may hold the postcode nearest to one of these places.

    All places lie within some metres of the first. A sector's nearest postcode is then no nearer
    than its middle less its reach less these metres, and no farther than the sum of the three.
    """
    spread = max(hypot(*offset_metres(places[0], place)) for place in places)
    away = [(hypot(*offset_metres(places[0], one.place)), one) for one in centres]
    surely = min((metres + one.reach_m + spread for metres, one in away), default=0.0)
    most = min(surely, FAR_M + spread)
    return [one.sector for metres, one in away if metres - one.reach_m - spread <= most]


class NearestName:
    """Finds the nearest of many named places, kept by squares so that few are measured."""

    SIDE = 4_000
    """Microdegrees of a square's side, about 450 m from north to south."""

    RINGS = 60
    """Rings of squares that are looked through around a position."""

    def __init__(self, named: Iterable[Named]) -> None:
        self._squares: dict[tuple[int, int], list[Named]] = defaultdict(list)
        for one in named:
            self._squares[one[0] // self.SIDE, one[1] // self.SIDE].append(one)

    def find(self, place: Place, within_m: float = FAR_M) -> str:
        """The nearest name, "" where none is within so many metres."""
        row, column = place[0] // self.SIDE, place[1] // self.SIDE
        narrow = self.SIDE * 0.11 * max(cos(radians(place[0] / 1e6)), 0.01)
        best, name = float(within_m), ""
        if not self._squares:
            return name
        for ring in range(self.RINGS):
            # What lies in this ring is at least so many whole squares away.
            if (ring - 1) * narrow > best:
                break
            for square in _ring(row, column, ring):
                for latitude, longitude, one in self._squares.get(square, ()):
                    metres = hypot(*offset_metres(place, (latitude, longitude)))
                    if metres < best or (metres == best and (not name or one < name)):
                        best, name = metres, one
        return name


def _ring(row: int, column: int, ring: int) -> Iterator[tuple[int, int]]:
    if ring == 0:
        yield row, column
    for step in range(-ring, ring):
        yield row - ring, column + step
        yield row + ring, column - step
        yield row + step + 1, column - ring
        yield row - step - 1, column + ring
