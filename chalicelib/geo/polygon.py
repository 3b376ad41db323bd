"""An area with corners: an outline and holes in it.

Corners are whole microdegrees and an edge is the straight line of the map's own coordinates,
as GeoJSON has it (RFC 7946 §3.1.1), so inside and outside are decided in whole numbers,
without rounding. An outline may cross 180°: from one corner to the next it goes the short way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import radians, sin

from chalicelib.geo import geodesy
from chalicelib.geo.geodesy import DEGREE, Bounds, Point

Corner = tuple[int, int]
"""(x, y): longitude and latitude in microdegrees; the longitude may run on over 180°."""

Edge = tuple[int, int, int, int]
"""x and y of one end, x and y of the other."""

ROUND = 360 * DEGREE
BANDS = 64


class Crossing(ValueError):
    """Two edges meet that should not. place: where, roughly."""

    def __init__(self, place: Point) -> None:
        super().__init__(f"crosses itself near {place.latitude:.5f}, {place.longitude:.5f}")
        self.place = place


class AroundPole(ValueError):
    """An outline that goes once around the Earth: it has no inside on the map."""


class LooseHole(ValueError):
    """A further ring that lies outside the first one or within another hole."""


@dataclass(frozen=True)
class Polygon:
    """Everything inside the first ring and outside the others; borders belong to it.

    rings: each at least three corners, the first not repeated at the end. Make it with
    `Polygon.of`, which refuses what has no clear inside.
    """

    rings: tuple[tuple[Corner, ...], ...]

    @classmethod
    def of(cls, rings: Sequence[Sequence[Point]]) -> Polygon:
        """The polygon with these rings.

        Raises Crossing when a ring touches or crosses itself or another, AroundPole when one
        goes around a pole, LooseHole when one is no hole of the outline,
        ValueError when one has fewer than three different corners.
        """
        made: list[tuple[Corner, ...]] = []
        for ring in rings:
            made.append(_unrolled(ring, made[0][0][0] if made else None))
        found = cls(tuple(made))
        place = first_crossing(made)
        if place:
            raise Crossing(place)
        inside = [cls((ring,)).locator() for ring in made] if len(made) > 1 else []
        for hole in range(1, len(made)):
            x, y = made[hole][0]
            holding = [n for n, holds in enumerate(inside) if n != hole and holds(y, x)]
            if holding != [0]:
                raise LooseHole
        return found

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges of all rings."""
        return tuple(edge for ring in self.rings for edge in ring_edges(ring))

    @cached_property
    def box(self) -> Edge:
        """west, south, east, north in microdegrees; east may be over 180°."""
        xs = [x for x, _ in self.rings[0]]
        ys = [y for _, y in self.rings[0]]
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def bounds(self) -> Bounds:
        """The box around it."""
        west, south, east, north = (value / DEGREE for value in self.box)
        return Bounds(south, west, north, east)

    @cached_property
    def anchor(self) -> Point:
        """The outline's centre of gravity, what distances are measured from."""
        left, low = self.rings[0][0]
        twice = x_sum = y_sum = 0
        for x1, y1, x2, y2 in ring_edges(self.rings[0]):
            cross = (x1 - left) * (y2 - low) - (x2 - left) * (y1 - low)
            twice += cross
            x_sum += (x1 + x2 - 2 * left) * cross
            y_sum += (y1 + y2 - 2 * low) * cross
        x, y = left + x_sum / (3 * twice), low + y_sum / (3 * twice)
        return Point(y / DEGREE, (x / DEGREE + 180.0) % 360.0 - 180.0)

    @cached_property
    def square_km(self) -> float:
        """Its size on the ellipsoid: the strip between each edge and the equator, summed."""
        rings = [abs(sum(map(_strip, ring_edges(ring)))) for ring in self.rings]
        return (rings[0] - sum(rings[1:])) / 1e6

    def contains(self, place: Point) -> bool:
        """True for a place within."""
        return self.finder()(place.latitude_e6, place.longitude_e6) is not None

    def finder(self) -> Callable[[int, int], float | None]:
        """Made once per search: distance from the middle, None when outside."""
        inside = self.locator()
        cx, cy, cz = geodesy.vector(self.anchor.latitude * DEGREE, self.anchor.longitude * DEGREE)

        def find(latitude_e6: int, longitude_e6: int) -> float | None:
            if not inside(latitude_e6, longitude_e6):
                return None
            x, y, z = geodesy.vector(latitude_e6, longitude_e6)
            return geodesy.arc(((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) ** 0.5)

        return find

    def locator(self) -> Callable[[int, int], bool]:
        """Made once per search: whether a position (microdegrees) is within. Edges are kept by
        bands of latitude, so that only those beside the position are looked at."""
        west, south, east, north = self.box
        band = (north - south) // BANDS + 1
        bands: list[list[Edge]] = [[] for _ in range(BANDS)]
        for edge in self.edges:
            low, high = sorted((edge[1], edge[3]))
            for number in range((low - south) // band, (high - south) // band + 1):
                bands[number].append(edge)

        def inside(latitude_e6: int, longitude_e6: int) -> bool:
            x, y = west + (longitude_e6 - west) % ROUND, latitude_e6
            if not (south <= y <= north and x <= east):
                return False
            odd = False
            for x1, y1, x2, y2 in bands[(y - south) // band]:
                # Which side of the edge, in whole numbers: 0 is on its line.
                side = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)
                if (y1 > y) != (y2 > y):
                    if side == 0:
                        return True
                    if (side < 0) == (y2 > y1):
                        odd = not odd
                elif side == 0 and _between(x, y, x1, y1, x2, y2):
                    return True
            return odd

        return inside


def ring_edges(ring: Sequence[Corner]) -> Iterator[Edge]:
    """Each corner to the next, the last to the first."""
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        yield x1, y1, x2, y2


def _unrolled(ring: Sequence[Point], beside: int | None) -> tuple[Corner, ...]:
    """The ring's corners with longitudes that run on, near those of another ring."""
    corners: list[Corner] = []
    for point in ring:
        x, y = point.longitude_e6, point.latitude_e6
        near = corners[-1][0] if corners else beside
        if near is not None:
            x = near + (x - near + ROUND // 2) % ROUND - ROUND // 2
        if not corners or (x, y) != corners[-1]:
            corners.append((x, y))
    if abs(corners[-1][0] - corners[0][0]) > ROUND // 2:
        raise AroundPole
    if len(corners) > 1 and corners[-1] == corners[0]:
        corners.pop()
    if len(set(corners)) < 3:
        raise ValueError("fewer than three corners")
    return tuple(corners)


def _between(x: int, y: int, x1: int, y1: int, x2: int, y2: int) -> bool:
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def _strip(edge: Edge) -> float:
    """Square metres between an edge and the equator, signed.

    The ellipsoid is replaced by the sphere of its mean radius; the error is below 0.4 %.
    """
    x1, y1, x2, y2 = edge
    middle = (sin(radians(y1 / DEGREE)) + sin(radians(y2 / DEGREE))) / 2
    return radians((x2 - x1) / DEGREE) * middle * geodesy.MEAN_RADIUS**2


def first_crossing(rings: Sequence[Sequence[Corner]]) -> Point | None:
    """Where edges meet that should not, or None.

    Two edges of a ring may only share the corner between them; edges of different rings
    nothing. Edges are taken from west to east and compared while their longitudes overlap.
    """
    edges = []
    for ring_number, ring in enumerate(rings):
        for place, edge in enumerate(ring_edges(ring)):
            edges.append((min(edge[0], edge[2]), edge, ring_number, place, len(ring)))
    edges.sort()
    open_edges: list[tuple[int, Edge, int, int, int]] = []
    for item in edges:
        west, edge, ring_number, place, length = item
        open_edges = [other for other in open_edges if max(other[1][0], other[1][2]) >= west]
        for _, other, other_ring, other_place, _ in open_edges:
            apart = (place - other_place) % length if ring_number == other_ring else -1
            if apart == 1:
                met = _fold(other, edge)
            elif apart == length - 1:
                met = _fold(edge, other)
            else:
                met = _meeting(edge, other)
            if met:
                x, y = met
                return Point(y / DEGREE, (x / DEGREE + 180.0) % 360.0 - 180.0)
        open_edges.append(item)
    return None


def _fold(first: Edge, second: Edge) -> tuple[float, float] | None:
    """The shared corner, when an edge runs back over the one before it."""
    ax, ay = first[0] - first[2], first[1] - first[3]
    bx, by = second[2] - second[0], second[3] - second[1]
    if ax * by == ay * bx and ax * bx + ay * by > 0:
        return float(first[2]), float(first[3])
    return None


def _meeting(a: Edge, b: Edge) -> tuple[float, float] | None:
    """A place that two edges share, or None."""

    def side(edge: Edge, x: int, y: int) -> int:
        value = (edge[2] - edge[0]) * (y - edge[1]) - (edge[3] - edge[1]) * (x - edge[0])
        return (value > 0) - (value < 0)

    a1, a2 = side(b, a[0], a[1]), side(b, a[2], a[3])
    b1, b2 = side(a, b[0], b[1]), side(a, b[2], b[3])
    if a1 * a2 < 0 and b1 * b2 < 0:
        run = (b[2] - b[0]) * (a[1] - b[1]) - (b[3] - b[1]) * (a[0] - b[0])
        rise = (b[3] - b[1]) * (a[2] - a[0]) - (b[2] - b[0]) * (a[3] - a[1])
        part = run / rise
        return a[0] + part * (a[2] - a[0]), a[1] + part * (a[3] - a[1])
    touches = ((a1, a[:2], b), (a2, a[2:], b), (b1, b[:2], a), (b2, b[2:], a))
    for turn, (x, y), edge in touches:
        if turn == 0 and _between(x, y, *edge):
            return float(x), float(y)
    return None
