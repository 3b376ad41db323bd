"""Paths to the metre: their pieces, the box around them, and where along them something is."""

from __future__ import annotations

from itertools import pairwise
from math import pi

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.geo.areas import Bounds, Corridor, Point
from chalicelib.geo.corridor import PIECE

GEODESIC = Geod(ellps="WGS84")
DEGREE_M = 111_319.4908
"""Of longitude, on the equator."""

STREET = Corridor((Point(0, 0), Point(0, 0.02), Point(0, 0.03)), 100)
"""Along the equator, 3.3 km, in two parts."""

points = st.builds(Point, st.floats(-85, 85), st.floats(-180, 180))


def test_a_path_is_cut_into_pieces_of_at_most_nine_hundred_metres() -> None:
    assert [round(piece.length, 1) for piece in STREET.pieces] == [742.1] * 3 + [556.6] * 2
    assert [round(piece.along, 1) for piece in STREET.pieces] == [0, 742.1, 1484.3, 2226.4, 2783.0]
    assert all(piece.square == pytest.approx(piece.length**2) for piece in STREET.pieces)
    assert STREET.length_m == pytest.approx(0.03 * DEGREE_M, rel=1e-6)
    assert STREET.anchor == Point(0, 0) and STREET.half == 50
    north = Corridor((Point(60, 10), Point(60.008, 10)), 10)
    assert len(north.pieces) == 1
    # A degree of longitude is half as long at 60° north.
    pieces = [len(Corridor((Point(60, 10), Point(60, 10 + d)), 10).pieces) for d in (0.016, 0.017)]
    assert pieces == [1, 2]


def test_its_size_is_that_of_its_length_with_round_ends() -> None:
    square_m = STREET.length_m * 100 + pi * 50**2
    assert STREET.square_km == pytest.approx(square_m / 1e6, rel=1e-9)


@given(st.floats(0, 0.03), st.floats(-50, 50))
def test_a_place_beside_a_street_is_found_by_its_two_distances(east: float, side: float) -> None:
    assume(abs(side) < 49.9)
    found = STREET.locator()(round(side / 110_574.3 * 1e6), round(east * 1e6))
    assert found
    assert found.along == pytest.approx(east * DEGREE_M, abs=0.12)
    assert found.distance == pytest.approx(abs(side), abs=0.12)


def test_the_ends_are_round_and_the_sides_are_straight() -> None:
    find = STREET.finder()
    assert find(0, -440) == pytest.approx(48.98, abs=0.05)
    assert find(0, -455) is None and find(0, 30_455) is None and find(460, 15_000) is None
    assert find(0, 30_440) == pytest.approx(48.98, abs=0.05)
    # 40 m back and 40 m aside is farther than 50 m.
    assert find(360, -360) is None and find(360, 360) == pytest.approx(39.8, abs=0.1)
    beyond = STREET.locator()(0, 30_440)
    assert beyond and beyond.along == pytest.approx(STREET.length_m, abs=0.01)
    before = STREET.locator()(0, -440)
    assert before and before.along == 0


def test_of_two_parts_as_near_the_first_counts() -> None:
    there_and_back = Corridor((Point(0, 0), Point(0, 0.005), Point(0, 0)), 100)
    found = there_and_back.locator()(100, 2_000)
    assert found and found.along == pytest.approx(0.002 * DEGREE_M, abs=0.12)
    at_border = Corridor((Point(0, 0), Point(0, 0)), 100)
    assert at_border.length_m == 0
    here = at_border.locator()(0, 100)
    assert here and (here.along, here.distance) == pytest.approx((0, 11.13), abs=0.01)
    assert at_border.locator()(0, 460) is None
    assert at_border.place_at(5) == (0, 0)


