"""The national grid of Great Britain: converts its references to degrees, and degrees to metres.

The formulas, constants and the worked example that the tests hold are those of Ordnance Survey's
"A guide to coordinate systems in Great Britain", annexes B and C: a transverse Mercator
projection of the Airy ellipsoid, and a Helmert transformation between its datum (OSGB36) and
WGS84, good to 5 metres everywhere. Ordnance Survey's correction grid would be good to decimetres
and is 15 MB; people write references down to 10 or 100 metres.
"""

from __future__ import annotations

import re
from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan

AIRY = (6_377_563.396, 6_356_256.909)
WGS84 = (6_378_137.0, 6_356_752.3141)
"""Semi-major and semi-minor axes in metres."""

SCALE = 0.9996012717
EAST_0, NORTH_0 = 400_000.0, -100_000.0
LATITUDE_0, LONGITUDE_0 = radians(49.0), radians(-2.0)

TO_WGS84 = (446.448, -125.157, 542.060)
TURN = tuple(radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
GROW = -20.4894e-6
"""From OSGB36: metres along the three axes, turns about them, and a change of scale."""

EAST_END, NORTH_END = 700_000, 1_300_000
"""Metres to which the grid reaches from its south-west corner."""

_BETWEEN = r"[ ,:/-]"
_REFERENCE = re.compile(
    rf"([A-HJ-Z]) ?([A-HJ-Z]){_BETWEEN}*([0-9]+(?:{_BETWEEN}+[0-9]+)*)", re.IGNORECASE
)
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"

Degrees = tuple[float, float]
"""Latitude and longitude on WGS84."""


def read_grid_reference(text: str) -> tuple[float, float] | None:
    """Metres east and north of the middle of the square that a reference like `SP 06835 87013`
    names, None for text that is none. Raises ValueError for one that names no square."""
    found = _REFERENCE.fullmatch(text.strip())
    if not found:
        return None
    groups = re.split(f"{_BETWEEN}+", found[3])
    digits = "".join(groups)
    if len(groups) == 2 and len(groups[0]) != len(groups[1]):
        raise ValueError("not as many digits to the east as to the north")
    if len(digits) not in (4, 6, 8, 10):
        raise ValueError("not an even number of digits, four to ten")
    first, second = (_LETTERS.index(letter.upper()) for letter in found.groups()[:2])
    # Squares of 500 km, each of twenty-five of 100 km, from the north-west; SV is at 0, 0.
    east = ((first % 5 - 2) * 5 + second % 5) * 100_000
    north = ((3 - first // 5) * 5 + 4 - second // 5) * 100_000
    if not (0 <= east < EAST_END and 0 <= north < NORTH_END):
        raise ValueError("no square of the grid")
    half = len(digits) // 2
    side: int = 10 ** (5 - half)
    return (
        east + int(digits[:half]) * side + side / 2,
        north + int(digits[half:]) * side + side / 2,
    )


def to_degrees(east: float, north: float) -> Degrees:
    """Convert metres east and north on the grid to degrees."""
    return _moved(unprojected(east, north), AIRY, WGS84, 1)


def from_degrees(latitude: float, longitude: float) -> tuple[float, float]:
    """Convert a position in degrees to metres east and north on the grid."""
    airy = _moved((radians(latitude), radians(longitude)), WGS84, AIRY, -1)
    return projected(radians(airy[0]), radians(airy[1]))


def unprojected(east: float, north: float) -> tuple[float, float]:
    """Convert metres on the grid to latitude and longitude on its own ellipsoid, in radians."""
    phi = LATITUDE_0
    while abs(left := north - NORTH_0 - _meridian(phi)) >= 1e-5:
        phi += left / (AIRY[0] * SCALE)
    nu, rho, eta2 = _curvatures(phi)
    t2, sec = tan(phi) ** 2, 1 / cos(phi)
    x = east - EAST_0
    latitude = phi + tan(phi) / (2 * rho * nu) * (
        -(x**2)
        + x**4 / (12 * nu**2) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2)
        - x**6 / (360 * nu**4) * (61 + 90 * t2 + 45 * t2**2)
    )
    longitude = LONGITUDE_0 + sec * (
        x / nu
        - x**3 / (6 * nu**3) * (nu / rho + 2 * t2)
        + x**5 / (120 * nu**5) * (5 + 28 * t2 + 24 * t2**2)
        - x**7 / (5040 * nu**7) * (61 + 662 * t2 + 1320 * t2**2 + 720 * t2**3)
    )
    return latitude, longitude


def projected(phi: float, lam: float) -> tuple[float, float]:
    """Convert radians on the grid's own ellipsoid to metres east and north on the grid."""
    nu, rho, eta2 = _curvatures(phi)
    s, c, t2 = sin(phi), cos(phi), tan(phi) ** 2
    p = lam - LONGITUDE_0
    north = (
        NORTH_0
        + _meridian(phi)
        + nu / 2 * s * c * p**2
        + nu / 24 * s * c**3 * (5 - t2 + 9 * eta2) * p**4
        + nu / 720 * s * c**5 * (61 - 58 * t2 + t2**2) * p**6
    )
    east = (
        EAST_0
        + nu * c * p
        + nu / 6 * c**3 * (nu / rho - t2) * p**3
        + nu / 120 * c**5 * (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2) * p**5
    )
    return east, north


def _curvatures(phi: float) -> tuple[float, float, float]:
    """Radii of curvature across and along the meridian, on the projection, and η²."""
    a, b = AIRY
    e2 = 1 - (b / a) ** 2
    bend = 1 - e2 * sin(phi) ** 2
    nu, rho = a * SCALE / sqrt(bend), a * SCALE * (1 - e2) / bend**1.5
    return nu, rho, nu / rho - 1


def _meridian(phi: float) -> float:
    """Metres along the meridian from the projection's origin."""
    a, b = AIRY
    n = (a - b) / (a + b)
    less, more = phi - LATITUDE_0, phi + LATITUDE_0
    return (
        b
        * SCALE
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + 15 / 8 * (n**2 + n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _moved(
    place: tuple[float, float], old: tuple[float, float], new: tuple[float, float], way: int
) -> Degrees:
    """Convert a position in radians to degrees on the other datum. way: 1 to WGS84, -1 from it."""
    phi, lam = place
    a, b = old
    e2 = 1 - (b / a) ** 2
    nu = a / sqrt(1 - e2 * sin(phi) ** 2)
    x, y, z = nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), nu * (1 - e2) * sin(phi)
    tx, ty, tz = (way * metres for metres in TO_WGS84)
    rx, ry, rz = (way * turn for turn in TURN)
    grown = 1 + way * GROW
    x, y, z = (
        tx + grown * x - rz * y + ry * z,
        ty + rz * x + grown * y - rx * z,
        tz - ry * x + rx * y + grown * z,
    )
    a, b = new
    e2 = 1 - (b / a) ** 2
    flat = hypot(x, y)
    for _ in range(5):  # from the other datum's latitude, which is nearly right
        phi = atan2(z + e2 * a / sqrt(1 - e2 * sin(phi) ** 2) * sin(phi), flat)
    return degrees(phi), degrees(atan2(y, x))
