"""Exactness: for any sites and any area the search finds what brute force finds, no more and no
less, whatever is known of how many sites are where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.geo import grid
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.cover import Plan, Prices, blocks, plan
from chalicelib.geo.density import NOTHING_KNOWN, Density
from chalicelib.geo.earth import distance
from chalicelib.registry.model import CameraKind, PropertyType
from chalicelib.registry.pins import Pin, View
from chalicelib.registry.search import SiteSearch
from tests.support.memory_table import MemoryTable

GEODESIC = Geod(ellps="WGS84")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def corner_of_partition(order: int, x: int, y: int) -> Point:
    """Where four partitions of an order meet."""
    side = 1 << grid.PARTITION_BITS
    shift = grid.SHIFTS[order]
    return Point(*grid.place_of(x * side - shift % side, y * side - shift % side))


SPECIAL = [
    Point(52.48, -1.9),  # Birmingham
    Point(0, 0),
    Point(0, 180),
    Point(-16.85, 179.98),  # Taveuni, Fiji, across the antimeridian
    Point(-16.85, -179.99),
    Point(64.7, 10.536),  # a pentagon of H3
    Point(-39.1, 122.3),  # another
    Point(84.999, 30),  # at the edge of a polar cap
    Point(-85.001, -170),
    Point(90, 0),
    Point(-89.9999, 77),
    *(corner_of_partition(order, 1040, 720) for order in range(grid.ORDERS)),
    *(corner_of_partition(order, 1024, 1024) for order in range(grid.ORDERS)),
]
PLACES = st.one_of(
    st.sampled_from(SPECIAL),
    st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)),
)
BEARINGS = st.floats(0, 360)
SIZES = st.sampled_from([1.0, 20.0, 50.0, 300.0, 1500.0, 5600.0])


def beside(start: Point, bearing: float, metres: float) -> Point:
    """The point so far away in a direction."""
    longitude, latitude, _ = GEODESIC.fwd(start.longitude, start.latitude, bearing, metres)
    return Point(latitude, longitude)


@st.composite
def circles(draw: st.DrawFn) -> tuple[Area, Point, float]:
    centre, radius = draw(PLACES), draw(SIZES)
    return Circle(centre, radius), centre, radius


@st.composite
def polygons(draw: st.DrawFn) -> tuple[Area, Point, float]:
    """A star around a place, maybe with a hole."""
    centre, size = draw(PLACES), draw(SIZES)
    assume(abs(centre.latitude) < 89)
    corners = draw(st.integers(3, 12))
    reach = [draw(st.floats(0.4, 1)) * size for _ in range(corners)]
    rings = [[beside(centre, 360 * n / corners, reach[n]) for n in range(corners)]]
    if draw(st.booleans()):
        rings.append([beside(centre, 120 * n, size * 0.1) for n in range(3)])
    try:
        return Polygon.of(rings), centre, size
    except ValueError:
        assume(False)
        raise


@st.composite
def corridors(draw: st.DrawFn) -> tuple[Area, Point, float]:
    path = [draw(PLACES)]
    assume(abs(path[0].latitude) < 89)
    size = draw(SIZES)
    for _ in range(draw(st.integers(1, 5))):
        path.append(beside(path[-1], draw(BEARINGS), draw(st.floats(0, 1)) * size))
    return Corridor(tuple(path), draw(st.floats(1, max(2, size)))), path[-1], size


AREAS = st.one_of(circles(), polygons(), corridors())


def pin(number: int, place: Point) -> Pin:
    view = View(1, CameraKind.UNKNOWN, 10_080)
    return Pin(f"{number:016d}", place.latitude_e6, place.longitude_e6, PropertyType.HOME, (view,))


@st.composite
def pins_around(draw: st.DrawFn, centre: Point, size: float) -> list[Pin]:
    """Sites inside, at and outside the border, and some at the very same place."""
    offsets = st.tuples(BEARINGS, st.one_of(st.floats(0, 3), st.floats(0.99, 1.01)))
    spots = draw(st.lists(offsets, min_size=1, max_size=40))
    places = [beside(centre, bearing, part * size) for bearing, part in spots]
    return [pin(n, place) for n, place in enumerate([*places, centre, places[0]])]


def found_by(area: Area, pins: list[Pin]) -> set[str]:
    search = SiteSearch(MemoryTable().add(pins))
    result = search.search(area, window_from=NOW - timedelta(hours=1), now=NOW)
    assert result.total == len(result.sites)
    return {site.id for site in result.sites}


@settings(max_examples=300, deadline=None)
@given(AREAS, st.data())
def test_a_search_finds_what_brute_force_finds(
    drawn: tuple[Area, Point, float], data: st.DataObject
) -> None:
    area, centre, size = drawn
    assume(area.square_km <= 100)
    pins = data.draw(pins_around(centre, size))
    wanted = {
        pin.site_id
        for pin in pins
        if area.contains(Point.from_microdegrees(pin.latitude_e6, pin.longitude_e6))
    }
    assert found_by(area, pins) == wanted


@settings(max_examples=150, deadline=None)
@given(PLACES, SIZES, st.data())
def test_a_circle_is_what_the_geodesic_says(
    centre: Point, radius: float, data: st.DataObject
) -> None:
    """By another library's distance; within a centimetre of the border either will do."""
    pins = data.draw(pins_around(centre, radius))
    found = found_by(Circle(centre, radius), pins)
    for one in pins:
        _, _, metres = GEODESIC.inv(
            centre.longitude, centre.latitude, one.longitude_e6 / 1e6, one.latitude_e6 / 1e6
        )
        if abs(metres - radius) > 0.01:
            assert (one.site_id in found) == (metres < radius)


