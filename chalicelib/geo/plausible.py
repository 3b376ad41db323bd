"""Whether a place is plausible: the one rule for pages, programs and files that are loaded.

A force looks for cameras in its own area and in what lies around it, and its area and its postcodes
lie in its country. A place on another continent is nearly always two numbers in the wrong order, or
a sign that was forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum, auto

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; may reach past 180° of longitude."""

MARGIN_KM = 100.0
"""Kilometres around the box of the force's area, because people are followed across the border."""
_KM_PER_DEGREE = 111.2


class Misplaced(Enum):
    """Why a place is not plausible."""

    EXCHANGED = auto()
    """The place would be plausible with latitude and longitude exchanged."""
    FAR = auto()


def misplaced(latitude: float, longitude: float, boxes: Sequence[Box]) -> Misplaced | None:
    """Why a place (degrees) is not plausible; None when it lies in one of the boxes."""
    if any(_within(latitude, longitude, box) for box in boxes):
        return None
    exchanged = any(_within(longitude, latitude, box) for box in boxes)
    return Misplaced.EXCHANGED if exchanged else Misplaced.FAR


def widened(box: Box) -> Box:
    """Widen a box by MARGIN_KM on every side."""
    west, south, east, north = box
    high = MARGIN_KM / _KM_PER_DEGREE
    nearest_pole = min(89.0, max(abs(south), abs(north)) + high)
    wide = high / math.cos(math.radians(nearest_pole))
    return west - wide, south - high, east + wide, north + high


def _within(latitude: float, longitude: float, box: Box) -> bool:
    west, south, east, north = box
    # A box at the edge of the map reaches past 180°.
    turns = (longitude - 360, longitude, longitude + 360)
    return south <= latitude <= north and any(west <= turn <= east for turn in turns)
