"""Reads how many sites stand in each H3 cell of an area, for maps and for areas too large to list.

Counts are stored at the resolutions of registry.map_counts; one in between is put together from
the next finer one. What is read is bounded by how many cells are asked for, however many sites
there are.
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
"""Cells into which an area too large to list is divided: more hide the figures on a map."""

MOST_READ = 560
"""Counts that an area may hold at the resolution it is read at; some 6 read units."""

COUNT_PRICES = ReadCosts(entry_bytes=34.0)
"""Of a stored count: its keys, its number and their names."""

FILLED = 0.8
"""The part of cells that is expected to hold a site."""

MOST_COUNT_QUERIES = 5
"""For one look, unless it touches more partitions: counts are small, and each query is paid with
half a unit at least."""


@dataclass(frozen=True)
class CountedCell:
    """Sites in one H3 cell."""

    cell: str
    sites: int

    @property
    def boundary(self) -> list[tuple[float, float]]:
        """Its corners as (longitude, latitude), see geo.h3_cells."""
        return h3_cells.cell_boundary(self.cell)

    @property
    def latitude(self) -> float:
        """Of its centre, degrees."""
        return h3_cells.cell_centre(self.cell).latitude

    @property
    def longitude(self) -> float:
        """Of its centre, degrees."""
        return h3_cells.cell_centre(self.cell).longitude


def stored_resolution(resolution: int) -> int:
    """The stored resolution from which a resolution is put together."""
    return min(stored for stored in COUNTED if stored >= resolution)


def is_readable(resolution: int, square_km: float) -> bool:
    """True when an area of this size may be read for cells of this resolution. The coarsest
    counts are the last resort: there are few of them in any country."""
    stored = stored_resolution(resolution)
    return stored == COARSEST or square_km * 1e6 / CELL_M2[stored] <= MOST_READ


def resolution_for(square_km: float) -> int:
    """The finest resolution that divides an area of this size into a number of cells that can be
    looked at, and that can be read."""
    for resolution in range(max(COUNTED), 0, -1):
        fits = square_km * 1e6 / CELL_M2[resolution] <= MOST_LISTED
        if fits and is_readable(resolution, square_km):
            return resolution
    return 0


class CellCounts:
    """Reads counts. reader: safe to use from several threads."""

    def __init__(self, reader: IndexReader, parallel: ParallelQueries) -> None:
        self._reader = reader
        self._parallel = parallel

    def cells_within(self, area: Area, resolution: int) -> tuple[CountedCell, ...]:
        """The cells whose centre lies in an area and that hold a site."""
        find = area.finder()  # once: of a polygon it sorts all edges

        def holds(counted: CountedCell) -> bool:
            centre = h3_cells.cell_centre(counted.cell)
            return find(centre.latitude_e6, centre.longitude_e6) is not None

        return tuple(filter(holds, self.cells_touching(shape_of(area), resolution)))

    def cells_touching(self, shape: Shape, resolution: int) -> Iterator[CountedCell]:
        """The cells that hold a site and touch a shape, and some beside it, in order of keys.

        A cell is counted whole, also where it is put together from finer ones of which some lie
        beside the shape: what is read covers every cell that is told.
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
