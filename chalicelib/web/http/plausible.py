"""Whether a place can be meant at all: the one rule for incidents, searches and forms.

Where a force may look for cameras is its own area and what lies around it. A place on another
continent is nearly always two numbers in the wrong order, or a sign that was forgotten.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.container import Container

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees. None in place of it: anywhere on Earth."""

MARGIN_KM = 100.0
"""Around the box of the force's area: people are followed across the border."""
_KM_PER_DEGREE = 111.2

SWAPPED = "Latitude and longitude look swapped: longitude comes first"
FAR = "This place is far outside the area that this force serves"
SWAPPED_BOXES = "Latitude and longitude are the wrong way round: swap them"
"""Of two boxes of a page, where each says which number it takes."""


def plausible_bounds(services: Container) -> Bounds | None:
    """Where a place may be; None when no area was loaded."""
    bounds = services.registry.force_area.bounds()
    return widened(bounds) if bounds else None


def widened(bounds: Bounds) -> Bounds:
    """The box with a margin on every side."""
    west, south, east, north = bounds
    high = MARGIN_KM / _KM_PER_DEGREE
    nearest_pole = min(89.0, max(abs(south), abs(north)) + high)
    wide = high / math.cos(math.radians(nearest_pole))
    return west - wide, south - high, east + wide, north + high


def implausible(latitude: float, longitude: float, bounds: Bounds | None) -> str:
    """Why a place cannot be meant, "" when it can. Degrees."""
    if bounds is None or _within(latitude, longitude, bounds):
        return ""
    return SWAPPED if _within(longitude, latitude, bounds) else FAR


def implausible_boxes(latitude_e6: int, longitude_e6: int, bounds: Bounds | None) -> str:
    """The same of two boxes of a page, in microdegrees."""
    said = implausible(latitude_e6 / 1e6, longitude_e6 / 1e6, bounds)
    return SWAPPED_BOXES if said == SWAPPED else said


def map_centre(bounds: Bounds | None) -> str:
    """Where a map with a pin begins, as its template takes it: the middle of the force's area;
    "" for the whole world when no area was loaded."""
    if bounds is None:
        return ""
    west, south, east, north = bounds
    return f"{(south + north) / 2:.4f},{(west + east) / 2:.4f}"


def _within(latitude: float, longitude: float, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    # A box at the edge of the map reaches past 180°.
    turns = (longitude - 360, longitude, longitude + 360)
    return south <= latitude <= north and any(west <= turn <= east for turn in turns)