def in_plan(found: Plan, latitude: int, longitude: int) -> int:
    """By how many of the plan's queries a position would be read."""
    return sum(
        where.partition == partition and where.first <= f"{place}#site" <= where.last
        for partition, place in grid.keys_of(latitude, longitude)
        for where in found.ranges
    )


@settings(max_examples=300, deadline=None)
@given(
    AREAS,
    st.floats(0, 1e6),
    st.floats(1e-6, 100),
    st.lists(st.tuples(BEARINGS, st.floats(0, 1.5)), min_size=1, max_size=20),
)
def test_any_plan_reads_all_of_the_area_once(
    drawn: tuple[Area, Point, float],
    dense: float,
    query_price: float,
    spots: list[tuple[float, float]],
) -> None:
    """Whatever it is told of densities and prices: those change what a plan costs, not what it
    finds."""
    area, centre, size = drawn
    found = plan(area, Density(usual=dense), Prices(query=query_price))
    for bearing, part in spots:
        place = beside(centre, bearing, part * size)
        reads = in_plan(found, place.latitude_e6, place.longitude_e6)
        assert reads <= 1
        if area.contains(place):
            assert reads == 1


@settings(max_examples=150, deadline=None)
@given(corridors(), st.data(), st.floats(0, 1e4))
def test_a_corridor_is_covered_up_to_its_border(
    drawn: tuple[Area, Point, float], data: st.DataObject, dense: float
) -> None:
    area = drawn[0]
    assert isinstance(area, Corridor)
    found = plan(area, Density(usual=dense), Prices(query=1e-6))
    for _ in range(10):
        spot = Point.from_microdegrees(*area.place_at(data.draw(st.floats(0, area.length_m))))
        place = beside(spot, data.draw(BEARINGS), area.half * 0.9999)
        if area.contains(place):
            assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1


@pytest.mark.parametrize("radius", [0.5, 30_000, 120_000])
@pytest.mark.parametrize("centre", SPECIAL)
def test_tiny_and_huge_areas_are_covered_too(centre: Point, radius: float) -> None:
    area = Circle(centre, radius)
    found = plan(area)
    for bearing in range(0, 360, 9):
        for part in (0, 0.3, 0.9, 0.9999):
            place = beside(centre, bearing, part * radius)
            if area.contains(place):
                assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1


