"""Plans which key ranges of the H3 index to read for an area. Pure: planning reads nothing.

1. A site's key is its cell of resolution KEY, its partition that cell's ancestor.
2. The descendants of any cell are one contiguous range of keys.
3. A descendant is never farther from its ancestor's centre than REACH.
4. From the 122 cells of resolution 0 downwards a cell is dropped when its centre is farther than
   REACH from the area, taken when its centre is deeper than REACH inside or when it is small
   enough, and otherwise its seven children are looked at. Nothing but distances is compared, so
   pentagons, the poles and the antimeridian are places like any other.
5. Neighbouring ranges are joined while reading the gap costs less than one more query.

How dense sites stand decides what is small enough and which gaps are worth reading. A wrong guess
costs reads and never finds too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from chalicelib.geo import h3_cells
from chalicelib.geo.areas import Area
from chalicelib.geo.h3_cells import CELL_M2, KEY, PARTITION
from chalicelib.geo.h3_shapes import IN, OUT, Near, Shape, shape_of

REACH = tuple(1_550_000 / sqrt(7) ** res for res in range(h3_cells.FINEST + 1))
"""Metres from a cell's centre beyond which none of its descendants' centres or ground lies.

In the plane the series of ever smaller hexagons ends at 1.0523 times the circumradius. On the
globe a search over resolutions 0 to 10, all pentagons and their neighbours included, found
1,467 km / √7^resolution at most (tests/unit/geo/test_h3_cover.py); this has 5 % more."""

LAST = "~"
"""Sorts after everything that a sort key can hold."""

MOST_QUERIES = 16
"""Most queries of a plan, unless its area touches more partitions: two rounds of eight at once."""


@dataclass(frozen=True)
class ReadCosts:
    """What reading costs, in read units (eventually consistent: half a unit for each 4 KB that a
    query's entries begin, at least half a unit a query).

    entry_bytes: size of a usual index entry. page_bytes, page: what one page holds and costs.
    query: what one more query costs besides, in processor time and connections. at_edge: most sites
    in a cell at the area's edge: those outside the area in such a cell are read for nothing.
    """

    entry_bytes: float = 84.0
    page_bytes: float = 4096.0
    page: float = 0.5
    query: float = 0.1
    at_edge: float = 2.0

    def of(self, sites: float) -> float:
        """The cost of a query that is expected to find `sites` sites, the last page half full."""
        return self.page * max(1.0, sites * self.entry_bytes / self.page_bytes + 0.5) + self.query


USUAL_PRICES = ReadCosts()

USUAL_DENSITY = 100e-6
"""Sites a square metre that are expected before a process has searched: one hundred a square
kilometre, as in a town where one home in ten has registered a camera."""

MOST_EDGE_CELLS = 120
"""Bounds the planner's own time: a cell is at least the area's outline over this in width."""


@dataclass(frozen=True)
class KeyRange:
    """The keys that one query reads: a partition, and its first and last sort key, inclusive."""

    partition: str
    first: str
    last: str


@dataclass(frozen=True)
class QueryPlan:
    """The queries that find every site in an area. square_m: how much ground they read."""

    ranges: tuple[KeyRange, ...]
    square_m: float


Span = tuple[int, int, int]
"""A partition, the place of its first descendant that is read and the place after the last."""


def plan_queries(
    area: Area, density: float = USUAL_DENSITY, prices: ReadCosts = USUAL_PRICES
) -> QueryPlan:
    """Plan a cheap way to read all index entries in the area.

    density: sites a square metre that are expected.
    """
    shape = shape_of(area)
    smallest = _smallest(shape, density, prices)
    touching = descendant_spans(cover_shape(shape, PARTITION, smallest), PARTITION, KEY)
    per_place = density * CELL_M2[KEY]
    joined = join_ranges(touching, per_place, prices, MOST_QUERIES)
    places = sum(end - first for _, first, end in joined)
    return QueryPlan(tuple(key_range(span, KEY) for span in joined), places * CELL_M2[KEY])


def cover_shape(shape: Shape, coarsest: int, finest: int) -> Iterator[int]:
    """Yield cells that together cover the shape, none of which lies in another.

    coarsest, finest: resolutions of the cells; cells at the edge have the finest.
    """
    pending: list[tuple[int, int, Near]] = [(root, 0, None) for root in h3_cells.root_cells()]
    while pending:
        cell, resolution, near = pending.pop()
        side, near = shape.side(h3_cells.centre_of(cell), REACH[resolution], near)
        if side == OUT:
            continue
        if resolution >= coarsest and (side == IN or resolution >= finest):
            yield cell
        else:
            pending += [(child, resolution + 1, near) for child in h3_cells.children_of(cell)]


def descendant_spans(covering: Iterable[int], partition: int, key: int) -> list[Span]:
    """Find the spans of keys of some cells' descendants, in order, with touching spans joined.

    partition, key: resolutions of the partitions and of what stands in them.
    """
    found: list[Span] = []
    for ancestor, first, end in sorted(
        h3_cells.descendant_index(cell, partition, key) for cell in covering
    ):
        if found and found[-1][0] == ancestor and found[-1][2] == first:
            found[-1] = (ancestor, found[-1][1], end)
        else:
            found.append((ancestor, first, end))
    return found


def key_range(span: Span, key: int) -> KeyRange:
    """The query that reads a span."""
    ancestor, first, end = span
    last = h3_cells.descendant_at(ancestor, key, end - 1) + LAST
    return KeyRange(
        h3_cells.cell_text(ancestor), h3_cells.descendant_at(ancestor, key, first), last
    )


def join_ranges(touching: list[Span], per_place: float, prices: ReadCosts, most: int) -> list[Span]:
    """Join neighbouring spans of a partition where one query is expected to cost less than two, and
    the closest spans where there would be more than `most` queries.

    per_place: items that are expected at each key of a span.
    """
    found: list[Span] = []
    for span in touching:
        if found and found[-1][0] == span[0]:
            _, start, end = found[-1]
            apart = prices.of((end - start) * per_place)
            apart += prices.of((span[2] - span[1]) * per_place)
            if prices.of((span[2] - start) * per_place) <= apart:
                found[-1] = (span[0], start, span[2])
                continue
        found.append(span)
    gaps = [
        (after[1] - before[2], after) for before, after in pairwise(found) if before[0] == after[0]
    ]
    closed = {after for _, after in sorted(gaps)[: max(len(found) - most, 0)]}
    joined: list[Span] = []
    for span in found:
        if span in closed:
            joined[-1] = (span[0], joined[-1][1], span[2])
        else:
            joined.append(span)
    return joined


def _smallest(shape: Shape, density: float, prices: ReadCosts) -> int:
    """The resolution of cells at the edge, so that they hold few sites and are not too many."""
    resolution = PARTITION
    while resolution < KEY and density * CELL_M2[resolution] > prices.at_edge:
        wide = sqrt(CELL_M2[resolution + 1])
        if shape.outline_m / wide > MOST_EDGE_CELLS:
            break
        resolution += 1
    return resolution
