"""How everything near a place lies to an area: never wrong, and sure within two metres."""

from __future__ import annotations

from math import cos, pi, radians, tan

import pytest
from pyproj import Geod

from chalicelib.geo import geodesy
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.h3_cells import Centre
from chalicelib.geo.h3_shapes import IN, OUT, PART, BoxShape, LinesShape, shape_of

GEODESIC = Geod(ellps="WGS84")
HERE = Point(52.0, -2.0)


def towards(bearing: float, metres: float, start: Point = HERE) -> Point:
    longitude, latitude, _ = GEODESIC.fwd(start.longitude, start.latitude, bearing, metres)
    return Point(latitude, longitude)


def centre(place: Point) -> Centre:
    at = geodesy.vector_of_position(place.latitude * 1e6, place.longitude * 1e6)
    return place.latitude, place.longitude, at


def side(area: Area, place: Point, reach: float) -> int:
    return shape_of(area).side(centre(place), reach, None)[0]


CIRCLE = Circle(HERE, 1000)


@pytest.mark.parametrize("bearing", [0, 90, 225])
def test_beside_a_circle_all_is_outside_as_soon_as_it_is(bearing: int) -> None:
    assert side(CIRCLE, towards(bearing, 1302), 300) == OUT
    assert side(CIRCLE, towards(bearing, 1300), 300) == PART
    assert side(CIRCLE, towards(bearing, 700), 300) == PART
    assert side(CIRCLE, towards(bearing, 698), 300) == IN


def test_a_circle_that_is_hardly_larger_than_the_reach_holds_it_at_its_middle_alone() -> None:
    assert side(Circle(HERE, 302), HERE, 300) == IN
    for radius in (300, 301, 100):
        assert side(Circle(HERE, radius), HERE, 300) == PART


def test_a_circle_s_outline_is_its_circumference_on_the_globe() -> None:
    assert shape_of(CIRCLE).outline_m == pytest.approx(2 * pi * 1000, rel=1e-6)
    quarter = pi / 2 * geodesy.MEAN_RADIUS
    girth = 2 * pi * geodesy.MEAN_RADIUS
    assert shape_of(Circle(HERE, quarter)).outline_m == pytest.approx(girth, rel=1e-9)
    assert shape_of(Circle(HERE, 3 * quarter)).outline_m == pytest.approx(0, abs=1)
    third = shape_of(Circle(HERE, 2 / 3 * quarter)).outline_m
    assert third == pytest.approx(girth * 3**0.5 / 2, rel=1e-9)


SQUARE = Polygon.of(
    [[Point(51.98, -2.03), Point(51.98, -1.97), Point(52.02, -1.97), Point(52.02, -2.03)]]
)


def test_beside_an_outline_all_is_inside_or_outside_within_two_metres() -> None:
    _, _, edge = GEODESIC.inv(-2.0, 52.0, -2.0, 52.02)
    assert side(SQUARE, towards(0, edge + 302), 300) == OUT
    assert side(SQUARE, towards(0, edge + 300), 300) == PART
    assert side(SQUARE, towards(0, edge - 300), 300) == PART
    assert side(SQUARE, towards(0, edge - 302), 300) == IN
    _, _, edge = GEODESIC.inv(-2.0, 52.0, -1.97, 52.0)
    for bearing in (90, 270):
        assert side(SQUARE, towards(bearing, edge + 302), 300) == OUT
        assert side(SQUARE, towards(bearing, edge + 300), 300) == PART
        assert side(SQUARE, towards(bearing, edge - 302), 300) == IN
    assert side(SQUARE, HERE, 100_000) == PART, "a reach that holds all of it"
    assert side(SQUARE, towards(90, 60_000), 300) == OUT


def test_what_was_left_out_for_a_wider_reach_is_not_looked_at_again() -> None:
    shape = shape_of(SQUARE)
    told, near = shape.side(centre(towards(0, 2100)), 800, None)
    assert told == PART and near is not None and 0 < len(near) < len(SQUARE.edges) + 1
    again, fewer = shape.side(centre(towards(0, 2200)), 100, near)
    assert again == PART and fewer is not None and len(fewer) <= len(near)
    assert shape.side(centre(towards(0, 1000)), 100, near)[0] == IN
    assert shape.side(centre(towards(0, 2700)), 100, near)[0] == OUT


