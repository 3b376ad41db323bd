"""From an area to the key ranges to read: first what must be covered, then how to read it.

Pure and deterministic; what it knows of the table is how many pins stand where (`Density`)
and the price list of DynamoDB (`Prices`).

1. The area is covered with cells of the grid, fine enough that a cell at the edge holds few
   pins. Along the curve they form runs with gaps between them.
2. Neighbouring runs are read in one query when reading the gap costs less than another query:
   the cheapest way to join them is found exactly, by dynamic programming over the runs.
3. A small area is planned in each of the three orders (see grid.py) and the cheapest is taken;
   a large one has so many runs that the orders hardly differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import log2
from typing import Any

from . import grid
from .areas import Area
from .earth import DEGREE
from .shapes import Shape, shapes_of

Run = tuple[int, int, float, float]
"""Part of the curve: first place, first place after it, pins expected on it, and pins expected
per place around its end."""

LAST = "~"
"""Sorts after everything that a sort key can hold."""

DEAREST = 1e6

MOST_QUERIES = 64
"""A plan with more is made again with dearer queries."""

FEWEST_SPLITS, MOST_SPLITS = 3, 9
"""How often the square around an area is divided by four, at least and at most."""

PINS_AT_EDGE = 4.0
"""How many pins a cell at the area's edge should hold at most: they are read for nothing."""

SPARSEST = 1e-20
"""Pins per unit² that count as none at all."""

ORDERS_DIFFER_BELOW = 12.0
"""Read units from which on planning in another order saves less than it takes."""

MOST_EDGE_CELLS = 700
"""Bounds the planner's own time: cells are no smaller than the area's outline over this."""


@dataclass(frozen=True)
class Prices:
    """What reading costs, in read units (eventually consistent: half a unit per 4 KB of a
    query's items, at least half a unit per query).

    pin_bytes: of a usual pin. query: what one more query costs besides its units, in processor
    time and connections. Half a millisecond of a 1 GB Lambda costs as much as a twentieth of a
    read unit.
    """

    pin_bytes: float = 72.0
    page_bytes: float = 4096.0
    page: float = 0.5
    query: float = 0.05

    @property
    def pins_per_page(self) -> float:
        """How many pins half a unit reads."""
        return self.page_bytes / self.pin_bytes


@dataclass(frozen=True)
class Density:
    """How many pins stand in the count tiles around an area.

    counts: by tile corner (x >> TILE_BITS, y >> TILE_BITS). usual: pins per tile where nothing
    is known. A tile missing from known counts holds none.
    """

    counts: Mapping[tuple[int, int], int] = field(default_factory=dict)
    known: bool = False
    usual: float = 20.0

    def per_unit(self, x: int, y: int) -> float:
        """Pins per unit² (per place on the curve) at a place in the world's units."""
        tile = (x >> grid.TILE_BITS, y >> grid.TILE_BITS)
        pins = self.counts.get(tile, 0.0) if self.known else self.usual
        return pins / (1 << 2 * grid.TILE_BITS)


@dataclass(frozen=True)
class KeyRange:
    """What one query reads: a partition and the first and last sort key, both included."""

    partition: str
    first: str
    last: str


@dataclass(frozen=True)
class Plan:
    """The queries that find everything in an area.

    order: which of the three orders they read. units: read units expected. pins: pins expected
    to be read.
    """

    ranges: tuple[KeyRange, ...]
    order: int
    units: float
    pins: float


USUAL_PRICES = Prices()
NOTHING_KNOWN = Density()


def plan(area: Area, density: Density = NOTHING_KNOWN, prices: Prices = USUAL_PRICES) -> Plan:
    """The cheapest way to read all pins in the area."""
    shapes = list(shapes_of(area))
    best = Plan((), 0, 0.0, 0.0)
    for order in range(len(grid.SHIFTS)) if shapes else ():
        found = _plan_in(order, shapes, density, prices)
        if not best.ranges or found.units < best.units:
            best = found
        if best.units <= prices.page + prices.query or best.units > ORDERS_DIFFER_BELOW:
            break
    caps = tuple(_caps(area))
    return Plan(best.ranges + caps, best.order, best.units + prices.page * len(caps), best.pins)


def blocks(area: Area, bits: int) -> list[int]:
    """The cells of 2^bits units that the area may touch, by their places in the first order.

    bits: at most a partition's. Caps have no blocks.
    """
    found: list[int] = []
    for shape in shapes_of(area):
        side_bits = max(_side_bits(shape), bits)

        def descend(place: int, state: int, x: int, y: int, size: int, near: Any) -> None:
            held, near = shape.holds(x, y, 1 << size, near)  # noqa: B023 - used at once
            if held < 0:
                return
            if size == bits:
                found.append(place)
                return
            size -= 1
            for step, (right, down, inside) in enumerate(grid.QUADRANTS[state]):
                descend(
                    place << 2 | step, inside, x + (right << size), y + (down << size), size, near
                )

        for start in _starts(shape, 0, side_bits):
            descend(*start, side_bits, shape.start())
    return sorted(set(found))


def _caps(area: Area) -> Iterator[KeyRange]:
    """The polar caps are read whole: nobody lives there."""
    edge = grid.CAP / DEGREE
    if area.bounds.north >= edge:
        yield KeyRange(grid.cap_partition(north=True), "0", LAST)
    if area.bounds.south <= -edge:
        yield KeyRange(grid.cap_partition(north=False), "0", LAST)


