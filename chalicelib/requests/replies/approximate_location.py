"""Where an incident was, as far as the owners who are asked may know. Pure.

Threat: the scene may be somebody's home. The people asked are its neighbours; one of them may be
the person from whom the victim must be safe, and every one of them may talk. So an owner is shown
an area in which the scene lies somewhere, never the officer's pin, and every figure that they read
(distance, direction) is measured from the middle of that area, so that nothing about the pin can be
worked out:

- The area is a cell of a fixed grid (H3, resolution 10: some 15,000 m², in a town a few dozen
  homes). Everybody who is asked, in every request for every incident at the same place, is shown
  the same area. Areas drawn around the pin with a random shift would give it away to those who
  compare several of them.
- The circle goes around the whole cell, so that the scene surely lies in it.
- A site's distance is to the middle of the cell. Distances to the pin from three addresses, or
  from one before and after its owner moves their own pin, would find it.

In the country a cell may hold one house. An officer who writes the public description decides what
may be said there; it is shown to them as owners read it.

What an officer searched (areas, the way somebody may have gone) is never shown: it is a thought of
the investigation. An owner who was asked for minutes of their own learns that somebody may
have passed their address then, and that is all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, ceil, degrees, hypot

from chalicelib.core.formatting import compass_point
from chalicelib.geo import geodesy, h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight.field_of_view import Place, offset_metres

RESOLUTION = 10
"""H3 resolution of the grid of areas; the average edge of a cell is 76 m."""

STEP = 10
"""Metres to which an area's radius is rounded up."""


@dataclass(frozen=True)
class ApproximateLocation:
    """A circle in which the scene lies somewhere. latitude_e6, longitude_e6: its middle, in
    microdegrees; radius_m: metres."""

    latitude_e6: int
    longitude_e6: int
    radius_m: int

    @property
    def middle(self) -> Place:
        """The middle of the circle: (latitude, longitude) in microdegrees."""
        return self.latitude_e6, self.longitude_e6


@dataclass(frozen=True)
class RelativeLocation:
    """How a public place lies to an address.

    metres: from the address to the middle of the area, rounded as people speak of distances.
    direction: a point of the compass. within: the address lies in the area. bearing: degrees
    clockwise from north, exact.
    """

    metres: int
    direction: str
    within: bool
    bearing: float


def approximate_location(latitude_e6: int, longitude_e6: int) -> ApproximateLocation:
    """The area of an incident at this place (microdegrees)."""
    cell = h3_cells.cell_at(Point.from_microdegrees(latitude_e6, longitude_e6), RESOLUTION)
    middle = h3_cells.cell_centre(cell)
    corners = (Point(lat, lng) for lng, lat in h3_cells.cell_boundary(cell))
    radius = max(geodesy.distance(middle, corner) for corner in corners)
    return ApproximateLocation(middle.latitude_e6, middle.longitude_e6, ceil(radius / STEP) * STEP)


def relative_location(address: Place, place: ApproximateLocation) -> RelativeLocation:
    """How an incident's area lies to an address (microdegrees)."""
    east, north = offset_metres(address, place.middle)
    away, bearing = hypot(east, north), degrees(atan2(east, north)) % 360
    return RelativeLocation(
        spoken_distance(away), compass_point(bearing), away <= place.radius_m, bearing
    )


def spoken_distance(metres: float) -> int:
    """Metres rounded as people say them: to 10 up to 300 m, to 50 up to 1 km, to 100 beyond."""
    step = 10 if metres < 300 else 50 if metres < 1000 else 100
    return round(metres / step) * step