PATH = Corridor((towards(270, 2000), towards(90, 2000)), 400)


def test_beside_a_path_all_is_inside_or_outside_within_two_metres() -> None:
    assert side(PATH, towards(0, 302), 100) == OUT and side(PATH, towards(0, 299.5), 100) == PART
    assert side(PATH, towards(0, 100.5), 100) == PART and side(PATH, towards(0, 98), 100) == IN
    assert side(PATH, towards(0, 0), 200) == PART and side(PATH, towards(0, 0), 198) == IN
    end = towards(90, 2000)
    assert side(PATH, towards(90, 302, end), 100) == OUT
    assert side(PATH, towards(90, 299.5, end), 100) == PART
    assert side(PATH, towards(90, 98, end), 100) == IN


def test_a_path_and_an_outline_are_as_long_as_they_are() -> None:
    assert shape_of(PATH).outline_m == pytest.approx(2 * 4000 + 2 * pi * 200, rel=1e-3)
    parallels = 0.06 * (cos(radians(51.98)) + cos(radians(52.02)))
    around = 111_700 * (2 * 0.04 + parallels)
    assert shape_of(SQUARE).outline_m == pytest.approx(around, rel=1e-9)
    across = Polygon.of([[Point(-1, 0), Point(-1, 2), Point(1, 2), Point(1, 0)]])
    # A side across the equator is as long as one on it at most; two lie at one degree.
    sides = 2 * 111_700 * (2 + 2 * cos(radians(1)))
    assert shape_of(across).outline_m == pytest.approx(sides, rel=1e-9)


BOX = BoxShape(50.0, -2.0, 52.0, 2.0)
REACH = 10_000
"""Metres: 0.0908° of latitude with a hundredth more, 0.1443° of longitude at 51°."""


def box_side(latitude: float, longitude: float, box: BoxShape = BOX, reach: float = REACH) -> int:
    return box.side(centre(Point(latitude, longitude)), reach, None)[0]


def test_beside_a_box_each_side_counts_for_itself() -> None:
    assert box_side(51, -1) == IN
    for latitude, told in (
        *((52.092, OUT), (52.089, PART), (51.911, PART), (51.908, IN)),
        *((49.908, OUT), (49.911, PART), (50.089, PART), (50.092, IN)),
    ):
        assert box_side(latitude, -1) == told
    for longitude, told in (
        *((0.146, OUT), (0.142, PART), (-0.142, PART), (-0.146, IN)),
        *((-2.146, OUT), (-2.142, PART), (-1.858, PART), (-1.854, IN)),
    ):
        assert box_side(51, longitude) == told
    assert box_side(51, 179) == OUT and box_side(-51, -1) == OUT and box_side(89, 178) == OUT


def test_a_box_may_go_all_round_or_across_180() -> None:
    around = BoxShape(-10.0, -180.0, 10.0, 360.0)
    for longitude in (-180, -179.999, 0, 179.999):
        assert box_side(0, longitude, around) == IN
    assert box_side(10.089, 7, around) == PART and box_side(10.092, 7, around) == OUT
    across = BoxShape(-10.0, 179.0, 10.0, 2.0)
    assert box_side(0, 180, across) == IN and box_side(0, -179.2, across) == IN
    assert box_side(0, -178.92, across) == PART and box_side(0, -178.9, across) == OUT
    assert box_side(0, 0, across) == OUT


def test_beyond_a_quarter_of_the_globe_a_meridian_is_as_far_as_its_pole() -> None:
    narrow = BoxShape(-89.0, 0.0, 89.9, 1.0)
    # 120° away the way goes over the pole: 0.15° of latitude is 16.7 km.
    assert box_side(89.85, 121, narrow, 17_000) == PART
    assert box_side(89.85, 121, narrow, 16_000) == OUT
    assert box_side(89.85, 91.0001, narrow, 16_000) == OUT


