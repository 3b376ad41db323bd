"""Finds every site in an area, the most urgent first (DESIGN §4, §5).

The area becomes key ranges (geo.cover), which are read in parallel; what they hold beside the
area is dropped by exact distance, so the answer is neither more nor less than the area. Sites
carry what an officer needs to choose, and nothing about who lives there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.geo import grid
from chalicelib.geo.areas import Area, Corridor
from chalicelib.geo.cover import Plan, plan
from chalicelib.geo.journeys import Journey, Window
from chalicelib.geo.sectors import Sector
from chalicelib.geo.sightlines import Sight
from chalicelib.registry.counts import Counts
from chalicelib.registry.drawn import sector_json, sectors_of
from chalicelib.registry.pin_reader import PinReader, RawPin
from chalicelib.registry.pins import KINDS, unpack_views
from chalicelib.registry.scene import CLOSING, LIVE, LOST, Match, Scene
from chalicelib.times import iso_seconds

MOST_SQUARE_KM = 100.0
"""A larger area is answered with counts."""

MOST_SITES = 10_000
"""Listed in one answer; as JSON about 2.3 MB, under what Lambda may return (6 MB)."""

MOST_POINTS = 16
"""Of a stretch of a path, one more or less."""

AT_ONCE = 8
"""Queries of one search under way at the same time; boto3 keeps ten connections."""

_KIND_NAMES = tuple(kind.value for kind in KINDS)
_RANK = {CLOSING: 0, LIVE: 1, LOST: 2}

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Stretch:
    """A part of a path that is seen: metres from the path's start, and its points in
    microdegrees, from its first to its last."""

    start_m: int
    end_m: int
    path: tuple[tuple[int, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Positions as GeoJSON has them."""
        points = [[longitude / 1e6, latitude / 1e6] for latitude, longitude in self.path]
        return {"from_m": self.start_m, "to_m": self.end_m, "path": points}


@dataclass(frozen=True)
class FoundSite:
    """A site in the area.

    distance_m: from the area's centre or path. deadline: when the first camera that may have
    seen it starts to overwrite, None when none records. minutes_left: until then, negative when
    it has passed. state: live, closing or lost. sees_scene: yes, no or unknown. stretches: for a
    corridor, the parts of the path that its cameras see. window: when the somebody of a journey
    passed there. packed: its pin.
    """

    id: str
    latitude_e6: int
    longitude_e6: int
    kind: str
    cameras: int
    distance_m: int
    deadline: datetime | None
    minutes_left: int | None
    state: str
    sees_scene: str
    stretches: tuple[Stretch, ...] = ()
    window: Window | None = None
    packed: bytes = field(default=b"", repr=False, compare=False)

    @property
    def sectors(self) -> tuple[Sector, ...]:
        """What its cameras have in view, as far as their owner said."""
        return sectors_of(unpack_views(self.packed)) if self.packed else ()

    def as_json(self, views: bool = True) -> dict[str, Any]:
        """As in DESIGN §8; with the site's own window when it has one, and (views) with what its
        cameras have in view and the parts of a path that they see."""
        said: dict[str, Any] = {
            "id": self.id,
            "location": [self.longitude_e6 / 1e6, self.latitude_e6 / 1e6],
            "kind": self.kind,
            "cameras": self.cameras,
            "distance_m": self.distance_m,
            "deadline": iso_seconds(self.deadline) if self.deadline else None,
            "minutes_left": self.minutes_left,
            "state": self.state,
            "sees_scene": self.sees_scene,
        }
        if views and self.stretches:
            said["stretches"] = [stretch.as_json() for stretch in self.stretches]
        if self.window:
            start, end = self.window.start, self.window.end
            said["window"] = {"from": iso_seconds(start), "to": iso_seconds(end)}
        if views and (sectors := self.sectors):
            said["views"] = [sector_json(sector) for sector in sectors]
        return said


