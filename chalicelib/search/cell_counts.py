"""Reads how many sites stand in each H3 cell of an area, for maps and for areas too large to list.

Counts are stored at the resolutions of registry.map_counts; the counts of a resolution in between
are added up from the next finer stored one. How much is read depends on how many cells are asked
for, not on how many sites there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.geo import h3_cells
from chalicelib.geo.areas import Area
from chalicelib.geo.h3_cells import CELL_M2
from chalicelib.geo.h3_cover import (
    REACH,
    ReadCosts,
    cover_shape,
    descendant_spans,
    join_ranges,
    key_range,
)
from chalicelib.geo.h3_shapes import OUT, Shape, shape_of
from chalicelib.registry.map_counts import COARSEST, COUNTED
from chalicelib.search.index_reader import IndexReader
from chalicelib.search.parallel_queries import ParallelQueries

MOST_LISTED = 300
"""Most cells into which an area is divided on a map: with more, their figures cannot be read."""

MOST_READ = 560
"""Most counts that are read for an area, which costs some 6 read units."""

COUNT_PRICES = ReadCosts(entry_bytes=34.0)
"""What reading a stored count costs: its size is that of its keys, its number and their names."""

FILLED = 0.8
"""The proportion of cells that is expected to hold a site."""

MOST_COUNT_QUERIES = 5
"""Most queries that read the counts of a shape, unless it touches more partitions: counts are
small, and each query costs at least half a read unit."""


@dataclass(frozen=True)
class CountedCell:
    """How many sites stand in one H3 cell."""

    cell: str
    sites: int

    @property
    def boundary(self) -> list[tuple[float, float]]:
        """The cell's corners as (longitude, latitude) in degrees (h3_cells.cell_boundary)."""
        return h3_cells.cell_boundary(self.cell)

    @property
    def latitude(self) -> float:
        """Latitude of the cell's centre in degrees."""
        return h3_cells.cell_centre(self.cell).latitude

    @property
    def longitude(self) -> float:
        """Longitude of the cell's centre in degrees."""
        return h3_cells.cell_centre(self.cell).longitude


def stored_resolution(resolution: int) -> int:
    """The stored resolution whose counts add up to the counts of a resolution."""
    return min(stored for stored in COUNTED if stored >= resolution)


def is_readable(resolution: int, square_km: float) -> bool:
    """True when the counts of this resolution may be read for an area of this size. The coarsest
    counts may always be read: there are few of them in any country."""
    stored = stored_resolution(resolution)
    return stored == COARSEST or square_km * 1e6 / CELL_M2[stored] <= MOST_READ


def resolution_for(square_km: float) -> int:
    """The finest resolution at which an area of this size has at most MOST_LISTED cells and its
    counts may be read."""
    for resolution in range(max(COUNTED), 0, -1):
        fits = square_km * 1e6 / CELL_M2[resolution] <= MOST_LISTED
        if fits and is_readable(resolution, square_km):
            return resolution
    return 0


class CellCounts:
    """Reads counts of sites by H3 cell. reader: must be safe to use from several threads."""

    def __init__(self, reader: IndexReader, parallel: ParallelQueries) -> None:
        self._reader = reader
        self._parallel = parallel

    def cells_within(self, area: Area, resolution: int) -> tuple[CountedCell, ...]:
        """The cells that hold a site and whose centre lies in an area. Raises Unavailable."""
        find = area.finder()  # made once, because a polygon sorts all its edges for it

        def holds(counted: CountedCell) -> bool:
            centre = h3_cells.cell_centre(counted.cell)
            return find(centre.latitude_e6, centre.longitude_e6) is not None

        return tuple(filter(holds, self.cells_touching(shape_of(area), resolution)))

    def cells_touching(self, shape: Shape, resolution: int) -> Iterator[CountedCell]:
        """The cells that hold a site and touch a shape, and some beside it, in order of keys.

        A cell is counted whole, even where some of the finer cells that it is added up from lie
        beside the shape. Raises Unavailable when the table stays too busy.
        """
        stored = stored_resolution(resolution)
        partition = COUNTED[stored]
        covering = cover_shape(shape, partition, max(resolution, partition))
        queries = join_ranges(
            descendant_spans(covering, partition, stored), FILLED, COUNT_PRICES, MOST_COUNT_QUERIES
        )
        ranges = [key_range(span, stored) for span in queries]
        found: Counter[str] = Counter()
        for counts in self._parallel.run_all(self._reader.counts, ranges):
            for cell, sites in counts:
                found[cell if stored == resolution else h3_cells.parent_cell(cell, resolution)] += (
                    sites
                )
        for cell in sorted(found):
            centre = h3_cells.centre_of(h3_cells.cell_number(cell))
            if found[cell] and shape.side(centre, REACH[resolution], None)[0] != OUT:
                yield CountedCell(cell, found[cell])
