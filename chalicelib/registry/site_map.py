"""The map of all sites: how many stand where, and the single ones when one comes near.

Counts come from the COUNT items alone (geo.levels), never from pins. How much one look reads is
bounded, whatever is asked for and however many sites there are (docs/decisions/0008):

- counts: at most 12 queries (24 across the antimeridian) of at most 16,384 counts together, 48
  read units, if every square of the Earth had sites; below zoom 7 eight times that, but Great
  Britain has some 1,600 of the squares read there, 5 units;
- pins: the counts under them first, which say whether they are few enough to be read; then at
  most 12 queries (24) of at most MOST_READ pins, some 90 read units.

Reads are eventually consistent: a registration shows about a second later.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from chalicelib.geo import grid
from chalicelib.geo.cover import LAST, KeyRange
from chalicelib.geo.earth import DEGREE
from chalicelib.geo.levels import TILES, WITHIN_BITS, Level, level_for
from chalicelib.geo.sectors import Sector
from chalicelib.geo.squares import Box, cover
from chalicelib.registry.drawn import sectors_of
from chalicelib.registry.pin_reader import PinReader
from chalicelib.registry.pins import unpack

ROUND = 360 * DEGREE

SQUARES_PER_TILE = 3
"""2^3 squares along a map tile (512 pixels): circles of up to 64 pixels."""

MOST_ACROSS = 40
"""Squares along the longer side of what is shown: 2,560 pixels. Of a larger map the squares are
larger."""

PINS_FROM = 14
"""Zoom from which on single sites are shown: a screen is some 4 km wide then."""

MOST_TILES_ACROSS = 24
"""Along a frame whose pins may be read: 18 km in England. That is nine partitions at most."""

MOST_PINS = 3_000
"""Shown at once; more are counted."""

MOST_READ = 10_000
"""Sites in and right beside the box beyond which pins are not read at all."""

AT_ONCE = 8

Square = tuple[int, int]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Frame:
    """The part of the world that a map shows, in microdegrees.

    west may be greater than east: the frame then crosses the antimeridian. zoom: of the web
    map, 0 for the world in one tile of 512 pixels.
    """

    west: int
    south: int
    east: int
    north: int
    zoom: int

    @property
    def wide(self) -> int:
        """From west to east."""
        across = self.east - self.west
        return across if across == ROUND else across % ROUND

    def holds(self, latitude_e6: int, longitude_e6: int) -> bool:
        """True when the frame shows the position."""
        return (
            self.south <= latitude_e6 <= self.north
            and (longitude_e6 - self.west) % ROUND <= self.wide
        )

    def boxes(self) -> list[Box]:
        """In grid units: two when the frame crosses the antimeridian, none beyond 85°."""
        north, south = min(self.north, grid.CAP - 1), max(self.south, 1 - grid.CAP)
        if north < south:
            return []
        top, bottom = max(grid.row(north) - 1, 0), min(grid.row(south) + 1, grid.WORLD - 1)
        west = grid.column(self.west)
        east = west + self.wide * grid.WORLD // ROUND + 1
        if east < grid.WORLD:
            return [Box(west, top, east, bottom)]
        last = grid.WORLD - 1
        if self.wide == ROUND or east - grid.WORLD >= west:
            return [Box(0, top, last, bottom)]
        return [Box(west, top, last, bottom), Box(0, top, east - grid.WORLD, bottom)]


@dataclass(frozen=True)
class CountedSquare:
    """Sites in one square of the map, in degrees.

    latitude, longitude: where in the square most of them are, as far as finer counts tell that
    were read anyway; its middle otherwise.
    """

    west: float
    south: float
    east: float
    north: float
    sites: int
    latitude: float
    longitude: float


@dataclass
class _Sum:
    """Sites in a square, and the sum of their places in grid units."""

    sites: int = 0
    x: int = 0
    y: int = 0


@dataclass(frozen=True, order=True)
class ShownPin:
    """One site on the map: where it is, what stands there, and what its cameras have in view as
    far as that is known. Not which site: that, and asking anything of it, takes a search with an
    incident and a reason."""

    longitude_e6: int
    latitude_e6: int
    kind: str
    cameras: int
    sectors: tuple[Sector, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class SiteMapPart:
    """What the map shows in a frame: pins, or squares with counts when pins is None.

    total: sites in all of what is shown; whole squares count, also where they lie half outside
    the frame.
    """

    total: int
    squares: tuple[CountedSquare, ...] = ()
    pins: tuple[ShownPin, ...] | None = None


class SiteMap:
    """Reads parts of the map; one per process. reader: safe to use from several threads."""

    def __init__(self, reader: PinReader) -> None:
        self._reader = reader
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def part(self, frame: Frame) -> SiteMapPart:
        """What the map shows in a frame. Raises Unavailable when the table stays too busy."""
        boxes = frame.boxes()
        if frame.zoom >= PINS_FROM and _across(boxes, TILES.bits) <= MOST_TILES_ACROSS:
            pins = self._pins(frame, boxes)
            if pins is not None:
                return SiteMapPart(len(pins), pins=pins)
        zoom = min(frame.zoom + SQUARES_PER_TILE, TILES.zoom)
        while zoom and _across(boxes, grid.WORLD_BITS - zoom) > MOST_ACROSS:
            zoom -= 1
        squares = tuple(_squares(self._counted(boxes, zoom), zoom))
        return SiteMapPart(sum(square.sites for square in squares), squares)

    def _counted(self, boxes: Sequence[Box], zoom: int) -> dict[Square, _Sum]:
        """Sites by square of a zoom, of the squares that touch the boxes."""
        level = level_for(zoom)
        wider, half = level.zoom - zoom, 1 << level.bits - 1
        whole = [box.outward(grid.WORLD_BITS - zoom) for box in boxes]
        found: defaultdict[Square, _Sum] = defaultdict(_Sum)
        for (x, y), number in self._level_counts(whole, level):
            square = found[x >> wider, y >> wider]
            square.sites += number
            square.x += number * ((x << level.bits) + half)
            square.y += number * ((y << level.bits) + half)
        return found

    def _level_counts(self, boxes: Sequence[Box], level: Level) -> Iterator[tuple[Square, int]]:
        """Each count of a level within the boxes, by (x, y) of its square."""
        asked = []
        for box in boxes:
            covered = cover(box, level.bits, level.bits + WITHIN_BITS)
            finer = 2 * (covered.bits - level.bits)
            for first, last in covered.stretches:
                low, high = first << finer, (last + 1 << finer) - 1
                start, end = level.key(low, "0")[1][:3], level.key(high, "0")[1][:3]
                asked.append((box, KeyRange(level.partition(low), start, end + LAST)))
        answers = self._all(lambda one: self._reader.counts(one[1]), asked)
        for (box, where), counts in zip(asked, answers, strict=True):
            for sort_key, number in counts:
                x, y = grid.from_curve(level.place(where.partition, sort_key), level.bits)
                if number and box.holds(x, y):
                    yield (x >> level.bits, y >> level.bits), number

    def _pins(self, frame: Frame, boxes: Sequence[Box]) -> tuple[ShownPin, ...] | None:
        """The single sites in the frame; None when they are too many to be shown or read."""
        covers = [cover(box, 0, grid.PARTITION_BITS) for box in boxes]
        reach = [each.reach.outward(TILES.bits) for each in covers]
        counts = list(self._level_counts(reach, TILES))
        surely = sum(number for tile, number in counts if any(_whole(box, tile) for box in boxes))
        if surely > MOST_PINS or sum(number for _, number in counts) > MOST_READ:
            return None
        asked = [
            _pin_range(first << 2 * each.bits, (last + 1 << 2 * each.bits) - 1)
            for each in covers
            for first, last in each.stretches
        ]
        found = []
        for raw in self._all(self._reader.pins, asked):
            for sort_key, packed in raw:
                pin = unpack(sort_key, packed)
                if frame.holds(pin.latitude_e6, pin.longitude_e6):
                    place = (pin.longitude_e6, pin.latitude_e6)
                    sectors = sectors_of(pin.views)
                    found.append(ShownPin(*place, pin.kind.value, pin.cameras, sectors))
        return tuple(sorted(found)) if len(found) <= MOST_PINS else None

    def _all(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Asks everything, some at a time, and keeps the order."""
        if len(asked) < 2:
            return [ask(one) for one in asked]
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(AT_ONCE - 1, "map")
        others = [self._pool.submit(ask, one) for one in asked[1:]]
        return [ask(asked[0]), *(other.result() for other in others)]


