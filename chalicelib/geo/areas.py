"""The areas that an officer marks on the map: a circle, a polygon or a corridor along a path.

An area answers two questions: how large it is, and whether a position lies within and how far it
is from what distances are measured from (the circle's centre, the polygon's middle, the path).
Borders belong to the area.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import cos, pi, radians

from chalicelib.geo import geodesy
from chalicelib.geo.corridor import Corridor
from chalicelib.geo.geodesy import DEGREE, Bounds, Point
from chalicelib.geo.polygon import Polygon

__all__ = ["Area", "Bounds", "Circle", "Corridor", "Finder", "Point", "Polygon"]

Finder = Callable[[int, int], float | None]
"""From (latitude, longitude) in microdegrees to metres from centre or path; None when outside."""


@dataclass(frozen=True)
class Circle:
    """Everything within `radius_m` metres of `centre`."""

    centre: Point
    radius_m: float

    @cached_property
    def square_km(self) -> float:
        """The circle's size in square kilometres; on the curved Earth a little less than π r²."""
        angle = min(self.radius_m / geodesy.MEAN_RADIUS, pi)
        return 2 * pi * geodesy.MEAN_RADIUS**2 * (1 - cos(angle)) / 1e6

    @property
    def anchor(self) -> Point:
        """The circle's centre, from which distances are measured."""
        return self.centre

    @cached_property
    def bounds(self) -> Bounds:
        """A box around the circle, a hair too large."""
        # The smallest radii of curvature make the box err on the large side.
        reach = self.radius_m / 6_335_439.0 * 180 / pi + 1e-6
        south, north = self.centre.latitude - reach, self.centre.latitude + reach
        if north >= 89.9 or south <= -89.9:
            return Bounds(max(south, -90.0), -180.0, min(north, 90.0), 180.0)
        wide = reach / cos(radians(max(abs(south), abs(north))))
        if wide >= 180:
            return Bounds(south, -180.0, north, 180.0)
        return Bounds(south, self.centre.longitude - wide, north, self.centre.longitude + wide)

    def contains(self, place: Point) -> bool:
        """Whether a place lies in the circle."""
        return self.finder()(place.latitude_e6, place.longitude_e6) is not None

    def finder(self) -> Finder:
        """Make, once a search, a function that gives metres from the centre, None when outside."""
        cx, cy, cz = geodesy.vector_of_position(
            self.centre.latitude * DEGREE, self.centre.longitude * DEGREE
        )
        limit = geodesy.arc_to_chord(self.radius_m) ** 2
        south = int(self.bounds.south * DEGREE) - 1
        north = int(self.bounds.north * DEGREE) + 1
        vector, arc = geodesy.vector_of_position, geodesy.chord_to_arc

        def find(latitude_e6: int, longitude_e6: int) -> float | None:
            if not south <= latitude_e6 <= north:
                return None
            x, y, z = vector(latitude_e6, longitude_e6)
            square = (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2
            return arc(square**0.5) if square <= limit else None

        return find


Area = Circle | Polygon | Corridor
