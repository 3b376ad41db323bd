"""Outlines with many corners: what is left of them, and that it holds all that they held."""

from __future__ import annotations

import random
from math import cos, pi, sin
from typing import Any

import pytest

from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Circle, Corridor, Point, Polygon
from chalicelib.geo.geojson import (
    EXACT_CORNERS,
    EXACT_PATH_POINTS,
    MOST_CORNERS,
    MOST_PATH_POINTS,
    TOLERANCES,
    area_from_json,
    searched_json,
)

METRE = 1 / 111_320  # of latitude, and of longitude on the equator


def points(*corners: tuple[float, float]) -> list[Point]:
    return [Point(y, x) for x, y in corners]


def side(start: tuple[float, float], end: tuple[float, float], number: int) -> list[Any]:
    """So many points of a straight line, the last one left out."""
    steps = [n / number for n in range(number)]
    return [[start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s] for s in steps]


def outline(*corners: tuple[float, float], number: int) -> list[Any]:
    """A ring with so many points on each of its sides."""
    ends = [*corners[1:], corners[0]]
    return [one for a, b in zip(corners, ends, strict=True) for one in side(a, b, number)]


def polygon(*rings: list[Any]) -> Polygon:
    found = area_from_json({"type": "polygon", "coordinates": list(rings)})
    assert isinstance(found, Polygon)
    return found


def test_the_limits_are_those_that_the_interface_promises() -> None:
    assert (EXACT_CORNERS, EXACT_PATH_POINTS, MOST_CORNERS, MOST_PATH_POINTS) == (
        500, 200, 5_000, 2_000,
    )  # fmt: skip
    assert TOLERANCES == (1.0, 0.3, 0.1)


def test_up_to_five_hundred_corners_are_searched_as_they_were_drawn() -> None:
    square = ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))
    exact = polygon(outline(*square, number=125))
    assert (len(exact.edges), exact.margin_m) == (500, 0)
    one_more = polygon([*outline(*square, number=125), [-0.01, 0.05]])
    assert len(one_more.edges) < 10 and one_more.margin_m == 1.0
    hole = outline((0.04, 0.04), (0.06, 0.04), (0.05, 0.06), number=100)
    both = polygon(outline(*square, number=125), hole)
    assert [len(ring) for ring in both.rings] == [4, 3] and both.margin_m == 1.0


def test_many_corners_on_three_straight_sides_are_a_triangle() -> None:
    found = polygon(outline((0, 0), (0.1, 0), (0, 0.1), number=200))
    assert len(found.rings[0]) == 3 and found.margin_m == TOLERANCES[0]


def test_an_outline_as_narrow_as_the_tolerance_keeps_its_corners() -> None:
    wide = 0.7 * METRE
    sliver = outline((0, 0), (0.01, 0), (0.01, wide), (0, wide), number=130)
    found = polygon(sliver)
    assert found.contains(Point(wide / 2, 0.005)) and len(found.rings[0]) > 2


def test_a_hole_as_narrow_as_the_tolerance_is_left_out() -> None:
    square = outline((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), number=130)
    slit = [[0.02, 0.05], [0.06, 0.05], [0.06, 0.05 + 0.5 * METRE]]
    assert len(polygon(square, slit).rings) == 1
    wide = [[0.02, 0.05], [0.06, 0.05], [0.06, 0.05 + 5 * METRE]]
    assert len(polygon(square, wide).rings) == 2


@pytest.mark.parametrize("radius", [200, 5_000, 60_000])
@pytest.mark.parametrize("middle", [(0.0, 0.0), (-1.9, 52.48), (179.99, -16.8)])
def test_a_simplified_outline_holds_all_that_it_held(
    radius: float, middle: tuple[float, float]
) -> None:
    x, y = middle
    narrow = cos(y * pi / 180)
    turns = [2 * pi * n / 3000 for n in range(3000)]
    ring = [
        [
            (x + radius * METRE * cos(turn) / narrow + 180) % 360 - 180,
            y + radius * METRE * sin(turn) * (1 + 0.1 * sin(9 * turn)),
        ]
        for turn in turns
    ]
    found = polygon(ring)
    assert len(found.rings[0]) < 3000 and found.margin_m in TOLERANCES
    exact = Polygon.of([[Point(lat, lon) for lon, lat in ring]])
    for lon, lat in ring[::50]:
        assert found.contains(Point(lat, lon))
    assert found.square_km == pytest.approx(exact.square_km, rel=0.02)