def _across(boxes: Sequence[Box], bits: int) -> int:
    """Squares along the longer side of all boxes together, which lie side by side."""
    columns = sum((box.east >> bits) - (box.west >> bits) + 1 for box in boxes)
    return max([columns, *(box.across(bits) for box in boxes)])


def _whole(box: Box, tile: Square) -> bool:
    """True when all of a tile is in the box."""
    x, y = (place << TILES.bits for place in tile)
    last = (1 << TILES.bits) - 1
    return box.holds(x, y) and box.holds(x + last, y + last)


def _pin_range(first: int, last: int) -> KeyRange:
    return KeyRange(grid.partition(0, first), grid.sort_text(first), grid.sort_text(last) + LAST)


def _squares(counted: dict[Square, _Sum], zoom: int) -> Iterator[CountedSquare]:
    """From north to south and west to east."""
    side = 1 << grid.WORLD_BITS - zoom
    for (x, y), each in sorted(counted.items(), key=lambda one: (one[0][1], one[0][0])):
        north, west = _degrees(x * side, y * side)
        south, east = _degrees((x + 1) * side, (y + 1) * side)
        latitude, longitude = _degrees(each.x // each.sites, each.y // each.sites)
        yield CountedSquare(west, south, east, north, each.sites, latitude, longitude)


def _degrees(x: int, y: int) -> tuple[float, float]:
    latitude, longitude = grid.place_of(x, y)
    return round(latitude, 6), round(longitude, 6)
