"""Simplifies lines: points that are left out lie within a given distance of the line that stays.

Outlines from maps and tracks from satellite receivers have far more points than a search needs.
Douglas and Peucker's method keeps of a line its ends and, again and again, the point that is
farthest from the straight line between two that were kept, until none is farther than the
tolerance. Lines are straight in longitude and latitude, as areas have them; a distance is
measured where the point lies and is a little too large (a degree counts as 111,700 m, which it is
nowhere), so that the tolerance holds on the ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians

from chalicelib.geo.geodesy import DEGREE

Corner = tuple[int, int]
"""(x, y): longitude and latitude in microdegrees; the longitude may run on over 180°."""

METRES = 111_700.0 / DEGREE
"""Metres in a microdegree of latitude, at most."""

STRETCH = 500
"""Points of a line that are simplified together. The ends of each stretch stay, which bounds the
time: the method alone can take the square of a line's length."""


def metres_between(x: int, y: int, edge: tuple[int, int, int, int]) -> float:
    """Metres from a place to an edge near it, measured a little too large."""
    x1, y1, x2, y2 = edge
    narrow = cos(radians(y / DEGREE))
    px, py = (x - x1) * narrow, y - y1
    wx, wy = (x2 - x1) * narrow, y2 - y1
    square = wx * wx + wy * wy
    part = min(max((px * wx + py * wy) / square, 0.0), 1.0) if square else 0.0
    return float(((px - part * wx) ** 2 + (py - part * wy) ** 2) ** 0.5) * METRES


def simplified(line: Sequence[Corner], tolerance_m: float) -> list[Corner]:
    """Simplify a line within a tolerance in metres; both of its ends stay."""
    if len(line) < 3:
        return list(line)
    stays = {0, len(line) - 1, *range(0, len(line), STRETCH)}
    cuts = sorted(stays)
    pending = list(pairwise(cuts))
    while pending:
        first, last = pending.pop()
        edge = (*line[first], *line[last])
        far, at = tolerance_m, 0
        for number in range(first + 1, last):
            away = metres_between(*line[number], edge)
            if away > far:
                far, at = away, number
        if at:
            stays.add(at)
            pending += [(first, at), (at, last)]
    return [line[number] for number in sorted(stays)]


def simplified_ring(ring: Sequence[Corner], tolerance_m: float) -> list[Corner]:
    """Simplify a ring, whose first corner is not repeated at the end. A ring no wider than the
    tolerance is left with fewer than three corners."""
    first = ring[0]
    far = max(range(len(ring)), key=lambda at: metres_between(*ring[at], (*first, *first)))
    there = simplified(ring[: far + 1], tolerance_m)
    back = simplified([*ring[far:], first], tolerance_m)
    return [*there[:-1], *back[:-1]]