@pytest.mark.parametrize(("seed", "margin"), [(2, 1.0), (0, 0.1), (89, 0.0)])
def test_a_lane_too_narrow_to_be_simplified_is_kept_as_it_was_sent(
    seed: int, margin: float
) -> None:
    """A lane of a decimetre turns on its way to a field. Where its straightened sides would meet,
    they are straightened less, and at last not at all."""
    chance, y = random.Random(seed), 0  # noqa: S311 - nothing here is secret
    below, above = [], []
    for n in range(300):
        y += chance.randint(-1, 1)
        below.append((2 * n, y))
        above.append((2 * n, y + 1))
    corners = [*below, (20_000, -10_000), (20_000, 10_000), *reversed(above)]
    found = polygon([[x / 1e6, y / 1e6] for x, y in corners])
    assert found.margin_m == margin
    assert all(found.contains(Point.from_microdegrees(y, x)) for x, y in corners)


def test_what_was_simplified_is_recorded_so_that_it_is_searched_the_same_again() -> None:
    sent = {"type": "polygon", "coordinates": [outline((0, 0), (0.1, 0), (0, 0.1), number=200)]}
    found = area_from_json(sent)
    kept = searched_json(found, sent)
    assert kept != sent and kept["margin_m"] == 1.0 and area_from_json(kept) == found
    path = {"type": "corridor", "path": side((0, 0), (0.1, 0.05), 201), "width_m": 60}
    route = area_from_json(path)
    assert isinstance(route, Corridor) and len(route.path) < 201 and route.margin_m == 1.0
    assert area_from_json(searched_json(route, path)) == route
    exact = {"type": "corridor", "path": side((0, 0), (0.1, 0.05), 200), "width_m": 60}
    drawn = area_from_json(exact)
    assert isinstance(drawn, Corridor) and len(drawn.path) == 200
    assert area_from_json(searched_json(drawn, exact)) == drawn
    circle = {"type": "circle", "centre": [0, 0], "radius_m": 50}
    assert searched_json(area_from_json(circle), circle) == circle


def test_a_hole_that_touches_the_outline_with_every_corner_is_a_hole() -> None:
    """The middles of its edges say on which side it lies."""
    outer = points((0, 0), (4, 0), (4, 4), (0, 4))
    diamond = points((2, 0), (4, 2), (2, 4), (0, 2))
    found = Polygon.of([outer, diamond])
    assert not found.contains(Point(2, 2)) and found.contains(Point(0.5, 0.5))


@pytest.mark.parametrize("pole", [1, -1])
def test_the_box_around_a_circle_holds_it_near_a_pole(pole: int) -> None:
    for latitude, radius in ((89.2, 76_000), (88.0, 150_000), (89.95, 1_000), (80, 150_000)):
        circle = Circle(Point(pole * latitude, 10.0), radius)
        box, find = circle.bounds, circle.finder()
        for longitude in range(-180, 180, 6):
            for degrees in range(783, 900):
                place = Point(pole * degrees / 10, float(longitude))
                if find(place.latitude_e6, place.longitude_e6) is not None:
                    assert box.south <= place.latitude <= box.north
                    turns = (longitude - 360, longitude, longitude + 360)
                    assert any(box.west <= turn <= box.east for turn in turns)


def test_a_box_around_a_circle_is_no_wider_than_it_must_be() -> None:
    box = Circle(Point(52.48, -1.9), 1_000).bounds
    assert box.north - box.south == pytest.approx(2_000 / 111_250, rel=0.01)
    assert box.east - box.west == pytest.approx(2_000 / 67_900, rel=0.01)
    assert (box.north + box.south) / 2 == pytest.approx(52.48)
    assert (box.east + box.west) / 2 == pytest.approx(-1.9)
    beyond = Circle(Point(-89.95, 0), 1_000).bounds
    assert (beyond.west, beyond.east) == (-180, 180)
    assert (beyond.south, beyond.north) == pytest.approx((-89.959, -89.941), abs=2e-4)
    over = Circle(Point(89.999, 0), 1_000).bounds
    assert (over.west, over.east, over.north) == (-180, 180, 90)


