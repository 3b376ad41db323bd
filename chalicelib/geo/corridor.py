"""A corridor along the way that somebody went: a path, and how far to each side of it to look.

The path between two of its points is the straight line of the map's own coordinates, as
GeoJSON has it (RFC 7946 §3.1.1), taken the short way round. It is cut into pieces short
enough that the Earth's curve under them is below 2 cm, and everything else is plain distance
in space: no special place at the poles or at 180°.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, cos, degrees, pi, radians

from chalicelib.geo import geodesy
from chalicelib.geo.geodesy import DEGREE, Bounds, Point, Vector
from chalicelib.geo.simplification import simplified

TURN = 180 * DEGREE

PIECE = 900.0
"""The longest piece into which a path is cut, in metres."""


@dataclass(frozen=True)
class Nearest:
    """Where a place lies beside a path. distance: metres from the path. along: metres along the
    path from its start to the point nearest to the place."""

    distance: float
    along: float


@dataclass(frozen=True)
class Piece:
    """A straight part of a path: its start, its direction (not normed), its squared length, the
    metres along the path where it starts, and its length in metres."""

    start: Vector
    way: Vector
    square: float
    along: float
    length: float


@dataclass(frozen=True)
class Corridor:
    """Everything within half of `width_m` metres of the path; ends are round.

    path: its points in the order in which they were passed. margin_m: metres added on each side,
    one or so: how far a simplified path may lie from the path that it was made of.
    """

    path: tuple[Point, ...]
    width_m: float
    margin_m: float = 0.0

    def within(self, tolerance_m: float) -> Corridor:
        """The corridor with fewer points, and with a margin so that it holds all that it held."""
        corners = [(round(x * DEGREE), round(y * DEGREE)) for y, x in self.corners]
        fewer = simplified(corners, tolerance_m)
        path = tuple(
            Point(y / DEGREE, (x / DEGREE + 180.0) % 360.0 - 180.0 if abs(x) > TURN else x / DEGREE)
            for x, y in fewer
        )
        return Corridor(path, self.width_m, tolerance_m)

    @property
    def half(self) -> float:
        """Metres from the path to each side of the corridor."""
        return self.width_m / 2 + self.margin_m

    @property
    def anchor(self) -> Point:
        """The start of the path."""
        return self.path[0]

    @cached_property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """(latitude, longitude) in degrees of the path's points; the longitude runs on over 180
        so that neighbours are always the short way from each other."""
        found = [(self.path[0].latitude, self.path[0].longitude)]
        for point in self.path[1:]:
            step = (point.longitude - found[-1][1] + 180.0) % 360.0 - 180.0
            found.append((point.latitude, found[-1][1] + step))
        return tuple(found)

    @cached_property
    def bounds(self) -> Bounds:
        """A box around the corridor, a hair too large."""
        south, north = min(lat for lat, _ in self.corners), max(lat for lat, _ in self.corners)
        west, east = min(lng for _, lng in self.corners), max(lng for _, lng in self.corners)
        reach = degrees(self.half / 6_335_439.0) + 1e-6
        south, north = south - reach, north + reach
        if max(north, -south) >= 89.9:
            return Bounds(max(south, -90.0), -180.0, min(north, 90.0), 180.0)
        wide = reach / cos(radians(max(north, -south)))
        return Bounds(south, west - wide, north, east + wide)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The path in straight pieces of at most PIECE metres."""
        found: list[Piece] = []
        along = 0.0
        for start, end in self._steps():
            a = geodesy.vector_of_position(start[0] * DEGREE, start[1] * DEGREE)
            b = geodesy.vector_of_position(end[0] * DEGREE, end[1] * DEGREE)
            way = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
            square = way[0] ** 2 + way[1] ** 2 + way[2] ** 2
            found.append(Piece(a, way, square, along, square**0.5))
            along += square**0.5
        return tuple(found)

    def _steps(self) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        for (lat_a, lng_a), (lat_b, lng_b) in pairwise(self.corners):
            turned = abs(lat_b - lat_a) + abs(lng_b - lng_a) * cos(
                radians(min(abs(lat_a), abs(lat_b)))
            )
            parts = max(1, ceil(turned * 111_700 / PIECE))
            cuts = [
                (lat_a + (lat_b - lat_a) * n / parts, lng_a + (lng_b - lng_a) * n / parts)
                for n in range(parts + 1)
            ]
            yield from pairwise(cuts)

    @property
    def length_m(self) -> float:
        """Metres from the path's start to its end."""
        return self.pieces[-1].along + self.pieces[-1].length

    @cached_property
    def square_km(self) -> float:
        """The corridor's size in km² at most: ground that it covers twice is counted twice."""
        return (self.length_m * 2 * self.half + pi * self.half**2) / 1e6

    def contains(self, place: Point) -> bool:
        """Whether a place lies in the corridor."""
        return self.finder()(place.latitude_e6, place.longitude_e6) is not None

    def finder(self) -> Callable[[int, int], float | None]:
        """Make, once a search, a function that gives metres from the path, None when outside."""
        nearest = self.locator()

        def find(latitude_e6: int, longitude_e6: int) -> float | None:
            found = nearest(latitude_e6, longitude_e6)
            return None if found is None else found.distance

        return find

    def locator(self) -> Callable[[int, int], Nearest | None]:
        """Make, once a search, a function that says where a position (microdegrees) lies beside the
        path, None when outside. Pieces are kept by cubes of space: only near ones are measured."""
        reach = geodesy.arc_to_chord(self.half)
        side = max(PIECE, 2 * reach)
        near = self._by_cube(side, reach)

        def find(latitude_e6: int, longitude_e6: int) -> Nearest | None:
            x, y, z = geodesy.vector_of_position(latitude_e6, longitude_e6)
            best, nearest, at = reach * reach, None, 0.0
            for piece in near.get((x // side, y // side, z // side), ()):
                (ax, ay, az), (wx, wy, wz) = piece.start, piece.way
                dx, dy, dz = x - ax, y - ay, z - az
                part = (dx * wx + dy * wy + dz * wz) / piece.square if piece.square else 0.0
                part = min(max(part, 0.0), 1.0)
                square = (dx - part * wx) ** 2 + (dy - part * wy) ** 2 + (dz - part * wz) ** 2
                if square < best or (nearest is None and square == best):
                    best, nearest, at = square, piece, part
            if nearest is None:
                return None
            return Nearest(geodesy.chord_to_arc(best**0.5), nearest.along + at * nearest.length)

        return find

    def neighbours(self, reach: float) -> Callable[[int, int], list[Piece]]:
        """Make, once a search, a function that gives the pieces which may lie within `reach` metres
        (in space) of a position in microdegrees, and some more."""
        side = max(PIECE, 2 * reach)
        near = self._by_cube(side, reach)

        def find(latitude_e6: int, longitude_e6: int) -> list[Piece]:
            x, y, z = geodesy.vector_of_position(latitude_e6, longitude_e6)
            return near.get((x // side, y // side, z // side), [])

        return find

    def place_at(self, along: float) -> tuple[int, int]:
        """The position (latitude, longitude in microdegrees) `along` metres along the path."""
        number = bisect_right(self.pieces, along, key=lambda piece: piece.along)
        piece = self.pieces[max(number - 1, 0)]
        part = min(max((along - piece.along) / piece.length, 0.0), 1.0) if piece.length else 0.0
        x, y, z = (start + part * way for start, way in zip(piece.start, piece.way, strict=True))
        return geodesy.position_of_vector((x, y, z))

    def part(self, start: float, end: float) -> list[tuple[int, int]]:
        """The points, in microdegrees, of the path between two distances along it in metres."""
        between = [
            geodesy.position_of_vector(piece.start)
            for piece in self.pieces
            if start < piece.along < end
        ]
        return [self.place_at(start), *between, self.place_at(end)]

    def _by_cube(self, side: float, reach: float) -> dict[tuple[float, float, float], list[Piece]]:
        found: dict[tuple[float, float, float], list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            spans = []
            for start, way in zip(piece.start, piece.way, strict=True):
                first, last = sorted((start, start + way))
                low, high = int((first - reach) // side), int((last + reach) // side)
                spans.append(range(low, high + 1))
            for x in spans[0]:
                for y in spans[1]:
                    for z in spans[2]:
                        found[(x, y, z)].append(piece)
        return found
