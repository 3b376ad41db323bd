"""Sentences about places that cannot be meant, by the rule of `geo.plausible`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.geo.plausible import Box, Misplaced, misplaced, widened

if TYPE_CHECKING:
    from chalicelib.container import Container

SWAPPED = "Latitude and longitude look swapped: longitude comes first"
FAR = "This place is far outside the area that this force serves"
SWAPPED_BOXES = "Latitude and longitude are the wrong way round: swap them"
"""For a page with one box for each number, where there is no order to speak of."""


def plausible_bounds(services: Container) -> Sequence[Box]:
    """Return the boxes that a place may be in: the force's area and around it, or the whole country
    when no area was loaded."""
    bounds = services.registry.force_area.bounds()
    return (widened(bounds),) if bounds else services.clients.country.bounds


def implausible(latitude: float, longitude: float, bounds: Sequence[Box] | None) -> str:
    """Say why a place (degrees) cannot be meant, "" when it can. bounds: None allows any place."""
    why = misplaced(latitude, longitude, bounds) if bounds else None
    if why is None:
        return ""
    return SWAPPED if why is Misplaced.EXCHANGED else FAR


def implausible_boxes(latitude_e6: int, longitude_e6: int, bounds: Sequence[Box] | None) -> str:
    """Say why a place (microdegrees) from two boxes of a page cannot be meant, "" when it can."""
    said = implausible(latitude_e6 / 1e6, longitude_e6 / 1e6, bounds)
    return SWAPPED_BOXES if said == SWAPPED else said


def map_centre(bounds: Box | None) -> str:
    """Write where a map with a pin begins, as "latitude,longitude" of the middle of the force's
    area; "" shows the whole world when no area was loaded."""
    if bounds is None:
        return ""
    west, south, east, north = bounds
    return f"{(south + north) / 2:.4f},{(west + east) / 2:.4f}"