@pytest.mark.parametrize("pole", [1, -1])
def test_a_margin_at_a_pole_reaches_half_way_round_and_no_further(pole: int) -> None:
    corners = [(10.0, 89.0), (20.0, 89.0), (15.0, 90.0)]
    found = Polygon.of([points(*((x, pole * y) for x, y in corners))], 1.0)
    box = found.bounds
    assert (box.west, box.east) == (10 - 180, 20 + 180)
    assert max(abs(box.south), abs(box.north)) == 90
    assert found.contains(Point(pole * 89.5, 15)) and not found.contains(Point(pole * 88.9, 15))


def test_a_margin_is_as_wide_as_the_ground_on_every_side() -> None:
    square = points((-1.9, 52.48), (-1.88, 52.48), (-1.88, 52.49), (-1.9, 52.49))
    found = Polygon.of([square], 10.0)
    east, north = 10 / 67_900, 10 / 111_250
    for part, inside in ((0.9, True), (1.1, False)):
        for latitude, longitude in (
            (52.485, -1.9 - part * east),
            (52.485, -1.88 + part * east),
            (52.48 - part * north, -1.89),
            (52.49 + part * north, -1.89),
        ):
            assert found.contains(Point(latitude, longitude)) is inside
    box, exact = found.bounds, Polygon.of([square]).bounds
    assert exact.west - box.west == pytest.approx(east, rel=0.05)
    assert box.east - exact.east == pytest.approx(east, rel=0.05)
    assert exact.south - box.south == pytest.approx(north, rel=0.05)
    assert box.north - exact.north == pytest.approx(north, rel=0.05)


@pytest.mark.parametrize("west", [179.95, -180.0, -179.95, 10.0])
def test_an_outline_across_180_is_recorded_in_degrees_of_the_map(west: float) -> None:
    ring = outline((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), number=130)
    turned = [[(x + west + 180) % 360 - 180, y] for x, y in ring]
    for start in (0, 260):  # beginning on the one side of 180 degrees, or on the other
        sent = {"type": "polygon", "coordinates": [turned[start:] + turned[:start]]}
        kept = searched_json(area_from_json(sent), sent)
        assert all(-180 <= x <= 180 for x, _ in kept["coordinates"][0])
        again = area_from_json(kept)
        assert again.square_km == pytest.approx(polygon(ring).square_km)
        for x, inside in ((-0.01, False), (0.01, True), (0.09, True), (0.11, False)):
            place = Point(0.05, (x + west + 180) % 360 - 180)
            assert again.contains(place) is inside


def zigzag(number: int) -> list[Any]:
    """A line that turns at each of its points."""
    return [[n / 1e4, n % 2 / 1e3] for n in range(number)]


def test_as_many_turns_are_searched_as_is_said() -> None:
    def route(number: int) -> Any:
        return area_from_json({"type": "corridor", "path": zigzag(number), "width_m": 5})

    assert len(route(MOST_PATH_POINTS).path) == MOST_PATH_POINTS
    with pytest.raises(Refused, match="turns at 2,001 points; at most 2,000"):
        route(MOST_PATH_POINTS + 1)
    assert len(polygon([*zigzag(MOST_CORNERS - 1), [0.55, -1]]).edges) == MOST_CORNERS
    with pytest.raises(Refused, match="turns at 5,001 corners; at most 5,000"):
        polygon([*zigzag(MOST_CORNERS), [0.55, -1]])


def test_a_margin_is_from_nothing_to_a_metre() -> None:
    square = [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]
    for margin in (0, 0.1, 1):
        found = area_from_json({"type": "polygon", "coordinates": [square], "margin_m": margin})
        assert isinstance(found, Polygon) and found.margin_m == margin
    for wrong in (1.01, -0.01):
        with pytest.raises(Invalid, match="Give metres, from 0 to 1"):
            area_from_json({"type": "polygon", "coordinates": [square], "margin_m": wrong})
