"""From an area to the key ranges to read: first what must be covered, then how to read it.

Pure and deterministic; what it knows of the table is how many pins stand where (`Density`)
and the price list of DynamoDB (`Prices`).

1. The area is covered with cells of the grid, fine enough that a cell at the edge holds few
   pins. Along the curve they form runs with gaps between them.
2. Neighbouring runs are read in one query when reading the gap costs less than another query:
   the cheapest way to join them is found exactly, by dynamic programming over the runs.
3. That is done roughly in most of the orders (see grid.py), and finely in the one that looks
   cheapest. Queries of different orders are never mixed: the best mixture, found by integer
   programming, would save less than a thousandth (docs/decisions/0003-pin-layout.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, log2
from typing import Any, cast

from . import grid
from .areas import Area
from .density import NOTHING_KNOWN, PLACES, Density
from .earth import DEGREE
from .shapes import Shape, shapes_of

Span = tuple[int, int]
"""Part of the curve: its first place and the first place after it."""

Test = Callable[[int, int, int, Any], tuple[int, Any]]
"""A shape's tester; what it passes on from a square to its quarters is its own."""

LAST = "~"
"""Sorts after everything that a sort key can hold."""

DEAREST = 1e6

MOST_QUERIES = 40
"""A plan with more is made again with dearer queries."""

FEWEST_SPLITS, MOST_SPLITS = 1, 9
"""How often the square around an area is divided by four, at least and at most."""

ROUGHLY, FINELY = 6.0, 1.0
"""How many pins a cell at the area's edge should hold at most, when orders are compared and when
the plan is made: what lies outside of the area in such a cell is read for nothing."""

COMPARED, CHEAP = 5, 1.5
"""Orders that are compared when the area is cheap (in read units): those in which the smallest
cell that holds it is smallest. Otherwise all of them are."""

LARGEST_CELL_BITS = grid.TILE_BITS + 2
"""Of a single cell that is read whole: 5 km at the equator, 3 km in England."""

CERTAINLY_ONE_PAGE = 0.4
"""Part of a page: what is expected to fill less hardly ever needs two."""

WIDEST_GAP = 24 * PLACES
"""Places of the curve; a wider gap is not looked into."""

SPARSEST = 1e-20
"""Pins per unit² that count as none at all."""

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

    pin_bytes: float = 66.0
    page_bytes: float = 4096.0
    page: float = 0.5
    query: float = 0.05

    @property
    def pins_per_page(self) -> float:
        """How many pins half a unit reads."""
        return self.page_bytes / self.pin_bytes


@dataclass(frozen=True)
class KeyRange:
    """What one query reads: a partition and the first and last sort key, both included."""

    partition: str
    first: str
    last: str


@dataclass(frozen=True)
class Plan:
    """The queries that find everything in an area.

    order: which of the orders they read. units: read units expected. pins: pins expected
    to be read. tiles: how much ground they read, in tiles.
    """

    ranges: tuple[KeyRange, ...]
    order: int
    units: float
    pins: float
    tiles: float


USUAL_PRICES = Prices()


def plan(area: Area, density: Density = NOTHING_KNOWN, prices: Prices = USUAL_PRICES) -> Plan:
    """The cheapest way to read all pins in the area."""
    shapes = list(shapes_of(area))
    caps = tuple(_caps(area))
    tiny = None if caps else _one_cell(shapes, density, prices)
    if tiny:
        return tiny
    order = _cheapest_order(shapes, density, prices)
    spans, units, pins = _plan_in(order, shapes, density, prices, FINELY)
    ranges = (*(_key_range(order, *span) for span in spans), *caps)
    tiles = sum(end - first for first, end in spans) / PLACES
    return Plan(ranges, order, units + prices.page * len(caps), pins, tiles)


def _cheapest_order(shapes: list[Shape], density: Density, prices: Prices) -> int:
    """The order in which a rough plan costs the least."""
    if not shapes:
        return 0
    best, cost = 0, inf
    for number, order in enumerate(sorted(range(grid.ORDERS), key=_cell_bits(shapes[0]))):
        least = prices.page + prices.query if number < COMPARED else CHEAP
        if cost <= least:
            break
        _, units, _ = _plan_in(order, shapes, density, prices, ROUGHLY)
        if units < cost:
            best, cost = order, units
    return best


def _one_cell(shapes: list[Shape], density: Density, prices: Prices) -> Plan | None:
    """One cell that holds everything, where that is expected to cost the least a query can.

    Saves looking closer at a small area: half the searches in a town, nearly all in a village.
    """
    if len(shapes) != 1:
        return None
    west, north, *_ = (int(value) for value in shapes[0].box)
    bits_in = _cell_bits(shapes[0])
    order = min(range(grid.ORDERS), key=bits_in)
    bits, shift = bits_in(order), grid.SHIFTS[order]
    if min(west, north) < 0 or bits > LARGEST_CELL_BITS:
        return None
    place, _ = grid.along_curve(west + shift, north + shift, bits)
    span = place << 2 * bits, (place + 1) << 2 * bits
    pins = density.expected(order, *span)
    if pins > prices.pins_per_page * CERTAINLY_ONE_PAGE:
        return None
    tiles = (span[1] - span[0]) / PLACES
    return Plan((_key_range(order, *span),), order, prices.page + prices.query, pins, tiles)


