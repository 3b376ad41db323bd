"""Areas as the H3 cover asks about them: whether what is near a place lies in the area.

A shape answers for a place and a reach in metres: OUT when nothing within reach belongs to the
area, IN when all of it does, PART when neither is certain. It may say PART too often, which costs
reads, but OUT and IN are never wrong, which would lose sites. All is distance in space, so there is
no special place at the poles or at 180°.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import asin, ceil, cos, dist, pi, radians, sin, tan
from typing import Protocol

from chalicelib.geo import geodesy
from chalicelib.geo.areas import Area, Circle, Corridor, Polygon
from chalicelib.geo.geodesy import DEGREE, Vector
from chalicelib.geo.h3_cells import Centre

OUT, PART, IN = -1, 0, 1

Line = tuple[Vector, Vector, float]
"""A straight line in space: start, direction (not normed), squared length."""

Near = Sequence[Line] | None
"""The lines of a shape that matter near a place and so in all that lies within its reach; None
before any were left out."""

SLACK = 1.0
"""Metres added wherever the ground is replaced by straight lines in space."""

SHORTEST_PIECE = 3_000.0
MOST_PIECES = 600
"""Most pieces into which all edges of a polygon are cut, besides one for each edge."""


class Shape(Protocol):
    """An area as the H3 cover needs it."""

    @property
    def outline_m(self) -> float:
        """Length of its border in metres, roughly: more cells lie along a longer one."""

    def side(self, centre: Centre, reach: float, near: Near) -> tuple[int, Near]:
        """Say whether all within `reach` metres of a place lies OUT, IN or PART, and which lines
        matter there. near: the lines answered for a place whose reach holds this place's."""


