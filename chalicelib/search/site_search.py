"""Finds every site in an area, the most urgent first.

The area becomes key ranges of the H3 index (geo.h3_cover), which are read in parallel; what they
hold beside the area is dropped by exact distance, so the answer is neither more nor less than the
area. Nothing is read before them: how dense sites are is what the last searches of this process
found. Sites carry what an officer needs to choose, and nothing about who lives there.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from chalicelib.geo.areas import Area, Corridor
from chalicelib.geo.h3_cover import USUAL_DENSITY, QueryPlan, plan_queries
from chalicelib.geo.sight.field_of_view import Visibility
from chalicelib.geo.sight.view_sectors import ViewSector
from chalicelib.geo.timed_path import PassingWindow, TimedPath
from chalicelib.registry.site_index import site_id_of, unpack_cameras
from chalicelib.search.cell_counts import CellCounts, CountedCell, resolution_for
from chalicelib.search.drawn_views import sectors_of
from chalicelib.search.index_reader import IndexReader, RawEntry
from chalicelib.search.parallel_queries import ParallelQueries
from chalicelib.search.site_matching import CLOSING, LIVE, LOST, Match, Scene

MOST_SQUARE_KM = 100.0
"""A larger area is answered with counts."""

MOST_SITES = 10_000
"""Listed in one answer; as JSON about 2.3 MB, under what Lambda may return (6 MB)."""

MOST_POINTS = 16
"""Of a stretch of a path, one more or less."""

REMEMBERED = 15
"""Searches whose density is remembered; their median is expected of the next one."""

SPARSEST = 5e-6
"""Sites a square metre that are expected at least, so that one search of empty ground does not
make the next one read a town in large cells."""

_RANK = {CLOSING: 0, LIVE: 1, LOST: 2}


@dataclass(frozen=True)
class SeenStretch:
    """A part of a path that is seen: metres from the path's start, and its points in
    microdegrees, from its first to its last."""

    start_m: int
    end_m: int
    path: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FoundSite:
    """A site in the area.

    distance_m: from the area's centre or path. deadline: when the first camera that may have
    seen it starts to overwrite, None when none records. minutes_left: until then, negative when
    it has passed. state: live, closing or lost. sees_scene: yes, no or unknown. stretches: for a
    corridor, the parts of the path that its cameras see. window: when the somebody of a journey
    passed there. packed: its cameras, as the index has them.
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
    stretches: tuple[SeenStretch, ...] = ()
    window: PassingWindow | None = None
    packed: bytes = field(default=b"", repr=False, compare=False)

    @property
    def sectors(self) -> tuple[ViewSector, ...]:
        """What its cameras have in view, as far as their owner said."""
        return sectors_of(unpack_cameras(self.packed)[1]) if self.packed else ()


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    total: sites in the area, listed or not. lost: how many of them overwrite already. truncated:
    True when `sites` leaves out some that were asked for. cells and hint: instead of sites when
    the area is too large to list; total is then as exact as the hexagons at the border.
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

    reader: reads the index, from several threads at once.
    """

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._parallel = ParallelQueries("search")
        self._counts = CellCounts(reader, self._parallel)
        self._met: deque[float] = deque([USUAL_DENSITY], REMEMBERED)

    def search(
        self,
        area: Area,
        *,
        window_from: datetime,
        now: datetime,
        limit: int = MOST_SITES,
        show_lost: bool = True,
        journey: TimedPath | None = None,
    ) -> SearchResult:
        """The sites in an area, for an incident whose window starts at `window_from`.

        Order: closing (fewest minutes left first), live (nearest first), lost (nearest first).
        limit: lists at most so many. show_lost: False only counts the lost ones. journey: for a
        corridor, when somebody was on the way; each site then has a window of its own, and its
        deadline counts from that.
        Raises Unavailable when the table stays too busy.
        """
        if area.square_km > MOST_SQUARE_KM:
            return self._counted(area)
        scene = Scene(area, window_from, now, journey)
        matched = scene.matches(self._read(area))
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

    def plan(self, area: Area) -> QueryPlan:
        """The queries for an area. Reads nothing."""
        return plan_queries(area, max(median(self._met), SPARSEST))

    def _read(self, area: Area) -> list[list[RawEntry]]:
        planned = self.plan(area)
        found = self._parallel.run_all(self._reader.entries, planned.ranges)
        self._met.append(sum(map(len, found)) / planned.square_m)
        return found

    def close(self) -> None:
        """Ends the threads; for a process that goes on without searching."""
        self._parallel.close()

    def _counted(self, area: Area) -> SearchResult:
        """Sites by hexagon for an area too large to list."""
        counted = self._counts.cells_within(area, resolution_for(area.square_km))
        return SearchResult(
            total=sum(cell.sites for cell in counted),
            lost=0,
            truncated=True,
            sites=(),
            square_km=area.square_km,
            cells=counted,
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
    distance, moment, sight, latitude, longitude, kind, key, cameras, window, packed = match
    return FoundSite(
        site_id_of(key),
        latitude,
        longitude,
        kind,
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


def _stretches(sight: Visibility, area: Area) -> tuple[SeenStretch, ...]:
    """The parts of the path that a site's cameras see."""
    if not isinstance(area, Corridor):
        return ()
    found = []
    for start, end in sight.stretches:
        points = area.part(start, end)
        # A track of many points close together is told by some of them.
        step = -(-len(points) // MOST_POINTS)
        found.append(SeenStretch(start, end, (*points[:-1:step], points[-1])))
    return tuple(found)
