"""Positions and distances on the Earth (WGS84), everywhere: at the poles and across 180°.

Positions are whole microdegrees (1e-6°, at most 11 cm), so the number that is stored, listed
and compared is the same everywhere.

Distance is the straight chord between the two points on the ellipsoid, bent back to an arc of
a sphere of mean radius. Against the geodesic (Karney's, as in pyproj) the error is below a
millionth up to 100 km and below 0.002 % up to 1,000 km, with no special place: nothing is
divided by a cosine and no longitude is subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, hypot, radians, sin, sqrt

EQUATOR = 6_378_137.0
"""WGS84 semi-major axis in metres."""

ECCENTRICITY_SQUARED = 0.006694379990141316
"""WGS84 first eccentricity, squared."""

MEAN_RADIUS = 6_371_008.8
"""Mean radius of WGS84 in metres (IUGG)."""

DEGREE = 1_000_000
"""Microdegrees in a degree."""

Vector = tuple[float, float, float]
"""A place in space: metres from the Earth's centre along its three axes."""

_STEP = radians(1 / DEGREE)


@dataclass(frozen=True)
class Point:
    """A place in degrees, WGS84: latitude -90…90, longitude -180…180.

    Raises ValueError when out of range or not a number.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"no such place: {self.latitude}, {self.longitude}")

    @classmethod
    def from_microdegrees(cls, latitude_e6: int, longitude_e6: int) -> Point:
        """Make a point from stored whole microdegrees. Raises ValueError when out of range."""
        return cls(latitude_e6 / DEGREE, longitude_e6 / DEGREE)

    @property
    def latitude_e6(self) -> int:
        """The point's latitude in whole microdegrees."""
        return round(self.latitude * DEGREE)

    @property
    def longitude_e6(self) -> int:
        """The point's longitude in whole microdegrees."""
        return round(self.longitude * DEGREE)


@dataclass(frozen=True)
class Bounds:
    """A box around an area, in degrees; longitudes run on below -180 or over 180 to cross 180°."""

    south: float
    west: float
    north: float
    east: float


def vector_of_position(latitude_e6: float, longitude_e6: float) -> Vector:
    """Convert a position (microdegrees) on the ellipsoid to a vector in space."""
    phi, lam = latitude_e6 * _STEP, longitude_e6 * _STEP
    up, flat = sin(phi), cos(phi)
    normal = EQUATOR / sqrt(1.0 - ECCENTRICITY_SQUARED * up * up)
    return (
        normal * flat * cos(lam),
        normal * flat * sin(lam),
        normal * (1.0 - ECCENTRICITY_SQUARED) * up,
    )


def position_of_vector(at: Vector) -> tuple[int, int]:
    """Convert a vector in space, at or near the ground, to the position (latitude, longitude in
    microdegrees): the inverse of `vector_of_position`."""
    x, y, z = at
    latitude = atan2(z, (1.0 - ECCENTRICITY_SQUARED) * hypot(x, y))
    return round(latitude / _STEP), round(atan2(y, x) / _STEP)


def chord_to_arc(chord: float) -> float:
    """Convert the length of a straight chord to that of the arc along the ground, in metres."""
    half = chord / (2.0 * MEAN_RADIUS)
    return 2.0 * MEAN_RADIUS * asin(min(half, 1.0))


def arc_to_chord(ground: float) -> float:
    """Convert metres along the ground to those of the chord, at most the Earth's diameter."""
    angle = min(ground / (2.0 * MEAN_RADIUS), 1.5707963267948966)
    return 2.0 * MEAN_RADIUS * sin(angle)


def distance(a: Point, b: Point) -> float:
    """Metres between two points (see the top of this file for the method and its error)."""
    ax, ay, az = vector_of_position(a.latitude * DEGREE, a.longitude * DEGREE)
    bx, by, bz = vector_of_position(b.latitude * DEGREE, b.longitude * DEGREE)
    return chord_to_arc(sqrt((ax - bx) ** 2 + (ay - by) ** 2 + (az - bz) ** 2))
