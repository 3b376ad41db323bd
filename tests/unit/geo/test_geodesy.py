"""Positions, straight lines through the Earth, and boxes that are a hair too large."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.geo.areas import Bounds, Circle
from chalicelib.geo.geodesy import (
    MEAN_RADIUS,
    Point,
    arc_to_chord,
    chord_to_arc,
    distance,
    position_of_vector,
    vector_of_position,
)

GEODESIC = Geod(ellps="WGS84")


def test_a_place_is_on_the_earth() -> None:
    for latitude, longitude in ((90, 180), (-90, -180), (0, 0)):
        assert Point(latitude, longitude).latitude_e6 == latitude * 1_000_000
    for place_like in ((90.000001, 0), (-90.000001, 0), (0, 180.1), (0, -180.1)):
        with pytest.raises(ValueError, match="no such place"):
            Point(*place_like)
    with pytest.raises(ValueError, match="no such place"):
        Point(float("nan"), 0)
    assert Point.from_microdegrees(52_480_001, -1_900_002) == Point(52.480001, -1.900002)
    assert Point(52.4800014, -1.9000016).longitude_e6 == -1_900_002


def test_the_axes_of_space_are_those_of_wgs84() -> None:
    assert vector_of_position(0, 0) == pytest.approx((6_378_137, 0, 0))
    assert vector_of_position(0, 90_000_000) == pytest.approx((0, 6_378_137, 0), abs=1e-6)
    assert vector_of_position(90_000_000, 0) == pytest.approx((0, 0, 6_356_752.3142), abs=1e-3)
    assert vector_of_position(-90_000_000, 0)[2] == pytest.approx(-6_356_752.3142, abs=1e-3)
    assert position_of_vector((0.0, 0.0, 6_356_752.3)) == (90_000_000, 0)
    assert position_of_vector(vector_of_position(-45_000_000, -120_000_000)) == (
        -45_000_000,
        -120_000_000,
    )


@given(st.floats(0, pi * MEAN_RADIUS))
def test_a_chord_and_its_arc_are_each_others_reverse(ground: float) -> None:
    straight = arc_to_chord(ground)
    assert straight <= ground + 1e-6 and straight <= 2 * MEAN_RADIUS
    if ground < 0.99 * pi * MEAN_RADIUS:
        assert chord_to_arc(straight) == pytest.approx(ground, rel=1e-6, abs=1e-6)


def test_half_the_girth_and_more_is_the_diameter() -> None:
    assert MEAN_RADIUS == 6_371_008.8
    for ground in (pi * MEAN_RADIUS, 4 * MEAN_RADIUS, 1e9):
        assert arc_to_chord(ground) == pytest.approx(2 * MEAN_RADIUS)
    assert arc_to_chord(pi / 3 * MEAN_RADIUS) == pytest.approx(MEAN_RADIUS)
    assert (
        chord_to_arc(2 * MEAN_RADIUS)
        == chord_to_arc(3 * MEAN_RADIUS)
        == pytest.approx(pi * MEAN_RADIUS)
    )
    assert chord_to_arc(MEAN_RADIUS) == pytest.approx(pi / 3 * MEAN_RADIUS)


def test_distances_of_some_places() -> None:
    for one, other in (
        ((52.48, -1.9), (52.49, -1.91)),
        ((0, 179.99), (0, -179.99)),
        ((89.99, 0), (89.99, 180)),
        ((-52, 10), (-52.5, 10.5)),
    ):
        _, _, metres = GEODESIC.inv(one[1], one[0], other[1], other[0])
        assert distance(Point(*one), Point(*other)) == pytest.approx(metres, rel=2e-6)


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(100, 20_000))
def test_the_box_of_a_circle_holds_it_and_hardly_more(
    latitude: float, longitude: float, radius: float
) -> None:
    bounds = Circle(Point(latitude, longitude), radius).bounds
    _, north, _ = GEODESIC.fwd(longitude, latitude, 0, radius)
    _, south, _ = GEODESIC.fwd(longitude, latitude, 180, radius)
    slack = 1e-5 + 0.011 * radius / 111_000
    if bounds.east - bounds.west >= 360:
        assert abs(latitude) + radius / 110_000 > 89, "only beside a pole"
        return
    assert south - slack <= bounds.south <= south + 1e-9
    assert north - 1e-9 <= bounds.north <= north + slack
    east, _, _ = GEODESIC.fwd(longitude, latitude, 90, radius)
    half = (bounds.east - bounds.west) / 2
    assert (bounds.east + bounds.west) / 2 == pytest.approx(longitude)
    reached = (east - longitude) % 360
    assert reached <= half
    if abs(latitude) < 60:
        assert half <= reached * 1.03 + 1e-5


def test_around_the_poles_and_the_globe_a_box_is_all_round() -> None:
    near = Circle(Point(89.95, 10), 20).bounds
    assert (near.west, near.east) == (-180, 180)
    assert (near.south, near.north) == pytest.approx((89.9498, 89.9502), abs=1e-4)
    assert Circle(Point(89.95, 10), 20_000).bounds.north == 90
    south = Circle(Point(-89.95, 10), 20_000).bounds
    assert south == Bounds(-90, -180, south.north, 180)
    assert south.north == pytest.approx(-89.77, abs=1e-2)
    assert Circle(Point(89, 10), 110_000).bounds.west == -180
    whole = Circle(Point(0, 0), 30_000_000)
    assert whole.bounds == Bounds(-90, -180, 90, 180)
    assert whole.square_km == pytest.approx(4 * pi * 6371.0088**2)
    assert Circle(Point(0, 0), pi / 2 * MEAN_RADIUS).square_km == pytest.approx(
        2 * pi * 6371.0088**2
    )


def test_a_circle_tells_how_far_from_its_centre() -> None:
    find = Circle(Point(0, 0), 1000).finder()
    assert find(0, 0) == 0 and find(0, 8983) == pytest.approx(1000, abs=0.1)
    assert find(0, 8985) is None and find(9045, 0) is None
    assert find(9043, 0) == pytest.approx(1000, abs=0.2)
    assert find(-9043, 0) == pytest.approx(1000, abs=0.2)
