"""Finds every site in an area, the most urgent first (DESIGN §4, §5).

The area becomes key ranges (geo.cover), which are read in parallel; what they hold beside the
area is dropped by exact distance, so the answer is neither more nor less than the area. Sites
carry what an officer needs to choose, and nothing about who lives there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from chalicelib.geo import grid, sightlines
from chalicelib.geo.areas import Area, Circle, Corridor
from chalicelib.geo.cover import Plan, plan
from chalicelib.geo.density import NOTHING_KNOWN
from chalicelib.registry.counts import Counts
from chalicelib.registry.pin_reader import PinReader, RawPin
from chalicelib.registry.pins import (
    CAMERA_KINDS,
    EACH,
    HEAD,
    KINDS,
    MOST_MINUTES,
    UNSAID,
    unpack_views,
)
from chalicelib.times import iso_seconds

MOST_SQUARE_KM = 100.0
"""A larger area is answered with counts."""

MOST_SITES = 10_000
"""Listed in one answer; as JSON about 2.3 MB, under what Lambda may return (6 MB)."""

AT_ONCE = 8
"""Queries of one search under way at the same time; boto3 keeps ten connections."""

COUNTS_PAY = 1.5
"""Read units that a search must be expected to cost before the counts are read for it. A block
of counts costs one or two, and without them a plan is only a little dearer."""

LIVE, CLOSING, LOST = "live", "closing", "lost"
_KIND_NAMES = tuple(kind.value for kind in KINDS)
_RANK = {CLOSING: 0, LIVE: 1, LOST: 2}
CLOSING_MINUTES = 24 * 60

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class FoundSite:
    """A site in the area.

    distance_m: from the area's centre or path. deadline: when the first camera that may have
    seen it starts to overwrite, None when none records. minutes_left: until then, negative when
    it has passed. state: live, closing or lost. sees_scene: yes, no or unknown.
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

    def as_json(self) -> dict[str, Any]:
        """As in DESIGN §8."""
        return {
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


@dataclass(frozen=True)
class _Time:
    """What the cameras of a site, with views as given, mean for the window."""

    deadline: datetime | None
    minutes_left: int | None
    state: str


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
    ) -> SearchResult:
        """The sites in an area, for an incident whose window starts at `window_from`.

        Order: closing (fewest minutes left first), live (nearest first), lost (nearest first).
        limit: lists at most so many. show_lost: False only counts the lost ones.
        Raises Unavailable when the table stays too busy.
        """
        if area.square_km > MOST_SQUARE_KM:
            return self._counted(area, now)
        scene = _Scene(area, window_from, now)
        matched = scene.matches(self._read(area, now))
        matched.sort(key=_urgency)
        lost = sum(site[1].state == LOST for site in matched)
        shown = matched if show_lost else matched[: len(matched) - lost]
        listed = tuple(_found(*match) for match in shown[: min(limit, MOST_SITES)])
        return SearchResult(
            total=len(matched),
            lost=lost,
            truncated=len(listed) < len(shown),
            sites=listed,
            square_km=area.square_km,
        )

    def plan(self, area: Area, now: datetime) -> Plan:
        """The queries for an area. Reads counts only where that pays."""
        density = self._counts.known(area, now)
        if density:
            return plan(area, density)
        blind = plan(area, NOTHING_KNOWN)
        if blind.units <= COUNTS_PAY:
            return blind
        return plan(area, self._counts.around(area, now))

    def _read(self, area: Area, now: datetime) -> list[list[RawPin]]:
        return self._all(self._reader.pins, self.plan(area, now).ranges)

    def _all(self, ask: Callable[[Asked], Answer], asked: Sequence[Asked]) -> list[Answer]:
        """Asks everything, some at a time, and keeps the order."""
        if len(asked) < 2:
            return [ask(one) for one in asked]
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(AT_ONCE, "search")
        return list(self._pool.map(ask, asked))

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
        for (x, y), sites in sorted((density.counts or {}).items()):
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


Match = tuple[float, _Time, str, int, int, int, str, int]
"""Distance, time, sees_scene, latitude, longitude, kind, sort key, cameras."""


def _urgency(match: Match) -> tuple[int, float, float, str]:
    distance, time, *_ = match
    if time.state == CLOSING:
        return 0, time.minutes_left or 0, distance, match[6]
    return _RANK[time.state], distance, 0.0, match[6]


def _found(
    distance: float,
    time: _Time,
    sees: str,
    latitude: int,
    longitude: int,
    kind: int,
    sort_key: str,
    cameras: int,
) -> FoundSite:
    return FoundSite(
        sort_key[sort_key.index("#") + 1 :],
        latitude,
        longitude,
        _KIND_NAMES[kind],
        cameras,
        round(distance),
        time.deadline,
        time.minutes_left,
        time.state,
        sees,
    )


