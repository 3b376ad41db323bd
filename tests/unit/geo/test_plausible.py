"""Whether a place can be meant: in its country, or two numbers in the wrong order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.geo.plausible import Misplaced, misplaced, widened

PLACES = [
    ("GB", 52.475939, -1.905387),  # Birmingham
    ("GB", 60.8577, -0.8855),  # Unst, Shetland
    ("GB", 49.8657, -6.4409),  # Saint Agnes, Scilly
    ("GB", 57.8127, -8.5698),  # Saint Kilda
    ("GB", 52.4811, 1.7634),  # Ness Point, Lowestoft
    ("GB", 54.5973, -5.9301),  # Belfast
    ("GB", 49.1868, -2.1061),  # Saint Helier
    ("US", 39.0997, -94.5786),  # Kansas City
    ("US", 71.2906, -156.7886),  # Utqiagvik
    ("US", 51.8800, -176.6581),  # Adak
    ("US", 52.8331, 173.1808),  # Attu, beyond 180 degrees
    ("US", 21.3069, -157.8583),  # Honolulu
    ("US", 18.4655, -66.1057),  # San Juan
    ("US", 13.4443, 144.7937),  # Guam
    ("US", -14.2756, -170.7020),  # Pago Pago
]


@pytest.mark.parametrize(("code", "latitude", "longitude"), PLACES)
def test_a_country_holds_its_own_places_and_not_their_numbers_exchanged(
    code: str, latitude: float, longitude: float
) -> None:
    boxes = COUNTRIES[code].bounds
    assert misplaced(latitude, longitude, boxes) is None
    assert misplaced(longitude, latitude, boxes) is Misplaced.EXCHANGED
    assert misplaced(-latitude, longitude + 90, boxes) is Misplaced.FAR


def test_no_place_means_the_other_country_or_the_middle_of_nowhere() -> None:
    for code in COUNTRIES:
        assert misplaced(0.0, 0.0, COUNTRIES[code].bounds) is Misplaced.FAR
    assert misplaced(39.1, -94.57, COUNTRIES["GB"].bounds) is Misplaced.FAR
    assert misplaced(52.48, -1.9, COUNTRIES["US"].bounds) is Misplaced.FAR


degrees = st.tuples(st.floats(-170, 170), st.floats(-80, 80))


@given(degrees, st.floats(0, 5), st.floats(0, 5))
def test_what_lies_in_a_box_lies_in_the_wider_one(
    corner: tuple[float, float], wide: float, high: float
) -> None:
    west, south = corner
    box = (west, south, west + wide, south + high)
    for place in ((south, west), (south + high, west + wide)):
        assert misplaced(*place, [box]) is None
        assert misplaced(*place, [widened(box)]) is None
