"""Polygons to the microdegree: middle and size, where outlines cross, and what has no inside."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo.geodesy import Bounds, Point
from chalicelib.geo.polygon import AroundPole, Crossing, LooseHole, Polygon
from chalicelib.geo.ring_crossings import first_crossing


def ring(*corners: tuple[float, float]) -> list[Point]:
    return [Point(latitude, longitude) for longitude, latitude in corners]


def micro(*corners: tuple[int, int]) -> list[Point]:
    return [Point.from_microdegrees(y, x) for x, y in corners]


def test_a_triangle_balances_on_the_mean_of_its_corners() -> None:
    found = Polygon.of([ring((10, 20), (13, 20), (10, 26))])
    assert found.anchor.longitude == pytest.approx(11, abs=1e-9)
    assert found.anchor.latitude == pytest.approx(22, abs=1e-9)
    assert found.bounds == Bounds(20, 10, 26, 13)


def test_a_middle_is_the_outlines_and_not_that_of_its_corners() -> None:
    """An L: a large square and a small one beside it, by their sizes."""
    found = Polygon.of([ring((0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4))])
    x = (4 * 2 * 2 + 2 * 2 * 1) / 12
    assert found.anchor.longitude == pytest.approx(x, abs=1e-9)
    assert found.anchor.latitude == pytest.approx((4 * 2 * 1 + 2 * 2 * 3) / 12, abs=1e-9)


@pytest.mark.parametrize("shift, middle", [(0, 1), (178, 179), (179, -180), (-181 + 360, -180)])
def test_a_middle_is_a_longitude_wherever_the_outline_stands(shift: int, middle: int) -> None:
    corners = [(x + shift, y) for x, y in ((0, -1), (2, -1), (2, 1), (0, 1))]
    wrapped = [((x + 180) % 360 - 180, y) for x, y in corners]
    found = Polygon.of([ring(*wrapped)])
    assert found.anchor.longitude == pytest.approx(middle, abs=1e-9)
    assert found.anchor.latitude == pytest.approx(0, abs=1e-9)
    assert -180 <= found.anchor.longitude < 180


@pytest.mark.parametrize(
    "west, south, east, north, part",
    [(0, 0, 90, 90, 1 / 8), (0, -30, 120, 30, 1 / 6), (-150, -90, -90, 0, 1 / 12)],
)
def test_size_is_a_part_of_the_globe_s(
    west: int, south: int, east: int, north: int, part: float
) -> None:
    corners = [(west, south), (east, south), (east, north), (west, north)]
    globe = 4 * pi * 6371.0088**2
    for turned in (corners, corners[::-1]):
        assert Polygon.of([ring(*turned)]).square_km == pytest.approx(globe * part, rel=1e-9)


def test_holes_are_taken_off() -> None:
    outline = ring((0, 0), (3, 0), (3, 3), (0, 3))
    holes = [ring((n, 1), (n + 0.5, 1), (n + 0.5, 2), (n, 2)) for n in (0.5, 1.5)]
    whole, part = Polygon.of([outline]), Polygon.of([outline, *holes])
    taken = [Polygon.of([hole]).square_km for hole in holes]
    assert part.square_km == pytest.approx(whole.square_km - sum(taken), abs=1e-6)
    assert not part.contains(Point(1.5, 0.75)) and not part.contains(Point(1.5, 1.75))
    assert part.contains(Point(1.5, 1.25)) and part.contains(Point(0.5, 0.75))


def test_distance_is_told_from_the_middle() -> None:
    found = Polygon.of([ring((-1, -1), (1, -1), (1, 1), (-1, 1))])
    find = found.finder()
    assert find(0, 0) == pytest.approx(0, abs=0.1)
    # One degree of longitude on the equator, as an arc of the sphere of mean radius.
    assert find(0, 1_000_000) == pytest.approx(111_319.5, rel=1e-4)
    assert find(1_000_000, 0) == pytest.approx(110_574.4, rel=1e-4)
    assert find(1_000_001, 0) is None and find(0, -1_000_001) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 130), st.integers(0, 130)), min_size=3, max_size=6, unique=True
    ),
    st.integers(-2, 132),
    st.integers(-2, 132),
)
def test_the_smallest_outlines_hold_their_borders_and_inside(
    corners: list[tuple[int, int]], x: int, y: int
) -> None:
    """Within a few microdegrees every position is on an edge, inside or outside, exactly."""
    try:
        found = Polygon.of([micro(*corners)])
    except ValueError:
        return
    odd = border = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = (x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)
        border |= cross == 0 and (x1 - x) * (x2 - x) + (y1 - y) * (y2 - y) <= 0
        if (y1 > y) != (y2 > y):
            odd ^= (cross > 0) == (y2 > y1)
    assert found.locator()(y, x) == (odd or border)


@pytest.mark.parametrize(
    "corners, place",
    [
        # A bow tie whose arms are not as long as each other.
        ([(0, 0), (4, 4), (4, 0), (0, 2)], (4 / 3, 4 / 3)),
        ([(10, 10), (14, 12), (14, 10), (10, 12)], (12, 11)),
        # A corner that lies on another edge, and an edge on another corner.
        ([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)], (2, 0)),
        ([(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)], (2, 2)),
    ],
)
@pytest.mark.parametrize("east, north", [(0, 0), (-100, 0), (100, 0), (0, 70), (-3, -70)])
def test_where_an_outline_meets_itself_is_told(
    corners: list[tuple[int, int]], place: tuple[float, float], east: int, north: int
) -> None:
    corners = [(x + east, y + north) for x, y in corners]
    for start in range(len(corners)):
        for turned in (corners[start:] + corners[:start], corners[start::-1] + corners[:start:-1]):
            with pytest.raises(Crossing) as caught:
                Polygon.of([ring(*turned)])
            found = caught.value.place
            met = (found.longitude - east, found.latitude - north)
            assert met == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(
    "corners, shared",
    [
        ([(0, 0), (3, 0), (1, 0), (1, 2)], {(3, 0), (1, 0)}),
        ([(0, 0), (0, 3), (0, 1), (2, 1)], {(0, 3), (0, 1)}),
        ([(1, 0), (3, 0), (3, 3), (5, 3), (5, -1), (2, -1), (2, 0)], {(1, 0), (2, 0)}),
        ([(0, 0), (1, 1), (3, 3)], {(0, 0), (1, 1), (3, 3)}),
    ],
)
def test_an_edge_that_runs_back_over_the_one_before_it_is_told(
    corners: list[tuple[int, int]], shared: set[tuple[int, int]]
) -> None:
    for start in range(len(corners)):
        with pytest.raises(Crossing) as caught:
            Polygon.of([ring(*corners[start:], *corners[:start])])
        assert (caught.value.place.longitude, caught.value.place.latitude) in shared


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)],  # a corner on a straight side
        [(0, 0), (2, 1), (4, 0), (2, 4)],
        [(0, 0), (4, 0), (4, 4), (3, 4), (3, 1), (1, 1), (1, 4), (0, 4)],
        [(0, 0), (0, 4), (1, 4), (1, 1), (3, 1), (3, 4), (4, 4), (4, 0)],
        [(0, 0), (4, 4), (0, 1)],
        [(0, 0), (4, 0), (4, 2), (4, 4), (0, 4), (0, 2)],
        [(2, 0), (4, 2), (2, 4), (0, 2)],
        [(0, 0), (1, 3), (2, 0), (3, 3), (4, 0), (4, 4), (0, 4)],
    ],
)
def test_an_outline_that_only_shares_its_corners_is_taken(corners: list[tuple[int, int]]) -> None:
    for start in range(len(corners)):
        turned = corners[start:] + corners[:start]
        assert len(Polygon.of([ring(*turned)]).edges) == len(corners)
        assert len(Polygon.of([ring(*turned[::-1], turned[-1])]).edges) == len(corners)


def test_a_crossing_beyond_180_is_told_as_a_longitude() -> None:
    with pytest.raises(Crossing, match=r"near 1\.00000, -179\.00000"):
        Polygon.of([ring((180, 0), (-178, 2), (-178, 0), (180, 2))])


def test_rings_may_touch_in_a_place_and_not_run_along_each_other() -> None:
    outline = ring((0, 0), (4, 0), (4, 4), (0, 4))
    for hole in (
        ring((0, 2), (2, 1), (2, 3)),  # a corner on the outline's edge
        ring((4, 4), (2, 1), (2, 3)),  # a corner on a corner
    ):
        assert len(Polygon.of([outline, hole]).rings) == 2
    with pytest.raises(Crossing):  # an edge along an edge
        Polygon.of([outline, ring((1, 0), (3, 0), (2, 2))])
    square = ((1, 1), (2, 1), (2, 2), (1, 2))
    assert first_crossing([square, tuple((x + 2, y) for x, y in square)]) is None
    assert first_crossing([square, tuple((x + 1, y) for x, y in square)]) is not None


def test_a_further_ring_is_a_hole_of_the_outline_alone() -> None:
    outline, hole = ring((0, 0), (9, 0), (9, 9), (0, 9)), ring((1, 1), (4, 1), (4, 4), (1, 4))
    island, beside = ring((2, 2), (3, 2), (3, 3)), ring((5, 5), (6, 5), (6, 6))
    assert len(Polygon.of([outline, hole, beside]).rings) == 3
    for rings in ([outline, ring((10, 1), (11, 1), (11, 2))], [outline, hole, island],
                  [outline, island, hole], [hole, outline]):  # fmt: skip
        with pytest.raises(LooseHole):
            Polygon.of(rings)


def test_what_goes_around_the_earth_has_no_inside() -> None:
    for latitude in (-80, 0, 80):
        with pytest.raises(AroundPole):
            Polygon.of([ring((0, latitude), (120, latitude), (-120, latitude))])
    # An edge of exactly half of the way round closes an outline all the same.
    assert len(Polygon.of([ring((-90, 0), (0, -10), (90, 0))]).edges) == 3
    # Half of the way round and back has one, of either hand.
    wide = Polygon.of([ring((-90, 0), (0, 0), (90, 0), (0, 60))])
    assert wide.contains(Point(10, 0)) and not wide.contains(Point(10, 180))
    assert wide.bounds == Bounds(0, -90, 60, 90)


def test_corners_said_twice_count_once() -> None:
    once = Polygon.of([ring((0, 0), (2, 0), (2, 2))])
    twice = Polygon.of([ring((0, 0), (0, 0), (2, 0), (2, 2), (2, 2), (0, 0))])
    assert twice == once and len(once.edges) == 3
    for few in (ring(), ring((0, 0)), ring((0, 0), (1, 1), (0, 0)), ring((0, 0), (1, 1), (1, 1))):
        with pytest.raises((ValueError, IndexError)):
            Polygon.of([few])


def test_a_hole_is_found_on_the_outlines_side_of_180() -> None:
    outline = ring((178, 0), (-178, 0), (-178, 4), (178, 4))
    hole = ring((-179.5, 1), (-178.5, 1), (-178.5, 3), (-179.5, 3))
    found = Polygon.of([outline, hole])
    assert not found.contains(Point(2, -179)) and found.contains(Point(2, 179))
    assert found.bounds == Bounds(0, 178, 4, 182)
