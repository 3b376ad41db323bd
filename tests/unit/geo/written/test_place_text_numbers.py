"""The numbers of a typed place: each counts in full, and what cannot be meant is not guessed."""

from __future__ import annotations

import pytest

from chalicelib.core.countries import COUNTRIES
from chalicelib.geo.areas import Point
from chalicelib.geo.geodesy import distance
from chalicelib.geo.written.place_text import (
    LONGEST,
    NoPlaceError,
    PlaceLines,
    axis_of,
    read_angle,
    read_boxes,
    read_lines,
    read_place,
    why_no_place,
)

HERE = COUNTRIES["GB"]
PLACE = Point(52.48142, -1.89983)
ON_GRID = Point(52.48100, -1.90078)


@pytest.mark.parametrize(
    ("typed", "latitude", "longitude"),
    [
        # Degrees alone, with minutes, and with seconds are the same number.
        ("52.5, -1.75", 52.5, -1.75),
        ("52 30.0, -1 45.0", 52.5, -1.75),
        ("52 30 00, -1 45 00", 52.5, -1.75),
        ("52 59.99 N 1 00.00 W", 52.99983, -1.0),
        ("52°6'N 1°5'W", 52.1, -1.08333),  # marked minutes may have one digit
        ("0.5N 0.25W", 0.5, -0.25),
        # A minus says the same as the hemisphere that it means.
        ("-33.5 S, -70.5 W", -33.5, -70.5),
        ("33.5 S, 70.5 W", -33.5, -70.5),
        ("S33.5 E70.5", -33.5, 70.5),
        ("70.5 E, 33.5 S", -33.5, 70.5),
        # One hemisphere is enough to say which number is which.
        ("1.75 W, 52.5", 52.5, -1.75),
        ("-1.75, 52.5 N", 52.5, -1.75),
        ("52.5 N, -1.75", 52.5, -1.75),
        # Outside the country nothing is exchanged, because neither order is plausible.
        ("33.5, 70.5", 33.5, 70.5),
        ("70.5, 33.5", 70.5, 33.5),
        # Four commas and none of them a point.
        ("52,5123,1,7512", 52.5123, 1.7512),
        ("52.5+1.75", 52.5, 1.75),
        ("52.5-1.75", 52.5, -1.75),
        ("52.5 N, -1e-1", 52.5, -0.1),
        ("https://example.test/?q=52.5,-1.75", 52.5, -1.75),
        ("https://example.test/?q=loc:52.5+-1.75", 52.5, -1.75),
    ],
)
def test_each_number_counts_in_full(typed: str, latitude: float, longitude: float) -> None:
    read = read_place(typed, HERE)
    assert read.latitude == pytest.approx(latitude, abs=1e-5)
    assert read.longitude == pytest.approx(longitude, abs=1e-5)


@pytest.mark.parametrize(
    "typed",
    [
        "52 60 N, 1 53 W",  # an hour has sixty minutes and no degree more
        "52 28 60 N, 1 53 59 W",
        "52 28 53 1 N, 1 53 59 4 W",
        "52.5 28 N, 1 53 W",  # only the last number has decimals
        "52 28.5 30 N, 1 53 W",
        "52 -28 N, 1 53 W",
        "52 28 N, 1 +53 W",
        "52 5, -1 53",  # without marks one digit may be a decimal whose point is missing
        "52 28, -1 5",
        "-52.5 N, 1.75 W",
        "52.5 N, -1.75 E",
        "52 N 28, 1 W 53",
        "52.5, 1.75, 140, 3",
        "52.5; -1.75; 140; 3",
        "-52.5 -1.75 -3",
        "52.5 N 1.75 W 3 E",
        "52.5 1.75 3",
        "90.001, 100",
        "52.5 N, 180.001 E",
    ],
)
def test_a_number_that_cannot_be_meant_is_not_guessed_at(typed: str) -> None:
    with pytest.raises(NoPlaceError) as caught:
        read_place(typed, HERE)
    assert caught.value.sentence == "" and str(caught.value) == "no place"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("geo:95.5,10.5", "no position in this link"),
        ("https://example.test/?q=52.5,181.5", "no position in this link"),
        ("1.75 W 2.75 W", "longitude twice"),
        ("SP 068", "four, six, eight or ten digits"),
        ("9C4WF4J2+HX London", "plus code"),
    ],
)
def test_what_is_nearly_a_place_says_what_to_do(typed: str, words: str) -> None:
    assert words in why_no_place(typed, HERE)