@dataclass(frozen=True)
class _Cameras:
    """What the cameras of a site mean for one search, as far as it is the same for all sites
    with such cameras. Beyond `reach` metres from the scene no camera with a known view sees it.
    """

    number: int
    described: bool
    reach: float
    far_time: _Time
    far_sees: str


class _Scene:
    """One area and one moment, against which pins are held."""

    def __init__(self, area: Area, window_from: datetime, now: datetime) -> None:
        self._find = area.finder()
        self._from = window_from
        self._now = now
        self._looked_at = _looked_at(area)
        self._times: dict[int, _Time] = {}

    def matches(self, pages: Sequence[Sequence[RawPin]]) -> list[Match]:
        """The pins in the area. Most sites have the same few kinds of cameras, so what the
        packed cameras mean is worked out once for each."""
        find, unpack, size = self._find, HEAD.unpack_from, HEAD.size
        known: dict[bytes, _Cameras] = {}
        found: list[Match] = []
        for pins in pages:
            for sort_key, packed in pins:
                latitude, longitude, kind = unpack(packed)
                distance = find(latitude, longitude)
                if distance is None:
                    continue
                tail = packed[size:]
                cameras = known.get(tail)
                if cameras is None:
                    cameras = known[tail] = self._understood(tail)
                sees, time = cameras.far_sees, cameras.far_time
                if cameras.described and distance <= cameras.reach:
                    sees, time = self._seen(packed, (latitude, longitude))
                found.append(
                    (distance, time, sees, latitude, longitude, kind, sort_key, cameras.number)
                )
        return found

    def _understood(self, tail: bytes) -> _Cameras:
        number, reach, kept, may = 0, 0.0, [], []
        for packed_number, kind, bearing, angle, range_m in EACH.iter_unpack(tail):
            minutes = packed_number & MOST_MINUTES
            number += packed_number >> 24
            kept.append(minutes)
            far = _far(kind, bearing == UNSAID, angle, range_m)
            reach = max(reach, far)
            if not far:
                may.append(minutes)
        described = reach > 0
        sees = sightlines.UNKNOWN if may or not kept else sightlines.NO
        return _Cameras(number, described, reach, self._time(may if any(may) else kept), sees)

    def _seen(self, packed: bytes, place: tuple[int, int]) -> tuple[str, _Time]:
        """What a site's cameras see, and the time of those that may have seen it."""
        scene = self._looked_at(*place)
        views = unpack_views(packed)
        answers = [
            sightlines.sees(view.kind, view.bearing, view.angle, view.range_m, place, scene)
            for view in views
        ]
        may = [
            view.kept_minutes
            for view, answer in zip(views, answers, strict=True)
            if answer != sightlines.NO
        ]
        kept = may if any(may) else [view.kept_minutes for view in views]
        return sightlines.together(answers), self._time(kept)

    def _time(self, kept: Sequence[int]) -> _Time:
        """The deadline of the shortest-lived of these cameras that record at all."""
        shortest = min((minutes for minutes in kept if minutes), default=0)
        if shortest not in self._times:
            self._times[shortest] = self._time_of(shortest)
        return self._times[shortest]

    def _time_of(self, kept: int) -> _Time:
        if not kept:
            return _Time(None, None, LOST)
        deadline = self._from + timedelta(minutes=kept)
        left = (deadline - self._now) // timedelta(minutes=1)
        if deadline <= self._now:
            return _Time(deadline, left, LOST)
        closing = left < CLOSING_MINUTES or left * 10 <= kept
        return _Time(deadline, left, CLOSING if closing else LIVE)


@lru_cache(maxsize=4096)
def _far(kind: int, nowhere: bool, angle: int, range_m: int) -> float:
    """Metres beyond which a packed camera sees nothing; 0 when its view is not known."""
    return sightlines.far(
        CAMERA_KINDS[kind],
        None if nowhere else 0,
        None if angle == UNSAID else angle,
        None if range_m == UNSAID else range_m,
    )


def _looked_at(area: Area) -> Callable[[int, int], tuple[int, int]]:
    """Which place must be seen from a site: a circle's centre, the nearest part of a corridor's
    path, a polygon's middle."""
    if isinstance(area, Corridor):
        return area.nearest_place()
    anchor = area.centre if isinstance(area, Circle) else area.anchor
    place = (anchor.latitude_e6, anchor.longitude_e6)
    return lambda _latitude, _longitude: place