def _plan_in(order: int, shapes: list[Shape], density: Density, prices: Prices) -> Plan:
    """The cheapest way in one order."""
    runs = sorted(run for shape in shapes for run in _runs(shape, order, density, prices))
    ranges, units, pins = _cheapest(runs, prices)
    while len(ranges) > MOST_QUERIES and prices.query < DEAREST:
        prices = replace(prices, query=prices.query * 2)
        ranges, units, pins = _cheapest(runs, prices)
    return Plan(tuple(_key_range(order, *span) for span in ranges), order, units, pins)


def _key_range(order: int, first: int, end: int) -> KeyRange:
    return KeyRange(
        grid.partition(order, first), grid.sort_text(first), grid.sort_text(end - 1) + LAST
    )


def _runs(shape: Shape, order: int, density: Density, prices: Prices) -> list[Run]:
    """The cells that cover the figure, in the order of the curve, neighbours joined."""
    side_bits = _side_bits(shape)
    leaf_bits = _leaf_bits(shape, side_bits, density)
    shift = grid.SHIFTS[order]
    shape = shape.moved(shift, shift)
    found: list[Run] = []
    quadrants, holds, per_unit = grid.QUADRANTS, shape.holds, density.per_unit
    whole_bits = grid.PARTITION_BITS

    def descend(place: int, state: int, x: int, y: int, bits: int, near: Any) -> None:
        held, near = holds(x, y, 1 << bits, near)
        if held < 0:
            return
        if bits <= leaf_bits or (held and bits <= whole_bits):
            here = per_unit(x - shift, y - shift)
            first, end = place << 2 * bits, (place + 1) << 2 * bits
            pins = here * (end - first)
            if found and found[-1][1] == first and first & _PARTITION:
                first, pins = found[-1][0], pins + found[-1][2]
                found.pop()
            found.append((first, end, pins, here))
            return
        bits -= 1
        place <<= 2
        for right, down, inside in quadrants[state]:
            descend(place, inside, x + (right << bits), y + (down << bits), bits, near)
            place += 1

    for start in sorted(_starts(shape, shift, side_bits)):
        descend(*start, side_bits, shape.start())
    return found


_PARTITION = (1 << 2 * grid.PARTITION_BITS) - 1


def _side_bits(shape: Shape) -> int:
    """Size of the cells to start with: at most four of them hold the figure."""
    west, north, east, south = shape.box
    return max(int(max(east - west, south - north)), 1).bit_length()


def _starts(shape: Shape, shift: int, bits: int) -> Iterator[tuple[int, int, int, int]]:
    """(place, state, x, y) of the cells of that size in the world that hold the figure."""
    west, north, east, south = (int(value) for value in shape.box)
    last = shift + grid.WORLD - 1
    for x in range(max(west, shift) >> bits, (min(east, last) >> bits) + 1):
        for y in range(max(north, shift) >> bits, (min(south, last) >> bits) + 1):
            yield (*grid.along_curve(x << bits, y << bits, bits), x << bits, y << bits)


def _leaf_bits(shape: Shape, side_bits: int, density: Density) -> int:
    """How small the cells at the figure's edge are to be."""
    west, north, east, south = shape.box
    here = density.per_unit(int(west + east) // 2, int(north + south) // 2)
    wanted = int(log2(PINS_AT_EDGE / here) / 2) if here > SPARSEST else grid.BITS
    smallest = max(int(shape.outline / MOST_EDGE_CELLS), 1).bit_length()
    bits = min(max(wanted, side_bits - MOST_SPLITS, smallest), side_bits - FEWEST_SPLITS)
    return max(0, min(bits, grid.PARTITION_BITS))


def _cheapest(runs: list[Run], prices: Prices) -> tuple[list[tuple[int, int]], float, float]:
    """How to join the runs into queries: the spans to read, their cost and the pins expected.

    cost[n] is the least that the first n runs can cost; the last query among them starts at
    some run before n, and a gap that alone costs more than a query is never read.
    """
    if not runs:
        return [], 0.0, 0.0
    per_page, page, query = prices.pins_per_page, prices.page, prices.query
    too_wide = per_page * (1.5 + query / page)
    before = [0.0]  # pins expected from the first run's start to each run's start
    joins = [False]  # whether a run may be read together with the one before it
    for (_, end, pins, near), (first, _, _, far) in pairwise(runs):
        gap = (first - end) * (near + far) / 2
        before.append(before[-1] + pins + gap)
        same = first & ~_PARTITION == end - 1 & ~_PARTITION
        joins.append(same and gap <= too_wide)
    cost, start_of = [0.0], [0]
    for last, run in enumerate(runs):
        to = before[last] + run[2]
        best, start = 1e18, last
        for first in range(last, -1, -1):
            pages = (to - before[first]) / per_page
            # Whole pages are paid: on average half a page more than is read.
            price = cost[first] + query + page * (pages + 0.5 if pages > 0.5 else 1.0)
            if price < best:
                best, start = price, first
            if not joins[first] or page * pages > best:
                break
        cost.append(best)
        start_of.append(start)
    spans: list[tuple[int, int]] = []
    read, last = 0.0, len(runs)
    while last:
        first = start_of[last]
        spans.append((runs[first][0], runs[last - 1][1]))
        read += before[last - 1] + runs[last - 1][2] - before[first]
        last = first
    return spans[::-1], cost[-1], read
