"""A polygon as an area: an outline, and holes in it.

Corners are whole microdegrees and an edge is the straight line of the map's own coordinates,
as GeoJSON has it (RFC 7946 §3.1.1), so inside and outside are decided in whole numbers,
without rounding. An outline may cross 180°: from one corner to the next it goes the short way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, cos, radians, sin

from chalicelib.geo import geodesy
from chalicelib.geo.geodesy import DEGREE, Bounds, Point
from chalicelib.geo.ring_crossings import Edge, first_crossing, in_box, on_edge, ring_edges
from chalicelib.geo.simplification import METRES, Corner, metres_between, simplified_ring

ROUND = 360 * DEGREE
BANDS = 64


class Crossing(ValueError):
    """Two edges of a polygon meet that should not. place: roughly where they meet."""

    def __init__(self, place: Point) -> None:
        super().__init__(f"crosses itself near {place.latitude:.5f}, {place.longitude:.5f}")
        self.place = place


class AroundPole(ValueError):
    """An outline goes once around the Earth, so that it has no inside on the map."""


class LooseHole(ValueError):
    """A further ring of a polygon lies outside the first ring or within another hole."""


@dataclass(frozen=True)
class Polygon:
    """Everything inside the first ring and outside the others; borders belong to it.

    rings: each at least three corners, the first not repeated at the end. margin_m: metres
    outside the borders that belong to the polygon too: what simplification may have cut off.
    Make a polygon with `Polygon.of`, which refuses rings without a clear inside.
    """

    rings: tuple[tuple[Corner, ...], ...]
    margin_m: float = 0.0

    @classmethod
    def of(cls, rings: Sequence[Sequence[Point]], margin_m: float = 0.0) -> Polygon:
        """Make the polygon with these rings.

        Raises Crossing when a ring crosses or touches itself, or crosses another, AroundPole when
        one goes around a pole, LooseHole when a further ring is no hole of the outline, ValueError
        when a ring has fewer than three different corners.
        """
        return cls._checked(unrolled(rings), margin_m)

    @classmethod
    def _checked(cls, rings: Sequence[Sequence[Corner]], margin_m: float) -> Polygon:
        found = cls(tuple(map(tuple, rings)), margin_m)
        if place := first_crossing(rings):
            raise Crossing(place)
        inside = [cls((ring,)).locator() for ring in found.rings] if len(rings) > 1 else []
        for hole in range(1, len(rings)):
            others = ((n, holds) for n, holds in enumerate(inside) if n != hole)
            if [n for n, holds in others if _lies_in(rings[hole], rings[n], holds)] != [0]:
                raise LooseHole
        return found

    @classmethod
    def within(cls, rings: Sequence[Sequence[Point]], tolerance_m: float) -> Polygon:
        """Make the polygon with fewer corners, and with a margin so that it holds all that it held.

        A hole no wider than the tolerance is left out. Raises what `of` does.
        """
        whole = unrolled(rings)
        fewer = [simplified_ring(ring, tolerance_m) for ring in whole]
        kept = [ring for number, ring in enumerate(fewer) if not number or len(ring) > 2]
        if len(kept[0]) < 3:
            kept[0] = list(whole[0])
        return cls._checked(kept, tolerance_m)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges of all rings."""
        return tuple(edge for ring in self.rings for edge in ring_edges(ring))

    @cached_property
    def box(self) -> Edge:
        """The outline's west, south, east and north in microdegrees; east may be over 180°."""
        xs = [x for x, _ in self.rings[0]]
        ys = [y for _, y in self.rings[0]]
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def bounds(self) -> Bounds:
        """The box around the polygon and its margin."""
        west, south, east, north = self.box
        wide, high = self._margins
        south, north = max(south - high, -90 * DEGREE), min(north + high, 90 * DEGREE)
        return Bounds(
            south / DEGREE, (west - wide) / DEGREE, north / DEGREE, (east + wide) / DEGREE
        )

    @property
    def _margins(self) -> tuple[int, int]:
        """The margin in microdegrees of longitude and latitude, at least."""
        if not self.margin_m:
            return 0, 0
        high = ceil(self.margin_m / 110_500.0 * DEGREE) + 1
        farthest = (max(abs(self.box[1]), abs(self.box[3])) + high) / DEGREE
        return ceil(min(high / max(cos(radians(min(farthest, 90.0))), 1e-9), ROUND // 2)), high

    @cached_property
    def anchor(self) -> Point:
        """The outline's centre of gravity, from which distances are measured."""
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
        """The polygon's size in km²: the strips between each edge and the equator, summed."""
        rings = [abs(sum(map(_strip, ring_edges(ring)))) for ring in self.rings]
        return (rings[0] - sum(rings[1:])) / 1e6

    def contains(self, place: Point) -> bool:
        """Whether a place lies in the polygon."""
        return self.finder()(place.latitude_e6, place.longitude_e6) is not None

    def finder(self) -> Callable[[int, int], float | None]:
        """Make, once a search, a function that gives metres from the anchor, None when outside."""
        inside = self.locator()
        cx, cy, cz = geodesy.vector_of_position(
            self.anchor.latitude * DEGREE, self.anchor.longitude * DEGREE
        )

        def find(latitude_e6: int, longitude_e6: int) -> float | None:
            if not inside(latitude_e6, longitude_e6):
                return None
            x, y, z = geodesy.vector_of_position(latitude_e6, longitude_e6)
            return geodesy.chord_to_arc(((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) ** 0.5)

        return find

    def locator(self) -> Callable[[int, int], bool]:
        """Make, once a search, a function that says whether a position (microdegrees) is within.
        Edges are kept by bands of latitude, so that only edges beside the position are tested."""
        west, south, east, north = self.box
        wide, high = self._margins
        west, south, east, north = west - wide, south - high, east + wide, north + high
        band = (north - south) // BANDS + 1
        bands: list[list[Edge]] = [[] for _ in range(BANDS)]
        for edge in self.edges:
            low, top = sorted((edge[1], edge[3]))
            for number in range((low - high - south) // band, (top + high - south) // band + 1):
                bands[number].append(edge)
        # Distances are measured a little too large, so the margin is made larger in proportion.
        margin = self.margin_m * METRES / 0.1105

        def inside(latitude_e6: int, longitude_e6: int) -> bool:
            x, y = west + (longitude_e6 - west) % ROUND, latitude_e6
            if not (south <= y <= north and x <= east):
                return False
            odd = False
            beside = bands[(y - south) // band]
            for edge in beside:
                x1, y1, x2, y2 = edge
                # Which side of the edge, in whole numbers: 0 is on its line.
                side = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)
                if (y1 > y) != (y2 > y):
                    if side == 0:
                        return True
                    if (side < 0) == (y2 > y1):
                        odd = not odd
                elif side == 0 and in_box(x, y, edge):
                    return True
            return odd or (
                margin > 0 and any(metres_between(x, y, edge) <= margin for edge in beside)
            )

        return inside


def unrolled(rings: Sequence[Sequence[Point]]) -> list[tuple[Corner, ...]]:
    """The corners of rings with longitudes that run on over 180°, all near the first ring's.
    Raises AroundPole and ValueError, as `Polygon.of` does."""
    made: list[tuple[Corner, ...]] = []
    for ring in rings:
        made.append(_unrolled(ring, made[0][0][0] if made else None))
    return made


def _lies_in(
    hole: Sequence[Corner], ring: Sequence[Corner], holds: Callable[[int, int], bool]
) -> bool:
    """Whether a hole lies in another ring, which it may touch but does not cross: one place of the
    hole that is not on the other ring's border decides for all of the hole."""
    edges = list(ring_edges(ring))
    middles = (((x1 + x2) // 2, (y1 + y2) // 2) for x1, y1, x2, y2 in ring_edges(hole))
    for x, y in (*hole, *middles):
        if not any(on_edge(x, y, edge) for edge in edges):
            return holds(y, x)
    return True


def _unrolled(ring: Sequence[Point], beside: int | None) -> tuple[Corner, ...]:
    """One ring's corners with longitudes that run on, near a longitude of another ring."""
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


def _strip(edge: Edge) -> float:
    """Square metres between an edge and the equator, signed.

    The ellipsoid is replaced by the sphere of its mean radius; the error is below 0.4 %.
    """
    x1, y1, x2, y2 = edge
    middle = (sin(radians(y1 / DEGREE)) + sin(radians(y2 / DEGREE))) / 2
    return radians((x2 - x1) / DEGREE) * middle * geodesy.MEAN_RADIUS**2
