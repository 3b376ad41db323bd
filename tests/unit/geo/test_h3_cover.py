"""How far the descendants of an H3 cell lie from its centre: what the cover stands on.

Pinned to the version of h3: another grid would need another look.
"""

from __future__ import annotations

from importlib.metadata import version
from math import sqrt

import h3
import pytest

from chalicelib.geo.h3_cells import CELL_M2, KEY
from chalicelib.geo.h3_cover import REACH

KEPT = 24
"""Cells of each generation that a beam search goes on with: the farthest."""

GENERATIONS = 7
"""Of descendants; the seventh adds less than a thousandth."""


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(h3.great_circle_distance(a, b, unit="m"))


def farthest(cell: str) -> float:
    """Metres from a cell's centre to the farthest ground of its descendants, by a beam search."""
    centre = h3.cell_to_latlng(cell)
    beam, found = [cell], 0.0
    for _ in range(min(GENERATIONS, 15 - h3.get_resolution(cell))):
        children = [child for each in beam for child in h3.cell_to_children(each)]
        away = {child: metres(centre, h3.cell_to_latlng(child)) for child in children}
        beam = sorted(children, key=lambda child: -away[child])[:KEPT]
        found = max(found, away[beam[0]])
    corners = (corner for each in beam for corner in h3.cell_to_boundary(each))
    return max(found, *(metres(centre, corner) for corner in corners))


def sample(resolution: int) -> list[str]:
    """Pentagons with their neighbours, where cells are most out of shape, and others."""
    pentagons = sorted(h3.get_pentagons(resolution))
    odd = [cell for pentagon in pentagons[::3] for cell in h3.grid_disk(pentagon, 1)]
    places = [(52.48, -1.9), (39.1, -94.6), (0.0, 0.0), (-89.0, 10.0), (-16.85, 179.98)]
    return [*odd, *(h3.latlng_to_cell(*place, resolution) for place in places)]


@pytest.mark.parametrize("resolution", range(11))
def test_no_descendant_is_farther_than_the_reach(resolution: int) -> None:
    worst = max(farthest(cell) for cell in sample(resolution))
    assert worst < REACH[resolution] / 1.05, "five parts in a hundred are to spare"
    assert worst > REACH[resolution] / 1.5, "and not so many that everything is read"


def test_the_reach_was_found_with_this_version_of_h3() -> None:
    assert version("h3").split(".")[0] == "4"


def test_cells_are_as_large_as_reckoned() -> None:
    for resolution in range(KEY + 1):
        mean = h3.average_hexagon_area(resolution, unit="m^2")
        assert CELL_M2[resolution] == pytest.approx(mean, rel=0.05)
        assert REACH[resolution] == pytest.approx(REACH[0] / sqrt(7) ** resolution)