@given(AREAS)
def test_a_plan_is_the_same_every_time(drawn: tuple[Area, Point, float]) -> None:
    area = drawn[0]
    assert plan(area) == plan(area)
    assert plan(area, NOTHING_KNOWN).ranges == tuple(dict.fromkeys(plan(area).ranges))


def test_distances_are_those_of_the_sites() -> None:
    centre = SPECIAL[0]
    pins = [pin(n, beside(centre, 40 * n, 45 * n)) for n in range(9)]
    search = SiteSearch(MemoryTable().add(pins))
    sites = search.search(Circle(centre, 500), window_from=NOW, now=NOW).sites
    assert [site.id for site in sites] == [pin.site_id for pin in pins]
    for site in sites:
        place = Point.from_microdegrees(site.latitude_e6, site.longitude_e6)
        assert site.distance_m == round(distance(centre, place))


@pytest.mark.parametrize("latitude", [0.0, 52.4, 70.0, 84.6, -84.6])
@pytest.mark.parametrize("width", [2_000, 9_000, 20_000])
def test_wide_corridors_are_covered_inside_too(latitude: float, width: float) -> None:
    """Where cells far larger than a partition lie wholly within."""
    start = Point(latitude, 179.9)
    area = Corridor((start, beside(start, 90, 12_000)), width)
    found, counted = plan(area), blocks(area, grid.TILE_BITS + 2)
    find = area.finder()
    for along in range(0, 12_001, 400):
        for side in (-0.99, -0.6, -0.3, 0.0, 0.3, 0.6, 0.99):
            place = beside(Point.from_microdegrees(*area.place_at(along)), 0, side * width / 2)
            if find(place.latitude_e6, place.longitude_e6) is None:
                continue
            assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1
            if abs(place.latitude_e6) < grid.CAP:
                x, y = grid.column(place.longitude_e6), grid.row(place.latitude_e6)
                assert grid.along_curve(x, y, grid.TILE_BITS + 2)[0] in counted


BRISTOL_ROAD = [
    (-1.9009, 52.4699), (-1.9048, 52.4655), (-1.9118, 52.4586), (-1.9195, 52.4531),
    (-1.9266, 52.4482), (-1.9366, 52.4429), (-1.9442, 52.4379), (-1.9527, 52.4311),
    (-1.9601, 52.4243), (-1.9690, 52.4161), (-1.9752, 52.4067), (-1.9815, 52.3951),
]  # fmt: skip
"""The A38 out of Birmingham, as somebody clicks it on a map; 10 km."""


def test_along_a_real_road_those_within_the_width_are_found() -> None:
    """Against the geodesic distance from places every half metre of the road."""
    dice = Random(38)  # noqa: S311 - places, no secrets
    road = Corridor(tuple(Point(lat, lng) for lng, lat in BRISTOL_ROAD), 100)

    def metres(along: float, place: Point) -> float:
        spot = Point.from_microdegrees(*road.place_at(along))
        return float(
            GEODESIC.inv(spot.longitude, spot.latitude, place.longitude, place.latitude)[2]
        )

    def away(place: Point) -> float:
        near = min(range(0, int(road.length_m) + 10, 10), key=lambda m: metres(m, place))
        return min(metres(near + half / 2, place) for half in range(-20, 21))

    pins, wanted = [], set()
    for number in range(60):
        start = Point.from_microdegrees(*road.place_at(dice.uniform(0, road.length_m)))
        place = beside(start, dice.uniform(0, 360), dice.uniform(0, 90))
        pins.append(pin(number, place))
        metres_away = away(Point.from_microdegrees(place.latitude_e6, place.longitude_e6))
        assert abs(metres_away - 50) > 0.05, "the die put none at the border"
        if metres_away < 50:
            wanted.add(pins[-1].site_id)
    assert found_by(road, pins) == wanted
    assert 20 < len(wanted) < 60
