"""Finds every site in an area, the most urgent first.

The area becomes key ranges of the H3 index (geo.h3_cover), which are read in parallel; entries
beside the area are dropped by exact distance, so the answer has exactly the sites in the area.
Nothing else is read: how dense sites stand is estimated from the last searches of this process.
Sites carry what an officer needs to choose, and nothing about who lives there.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from chalicelib.geo.areas import Area, Corridor, Polygon
from chalicelib.geo.h3_cover import USUAL_DENSITY, QueryPlan, plan_queries
from chalicelib.geo.sight.field_of_view import Visibility
from chalicelib.geo.sight.view_sectors import ViewSector
from chalicelib.geo.timed_path import PassingWindow, TimedPath
from chalicelib.registry.site_index import is_doubted, site_id_of, unpack_cameras
from chalicelib.search.cell_counts import CellCounts, CountedCell, resolution_for
from chalicelib.search.drawn_views import sectors_of
from chalicelib.search.index_reader import IndexReader, RawEntry
from chalicelib.search.parallel_queries import ParallelQueries
from chalicelib.search.site_matching import CLOSING, LIVE, LOST, LaterDeadline, Match, Scene

MOST_SQUARE_KM = 100.0
"""The largest area whose sites are listed; a larger one is answered with counts."""

MOST_SITES = 10_000
"""Most sites in one answer; as JSON about 2.3 MB, under what Lambda may return (6 MB)."""

MOST_POINTS = 16
"""Most points given of a stretch of a path, one more or less."""

REMEMBERED = 15
"""Searches whose density of sites is remembered; their median is expected of the next one."""

SPARSEST = 5e-6
"""The least density, in sites a square metre, that is expected, so that a search of empty ground
does not make the next one read a town in large cells."""

_RANK = {CLOSING: 0, LIVE: 1, LOST: 2}


@dataclass(frozen=True)
class SeenStretch:
    """A part of a path that is seen. start_m, end_m: metres from the path's start. path: the
    points of the part, latitude and longitude in microdegrees."""

    start_m: int
    end_m: int
    path: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FoundSite:
    """A site in the searched area.

    distance_m: metres from the site to the nearest point of what was marked: a circle's centre, a
    path, an area, in which all of its sites are at 0. sees_scene: whether a camera there has any
    of what was marked in view: yes, no or unknown. deadline: when the first camera that may
    have seen the scene starts to overwrite, None when none records. minutes_left: minutes until
    the deadline, negative when it has passed. deadline_certain: False when the deadline rests on
    an assumption. later_deadlines: of the other cameras that may have seen the scene and still hold
    it. state: live, closing or lost. stretches: for a corridor, the parts of the path
    that the site's cameras see. window: when the person on a journey passed the site. packed: the
    cameras, as the index has them.
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
    deadline_certain: bool = True
    later_deadlines: tuple[LaterDeadline, ...] = ()

    @property
    def address_checked(self) -> bool:
        """False when nothing vouches for the address, so that its owner is told nothing yet."""
        return not is_doubted(self.packed)

    @property
    def sectors(self) -> tuple[ViewSector, ...]:
        """The sectors that the site's cameras have in view, as far as the owner said."""
        return sectors_of(unpack_cameras(self.packed)[1]) if self.packed else ()


@dataclass(frozen=True)
class SearchResult:
    """The answer to a search.

    total: sites in the area, listed or not. lost: how many of these have lost their footage.
    truncated: True when `sites` leaves out some that were asked for. cells and hint: given instead
    of sites when the area is too large; total is then as exact as the hexagons at the border.
    """

    total: int
    lost: int
    truncated: bool
    sites: tuple[FoundSite, ...]
    square_km: float
    cells: tuple[CountedCell, ...] = ()
    hint: str = ""


class SiteSearch:
    """Searches for sites in an area; one per process.

    reader: reads the index; must be safe to use from several threads.
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
        """Find the sites in an area, for an incident whose window starts at `window_from`.

        Order: closing (fewest minutes left first), live (nearest first), lost (nearest first); in
        an area the nearest are those nearest to its middle.
        limit: the most sites to list. show_lost: False counts sites whose footage is lost but does
        not list them. journey: for a corridor, when a person moved along its path; each site then
        has its own window, from which its deadline counts.
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
        """Plan the queries that a search of this area makes; nothing is read."""
        return plan_queries(area, max(median(self._met), SPARSEST))

    def _read(self, area: Area) -> list[list[RawEntry]]:
        planned = self.plan(area)
        found = self._parallel.run_all(self._reader.entries, planned.ranges)
        self._met.append(sum(map(len, found)) / planned.square_m)
        return found

    def close(self) -> None:
        """End the threads, for a process that goes on without searching."""
        self._parallel.close()

    def _counted(self, area: Area) -> SearchResult:
        """Count the sites in each hexagon of an area that is too large to list."""
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
        0 if isinstance(area, Polygon) else round(distance),
        moment.deadline,
        moment.minutes_left,
        moment.state,
        sight.sees,
        _stretches(sight, area) if isinstance(area, Corridor) else (),
        window,
        packed,
        moment.certain,
        moment.later,
    )


def _stretches(sight: Visibility, area: Corridor) -> tuple[SeenStretch, ...]:
    """The parts of a corridor's path that a site's cameras see."""
    found = []
    for start, end in sight.stretches:
        points = area.part(start, end)
        # A track of many points close together is thinned out to keep the answer small.
        step = -(-len(points) // MOST_POINTS)
        found.append(SeenStretch(start, end, (*points[:-1:step], points[-1])))
    return tuple(found)
