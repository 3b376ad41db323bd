"""How far the descendants of an H3 cell lie from its centre: what the cover stands on.

Pinned to the version of h3: another grid would need another look.
"""

from __future__ import annotations

from importlib.metadata import version
from math import sqrt

import h3
import pytest

from chalicelib.geo import h3_cells
from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.h3_cells import CELL_M2, KEY
from chalicelib.geo.h3_cover import (
    REACH,
    USUAL_DENSITY,
    ReadCosts,
    descendant_spans,
    join_ranges,
    key_range,
    plan_queries,
)

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


# What a plan reads


def test_a_query_costs_by_the_page_it_begins() -> None:
    prices = ReadCosts()
    assert prices.of(0) == prices.of(24) == pytest.approx(0.6)
    assert prices.of(100) == pytest.approx(0.5 * (8400 / 4096 + 0.5) + 0.1)
    assert ReadCosts(entry_bytes=42, query=0.2).of(200) == pytest.approx(prices.of(100) + 0.1)


def joined(
    *spans_of_one: tuple[int, int], per_place: float, most: int = 16
) -> list[tuple[int, int]]:
    touching = [(7, first, end) for first, end in spans_of_one]
    return [(first, end) for _, first, end in join_ranges(touching, per_place, ReadCosts(), most)]


def test_neighbours_are_read_together_when_the_gap_costs_less_than_a_query() -> None:
    assert joined((0, 10), (20, 30), per_place=1) == [(0, 30)]
    assert joined((0, 10), (1000, 1010), per_place=1) == [(0, 10), (1000, 1010)]
    assert joined((0, 10), (1000, 1010), per_place=0.001) == [(0, 1010)]
    # 24 sites and fewer cost as little as none: two queries cost 1.2, one of 83 sites 1.2 as well.
    assert joined((0, 10), (72, 82), per_place=1) == [(0, 82)]
    assert joined((0, 10), (75, 85), per_place=1) == [(0, 10), (75, 85)]


def test_too_many_queries_are_made_fewer_where_the_gaps_are_smallest() -> None:
    apart = ((0, 10), (3000, 3010), (5000, 5010), (9000, 9010))
    assert joined(*apart, per_place=1) == list(apart)
    assert joined(*apart, per_place=1, most=3) == [(0, 10), (3000, 5010), (9000, 9010)]
    assert joined(*apart, per_place=1, most=2) == [(0, 5010), (9000, 9010)]
    assert joined(*apart, per_place=1, most=1) == [(0, 9010)]


def test_partitions_are_never_read_together() -> None:
    touching = [(7, 0, 10), (8, 0, 10), (8, 12, 20)]
    assert join_ranges(touching, 1e-9, ReadCosts(), 1) == [(7, 0, 10), (8, 0, 20)]
    assert join_ranges([], 1, ReadCosts(), 1) == []


def test_cells_that_follow_each_other_are_one_span() -> None:
    partition = h3_cells.cell_number(h3_cells.cell_at(Point(52.48, -1.9), 6))
    children = h3_cells.children_of(partition)
    assert descendant_spans(children, 6, 11) == [(partition, 0, 7**5)]
    assert descendant_spans([children[2], children[0]], 6, 11) == [
        (partition, 0, 7**4), (partition, 2 * 7**4, 3 * 7**4),
    ]  # fmt: skip
    span = key_range((partition, 7**4, 2 * 7**4), 11)
    assert span.partition == f"{partition:x}"
    inside = h3.cell_to_children(f"{children[1]:x}", 11)
    assert (span.first, span.last) == (min(inside), max(inside) + "~")


COSTS = [
    *((1, 415.75), (2, 7.18), (2, 3.08)),
    *((1, 24.27), (4, 3.22), (16, 1.56)),
    *((3, 3.38), (12, 1.54), (16, 1.45)),
    *((10, 1.76), (16, 1.45), (16, 1.45)),
]


def test_a_plan_is_as_cheap_as_it_was() -> None:
    """Queries, and square metres that are read for one of the area: a change here is a change of
    what every search costs."""
    circles = [Circle(Point(52.48, -1.9), radius) for radius in (100, 500, 2000, 5600)]
    found = []
    for circle in circles:
        for density in (5e-6, USUAL_DENSITY, 2e-3):
            made = plan_queries(circle, density)
            found.append((len(made.ranges), round(made.square_m / (circle.square_km * 1e6), 2)))
    assert found == COSTS
