"""Finds where the rings of a polygon cross or touch though they should not, in whole numbers.

A ring may not touch itself, and no two rings may cross or run along each other. They may touch in
single places, as a hole does that reaches the outline with a corner: inside and outside are as
clear there as anywhere (OGC 06-103r4, 6.1.11).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.geo.geodesy import DEGREE, Point
from chalicelib.geo.simplification import Corner

Edge = tuple[int, int, int, int]
"""The x and y of an edge's one end, then the x and y of its other end."""


@dataclass(frozen=True)
class _Side:
    """An edge, and its place in its ring."""

    west: int
    edge: Edge
    ring_number: int
    ring: Sequence[Corner]
    number: int

    def arms(self, x: int, y: int) -> tuple[Corner, Corner]:
        """The two directions in which the ring leaves a place on the edge."""
        x1, y1, x2, y2 = self.edge
        if (x, y) == (x1, y1):
            x1, y1 = self.ring[self.number - 1]
        elif (x, y) == (x2, y2):
            x2, y2 = self.ring[(self.number + 2) % len(self.ring)]
        return (x1 - x, y1 - y), (x2 - x, y2 - y)


def ring_edges(ring: Sequence[Corner]) -> Iterator[Edge]:
    """Yield a ring's edges: from each corner to the next, and from the last to the first."""
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        yield x1, y1, x2, y2


def in_box(x: int, y: int, edge: Edge) -> bool:
    """Whether a place lies in the box around an edge; if it is on the line, it is on the edge."""
    x1, y1, x2, y2 = edge
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def on_edge(x: int, y: int, edge: Edge) -> bool:
    """Whether a place lies on an edge."""
    return in_box(x, y, edge) and _turn(edge, x, y) == 0


def first_crossing(rings: Sequence[Sequence[Corner]]) -> Point | None:
    """Find a place where edges meet that should not; None when there is none.

    Two edges of a ring may only share the corner between them; edges of different rings may
    touch. Edges are taken from west to east and compared while their longitudes overlap.
    """
    sides = [
        _Side(min(edge[0], edge[2]), edge, ring_number, ring, number)
        for ring_number, ring in enumerate(rings)
        for number, edge in enumerate(ring_edges(ring))
    ]
    sides.sort(key=lambda side: side.west)
    still: list[tuple[int, int, int, _Side]] = []  # with their east, south and north
    for side in sides:
        south, north = sorted((side.edge[1], side.edge[3]))
        still = [other for other in still if other[0] >= side.west]
        for _, low, high, other in still:
            if low <= north and high >= south and (met := _met(other, side)):
                x, y = met
                return Point(y / DEGREE, (x / DEGREE + 180.0) % 360.0 - 180.0)
        still.append((max(side.edge[0], side.edge[2]), south, north, side))
    return None


def _met(one: _Side, other: _Side) -> tuple[float, float] | None:
    """Where two edges meet though they should not; None when they do not."""
    if one.ring_number == other.ring_number:
        apart = (other.number - one.number) % len(one.ring)
        if apart == 1:
            return _fold(one.edge, other.edge)
        if apart == len(one.ring) - 1:
            return _fold(other.edge, one.edge)
        return _crossing(one.edge, other.edge) or _touch(one.edge, other.edge)
    if crossed := _crossing(one.edge, other.edge):
        return crossed
    touched = _touch(one.edge, other.edge)
    return touched if touched and _passes(one, other, *touched) else None


def _fold(first: Edge, second: Edge) -> tuple[int, int] | None:
    """The corner that two edges share, when the second runs back over the first; else None."""
    ax, ay = first[0] - first[2], first[1] - first[3]
    bx, by = second[2] - second[0], second[3] - second[1]
    return (first[2], first[3]) if _same_way((ax, ay), (bx, by)) else None


def _turn(edge: Edge, x: int, y: int) -> int:
    """On which side of an edge's line a place is: 1 or -1, and 0 when it is on the line."""
    value = (edge[2] - edge[0]) * (y - edge[1]) - (edge[3] - edge[1]) * (x - edge[0])
    return (value > 0) - (value < 0)


def _crossing(a: Edge, b: Edge) -> tuple[float, float] | None:
    """Where two edges cross between their ends; None when they do not."""
    if _turn(b, a[0], a[1]) * _turn(b, a[2], a[3]) >= 0:
        return None
    if _turn(a, b[0], b[1]) * _turn(a, b[2], b[3]) >= 0:
        return None
    run = (b[2] - b[0]) * (a[1] - b[1]) - (b[3] - b[1]) * (a[0] - b[0])
    rise = (b[3] - b[1]) * (a[2] - a[0]) - (b[2] - b[0]) * (a[3] - a[1])
    part = run / rise
    return a[0] + part * (a[2] - a[0]), a[1] + part * (a[3] - a[1])


def _touch(a: Edge, b: Edge) -> tuple[int, int] | None:
    """The end of one of two edges that lies on the other edge; None when there is none."""
    for x, y, edge in ((*a[:2], b), (*a[2:], b), (*b[:2], a), (*b[2:], a)):
        if on_edge(x, y, edge):
            return x, y
    return None


def _passes(one: _Side, other: _Side, x: int, y: int) -> bool:
    """Whether two rings that touch in a place cross or run along each other there, rather than only
    touch."""
    first, second = one.arms(x, y)
    a, b = other.arms(x, y)
    if any(_same_way(mine, theirs) for mine in (first, second) for theirs in (a, b)):
        return True
    return _turns_past(first, a, second) != _turns_past(first, b, second)


def _turns_past(start: Corner, way: Corner, end: Corner) -> bool:
    """Whether turning left from `start` passes the direction `way` before reaching `end`."""
    if _left(start, end):
        return _left(start, way) and _left(way, end)
    return _left(start, way) or _left(way, end)


def _left(a: Corner, b: Corner) -> bool:
    """Whether direction `b` is up to and including half a turn to the left of direction `a`."""
    cross = a[0] * b[1] - a[1] * b[0]
    return cross > 0 or (cross == 0 and a[0] * b[0] + a[1] * b[1] < 0)


def _same_way(a: Corner, b: Corner) -> bool:
    return a[0] * b[1] == a[1] * b[0] and a[0] * b[0] + a[1] * b[1] > 0
