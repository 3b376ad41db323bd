"""Areas as the planner sees them: figures in the units of the grid.

A figure may be a little larger than its area, never smaller: Mercator's map stretches, so
metres become units by the largest stretch within the area, and where a straight line of
longitude and latitude is bent on the map the figure is widened by the bend. What lies in the
figure and not in the area is read and dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot, pi, radians, tan

from .areas import Area, Circle, Polygon
from .earth import DEGREE, MEAN_RADIUS, Bounds
from .grid import CAP, WORLD, column_exact, row_exact, units_per_metre

Line = tuple[float, float, float, float]
"""x and y of one end, x and y of the other, in units."""

OUT, PART, IN = -1, 0, 1
"""A square lies outside the figure, may lie partly in it, lies wholly in it."""

HAIR = 3.0
"""Units added to every figure, so that rounding to whole units loses nothing."""

HIGHEST = 89.9
"""Latitude at which figures end; the polar caps are read whole long before."""


@dataclass(frozen=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Line:
        """west, north, east, south."""
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r

    @property
    def outline(self) -> float:
        """Its length."""
        return 2 * pi * self.radius

    def moved(self, right: float, down: float) -> Disc:
        """The same elsewhere."""
        return Disc(self.x + right, self.y + down, self.radius)

    def start(self) -> None:
        """What the tester is first given as `near`."""
        return

    def tester(self) -> Callable[[int, int, int, None], tuple[int, None]]:
        """Made once per plan: how the square with this corner and size lies to the figure."""
        cx, cy, square = self.x, self.y, self.radius * self.radius

        def holds(x: int, y: int, size: int, near: None) -> tuple[int, None]:
            dx, dy = cx - x, cy - y
            ex, ey = dx - size, dy - size  # from the far sides
            px = ex if ex > 0 else (dx if dx < 0 else 0.0)
            py = ey if ey > 0 else (dy if dy < 0 else 0.0)
            if px * px + py * py > square:
                return _OUTSIDE
            fx = dx if dx > -ex else ex
            fy = dy if dy > -ey else ey
            return _INSIDE if fx * fx + fy * fy <= square else _PARTLY

        return holds


_OUTSIDE, _PARTLY, _INSIDE = (OUT, None), (PART, None), (IN, None)


@dataclass(frozen=True)
class Lines:
    """All within `reach` of some lines and, when `filled`, what they enclose."""

    lines: tuple[Line, ...]
    reach: float
    filled: bool

    @property
    def box(self) -> Line:
        """west, north, east, south."""
        xs = [x for line in self.lines for x in (line[0], line[2])]
        ys = [y for line in self.lines for y in (line[1], line[3])]
        r = self.reach
        return min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r

    @property
    def outline(self) -> float:
        """Its length, roughly."""
        sides = 1 if self.filled else 2
        return sides * sum(hypot(c - a, d - b) for a, b, c, d in self.lines) + 6 * self.reach

    def moved(self, right: float, down: float) -> Lines:
        """The same elsewhere."""
        lines = [(a + right, b + down, c + right, d + down) for a, b, c, d in self.lines]
        return Lines(tuple(lines), self.reach, self.filled)

    def start(self) -> Sequence[Line]:
        """What the tester is first given as `near`."""
        return self.lines

    def tester(self) -> Callable[[int, int, int, Sequence[Line]], tuple[int, Sequence[Line]]]:
        """Made once per plan."""
        return self._holds

    def _holds(self, x: int, y: int, size: int, near: Sequence[Line]) -> tuple[int, Sequence[Line]]:
        """How the square lies to the figure, and the lines near it, which are all that its
        quarters need to be compared with."""
        half = size / 2
        cx, cy = x + half, y + half
        round_it = half * 1.4142135623730951
        far = (self.reach + round_it) ** 2
        inner = self.reach - round_it
        kept = []
        for line in near:
            ax, ay, bx, by = line
            wx, wy = bx - ax, by - ay
            dx, dy = cx - ax, cy - ay
            square = wx * wx + wy * wy
            part = (dx * wx + dy * wy) / square if square else 0.0
            part = min(max(part, 0.0), 1.0)
            away = (dx - part * wx) ** 2 + (dy - part * wy) ** 2
            if away <= far:
                if inner > 0 and away <= inner * inner:
                    return IN, near
                kept.append(line)
        if kept:
            return PART, kept
        return (IN if self.filled and self._encloses(cx, cy) else OUT), ()

    def _encloses(self, x: float, y: float) -> bool:
        odd = False
        for ax, ay, bx, by in self.lines:
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                odd = not odd
        return odd


Shape = Disc | Lines


def shapes_of(area: Area) -> Iterator[Shape]:
    """The figures that together hold all of the area between the polar caps. One for each side
    of 180° when the area crosses it."""
    bounds = area.bounds
    cap = CAP / DEGREE
    if bounds.south >= cap or bounds.north <= -cap:
        return
    steepest = min(max(abs(bounds.south), abs(bounds.north)), HIGHEST)
    scale = units_per_metre(steepest)
    whole: Shape
    if bounds.east - bounds.west >= 360:
        whole = _band(bounds)
        yield whole
        return
    if isinstance(area, Circle):
        x = column_exact(area.centre.longitude * DEGREE)
        whole = Disc(x, _row(area.centre.latitude), area.radius_m * scale + HAIR)
    elif isinstance(area, Polygon):
        rings = [[(y / DEGREE, x / DEGREE) for x, y in ring] for ring in area.rings]
        lines, bend = _lines([[*ring, ring[0]] for ring in rings], steepest)
        whole = Lines(lines, bend * scale + HAIR, filled=True)
    else:
        lines, bend = _lines([area.corners], steepest)
        whole = Lines(lines, (area.half + bend) * scale + HAIR, filled=False)
    for turn in (-1, 0, 1):
        west, _, east, _ = whole.box
        if east + turn * WORLD >= 0 and west + turn * WORLD < WORLD:
            yield whole.moved(turn * WORLD, 0) if turn else whole


def _band(bounds: Bounds) -> Lines:
    """All around the world between two latitudes."""
    north, south = _row(bounds.north), _row(bounds.south)
    middle, half = (north + south) / 2, (south - north) / 2
    return Lines(((0.0, middle, float(WORLD), middle),), half + HAIR, filled=False)


def _row(latitude: float) -> float:
    return row_exact(min(max(latitude, -HIGHEST), HIGHEST) * DEGREE)


def _lines(
    paths: Sequence[Sequence[tuple[float, float]]], steepest: float
) -> tuple[tuple[Line, ...], float]:
    """Paths of (latitude, longitude) as straight lines of the map, cut so short that the map's
    bend is small, and that bend in metres.

    A line of constant slope in longitude and latitude leaves the map's straight line by at most
    length² · tan(latitude) / (8 · radius).
    """
    places = [place for path in paths for place in path]
    tall = max(lat for lat, _ in places) - min(lat for lat, _ in places)
    wide = max(lng for _, lng in places) - min(lng for _, lng in places)
    longest = max(3_000.0, 111_700.0 * max(tall, wide) / 32)
    lines: list[Line] = []
    for path in paths:
        for (lat_a, lng_a), (lat_b, lng_b) in pairwise(path):
            metres = 111_700.0 * hypot(lat_b - lat_a, lng_b - lng_a)
            parts = max(1, ceil(metres / longest))
            cuts = [
                (
                    column_exact((lng_a + (lng_b - lng_a) * n / parts) * DEGREE),
                    _row(lat_a + (lat_b - lat_a) * n / parts),
                )
                for n in range(parts + 1)
            ]
            lines.extend((*a, *b) for a, b in pairwise(cuts))
    return tuple(lines), longest**2 * tan(radians(steepest)) / (6 * MEAN_RADIUS) + 0.5
