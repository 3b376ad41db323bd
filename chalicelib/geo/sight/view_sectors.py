"""What a camera has in view: the sector that maps draw, and the H3 cells.

A cell counts when its centre is in view (`field_of_view.sees_point` says yes), so the border of a
view is as exact as half a cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight import field_of_view
from chalicelib.geo.sight.field_of_view import Lens, Place

_STILL = frozenset({"doorbell", "fixed", "unknown"})
"""Kinds of camera that always look in the same direction."""


@dataclass(frozen=True)
class ViewSector:
    """What a camera has in view, for a map: a slice of a circle around it.

    bearing: the middle of the sector, degrees clockwise from north; None for a camera that sees all
    round. angle: degrees. range_m: metres. usual: True when the owner did not say the angle or the
    range, so that the usual one of such cameras is drawn.
    """

    bearing: int | None
    angle: float
    range_m: float
    usual: bool


def view_sector(lens: Lens) -> ViewSector | None:
    """The sector of a camera that stands still and whose direction its owner said; None for every
    other camera, so that a view that is not known is not drawn."""
    usual = lens.angle is None or lens.range_m is None
    if lens.kind not in _STILL or not lens.beyond or (lens.kind == "unknown" and usual):
        return None
    around = lens.wide >= 360
    return ViewSector(
        None if around else lens.bearing, min(lens.wide, 360.0), view_reach(lens), usual
    )


def view_reach(lens: Lens) -> float:
    """Metres up to which a camera with a known view is of use; 0 when its view is not known."""
    return lens.beyond / field_of_view.TOO_FAR


def cells_in_view(lens: Lens, camera: Place, resolution: int) -> Iterator[str]:
    """The cells whose centres the camera sees; none when its view is not known."""
    metres = view_reach(lens)
    if not metres:
        return
    for cell, centre in h3_cells.cells_around(Point.from_microdegrees(*camera), resolution, metres):
        place = (centre.latitude_e6, centre.longitude_e6)
        if field_of_view.sees_point(lens, camera, place).sees == field_of_view.YES:
            yield cell
