"""Areas: exact distance anywhere on Earth, inside and outside, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.core.errors import Invalid
from chalicelib.geo.areas import Circle, Corridor, Point, Polygon
from chalicelib.geo.geodesy import distance, position_of_vector, vector_of_position
from chalicelib.geo.geojson import area_from_json
from chalicelib.geo.polygon import Crossing

GEODESIC = Geod(ellps="WGS84")

LATITUDE = st.floats(-90, 90)
LONGITUDE = st.floats(-180, 180)
POINTS = st.builds(Point, LATITUDE, LONGITUDE)
BEARING = st.floats(0, 360)


def beside(start: Point, bearing: float, metres: float) -> Point:
    """The point so far away in a direction, by the geodesic."""
    longitude, latitude, _ = GEODESIC.fwd(start.longitude, start.latitude, bearing, metres)
    return Point(latitude, longitude)


@given(POINTS, BEARING, st.floats(1, 20_000))
def test_distance_is_the_geodesic(start: Point, bearing: float, metres: float) -> None:
    assert distance(start, beside(start, bearing, metres)) == pytest.approx(
        metres, rel=1e-6, abs=1e-3
    )


@given(POINTS, POINTS)
def test_far_distances_stay_within_half_a_percent(a: Point, b: Point) -> None:
    _, _, metres = GEODESIC.inv(a.longitude, a.latitude, b.longitude, b.latitude)
    assume(metres < 15_000_000)
    assert distance(a, b) == pytest.approx(metres, rel=5e-3, abs=1e-3)


@given(POINTS)
def test_a_place_in_space_and_its_position_are_each_others_reverse(point: Point) -> None:
    latitude, longitude = position_of_vector(
        vector_of_position(point.latitude_e6, point.longitude_e6)
    )
    back = Point.from_microdegrees(latitude, longitude)
    assert distance(back, point) < 0.2


@given(POINTS, st.floats(1, 20_000), BEARING, st.floats(0, 3))
def test_a_circle_holds_what_is_nearer_than_its_radius(
    centre: Point, radius: float, bearing: float, part: float
) -> None:
    assume(abs(part - 1) * radius > 0.2)  # positions are whole microdegrees
    found = Circle(centre, radius).contains(beside(centre, bearing, radius * part))
    assert found == (part < 1)


@pytest.mark.parametrize(
    "centre", [(52.48, -1.9), (0, 180), (0, -180), (-16.8, 179.999), (89.99, 10), (-90, 0)]
)
def test_a_circle_anywhere(centre: tuple[float, float]) -> None:
    middle = Point(*centre)
    circle = Circle(middle, 5000)
    for bearing in range(0, 360, 15):
        assert circle.contains(beside(middle, bearing, 4999))
        assert not circle.contains(beside(middle, bearing, 5001))
    assert circle.square_km == pytest.approx(math.pi * 25, rel=1e-4)


def ring(*corners: tuple[float, float]) -> list[Point]:
    return [Point(latitude, longitude) for longitude, latitude in corners]


SQUARE = ring((0, 0), (2, 0), (2, 2), (0, 2), (0, 0))


def test_a_polygon_with_a_hole() -> None:
    hole = ring((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5))
    found = Polygon.of([SQUARE, hole])
    assert found.contains(Point(0.25, 0.25))
    assert not found.contains(Point(1, 1))
    assert not found.contains(Point(3, 1))
    assert found.contains(Point(0, 1)), "the outline belongs to it"
    assert found.contains(Point(0.5, 1)), "so does the hole's edge"
    area, _ = GEODESIC.polygon_area_perimeter([0, 2, 2, 0], [0, 0, 2, 2])
    inner, _ = GEODESIC.polygon_area_perimeter([0.5, 1.5, 1.5, 0.5], [0.5, 0.5, 1.5, 1.5])
    assert found.square_km == pytest.approx((area - inner) / 1e6, rel=6e-3)


def test_a_polygon_across_the_antimeridian() -> None:
    found = Polygon.of([ring((179.9, -17), (-179.9, -17), (-179.9, -16.9), (179.9, -16.9))])
    assert found.contains(Point(-16.95, 180))
    assert found.contains(Point(-16.95, -180))
    assert found.contains(Point(-16.95, -179.95))
    assert not found.contains(Point(-16.95, 0))
    assert not found.contains(Point(-16.95, -179.8))
    assert abs(abs(found.anchor.longitude) - 180) < 1e-6


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=9),
    st.integers(-50, 50),
    st.integers(-50, 50),
)
def test_inside_is_an_odd_number_of_edges_away(
    corners: list[tuple[int, int]], x: int, y: int
) -> None:
    """Against a plain winding count in exact fractions, for outlines that are accepted."""
    try:
        found = Polygon.of([ring(*((x / 10, y / 10) for x, y in corners))])
    except ValueError:
        return
    winding = 0.0
    on_edge = False
    points = list(dict.fromkeys(corners))
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        cross = (x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)
        dot = (x1 - x) * (x2 - x) + (y1 - y) * (y2 - y)
        on_edge |= cross == 0 and dot <= 0
        winding += math.atan2(cross, dot)
    assert found.contains(Point(y / 10, x / 10)) == (on_edge or abs(winding) > 1)


def test_an_outline_that_crosses_itself_is_refused_with_the_place() -> None:
    with pytest.raises(Crossing) as caught:
        Polygon.of([ring((0, 0), (2, 2), (2, 0), (0, 2))])
    assert (caught.value.place.latitude, caught.value.place.longitude) == (1, 1)


@pytest.mark.parametrize(
    "rings",
    [
        [ring((0, 0), (2, 0), (1, 0), (1, 2))],  # runs back over itself
        [ring((0, 0), (2, 0), (2, 2), (1, 0), (0, 2))],  # touches itself
        [SQUARE, ring((1, 1), (3, 1), (3, 1.5), (1, 1.5))],  # hole across the outline
        [SQUARE, ring((5, 5), (6, 5), (6, 6))],  # hole outside
        [
            SQUARE,
            ring((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5)),
            ring((0.8, 0.8), (1.2, 0.8), (1.2, 1.2)),  # hole in a hole
        ],
        [ring((0, 80), (120, 80), (-120, 80))],  # around the pole
        [ring((0, 0), (1, 1))],
        [ring((0, 0), (1, 1), (2, 2))],
    ],
)
def test_a_polygon_without_a_clear_inside_is_refused(rings: list[list[Point]]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its own kinds of ValueError
        Polygon.of(rings)


@given(POINTS, st.lists(st.tuples(BEARING, st.floats(10, 3000)), min_size=1, max_size=4), st.data())
def test_a_corridor_holds_what_is_beside_its_path(
    start: Point, legs: list[tuple[float, float]], data: st.DataObject
) -> None:
    """A place half a width minus a little beside any part of the path is in, and the distance
    that is told is never more than to that part."""
    assume(abs(start.latitude) < 89)  # the path's lines are those of the map
    path = [start]
    for bearing, metres in legs:
        path.append(beside(path[-1], bearing, metres))
    corridor = Corridor(tuple(path), 200)
    along = data.draw(st.floats(0, corridor.length_m))
    spot = Point.from_microdegrees(*corridor.place_at(along))
    away = data.draw(st.floats(0, 99))
    found = corridor.finder()(
        *(lambda p: (p.latitude_e6, p.longitude_e6))(beside(spot, data.draw(BEARING), away))
    )
    assert found is not None
    assert found <= away + 0.5


def test_a_corridor_tells_how_far_away_and_how_far_along() -> None:
    corridor = Corridor((Point(0, 179.99), Point(0, -179.99)), 100)
    assert corridor.length_m == pytest.approx(2226.4, abs=0.5)
    find = corridor.locator()
    found = find(400, 180_000_000)
    assert found
    assert found.along == pytest.approx(1113.2, abs=0.5)
    assert found.distance == pytest.approx(44.2, abs=0.2)
    assert find(500, -180_000_000) is None
    assert corridor.contains(Point(0, 179.9898)), "the ends are round"
    assert corridor.square_km == pytest.approx(0.2305, abs=1e-3)


CENTRE = [-1.9, 52.48]


@pytest.mark.parametrize(
    "area, field, words",
    [
        (None, "area", "circle"),
        ([], "area", "circle"),
        ({"type": "square"}, "area.type", "circle"),
        ({"type": "circle", "radius_m": 5}, "area.centre", "[longitude, latitude]"),
        ({"type": "circle", "centre": CENTRE}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": -1}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": "5"}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": True}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": math.nan}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": math.inf}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": 10**400}, "area.radius_m", "metres"),
        ({"type": "circle", "centre": CENTRE, "radius_m": 140_000}, "area", "smaller"),
        ({"type": "circle", "centre": [-1.9, 152.4], "radius_m": 5}, "area.centre", "latitude"),
        ({"type": "circle", "centre": [-181, 52.4], "radius_m": 5}, "area.centre", "longitude"),
        ({"type": "circle", "centre": ["a", 1], "radius_m": 5}, "area.centre", "position"),
        ({"type": "circle", "centre": "B1 1AA", "radius_m": 5}, "area.centre", "position"),
        ({"type": "polygon"}, "area.coordinates", "rings"),
        ({"type": "polygon", "coordinates": []}, "area.coordinates", "outline"),
        ({"type": "polygon", "coordinates": [[]]}, "area.coordinates", "three"),
        ({"type": "polygon", "coordinates": [5]}, "area.coordinates[0]", "list"),
        ({"type": "polygon", "coordinates": [[[0, 0], [1]]]}, "area.coordinates[0][1]", "position"),
        (
            {"type": "polygon", "coordinates": [[[n / 1000, n % 7] for n in range(20_001)]]},
            "area.coordinates",
            "20,000",
        ),
        (
            {"type": "polygon", "coordinates": [[[0, 0], [0.01, 0.01], [0.01, 0], [0, 0.01]]]},
            "area.coordinates",
            "near 0.00500, 0.00500",
        ),
        (
            {"type": "polygon", "coordinates": [[[0, 80], [120, 80], [-120, 80], [0, 80]]]},
            "area.coordinates",
            "pole",
        ),
        ({"type": "corridor", "path": [CENTRE], "width_m": 5}, "area.path", "2 to 20,000"),
        ({"type": "corridor", "path": [CENTRE] * 20_001, "width_m": 5}, "area.path", "20,000"),
        (
            {
                "type": "corridor",
                "path": [[n / 1e4, n % 2 / 1e3] for n in range(2_001)],
                "width_m": 5,
            },
            "area.path",
            "2,001 points",
        ),
        (
            {
                "type": "polygon",
                "coordinates": [[*([n / 1e4, n % 2 / 1e3] for n in range(5_001)), [0.2, -1]]],
            },
            "area.coordinates",
            "5,002 corners",
        ),
        ({"type": "corridor", "path": [CENTRE, CENTRE]}, "area.width_m", "metres"),
        (
            {"type": "corridor", "path": [[0, 0], [90, 0]], "width_m": 5},
            "area.path",
            "shorter",
        ),
    ],
)
def test_what_cannot_be_searched_is_said_beside_its_field(
    area: Any, field: str, words: str
) -> None:
    with pytest.raises(Invalid) as caught:
        area_from_json(area)
    assert [name for name, _ in caught.value.fields] == [field]
    assert words in caught.value.fields[0][1]


def test_the_shapes_of_the_interface_are_read() -> None:
    circle = area_from_json({"type": "circle", "centre": CENTRE, "radius_m": 500})
    assert circle == Circle(Point(52.48, -1.9), 500)
    corridor = area_from_json({"type": "corridor", "path": [CENTRE, [-1.91, 52.49]], "width_m": 60})
    assert isinstance(corridor, Corridor)
    assert corridor.width_m == 60
    polygon = area_from_json(
        {"type": "polygon", "coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0]]]}
    )
    assert isinstance(polygon, Polygon)
    assert polygon.contains(Point(0.05, 0.06))
    assert not polygon.contains(Point(0.06, 0.05))