@pytest.mark.parametrize("typed", ["SP 0683", "52.5, -1.75", "www.police.example", "hello", ""])
def test_nothing_is_said_of_a_place_and_of_what_resembles_none(typed: str) -> None:
    assert why_no_place(typed, HERE) == ""


def test_metres_beyond_the_grid_are_no_place_and_its_corners_are() -> None:
    for typed in ("700000 300000", "300000 1300000", "999999 999999"):
        with pytest.raises(NoPlaceError):
            read_place(typed, HERE)
    for typed in ("699999 300000", "300000 1299999"):
        assert isinstance(read_place(typed, HERE), Point)


def test_a_text_may_be_as_long_as_a_link() -> None:
    place = "52.5, -1.75"
    assert read_place(place + " " * (LONGEST - len(place)), HERE) == Point(52.5, -1.75)
    with pytest.raises(NoPlaceError):
        read_place(place + " " * (LONGEST + 1 - len(place)), HERE)
    assert LONGEST == 1000


@pytest.mark.parametrize(
    ("typed", "degrees", "axis"),
    [
        ("52.5", 52.5, ""),
        ("52,5", 52.5, ""),
        ("-1,75", -1.75, ""),
        ("52.5 N", 52.5, "latitude"),
        ("S 52 30 00", -52.5, "latitude"),
        ("1.75 E", 1.75, "longitude"),
        ("1.75W", -1.75, "longitude"),
        ("Longitude: 1°45'W", -1.75, "longitude"),
    ],
)
def test_one_box_holds_one_number_of_degrees(typed: str, degrees: float, axis: str) -> None:
    angle = read_angle(typed)
    assert angle[0] == pytest.approx(degrees) and axis_of(angle) == axis


@pytest.mark.parametrize("typed", ["", "N", "52.5, 1.75", "52 N 30", "N 52 W", "1,234.5", "x"])
def test_one_box_holds_no_more_than_that(typed: str) -> None:
    with pytest.raises(NoPlaceError):
        read_angle(typed)


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        ("52.48142, -1.89983", "", PLACE),
        ("", "52.48142N 1.89983W", PLACE),
        ("SP 06835 87013", "", ON_GRID),
        ("52.48142, -1.89983", "-1.2", PLACE),
        ("1.89983W", "52.48142N", PLACE),
        ("52.48142", "-1.89983", None),
        ("52.48142N", "1.89983W", None),
        ("52,48142", "-1,89983", None),
        ("52 28.885", "-1 53.99", None),
        ("52 28.885", "", None),
        ("52.4", "", None),
        ("///filled.count.soap", "", None),
        ("1.75 W", "52.5", Point(52.5, -1.75)),
        ("-1.75", "52.5 N", Point(52.5, -1.75)),
        ("52.5 N", "-1.75", None),
        ("52.5", "1.75 W", None),
        ("  ", "52.5, -1.75", Point(52.5, -1.75)),
        ("", "", None),
        ("52.5", "SP 06835 87013", ON_GRID),
        ("33 28.885", "", None),  # not in the country: minutes, not a second number
    ],
)
def test_boxes_are_read_together_only_when_one_says_so(
    latitude: str, longitude: str, found: Point | None
) -> None:
    read = read_boxes(latitude, longitude, HERE)
    assert (read is None) == (found is None)
    if read and found:
        assert distance(read, found) < 2


def test_the_first_line_that_is_none_is_named_with_what_to_do() -> None:
    lines = read_lines("52.5, -1.75\n\n 53, -2 \n", HERE)
    assert lines == PlaceLines((Point(52.5, -1.75), Point(53.0, -2.0)))
    assert (lines.wrong, lines.sentence) == (0, "")
    wrong = read_lines("\n///filled.count.soap\n52.5, -1.75", HERE)
    assert (wrong.points, wrong.wrong) == ((), 2) and "what3words.com" in wrong.sentence
    assert read_lines("", HERE) == PlaceLines(())
