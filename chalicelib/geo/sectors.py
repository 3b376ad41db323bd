"""Which H3 cells a camera has in view.

A cell counts when its centre is in view (`sightlines.at_point` says yes), so the border of a
view is as exact as half a cell.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import cells, sightlines
from .earth import Point
from .sightlines import Lens, Place


def reach(lens: Lens) -> float:
    """Metres up to which a camera with a known view is of use; 0 when its view is not known."""
    return lens.beyond / sightlines.TOO_FAR


def cells_in_view(lens: Lens, camera: Place, resolution: int) -> Iterator[str]:
    """The cells whose centres the camera sees; none when its view is not known."""
    metres = reach(lens)
    if not metres:
        return
    for cell, centre in cells.around(Point.from_microdegrees(*camera), resolution, metres):
        place = (centre.latitude_e6, centre.longitude_e6)
        if sightlines.at_point(lens, camera, place).sees == sightlines.YES:
            yield cell