def test_a_box_s_outline_is_its_four_sides() -> None:
    assert BoxShape(0, 0, 1, 2).outline_m == pytest.approx(2 * 111_700 * 3)
    assert BoxShape(60, 0, 61, 2).outline_m == pytest.approx(2 * 111_700 * 2, rel=1e-9)
    assert BoxShape(-61, 0, -60, 2).outline_m == pytest.approx(2 * 111_700 * 2, rel=1e-9)


# How roughly lines in space stand for the ground


def lines_of(area: Area) -> LinesShape:
    shape = shape_of(area)
    assert isinstance(shape, LinesShape)
    return shape


def outline(south: float, west: float, north: float, east: float) -> Polygon:
    corners = [(south, west), (south, east), (north, east), (north, west)]
    return Polygon.of([[Point(*corner) for corner in corners]])


def test_a_ball_around_the_lines_holds_them_and_hardly_more() -> None:
    path = lines_of(PATH)
    assert len(path.lines) == 5  # of 800 m each
    assert path.middle == pytest.approx(centre(HERE)[2], abs=0.5)
    assert path.radius == pytest.approx(2000 + 800 + 200 + 1, abs=1)
    assert path.slack == 1 and path.half == pytest.approx(200)
    bent = lines_of(Corridor((Point(0, 0), Point(0, 0.008), Point(0.008, 0.008)), 100))
    ends = [geodesy.vector_of_position(*place) for place in ((0, 0), (0, 8000), (8000, 8000))]
    means = tuple(sum(end[axis] for end in ends) / 3 for axis in range(3))
    assert bent.middle == pytest.approx(means, abs=1e-3) and len(bent.lines) == 2
    square = lines_of(SQUARE)
    # Each of the longer sides in two pieces, the others too: all are above 3 km.
    assert len(square.lines) == 8
    assert square.middle == pytest.approx(centre(HERE)[2], abs=300)


def test_an_outline_s_pieces_leave_the_ground_by_no_more_than_is_allowed_for() -> None:
    def slack_of(area: Polygon, longest: float, tangent: float) -> float:
        return 1 + longest**2 * (1 + tangent) / (8 * geodesy.MEAN_RADIUS)

    square = lines_of(SQUARE)
    assert square.slack == pytest.approx(slack_of(SQUARE, 3000, tan(radians(52.02))), rel=1e-6)
    southern = outline(-60.04, 10, -60, 10.04)
    expected = slack_of(southern, 3000, tan(radians(60.04)))
    assert lines_of(southern).slack == pytest.approx(expected, rel=1e-6)
    # At a pole the parallel is bent most; beyond 89.9° a little more is as good as enough.
    polar = outline(89.91, 0, 89.95, 10)
    expected = slack_of(polar, 3000, tan(radians(89.9)))
    assert lines_of(polar).slack == pytest.approx(expected, rel=1e-6)
    # Of a long outline the pieces are as long as 600 of them may be.
    country = outline(0, 0, 30, 60)
    longest = lines_of(country).outline_m / 600
    assert longest > 25_000
    assert lines_of(country).slack == pytest.approx(
        slack_of(country, longest, tan(radians(30))), rel=1e-6
    )
    assert 600 <= len(lines_of(country).lines) <= 604
    # And no piece leaves its chord by more than half of itself.
    cap = outline(89.0, -170, 89.99, 170)
    whole = lines_of(cap)
    assert whole.slack <= 1 + max(3000, whole.outline_m / 600) / 2


def test_every_piece_of_an_outline_follows_the_one_before() -> None:
    for area in (SQUARE, outline(0, 0, 3, 4)):
        pieces = lines_of(area).lines
        for (start, way, square), (after, _, _) in zip(
            pieces, [*pieces[1:], pieces[0]], strict=True
        ):
            end = tuple(a + b for a, b in zip(start, way, strict=True))
            assert end == pytest.approx(after, abs=1e-6)
            assert square == pytest.approx(sum(part**2 for part in way))