@given(points, st.floats(0, 360), st.floats(100, 30_000), st.floats(0, 1))
def test_a_place_along_the_path_is_where_it_was_found(
    start: Point, bearing: float, metres: float, part: float
) -> None:
    longitude, latitude, _ = GEODESIC.fwd(start.longitude, start.latitude, bearing, metres)
    assume(abs(latitude) < 88)
    path = Corridor((start, Point(latitude, longitude)), 20)
    along = part * path.length_m
    found = path.locator()(*path.place_at(along))
    assert found and found.distance < 0.2
    assert found.along == pytest.approx(along, abs=0.2)
    lengths = [piece.length for piece in path.pieces]
    assert all(length <= PIECE for length in lengths)
    assert len(lengths) <= metres / PIECE * 2 + 2, "nor in much smaller ones than that"
    assert max(lengths) - min(lengths) < 0.05 * max(lengths)
    assert all(b.along == a.along + a.length for a, b in pairwise(path.pieces))
    assert path.place_at(-5) == path.place_at(0)
    assert path.place_at(path.length_m + 5) == path.place_at(path.length_m)


def test_a_part_of_the_path_has_its_own_ends_and_the_corners_between() -> None:
    # At 1,000 m and 2,500 m; between them the path is cut at 1,484 m and 2,226 m.
    assert STREET.part(1000, 2500) == [(0, 8983), (0, 13333), (0, 20000), (0, 22458)]
    assert STREET.part(100, 200) == [(0, 898), (0, 1797)]
    assert STREET.part(0, STREET.length_m)[0] == (0, 0)
    assert len(STREET.part(0, STREET.length_m)) == 6


def test_the_box_around_a_path_holds_its_corridor_and_hardly_more() -> None:
    path = Corridor((Point(52, -2), Point(52.1, -1.9)), 2000)
    south, west, north, east = (getattr(path.bounds, s) for s in ("south", "west", "north", "east"))
    _, low, _ = GEODESIC.fwd(-2, 52, 180, 1000)
    _, high, _ = GEODESIC.fwd(-1.9, 52.1, 0, 1000)
    left, _, _ = GEODESIC.fwd(-2, 52, 270, 1000)
    right, _, _ = GEODESIC.fwd(-1.9, 52.1, 90, 1000)
    assert south == pytest.approx(low, abs=1e-4) and south <= low
    assert north == pytest.approx(high, abs=1e-4) and north >= high
    assert west == pytest.approx(left, abs=3e-4) and west <= left
    assert east == pytest.approx(right, abs=3e-4) and east >= right


@pytest.mark.parametrize(
    "latitude, bounds",
    [
        (89.95, Bounds(0, -180, 90, 180)),
        (-89.95, Bounds(-90, -180, 0, 180)),
    ],
)
def test_around_a_pole_the_box_is_all_round(latitude: float, bounds: Bounds) -> None:
    found = Corridor((Point(latitude, 10), Point(latitude, 20)), 20_000).bounds
    assert (found.west, found.east) == (bounds.west, bounds.east)
    assert found.north == (90 if latitude > 0 else pytest.approx(-89.86, abs=0.01))
    assert found.south == (-90 if latitude < 0 else pytest.approx(89.86, abs=0.01))
    near = Corridor((Point(89.5, 10), Point(89.5, 20)), 20).bounds
    assert (near.west, near.east) == pytest.approx((10, 20), abs=0.02)


def test_across_180_a_path_goes_the_short_way() -> None:
    path = Corridor((Point(0, 179.9), Point(0, -179.9), Point(0, 179.95)), 100)
    assert [round(lng, 6) for _, lng in path.corners] == [179.9, 180.1, 179.95]
    assert path.length_m == pytest.approx(0.35 * DEGREE_M, rel=1e-6)
    assert (path.bounds.west, path.bounds.east) == pytest.approx((179.9, 180.1), abs=1e-3)
    assert path.contains(Point(0, 180)) and path.contains(Point(0, -180))
    assert not path.contains(Point(0, 0))


def test_what_may_be_near_is_all_that_is_near() -> None:
    near = STREET.neighbours(300)
    everything = {piece.along for piece in STREET.pieces}
    assert {piece.along for piece in near(0, 20_000)} <= everything
    for spot in range(0, 3_300, 50):
        latitude, longitude = STREET.place_at(spot)
        told = {piece.along for piece in near(latitude, longitude)}
        for piece in STREET.pieces:
            if piece.along - 300 <= spot <= piece.along + piece.length + 300:
                assert piece.along in told
    assert near(10_000_000, 0) == []
