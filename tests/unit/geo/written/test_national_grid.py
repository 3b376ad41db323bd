"""The national grid: Ordnance Survey's own worked example, and every place there and back."""

from __future__ import annotations

from math import degrees, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from chalicelib.geo.areas import Point
from chalicelib.geo.geodesy import distance
from chalicelib.geo.written.national_grid import (
    from_degrees,
    projected,
    read_grid_reference,
    to_degrees,
    unprojected,
)

EAST = st.floats(60_000, 660_000)
NORTH = st.floats(5_000, 1_220_000)

CAISTER = (52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600)
"""Of "A guide to coordinate systems in Great Britain", annexe C: degrees on the Airy ellipsoid."""


def test_the_published_example_is_met_to_the_millimetre() -> None:
    east, north = projected(radians(CAISTER[0]), radians(CAISTER[1]))
    assert (east, north) == pytest.approx((651_409.903, 313_177.270), abs=1e-3)
    back = tuple(map(degrees, unprojected(651_409.903, 313_177.270)))
    assert back == pytest.approx(CAISTER, abs=1e-8)
    named = read_grid_reference("TG 51409 13177")
    assert named == (651_409.5, 313_177.5)


@given(EAST, NORTH)
def test_every_place_is_where_another_library_has_it(east: float, north: float) -> None:
    other = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitude, latitude = other.transform(east, north)
    assert distance(Point(*to_degrees(east, north)), Point(latitude, longitude)) < 0.02


@given(EAST, NORTH)
def test_there_and_back_is_the_same_place(east: float, north: float) -> None:
    assert from_degrees(*to_degrees(east, north)) == pytest.approx((east, north), abs=0.02)


@given(EAST, NORTH, st.sampled_from([4, 6, 8, 10]), st.booleans(), st.booleans())
def test_a_reference_names_the_square_that_a_place_lies_in(
    east: float, north: float, digits: int, spaces: bool, lower: bool
) -> None:
    column, row = int(east) // 100_000, int(north) // 100_000
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    first = letters[(3 - row // 5) * 5 + column // 5 + 2]
    second = letters[(4 - row % 5) * 5 + column % 5]
    half = digits // 2
    numbers = [f"{int(metres) % 100_000:05d}"[:half] for metres in (east, north)]
    text = (" " if spaces else "").join([first + second, *numbers])
    found = read_grid_reference(text.lower() if lower else text)
    assert found
    side = 10 ** (5 - half)
    assert abs(found[0] - east) <= side
    assert abs(found[1] - north) <= side


@pytest.mark.parametrize(
    "text", ["SP 06835 870", "SP 06", "SP 068351 870131", "AA 12 34", "ZZ 1234"]
)
def test_what_names_no_square_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"square|digits"):
        read_grid_reference(text)


@pytest.mark.parametrize(
    "text", ["", "SP", "SP O6835 87013", "B1 1AY", "52.48142, -1.89983", "IP 12 34"]
)
def test_other_text_is_no_reference(text: str) -> None:
    assert read_grid_reference(text) is None
