"""Exactness: for any sites and any area the search finds what brute force finds, no more and no
less, however many sites are expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import h3
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.cameras.model import CameraKind, PropertyType
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.geodesy import distance
from chalicelib.geo.h3_cover import MOST_QUERIES, QueryPlan, ReadCosts, cover_shape, plan_queries
from chalicelib.geo.h3_shapes import shape_of
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.site_search import SiteSearch
from tests.support.entries import view
from tests.support.memory_table import MemoryTable

GEODESIC = Geod(ellps="WGS84")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def corners(cell: str) -> list[Point]:
    """Where the cell meets its neighbours."""
    return [Point(*corner) for corner in h3.cell_to_boundary(cell)]


SPECIAL = [
    Point(52.48, -1.9),  # Birmingham
    Point(0, 0),
    Point(0, 180),
    Point(-16.85, 179.98),  # Taveuni, Fiji, across the antimeridian
    Point(-16.85, -179.99),
    *(Point(*h3.cell_to_latlng(cell)) for cell in sorted(h3.get_pentagons(0))[::3]),
    *(Point(*h3.cell_to_latlng(cell)) for cell in sorted(h3.get_pentagons(6))[1::4]),
    Point(90, 0),
    Point(-89.9999, 77),
    *corners(h3.latlng_to_cell(52.48, -1.9, 6))[:3],
    *corners(h3.latlng_to_cell(52.48, -1.9, 0))[:2],
    *corners(sorted(h3.get_pentagons(5))[2])[:2],
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


def entry(number: int, place: Point) -> IndexEntry:
    cameras = (view(1, CameraKind.UNKNOWN, 10_080),)
    at = (place.latitude_e6, place.longitude_e6)
    return IndexEntry(f"{number:016d}", *at, PropertyType.HOME, cameras)


@st.composite
def entries_around(draw: st.DrawFn, centre: Point, size: float) -> list[IndexEntry]:
    """Sites inside, at and outside the border, and some at the very same place."""
    offsets = st.tuples(BEARINGS, st.one_of(st.floats(0, 3), st.floats(0.99, 1.01)))
    spots = draw(st.lists(offsets, min_size=1, max_size=40))
    places = [beside(centre, bearing, part * size) for bearing, part in spots]
    return [entry(n, place) for n, place in enumerate([*places, centre, places[0]])]


def found_by(area: Area, entries: list[IndexEntry]) -> set[str]:
    search = SiteSearch(MemoryTable().add(entries))
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
    entries = data.draw(entries_around(centre, size))
    wanted = {
        one.site_id
        for one in entries
        if area.contains(Point.from_microdegrees(one.latitude_e6, one.longitude_e6))
    }
    assert found_by(area, entries) == wanted


@settings(max_examples=150, deadline=None)
@given(PLACES, SIZES, st.data())
def test_a_circle_is_what_the_geodesic_says(
    centre: Point, radius: float, data: st.DataObject
) -> None:
    """By another library's distance; within a centimetre of the border either will do."""
    entries = data.draw(entries_around(centre, radius))
    found = found_by(Circle(centre, radius), entries)
    for one in entries:
        _, _, metres = GEODESIC.inv(
            centre.longitude, centre.latitude, one.longitude_e6 / 1e6, one.latitude_e6 / 1e6
        )
        if abs(metres - radius) > 0.01:
            assert (one.site_id in found) == (metres < radius)


def in_plan(found: QueryPlan, latitude: int, longitude: int) -> int:
    """By how many of the plan's queries a position would be read."""
    key = h3.latlng_to_cell(latitude / 1e6, longitude / 1e6, 11)
    partition = h3.cell_to_parent(key, 6)
    return sum(
        where.partition == partition and where.first <= key <= where.last for where in found.ranges
    )