def _cell_bits(shape: Shape) -> Callable[[int], int]:
    """The size of the cell that holds the whole figure, by order."""
    west, north, east, south = (int(value) for value in shape.box)

    def bits(order: int) -> int:
        s = grid.SHIFTS[order]
        return max(west + s ^ east + s, north + s ^ south + s).bit_length()

    return bits


def blocks(area: Area, bits: int) -> list[int]:
    """The cells of 2^bits units that the area may touch, by their places in the first order.

    bits: at most a partition's. Caps have no blocks.
    """
    found: list[int] = []
    for shape in shapes_of(area):
        side_bits = max(_side_bits(shape), bits)
        holds = cast("Test", shape.tester())

        def descend(place: int, state: int, x: int, y: int, size: int, near: Any) -> None:
            held, near = holds(x, y, 1 << size, near)  # noqa: B023 - used at once
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


def _plan_in(
    order: int, shapes: list[Shape], density: Density, prices: Prices, at_edge: float
) -> tuple[list[Span], float, float]:
    """The cheapest way in one order: as `_cheapest` says it, with not too many queries.

    at_edge: pins that a cell at the area's edge should hold at most.
    """
    runs = sorted(run for shape in shapes for run in _runs(shape, order, density, at_edge))
    expected = _expected(runs, order, density)
    found = _cheapest(runs, expected, prices)
    while len(found[0]) > MOST_QUERIES and prices.query < DEAREST:
        prices = replace(prices, query=prices.query * 2)
        found = _cheapest(runs, expected, prices)
    return found


def _key_range(order: int, first: int, end: int) -> KeyRange:
    return KeyRange(
        grid.partition(order, first), grid.sort_text(first), grid.sort_text(end - 1) + LAST
    )


def _runs(shape: Shape, order: int, density: Density, at_edge: float) -> list[Span]:
    """The cells that cover the figure, in the order of the curve, neighbours joined."""
    side_bits = _side_bits(shape)
    leaf_bits = _leaf_bits(shape, side_bits, density, at_edge)
    shift = grid.SHIFTS[order]
    shape = shape.moved(shift, shift)
    found: list[Span] = []
    quadrants, holds = grid.QUADRANTS, cast("Test", shape.tester())
    whole_bits = grid.PARTITION_BITS

    def divide(place: int, state: int, x: int, y: int, bits: int, near: Any) -> None:
        bits -= 1
        place <<= 2
        for right, down, inside in quadrants[state]:
            left, top = x + (right << bits), y + (down << bits)
            held, kept = holds(left, top, 1 << bits, near)
            if held >= 0:
                if bits > leaf_bits and (not held or bits > whole_bits):
                    divide(place, inside, left, top, bits, kept)
                else:
                    first, end = place << 2 * bits, (place + 1) << 2 * bits
                    if found and found[-1][1] == first and first & _PARTITION:
                        found[-1] = (found[-1][0], end)
                    else:
                        found.append((first, end))
            place += 1

    for start in sorted(_starts(shape, shift, side_bits)):
        divide(*start, side_bits, shape.start())
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


def _leaf_bits(shape: Shape, side_bits: int, density: Density, at_edge: float) -> int:
    """How small the cells at the figure's edge are to be."""
    west, north, east, south = (int(value) for value in shape.box)
    here = density.per_unit((west + east) // 2, (north + south) // 2)
    wanted = int(log2(at_edge / here) / 2) if here > SPARSEST else grid.BITS
    smallest = max(int(shape.outline / MOST_EDGE_CELLS), 1).bit_length()
    bits = min(max(wanted, side_bits - MOST_SPLITS, smallest), side_bits - FEWEST_SPLITS)
    return max(0, min(bits, grid.PARTITION_BITS))


def _expected(runs: list[Span], order: int, density: Density) -> tuple[list[float], list[float]]:
    """Pins expected on each run, and in the gap before each."""
    held = [density.expected(order, first, end) for first, end in runs]
    gaps = [0.0]
    for (_, before), (after, _) in pairwise(runs):
        apart = before - 1 & ~_PARTITION != after & ~_PARTITION
        far = apart or after - before > WIDEST_GAP
        gaps.append(inf if far else density.expected(order, before, after))
    return held, gaps


def _cheapest(
    runs: list[Span], expected: tuple[list[float], list[float]], prices: Prices
) -> tuple[list[Span], float, float]:
    """How to join the runs into queries: the spans to read, their cost and the pins expected.

    cost[n] is the least that the first n runs can cost; the last query among them starts at
    some run before n, and a gap that alone costs more than a query is never read.
    """
    if not runs:
        return [], 0.0, 0.0
    held, gaps = expected
    per_page, page, query = prices.pins_per_page, prices.page, prices.query
    too_wide = per_page * (1.5 + query / page)
    cost, start_of, read_by = [0.0], [0], [0.0]
    for last in range(len(runs)):
        best, start, pins, least = inf, last, held[last], 0.0
        for first in range(last, -1, -1):
            pages = pins / per_page
            # Whole pages are paid: on average half a page more than is read.
            price = cost[first] + query + page * (pages + 0.5 if pages > 0.5 else 1.0)
            if price < best:
                best, start, least = price, first, pins
            if gaps[first] > too_wide or not first or page * pages > best:
                break
            pins += gaps[first] + held[first - 1]
        cost.append(best)
        start_of.append(start)
        read_by.append(read_by[start] + least)
    spans: list[Span] = []
    last = len(runs)
    while last:
        first = start_of[last]
        spans.append((runs[first][0], runs[last - 1][1]))
        last = first
    return spans[::-1], cost[-1], read_by[-1]
