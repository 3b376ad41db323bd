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
    """The paper that a plan is drawn on. margin: left free around the plan. foot: left free below
    it. smallest: the least number of metres that the plan shows from top to bottom."""

    width: int
    height: int
    margin: int
    foot: int
    smallest: float

    def fit(self, spots: Iterable[Spot]) -> Plan:
        """Make the plan at the largest scale at which all spots fit on the paper."""
        easts, norths = zip(*spots, strict=True)
        west, east, south, north = min(easts), max(easts), min(norths), max(norths)
        wide, high = self.width - 2 * self.margin, self.height - self.margin - self.foot
        tall = max(north - south, (east - west) * high / wide, self.smallest)
        return Plan(self, high / tall, (west + east) / 2, (south + north) / 2)


@dataclass(frozen=True)
class Plan:
    """Puts metres on paper. scale: units of paper a metre. east, north: the spot in the middle."""

    paper: Paper
    scale: float
    east: float
    north: float

    def at(self, spot: Spot) -> Spot:
        """Where a spot is drawn on the paper, counted from the upper left."""
        x = self.paper.width / 2 + (spot[0] - self.east) * self.scale
        middle = (self.paper.height - self.paper.foot + self.paper.margin) / 2
        return round(x, 1), round(middle - (spot[1] - self.north) * self.scale, 1)

    def drawn(self, metres: float) -> float:
        """How long a number of metres is on the paper."""
        return round(metres * self.scale, 1)

    def bar(self, lengths: Sequence[int], part: int) -> int:
        """Choose the length of the scale bar: the longest of `lengths` (metres) that takes at most
        one `part`-th of the paper's width, or the first when none does."""
        most = self.paper.width / part
        return max((one for one in lengths if one * self.scale <= most), default=lengths[0])

    def outline(self, lens: Lens, spot: Spot = ORIGIN) -> str:
        """The SVG path around the view of a camera at a spot: a slice of a circle, or a circle."""
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
    """The spot `metres` away in the direction `bearing`."""
    return spot[0] + metres * sin(radians(bearing)), spot[1] + metres * cos(radians(bearing))


def view_corners(lens: Lens, spot: Spot = ORIGIN) -> list[Spot]:
    """Spots along the far edge of the view of a camera at a spot, to fit a plan to it."""
    wide, bearing = min(lens.wide, _ALL_ROUND), lens.bearing or 0
    return [moved_spot(spot, bearing + wide * part / 8, view_reach(lens)) for part in range(-4, 5)]
