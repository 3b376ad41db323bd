"""The national grid: Ordnance Survey's own worked example, and every place there and back."""

from __future__ import annotations

from math import cos, degrees, hypot, radians

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Transformer

from chalicelib.geo.written.national_grid import (
    from_degrees,
    projected,
    read_grid_reference,
    to_degrees,
    unprojected,
)

LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
OTHER = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
FLAT = Transformer.from_pipeline(
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000"
    " +y_0=-100000 +ellps=airy +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""From the grid to degrees on its own ellipsoid."""
EAST = st.floats(60_000, 660_000)
NORTH = st.floats(5_000, 1_220_000)

CAISTER = (52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600)
"""Of "A guide to coordinate systems in Great Britain", annexe C: degrees on the Airy ellipsoid."""


def metres_apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Metres between two positions in degrees that are beside each other."""
    narrow = cos(radians(one[0]))
    return 111_320 * hypot(one[0] - other[0], (one[1] - other[1]) * narrow)


def test_the_published_example_is_met_to_the_millimetre() -> None:
    east, north = projected(radians(CAISTER[0]), radians(CAISTER[1]))
    assert (east, north) == pytest.approx((651_409.903, 313_177.270), abs=1e-3)
    back = tuple(map(degrees, unprojected(651_409.903, 313_177.270)))
    assert back == pytest.approx(CAISTER, abs=1e-8)
    named = read_grid_reference("TG 51409 13177")
    assert named == (651_409.5, 313_177.5)


@given(EAST, NORTH)
def test_every_place_is_where_another_library_has_it(east: float, north: float) -> None:
    longitude, latitude = OTHER.transform(east, north)
    found = to_degrees(east, north)
    assert metres_apart(found, (latitude, longitude)) < 0.007


@given(EAST, NORTH)
def test_there_and_back_is_the_same_place(east: float, north: float) -> None:
    assert from_degrees(*to_degrees(east, north)) == pytest.approx((east, north), abs=0.006)


@given(EAST, NORTH)
@example(60_000.0, 1_220_000.0)
@example(660_000.0, 1_220_000.0)
@example(60_000.0, 5_000.0)
@example(660_000.0, 5_000.0)
def test_the_projection_is_another_librarys_to_millimetres(east: float, north: float) -> None:
    longitude, latitude = FLAT.transform(east, north)
    back = tuple(map(degrees, unprojected(east, north)))
    assert metres_apart(back, (latitude, longitude)) < 0.004
    on_grid = projected(radians(latitude), radians(longitude))
    assert on_grid == pytest.approx((east, north), abs=0.001)


def test_the_grid_has_ninety_one_squares() -> None:
    """SV is in its south-west corner and JM in its north-east."""
    named = {}
    for first in LETTERS:
        for second in LETTERS:
            try:
                middle = read_grid_reference(f"{first}{second} 5000 5000")
            except ValueError:
                continue
            named[first + second] = middle
    assert len(named) == 7 * 13 == len(set(named.values()))
    assert (named["SV"], named["SP"]) == ((50_005, 50_005), (450_005, 250_005))
    assert (named["JM"], named["HP"]) == ((650_005, 1_250_005), (450_005, 1_250_005))
    assert (named["TG"], named["NN"]) == ((650_005, 350_005), (250_005, 750_005))


@pytest.mark.parametrize(
    ("text", "east", "north"),
    [
        ("SP 06 87", 406_500, 287_500),
        ("SP 068 870", 406_850, 287_050),
        ("SP 0683 8701", 406_835, 287_015),
        ("SP 06835 87013", 406_835.5, 287_013.5),
    ],
)
def test_a_reference_means_the_middle_of_its_square(text: str, east: float, north: float) -> None:
    assert read_grid_reference(text) == (east, north)


@given(EAST, NORTH, st.sampled_from([4, 6, 8, 10]), st.booleans(), st.booleans())
def test_a_reference_names_the_square_that_a_place_lies_in(
    east: float, north: float, digits: int, spaces: bool, lower: bool
) -> None:
    column, row = int(east) // 100_000, int(north) // 100_000
    first = LETTERS[(3 - row // 5) * 5 + column // 5 + 2]
    second = LETTERS[(4 - row % 5) * 5 + column % 5]
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
