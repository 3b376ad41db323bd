"""A plan of what cameras have in view, as numbers for an SVG.

The plane is metres around one place, north up, and the paper is as large as the page has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

from chalicelib.geo.sight.field_of_view import Lens
from chalicelib.geo.sight.view_sectors import view_reach

Spot = tuple[float, float]
"""Metres east and north of the place in the middle of the plane."""

ORIGIN: Spot = (0.0, 0.0)
_ALL_ROUND = 360


@dataclass(frozen=True)
class Paper:
    """What a plan is drawn on. margin: left free around it; foot: below it. smallest: metres that
    it shows at least from top to bottom."""

    width: int
    height: int
    margin: int
    foot: int
    smallest: float

    def fit(self, spots: Iterable[Spot]) -> Plan:
        """The plan on which all of them have a place, as large as it can be."""
        easts, norths = zip(*spots, strict=True)
        west, east, south, north = min(easts), max(easts), min(norths), max(norths)
        wide, high = self.width - 2 * self.margin, self.height - self.margin - self.foot
        tall = max(north - south, (east - west) * high / wide, self.smallest)
        return Plan(self, high / tall, (west + east) / 2, (south + north) / 2)


@dataclass(frozen=True)
class Plan:
    """Where metres go on the paper. scale: of one metre. east, north: of what is in the middle."""

    paper: Paper
    scale: float
    east: float
    north: float

    def at(self, spot: Spot) -> Spot:
        """Where a spot is drawn, from the upper left."""
        x = self.paper.width / 2 + (spot[0] - self.east) * self.scale
        middle = (self.paper.height - self.paper.foot + self.paper.margin) / 2
        return round(x, 1), round(middle - (spot[1] - self.north) * self.scale, 1)

    def drawn(self, metres: float) -> float:
        """How long that many metres are."""
        return round(metres * self.scale, 1)

    def bar(self, lengths: Sequence[int], part: int) -> int:
        """The longest of these lengths, in metres, that takes at most one such part of the width:
        for the bar of the scale. The shortest when none does."""
        most = self.paper.width / part
        return max((one for one in lengths if one * self.scale <= most), default=lengths[0])

    def outline(self, lens: Lens, spot: Spot = ORIGIN) -> str:
        """The path around what a camera there has in view: a slice of a circle, or all of it."""
        metres, (x, y) = view_reach(lens), self.at(spot)
        radius, wide, bearing = self.drawn(metres), lens.wide, lens.bearing
        if bearing is None or wide >= _ALL_ROUND:
            turn = f"a{radius} {radius} 0 1 0"
            return f"M{round(x - radius, 1)} {y}{turn} {2 * radius} 0{turn} {-2 * radius} 0z"
        left, right = (
            self.at(moved_spot(spot, bearing + side * wide / 2, metres)) for side in (-1, 1)
        )
        large = int(radians(wide) > pi)
        return f"M{x} {y}L{left[0]} {left[1]}A{radius} {radius} 0 {large} 1 {right[0]} {right[1]}z"


def moved_spot(spot: Spot, bearing: float, metres: float) -> Spot:
    """The spot so many metres away in a direction."""
    return spot[0] + metres * sin(radians(bearing)), spot[1] + metres * cos(radians(bearing))


def view_corners(lens: Lens, spot: Spot = ORIGIN) -> list[Spot]:
    """Points around what a camera there has in view."""
    wide, bearing = min(lens.wide, _ALL_ROUND), lens.bearing or 0
    return [moved_spot(spot, bearing + wide * part / 8, view_reach(lens)) for part in range(-4, 5)]