@dataclass(frozen=True)
class DiscShape:
    """Everything within `radius` metres along the ground of a place given in space."""

    middle: Vector
    radius: float
    _limits: dict[float, tuple[float, float]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def outline_m(self) -> float:
        """The disc's circumference on the globe in metres."""
        return 2 * pi * geodesy.MEAN_RADIUS * sin(min(self.radius / geodesy.MEAN_RADIUS, pi))

    def side(self, centre: Centre, reach: float, near: Near) -> tuple[int, Near]:
        far, deep = self._limits.get(reach) or self._limits.setdefault(reach, self._limit(reach))
        away = dist(centre[2], self.middle)
        return (OUT if away > far else IN if away <= deep else PART), None

    def _limit(self, reach: float) -> tuple[float, float]:
        """The straight distance beyond which nothing within reach belongs to the disc, and the one
        up to which everything does."""
        deep = self.radius - reach - SLACK
        return geodesy.arc_to_chord(self.radius + reach + SLACK), geodesy.arc_to_chord(
            deep
        ) if deep > 0 else -1.0


@dataclass(frozen=True)
class LinesShape:
    """Everything within `half` metres of some lines and, where `contains` is given, all that the
    lines enclose.

    contains: says whether a position in microdegrees is enclosed. slack: metres by which the lines
    may be off the path or border that they stand for. middle, radius: a ball in space that
    holds the lines.
    """

    lines: Sequence[Line]
    half: float
    contains: Callable[[int, int], bool] | None
    slack: float
    outline_m: float
    middle: Vector = field(init=False)
    radius: float = field(init=False)

    def __post_init__(self) -> None:
        ends = [start for start, _, _ in self.lines]
        ends += [_sum(start, way) for start, way, _ in self.lines[-1:]]
        x, y, z = (sum(part) / len(ends) for part in zip(*ends, strict=True))
        object.__setattr__(self, "middle", (x, y, z))
        longest = max(square for _, _, square in self.lines) ** 0.5
        radius = max(dist(self.middle, end) for end in ends) + longest + self.half + self.slack
        object.__setattr__(self, "radius", radius)

    def side(self, centre: Centre, reach: float, near: Near) -> tuple[int, Near]:
        x, y, z = centre[2]
        if near is None:
            if dist(centre[2], self.middle) > self.radius + reach:
                return OUT, ()
            if reach > self.radius:
                return PART, None
            near = self.lines
        far = (reach + self.half + self.slack) ** 2
        deep = self.half - reach - self.slack
        kept = []
        for line in near:
            (ax, ay, az), (wx, wy, wz), square = line
            dx, dy, dz = x - ax, y - ay, z - az
            part = (dx * wx + dy * wy + dz * wz) / square if square else 0.0
            part = 0.0 if part < 0.0 else min(part, 1.0)
            away = (dx - part * wx) ** 2 + (dy - part * wy) ** 2 + (dz - part * wz) ** 2
            if away <= far:
                if deep > 0 and away <= deep * deep:
                    return IN, near
                kept.append(line)
        if kept:
            return PART, kept
        inside = self.contains and self.contains(
            round(centre[0] * DEGREE), round(centre[1] * DEGREE)
        )
        return (IN if inside else OUT), ()


@dataclass(frozen=True)
class BoxShape:
    """The box that a map shows, in degrees: between two latitudes and from one longitude eastwards
    to another. wide: from west to east, 360 for all around."""

    south: float
    west: float
    north: float
    wide: float

    @property
    def outline_m(self) -> float:
        """Metres along the box's four sides, roughly."""
        flattest = cos(radians(min(abs(self.south), abs(self.north))))
        return 2 * 111_700.0 * (self.north - self.south + self.wide * flattest)

    def side(self, centre: Centre, reach: float, near: Near) -> tuple[int, Near]:
        latitude, longitude, _ = centre
        angle = reach / geodesy.MEAN_RADIUS * 1.01  # the ellipsoid is nowhere flatter than that
        up = radians(max(self.south - latitude, latitude - self.north, -180.0))
        east = (longitude - self.west) % 360.0
        outside = 0.0 if east <= self.wide else min(east - self.wide, 360.0 - east)
        beside = _to_meridian(latitude, outside)
        if max(up, beside) > angle:
            return OUT, None
        inside = min(east, self.wide - east) if self.wide < 360.0 else 180.0
        deep = -up > angle and not outside
        return (IN if deep and _to_meridian(latitude, inside) > angle else PART), None


def shape_of(area: Area) -> Shape:
    """Make the shape of an area, for the H3 cover."""
    if isinstance(area, Circle):
        centre = area.centre
        middle = geodesy.vector_of_position(centre.latitude * DEGREE, centre.longitude * DEGREE)
        return DiscShape(middle, area.radius_m)
    if isinstance(area, Corridor):
        lines = [(piece.start, piece.way, piece.square) for piece in area.pieces]
        half = geodesy.arc_to_chord(area.half)
        return LinesShape(lines, half, None, SLACK, 2 * area.length_m + 2 * pi * area.half)
    return _border_of(area)


def _border_of(area: Polygon) -> LinesShape:
    """Make the shape of a polygon, whose rings are cut into straight pieces.

    An edge is a straight line of longitude and latitude. A piece of length l leaves the chord
    between its ends by at most l²/8R for the Earth's curve and l² tan(latitude)/8R for the
    parallel's, and never by more than l/2, which is what counts near a pole.
    """
    edges = list(area.edges)
    lengths = [_length(edge) for edge in edges]
    longest = max(SHORTEST_PIECE, sum(lengths) / MOST_PIECES)
    lines: list[Line] = []
    for (x1, y1, x2, y2), length in zip(edges, lengths, strict=True):
        parts = max(1, ceil(length / longest))
        cuts = (
            geodesy.vector_of_position(y1 + (y2 - y1) * n / parts, x1 + (x2 - x1) * n / parts)
            for n in range(parts + 1)
        )
        lines += [_line(start, end) for start, end in pairwise(cuts)]
    steepest = radians(min(max(abs(area.bounds.south), abs(area.bounds.north)), 89.9))
    bend = longest**2 * (1 + tan(steepest)) / (8 * geodesy.MEAN_RADIUS)
    slack = SLACK + min(longest / 2, bend)
    return LinesShape(lines, 0.0, area.locator(), slack, sum(lengths))


def _length(edge: tuple[int, int, int, int]) -> float:
    """The most metres that an edge can be long."""
    x1, y1, x2, y2 = (side / DEGREE for side in edge)
    # Where the edge crosses the equator it is nowhere longer than there.
    flattest = 1.0 if y1 * y2 < 0 else cos(radians(min(abs(y1), abs(y2))))
    return 111_700.0 * (abs(y2 - y1) + abs(x2 - x1) * flattest)


def _line(start: Vector, end: Vector) -> Line:
    way = (end[0] - start[0], end[1] - start[1], end[2] - start[2])
    return start, way, way[0] ** 2 + way[1] ** 2 + way[2] ** 2


def _sum(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _to_meridian(latitude: float, east: float) -> float:
    """Radians from a place to the meridian `east` degrees away; beyond 90° to the nearer pole."""
    if east >= 90.0:
        return radians(90.0 - abs(latitude))
    return asin(min(cos(radians(latitude)) * sin(radians(east)), 1.0))