@dataclass(frozen=True)
class CountedCell:
    """Sites in one square of a large area. Corners in degrees."""

    south: float
    west: float
    north: float
    east: float
    sites: int


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    total: sites in the area, listed or not. lost: how many of them overwrite already. truncated:
    True when `sites` leaves out some that were asked for. cells and hint: instead of sites when
    the area is too large to list; total is then as exact as the squares at the border.
    """

    total: int
    lost: int
    truncated: bool
    sites: tuple[FoundSite, ...]
    square_km: float
    cells: tuple[CountedCell, ...] = ()
    hint: str = ""


class SiteSearch:
    """The search service; one per process.

    reader: reads the table, from several threads at once.
    """

    def __init__(self, reader: PinReader) -> None:
        self._reader = reader
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._counts = Counts(lambda ranges: self._all(reader.counts, ranges))

    def search(
        self,
        area: Area,
        *,
        window_from: datetime,
        now: datetime,
        limit: int = MOST_SITES,
        show_lost: bool = True,
        journey: Journey | None = None,
    ) -> SearchResult:
        """The sites in an area, for an incident whose window starts at `window_from`.

        Order: closing (fewest minutes left first), live (nearest first), lost (nearest first).
        limit: lists at most so many. show_lost: False only counts the lost ones. journey: for a
        corridor, when somebody was on the way; each site then has a window of its own, and its
        deadline counts from that.
        Raises Unavailable when the table stays too busy.
        """
        if area.square_km > MOST_SQUARE_KM:
            return self._counted(area, now)
        scene = Scene(area, window_from, now, journey)
        matched = scene.matches(self._read(area, now))
        matched.sort(key=_urgency)
        lost = sum(site[1].state == LOST for site in matched)
        shown = matched if show_lost else matched[: len(matched) - lost]
        listed = tuple(_found(match, area) for match in shown[: min(limit, MOST_SITES)])
        return SearchResult(
            total=len(matched),
            lost=lost,
            truncated=len(listed) < len(shown),
            sites=listed,
            square_km=area.square_km,
        )

    def plan(self, area: Area, now: datetime) -> Plan:
        """The queries for an area. Reads the counts under it that were not read lately."""
        return plan(area, self._counts.around(area, now))

    def _read(self, area: Area, now: datetime) -> list[list[RawPin]]:
        planned = self.plan(area, now)
        found = self._all(self._reader.pins, planned.ranges)
        self._counts.read(planned.tiles, sum(map(len, found)))
        return found

    def _all(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Asks everything, some at a time, and keeps the order."""
        if len(asked) < 2:
            return [ask(one) for one in asked]
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(AT_ONCE - 1, "search")
        # This thread takes one too: most searches have two or three.
        others = [self._pool.submit(ask, one) for one in asked[1:]]
        return [ask(asked[0]), *(other.result() for other in others)]

    def close(self) -> None:
        """Ends the threads; for a process that goes on without searching."""
        with self._lock:
            if self._pool:
                self._pool.shutdown()
            self._pool = None

    def _counted(self, area: Area, now: datetime) -> SearchResult:
        """Counts by square for an area too large to list."""
        density = self._counts.around(area, now)
        find = area.finder()
        cells = []
        for (x, y), sites in sorted(density.counts.items()):
            north, west = grid.place_of(x << grid.TILE_BITS, y << grid.TILE_BITS)
            south, east = grid.place_of((x + 1) << grid.TILE_BITS, (y + 1) << grid.TILE_BITS)
            middle = (round((north + south) * 5e5), round((west + east) * 5e5))
            if sites and find(*middle) is not None:
                cells.append(CountedCell(south, west, north, east, sites))
        return SearchResult(
            total=sum(cell.sites for cell in cells),
            lost=0,
            truncated=True,
            sites=(),
            square_km=area.square_km,
            cells=tuple(cells),
            hint=(
                f"The area has {area.square_km:,.0f} km². Sites are listed for areas of up to "
                f"{MOST_SQUARE_KM:.0f} km²: choose a smaller one."
            ),
        )


def _urgency(match: Match) -> tuple[int, float, float, str]:
    distance, moment, *_ = match
    if moment.state == CLOSING:
        return 0, moment.minutes_left or 0, distance, match[6]
    return _RANK[moment.state], distance, 0.0, match[6]


def _found(match: Match, area: Area) -> FoundSite:
    distance, moment, sight, latitude, longitude, kind, sort_key, cameras, window, packed = match
    return FoundSite(
        sort_key[sort_key.index("#") + 1 :],
        latitude,
        longitude,
        _KIND_NAMES[kind],
        cameras,
        round(distance),
        moment.deadline,
        moment.minutes_left,
        moment.state,
        sight.sees,
        _stretches(sight, area) if sight.stretches else (),
        window,
        packed,
    )


def _stretches(sight: Sight, area: Area) -> tuple[Stretch, ...]:
    """The parts of the path that a site's cameras see."""
    if not isinstance(area, Corridor):
        return ()
    found = []
    for start, end in sight.stretches:
        points = area.part(start, end)
        # A track of many points close together is told by some of them.
        step = -(-len(points) // MOST_POINTS)
        found.append(Stretch(start, end, (*points[:-1:step], points[-1])))
    return tuple(found)
