"""The map of all sites: how many stand in each hexagon, and single sites when it is zoomed in.

Hexagons come from the counts alone (search.cell_counts), never from sites. How much is read for one
part of the map is bounded, whatever is asked for and however many sites there are
(docs/decisions/0008-map-and-counts.md):

- hexagons: at most MOST_READ counts under the frame, some 5 read units; a frame that is larger
  against its zoom than a screen gets larger hexagons;
- sites: the counts under them first, which say whether they are few enough to be read; then the
  index entries of at most MOST_ENTRIES sites.

Reads are eventually consistent: a registration shows about a second later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import radians, sin

from chalicelib.geo import geodesy
from chalicelib.geo.geodesy import DEGREE
from chalicelib.geo.h3_cells import CELL_M2, KEY, PARTITION, cell_number, centre_of
from chalicelib.geo.h3_cover import (
    MOST_QUERIES,
    REACH,
    ReadCosts,
    cover_shape,
    descendant_spans,
    join_ranges,
    key_range,
)
from chalicelib.geo.h3_shapes import IN, BoxShape
from chalicelib.geo.sight.view_sectors import ViewSector
from chalicelib.registry.map_counts import COUNTED
from chalicelib.registry.site_index import unpack_entry
from chalicelib.search.cell_counts import CellCounts, CountedCell, is_readable
from chalicelib.search.drawn_views import sectors_of
from chalicelib.search.index_reader import IndexReader
from chalicelib.search.parallel_queries import ParallelQueries

ROUND = 360 * DEGREE

SITES_FROM = 14
"""The zoom from which single sites are shown: a screen is some 4 km wide then."""

RESOLUTIONS = (0, 0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 7, 8, 8)
"""Resolution of the hexagons by zoom: 40 to 160 pixels wide in England, so that a figure fits."""

LARGEST_KM2 = 400.0
"""Square kilometres of the largest frame whose sites may be read: some 20 km square."""

MOST_SITES_SHOWN = 3_000
"""Most single sites shown at once; a frame with more shows hexagons."""

MOST_ENTRIES = 10_000
"""Most sites in and right beside a frame for which index entries are read at all."""


@dataclass(frozen=True)
class MapFrame:
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
        """The frame's width from west to east, in microdegrees of longitude."""
        across = self.east - self.west
        return across if across == ROUND else across % ROUND

    def holds(self, latitude_e6: int, longitude_e6: int) -> bool:
        """True when the frame shows the position."""
        return (
            self.south <= latitude_e6 <= self.north
            and (longitude_e6 - self.west) % ROUND <= self.wide
        )

    @property
    def box(self) -> BoxShape:
        """The frame as a shape that the H3 cover can ask about."""
        south, west, north, wide = (
            side / DEGREE for side in (self.south, self.west, self.north, self.wide)
        )
        return BoxShape(south, west, north, wide)

    @property
    def square_km(self) -> float:
        """The frame's size on the globe in square kilometres."""
        tall = sin(radians(self.north / DEGREE)) - sin(radians(self.south / DEGREE))
        return geodesy.MEAN_RADIUS**2 * radians(self.wide / DEGREE) * tall / 1e6

    @property
    def resolution(self) -> int:
        """Resolution of the hexagons for this frame: the one of its zoom, or a coarser one where
        too many counts would have to be read."""
        wanted = RESOLUTIONS[min(self.zoom, len(RESOLUTIONS) - 1)]
        return next((one for one in range(wanted, 0, -1) if is_readable(one, self.square_km)), 0)


@dataclass(frozen=True, order=True)
class ShownSite:
    """A single site on the map, without its id, so that the map leads to no owner."""

    longitude_e6: int
    latitude_e6: int
    kind: str
    cameras: int
    sectors: tuple[ViewSector, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class SiteMapPart:
    """What the map shows in a frame: hexagons, or sites where they are few enough. total: sites."""

    total: int
    cells: tuple[CountedCell, ...] = ()
    sites: tuple[ShownSite, ...] | None = None


class SiteMap:
    """Reads parts of the map; one per process. reader: must be safe to use from several threads."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._parallel = ParallelQueries("map")
        self._counts = CellCounts(reader, self._parallel)

    def part(self, frame: MapFrame) -> SiteMapPart:
        """Read what the map shows in a frame. Raises Unavailable when the table stays too busy."""
        if frame.zoom >= SITES_FROM and frame.square_km <= LARGEST_KM2:
            sites = self._sites(frame)
            if sites is not None:
                return SiteMapPart(len(sites), sites=sites)
        shown = tuple(self._counts.cells_touching(frame.box, frame.resolution))
        return SiteMapPart(sum(cell.sites for cell in shown), shown)

    def _sites(self, frame: MapFrame) -> tuple[ShownSite, ...] | None:
        """Read the single sites in a frame; None when they are too many to be shown or read."""
        box, finest = frame.box, max(COUNTED)
        counted = list(self._counts.cells_touching(box, finest))
        surely = sum(cell.sites for cell in counted if _whole(box, cell))
        beside = sum(cell.sites for cell in counted)
        if surely > MOST_SITES_SHOWN or beside > MOST_ENTRIES:
            return None
        smallest = min(finest + 2, KEY)
        touching = descendant_spans(cover_shape(box, PARTITION, smallest), PARTITION, KEY)
        per_place = beside / max(len(counted), 1) * CELL_M2[KEY] / CELL_M2[finest]
        ranges = [
            key_range(span, KEY)
            for span in join_ranges(touching, per_place, ReadCosts(), MOST_QUERIES)
        ]
        found = []
        for raw in self._parallel.run_all(self._reader.entries, ranges):
            for key, packed in raw:
                entry = unpack_entry(key, packed)
                if frame.holds(entry.latitude_e6, entry.longitude_e6):
                    place = (entry.longitude_e6, entry.latitude_e6)
                    sectors = sectors_of(entry.views)
                    found.append(ShownSite(*place, entry.kind.value, entry.cameras, sectors))
        return tuple(sorted(found)) if len(found) <= MOST_SITES_SHOWN else None


def _whole(box: BoxShape, cell: CountedCell) -> bool:
    """Whether all sites that are counted in a cell lie in the box."""
    place, reach = centre_of(cell_number(cell.cell)), REACH[max(COUNTED)]
    return box.side(place, reach, None)[0] == IN
