"""Places as people hold them, and what is a place only for somebody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.geo.areas import Point
from chalicelib.geo.geodesy import distance
from chalicelib.geo.written.place_text import NoPlaceError, read_lines, read_place

HERE, STATES = COUNTRIES["GB"], COUNTRIES["US"]
PLACE = Point(52.48142, -1.89983)
ON_GRID = Point(52.48100, -1.90078)


@pytest.mark.parametrize(
    "typed",
    [
        "52.48142, -1.89983",
        "52.48142 -1.89983",
        "52.48142,-1.89983",
        "52.48142\t-1.89983",
        "(52.48142; -1.89983)",
        "52.48142 / -1.89983",
        "52.48142, - 1.89983",
        "- 1.89983, 52.48142",
        "52·48142, -1·89983",
        "５２．４８１４２，－１．８９９８３",
        "٥٢٫٤٨١٤٢، -١٫٨٩٩٨٣",
        "52.48142⁰N 1.89983⁰W",
        "+52.48142-001.89983/",
        "lat=52.48142&lon=-1.89983",
        "+52.48142 -001.89983",
        "\u200b52.48142,\u00a0\u22121.89983\ufeff",
        "52,48142 -1,89983",
        "52,48142; -1,89983",
        "52,48142, -1,89983",
        "52,48142,-1,89983",
        "Lat: 52.48142 Long: -1.89983",
        "latitude=52.48142, longitude=-1.89983",
        "52.48142N 1.89983W",
        "52.48142° N, 1.89983° W",
        "N52.48142 W1.89983",
        "1.89983 W 52.48142 N",
        "52.48142 north, 1.89983 west",
        "N52 28.885 W001 53.99",
        "52° 28.885' N 001° 53.990' W",
        "52 28.885, -1 53.99",
        "52°28'53.1\"N 1°53'59.4\"W",
        "52°28′53.1″N 1°53′59.4″W",
        "52º28’53.1’’N 1º53’59.4’’W",
        "52 28 53.1 N, 1 53 59.4 W",
        "52:28:53.1N 1:53:59.4W",
        "52-28-53.1N 1-53-59.4W",
        "52.48142, -1.89983, 140",
        "-1.89983, 52.48142",
        "[-1.89983, 52.48142]",
        "POINT(-1.89983 52.48142)",
        "geo:52.48142,-1.89983?z=17",
        "https://www.openstreetmap.org/?mlat=52.48142&mlon=-1.89983#map=17/52.4/-1.8",
        "https://www.openstreetmap.org/#map=17/52.48142/-1.89983",
        "https://www.google.com/maps/@52.48142,-1.89983,17z",
        "https://www.google.com/maps/place/X/@52.4,-1.8,17z/data=!4m6!3d52.48142!4d-1.89983",
        "https://maps.apple.com/?ll=52.48142%2C-1.89983",
    ],
)
def test_a_position_is_read_in_every_form(typed: str) -> None:
    assert distance(read_place(typed, HERE), PLACE) < 2


@pytest.mark.parametrize(
    "typed",
    ["SP 06835 87013", "SP0683587013", "sp 0683 8701", "SP068870", "OS grid ref: SP 068 870",
     "406835 287013", "406835.4, 287013.2"],
)  # fmt: skip
def test_the_grid_is_read_where_the_country_has_one(typed: str) -> None:
    assert distance(read_place(typed, HERE), ON_GRID) < 100
    with pytest.raises(NoPlaceError):
        read_place(typed, STATES)


@pytest.mark.parametrize(
    "typed",
    [
        *("SP-068-870", "SP/068/870", "SP: 068 870", "SP 068,870", "S P 068 870", "sp 0 6 8 8 7 0"),
        "OS grid ref: SP 068 870.",
    ],
)
def test_a_grid_reference_is_read_however_it_is_spaced(typed: str) -> None:
    assert read_place(typed, HERE) == read_place("SP068870", HERE)


@pytest.mark.parametrize(
    "typed",
    [
        *("E406835 N287013", "N287013 E406835", "406835E 287013N", "406835mE, 287013mN"),
        *("Easting 406835 Northing 287013", "Northing: 287013, Easting: 406835"),
        *("406835m 287013m", "Eastings=406835; Northings=287013"),
    ],
)
def test_metres_are_east_and_north_as_they_say_of_themselves(typed: str) -> None:
    assert read_place(typed, HERE) == read_place("406835 287013", HERE)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("5⁰30'N 1⁰30'W", Point(5.5, -1.5)),
        ("52∘ 30′ N 1∘ 30′ W", Point(52.5, -1.5)),
    ],
)
def test_a_small_zero_is_a_sign_of_degrees(typed: str, place: Point) -> None:
    assert read_place(typed, HERE) == place


@pytest.mark.parametrize(
    "link",
    [
        "maps.google.com/?q=52.48142,-1.89983",
        "www.google.com/maps/@52.48142,-1.89983,17z",
        "The camera\nhttps://www.google.com/maps?q=52.48142%2C-1.89983 on the map",
        "https://maps.apple.com/place?coordinate=52.48142,-1.89983&name=Pin",
        "https://maps.google.com/maps?daddr=52.48142,-1.89983",
        "https://www.google.com/maps/search/52.48142,+-1.89983?entry=tts",
        "https://www.google.com/maps/dir//52.48142,-1.89983/@52.6,-1.2,12z",
        "https://www.google.com/maps/place/52.48142N+1.89983W/@52.6,-1.2,17z",
        "https://www.google.com/maps/place/A+B/@52.6,-1.2,17z/data=!3d52.48142!4d-1.89983"
        + "!x" * 300,
    ],
)
def test_links_are_read_as_they_are_shared(link: str) -> None:
    """What a link names comes before the middle of its map."""
    assert read_place(link, HERE) == PLACE


@pytest.mark.parametrize("link", ["Dropped pin\nhttps://maps.app.goo.gl/abc", "goo.gl/maps/x"])
def test_a_link_without_a_position_is_said_to_have_none(link: str) -> None:
    with pytest.raises(NoPlaceError, match="There is no position in this link"):
        read_place(link, HERE)


@pytest.mark.parametrize("typed", ["52.48142 - 1.89983", "E406835 E287013", "12 High Street/2"])
def test_what_may_mean_two_things_is_no_place(typed: str) -> None:
    with pytest.raises(NoPlaceError):
        read_place(typed, HERE)


@given(st.floats(49.5, 61), st.floats(-8.5, 2.4), st.integers(0, 2), st.booleans())
def test_any_place_is_found_again_however_it_is_written(
    latitude: float, longitude: float, parts: int, swapped: bool
) -> None:
    written = [
        angle(value, parts) + letters[value < 0]
        for value, letters in ((latitude, "NS"), (longitude, "EW"))
    ]
    text = ", ".join(reversed(written) if swapped else written)
    assert distance(read_place(text, HERE), Point(latitude, longitude)) < 1


def angle(value: float, parts: int) -> str:
    """Degrees with so many of minutes and seconds, to a few decimetres."""
    units = round(abs(value) * 3600 * 1000)
    whole, rest = divmod(units, 3_600_000)
    if parts == 0:
        return f"{units / 3_600_000:.6f}°"
    if parts == 1:
        return f"{whole}° {rest / 60_000:.5f}'"
    return f"{whole} {rest // 60_000} {rest % 60_000 / 1000:.3f}"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("///filled.count.soap", "what3words.com"),
        ("filled.count.soap", "what3words.com"),
        ("https://w3w.co/filled.count.soap", "what3words.com"),
        ("9C4WF4J2+HX", "plus code"),
        ("SP 0683 870", "four, six, eight or ten digits"),
        ("ZZ 1234 5678", "national grid"),
        ("https://maps.app.goo.gl/abc", "no position in this link"),
        ("52.48142N 51.2N", "latitude twice"),
    ],
)
def test_a_place_for_another_service_says_what_to_do(typed: str, words: str) -> None:
    with pytest.raises(NoPlaceError) as caught:
        read_place(typed, HERE)
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "52.48142", "52 , ", "95, 10", "B1 1AY", "1 2 3 4 5", "www.police.example",
     "1" * 500, "E E", "52.48142, -1.89983, 5, 6", "- , -", "5 2 1 4"],
)  # fmt: skip
def test_what_is_no_place(typed: str) -> None:
    with pytest.raises(NoPlaceError):
        read_place(typed, HERE)


@given(st.text(alphabet="0123456789.,;:°'\"NSEWnsew -+/()spSP", max_size=40))
def test_whatever_is_typed_is_a_place_or_refused(typed: str) -> None:
    try:
        read_place(typed, HERE)
    except NoPlaceError:
        return


def test_lines_of_places_name_the_first_that_is_none() -> None:
    read = read_lines("52.48142, -1.89983\n\nSP 06835 87013\n///a.b.c\n1, 2", HERE)
    assert (len(read.points), read.wrong) == (2, 4)
