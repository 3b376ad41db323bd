"""Plans of what cameras see: what lies where on the paper, and how long a metre is there."""

from __future__ import annotations

import re
from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo.sight.field_of_view import Lens
from chalicelib.geo.sight.view_plan import (
    ORIGIN,
    Paper,
    Plan,
    Spot,
    moved_spot,
    view_corners,
)
from chalicelib.geo.sight.view_sectors import view_reach

PAPER = Paper(width=400, height=300, margin=20, foot=40, smallest=10)
"""It leaves 360 by 240 for the plan, whose middle is at 200, 140."""


def lens(bearing: int | None, angle: int) -> tuple[Lens, float]:
    found = Lens("fixed", bearing, angle, 40)
    return found, view_reach(found)


@pytest.mark.parametrize(
    ("bearing", "east", "north"),
    [(0, 0, 10), (90, 10, 0), (180, 0, -10), (270, -10, 0), (30, 5, 75**0.5), (360, 0, 10)],
)
def test_a_bearing_is_counted_from_north_by_east(bearing: int, east: float, north: float) -> None:
    assert moved_spot((100, 200), bearing, 10) == pytest.approx((100 + east, 200 + north))


def test_north_is_up_and_the_middle_of_all_is_in_the_middle() -> None:
    plan = PAPER.fit([(0, 0), (100, 0), (0, 120), (60, 60)])
    assert (plan.scale, plan.east, plan.north) == (2, 50, 60)
    assert plan.at((50, 60)) == (200, 140)
    assert plan.at((50, 120)) == (200, 20), "the highest spot is at the margin"
    assert plan.at((50, 0)) == (200, 260), "the lowest is above the foot"
    assert plan.at((100, 60)) == (300, 140) and plan.at((0, 60)) == (100, 140)
    assert plan.drawn(10) == 20 and plan.drawn(0.03) == 0.1


def test_what_is_wider_than_the_paper_is_drawn_smaller() -> None:
    plan = PAPER.fit([(-100, 10), (80, 10), (0, 0)])
    assert plan.scale == 2
    assert plan.at((-100, 5)) == (20, 140) and plan.at((80, 5)) == (380, 140)


def test_a_plan_shows_no_less_than_its_smallest() -> None:
    plan = PAPER.fit([(3, 4)])
    assert (plan.scale, plan.at((3, 4))) == (24, (200, 140))
    assert PAPER.fit([(0, 0), (0, 10)]).scale == 24
    assert PAPER.fit([(0, 0), (0, 20)]).scale == 12


spots = st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=9)


@given(spots)
def test_all_spots_are_on_the_paper_at_the_largest_scale(all_spots: list[Spot]) -> None:
    plan = PAPER.fit(all_spots)
    drawn = [plan.at(spot) for spot in all_spots]
    assert all(19.9 <= x <= 380.1 and 19.9 <= y <= 260.1 for x, y in drawn)
    wide = max(x for x, _ in drawn) - min(x for x, _ in drawn)
    high = max(y for _, y in drawn) - min(y for _, y in drawn)
    assert plan.scale == 24 or wide > 359 or high > 239


@pytest.mark.parametrize(
    ("scale", "length"), [(1.0, 100), (1.01, 50), (2.0, 50), (5.0, 20), (20.0, 10), (0.1, 100)]
)
def test_a_scale_bar_is_as_long_as_fits_a_quarter_of_the_paper(scale: float, length: int) -> None:
    assert Plan(PAPER, scale, 0, 0).bar((10, 20, 50, 100), 4) == length


@pytest.mark.parametrize("spot", [ORIGIN, (15.0, -25.0)])
@pytest.mark.parametrize(("bearing", "angle"), [(0, 90), (45, 60), (200, 180), (300, 270)])
def test_a_view_is_a_slice_from_the_camera_to_its_far_edge(
    spot: Spot, bearing: int, angle: int
) -> None:
    seen, metres = lens(bearing, angle)
    plan = Plan(PAPER, 2.0, 0.0, 0.0)
    path = plan.outline(seen, spot)
    numbers = [float(n) for n in re.findall(r"-?[0-9.]+", path)]
    start, left, arc, right = numbers[:2], numbers[2:4], numbers[4:9], numbers[9:]
    assert re.sub(r"-?[0-9.]+", "", path).replace(" ", "") == "MLAz"
    assert tuple(start) == plan.at(spot)
    ends = []
    for side in (-1, 1):
        turn = radians(bearing + side * angle / 2)
        ends.append(plan.at((spot[0] + metres * sin(turn), spot[1] + metres * cos(turn))))
    assert (tuple(left), tuple(right)) == tuple(ends)
    # Clockwise, and the long way round for more than half a circle.
    assert arc == [2 * metres, 2 * metres, 0, int(angle > 180), 1]


@pytest.mark.parametrize(("bearing", "angle"), [(None, 90), (10, 360)])
def test_a_view_in_every_direction_is_a_circle(bearing: int | None, angle: int) -> None:
    seen, metres = lens(bearing, angle)
    path = Plan(PAPER, 2.0, 0.0, 0.0).outline(seen, (5.0, 0.0))
    radius = 2 * metres
    half = f"a{radius} {radius} 0 1 0"
    assert path == f"M{210 - radius} 140.0{half} {2 * radius} 0{half} {-2 * radius} 0z"


def test_the_far_edge_is_told_from_its_left_end_to_its_right() -> None:
    seen, metres = lens(90, 80)
    corners = view_corners(seen, (7.0, 3.0))
    turns = [50, 60, 70, 80, 90, 100, 110, 120, 130]
    assert corners == [pytest.approx(moved_spot((7.0, 3.0), turn, metres)) for turn in turns]
    around, _ = lens(None, 90)
    assert view_corners(around)[4] == pytest.approx((0, view_reach(around)))