@settings(max_examples=300, deadline=None)
@given(
    AREAS,
    st.floats(0, 1),
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
    found = plan_queries(area, dense, ReadCosts(query=query_price))
    if isinstance(area, Circle):
        assert len(found.ranges) <= MOST_QUERIES
    for bearing, part in spots:
        place = beside(centre, bearing, part * size)
        reads = in_plan(found, place.latitude_e6, place.longitude_e6)
        assert reads <= 1
        if area.contains(place):
            assert reads == 1


@settings(max_examples=150, deadline=None)
@given(corridors(), st.data(), st.floats(0, 1))
def test_a_corridor_is_covered_up_to_its_border(
    drawn: tuple[Area, Point, float], data: st.DataObject, dense: float
) -> None:
    area = drawn[0]
    assert isinstance(area, Corridor)
    found = plan_queries(area, dense, ReadCosts(query=1e-6))
    for _ in range(10):
        spot = Point.from_microdegrees(*area.place_at(data.draw(st.floats(0, area.length_m))))
        place = beside(spot, data.draw(BEARINGS), area.half * 0.9999)
        if area.contains(place):
            assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1


@pytest.mark.parametrize("radius", [0.5, 30_000, 120_000])
@pytest.mark.parametrize("centre", SPECIAL)
def test_tiny_and_huge_areas_are_covered_too(centre: Point, radius: float) -> None:
    area = Circle(centre, radius)
    found = plan_queries(area)
    for bearing in range(0, 360, 9):
        for part in (0, 0.3, 0.9, 0.9999):
            place = beside(centre, bearing, part * radius)
            if area.contains(place):
                assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1


@given(AREAS)
def test_a_plan_is_the_same_every_time(drawn: tuple[Area, Point, float]) -> None:
    area = drawn[0]
    assert plan_queries(area) == plan_queries(area)
    assert plan_queries(area).ranges == tuple(dict.fromkeys(plan_queries(area).ranges))


def test_distances_are_those_of_the_sites() -> None:
    centre = SPECIAL[0]
    entries = [entry(n, beside(centre, 40 * n, 45 * n)) for n in range(9)]
    search = SiteSearch(MemoryTable().add(entries))
    sites = search.search(Circle(centre, 500), window_from=NOW, now=NOW).sites
    assert [site.id for site in sites] == [one.site_id for one in entries]
    for site in sites:
        place = Point.from_microdegrees(site.latitude_e6, site.longitude_e6)
        assert site.distance_m == round(distance(centre, place))


@pytest.mark.parametrize("latitude", [0.0, 52.4, 70.0, 84.6, -84.6, 88.0])
@pytest.mark.parametrize("width", [2_000, 9_000, 20_000])
def test_wide_corridors_are_covered_inside_too(latitude: float, width: float) -> None:
    """Where cells far larger than a partition lie wholly within."""
    start = Point(latitude, 179.9)
    area = Corridor((start, beside(start, 90, 12_000)), width)
    found = plan_queries(area)
    counted = {h3.int_to_str(cell) for cell in cover_shape(shape_of(area), 8, 8)}
    find = area.finder()
    for along in range(0, 12_001, 400):
        for side in (-0.99, -0.6, -0.3, 0.0, 0.3, 0.6, 0.99):
            place = beside(Point.from_microdegrees(*area.place_at(along)), 0, side * width / 2)
            if find(place.latitude_e6, place.longitude_e6) is None:
                continue
            assert in_plan(found, place.latitude_e6, place.longitude_e6) == 1
            key = h3.latlng_to_cell(place.latitude_e6 / 1e6, place.longitude_e6 / 1e6, 11)
            assert h3.cell_to_parent(key, 8) in counted


@settings(max_examples=60, deadline=None)
@given(PLACES, st.floats(1, 15_000), st.integers(3, 40), st.data())
def test_a_long_border_is_covered(
    centre: Point, size: float, corners: int, data: st.DataObject
) -> None:
    """Polygons of hundreds of kilometres, whose edges are no straight lines in space."""
    size *= 30
    assume(abs(centre.latitude) + size / 111_000 < 86)
    spots = [beside(centre, 360 * n / corners, size) for n in range(corners)]
    try:
        area = Polygon.of([spots])
    except ValueError:
        assume(False)
        raise
    taken = {h3.int_to_str(cell) for cell in cover_shape(shape_of(area), 0, 4)}
    part, along = data.draw(st.floats(0, 1)), data.draw(st.integers(0, corners - 1))
    edge = area.edges[along]
    for drawn in (part, 0.5):
        x = edge[0] + (edge[2] - edge[0]) * drawn
        y = edge[1] + (edge[3] - edge[1]) * drawn
        key = h3.latlng_to_cell(y / 1e6, (x / 1e6 + 180) % 360 - 180, 11)
        assert any(h3.cell_to_parent(key, resolution) in taken for resolution in range(5))


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

    entries, wanted = [], set()
    for number in range(60):
        start = Point.from_microdegrees(*road.place_at(dice.uniform(0, road.length_m)))
        place = beside(start, dice.uniform(0, 360), dice.uniform(0, 90))
        entries.append(entry(number, place))
        metres_away = away(Point.from_microdegrees(place.latitude_e6, place.longitude_e6))
        assert abs(metres_away - 50) > 0.05, "the die put none at the border"
        if metres_away < 50:
            wanted.add(entries[-1].site_id)
    assert found_by(road, entries) == wanted
    assert 20 < len(wanted) < 60
