"""Postcodes: read however they are typed, and packed by sector without loss."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.dynamodb.table import Table
from chalicelib.registry.postcodes import (
    NO_POSITION,
    LocatedPostcode,
    Postcodes,
    find_unit,
    pack_sector,
    postcode_sector,
    sector_item,
    unpack_sector,
)

GB, US = COUNTRIES["GB"], COUNTRIES["US"]

letters = st.sampled_from(string.ascii_uppercase)
digits = st.sampled_from(string.digits)
areas = st.text(letters, min_size=1, max_size=2)
districts = st.builds("".join, st.tuples(digits, st.one_of(st.just(""), digits, letters)))
outwards = st.builds("".join, st.tuples(areas, districts))
units = st.builds("".join, st.tuples(letters, letters))
postcodes = st.builds("{} {}{}".format, outwards, digits, units)
pairs = st.text(digits, min_size=2, max_size=2)
zips = st.text(digits, min_size=5, max_size=5)
latitudes = st.integers(-90_000_000, 90_000_000)
longitudes = st.integers(-180_000_000, 180_000_000)
positions = st.tuples(latitudes, longitudes)
qualities = st.sampled_from([10, 20, 30, 40, 50, 60])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("B1 1AY", "B1 1AY"),
        ("b11ay", "B1 1AY"),
        ("  b1   1ay ", "B1 1AY"),
        ("B 1 1 A Y", "B1 1AY"),
        ("B1\u00a01AY", "B1 1AY"),
        ("B1-1AY", "B1 1AY"),
        ("\uff22\uff11 \uff11\uff21\uff39", "B1 1AY"),
        ("sw1a2aa", "SW1A 2AA"),
        ("CV101AA", "CV10 1AA"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_spacing_and_case_do_not_matter(typed: str, meant: str) -> None:
    assert GB.normal_postcode(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "B1", "B1 1A", "B1 1AYX", "1B1 1AY", "BBB1 1AY", "B1 AAY", "B1 1A1", "<b>"),
        *("B1 1AY" + " " * 200, "B1 1AY; DROP TABLE", "\u202eYA1 1B", "B1\x001AY", "😀"),
    ],
)
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="postcode"):
        GB.normal_postcode(typed)


@given(
    st.one_of(postcodes, zips),
    st.lists(st.sampled_from([" ", "\t", "\u00a0", "-"]), max_size=6),
    st.booleans(),
)
def test_any_postcode_is_found_again_however_it_is_spaced(
    postcode: str, gaps: list[str], lower: bool
) -> None:
    country = US if postcode.isdigit() else GB
    plain = postcode.replace(" ", "")
    typed = "".join(letter + (gaps[n] if n < len(gaps) else "") for n, letter in enumerate(plain))
    assert country.normal_postcode(typed.lower() if lower else typed) == postcode
    assert country.normal_postcode(postcode) == postcode
    sector = postcode_sector(postcode)
    assert re.fullmatch(country.postcode_sector, sector)
    assert unpack_sector(sector, pack_sector([LocatedPostcode(postcode, (1, 2), 10)])) == [
        LocatedPostcode(postcode, (1, 2), 10)
    ]


@given(zips, st.text(digits, min_size=4, max_size=4), st.sampled_from(["-", " ", ""]))
def test_four_more_digits_of_a_zip_code_are_left_out(five: str, four: str, between: str) -> None:
    assert US.normal_postcode(five + between + four) == five


@pytest.mark.parametrize("typed", ["", "6410", "641066", "64106-12", "B1 1AY", "64106a", "٦٤١٠"])
def test_what_is_no_zip_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a ZIP code"):
        US.normal_postcode(typed)


@pytest.mark.parametrize("country", [GB, US], ids=lambda country: country.code)
@given(st.text(max_size=60))
def test_any_text_is_either_a_postcode_or_refused(country: Country, typed: str) -> None:
    try:
        clean = country.normal_postcode(typed)
    except ValueError:
        return
    assert country.normal_postcode(clean) == clean


located_units = st.tuples(positions, qualities)


@given(
    st.one_of(
        st.tuples(st.just("B1 1"), st.dictionaries(units, located_units, max_size=40), units),
        st.tuples(st.just("641"), st.dictionaries(pairs, located_units, max_size=40), pairs),
    )
)
def test_packing_a_sector_loses_nothing(
    drawn: tuple[str, dict[str, tuple[tuple[int, int], int]], str],
) -> None:
    name, sector, other = drawn
    located = [
        LocatedPostcode(name + unit, place, quality) for unit, (place, quality) in sector.items()
    ]
    packed = pack_sector(located)
    assert len(packed) == 10 * len(located)
    assert unpack_sector(name, packed) == sorted(located, key=lambda one: one.postcode)
    for one in located:
        assert find_unit(packed, one.postcode) == one
    if other not in sector:
        assert find_unit(packed, name + other) is None


def test_a_postcode_without_a_position_is_known_all_the_same() -> None:
    packed = pack_sector([LocatedPostcode("WV98 2AA", None, NO_POSITION)])
    assert find_unit(packed, "WV98 2AA") == LocatedPostcode("WV98 2AA", None, NO_POSITION)


def test_a_full_sector_is_one_half_read_unit() -> None:
    """400 units are the most that a sector has: 20 letters are used in each of two places."""
    used = [letter for letter in string.ascii_uppercase if letter not in "CIKMOV"]
    located = [LocatedPostcode(f"WV98 1{a}{b}", (1, 2), 10) for a in used for b in used]
    item = sector_item("WV98 1", located)
    size = sum(len(name) + len(value) for name, value in item.items())
    assert len(located) == 400
    assert size <= 4096


def test_sectors_are_not_mixed() -> None:
    assert postcode_sector("CV10 1AA") == "CV10 1"
    assert postcode_sector("64106") == "641"
    with pytest.raises(ValueError, match="more than one sector"):
        pack_sector([LocatedPostcode("B1 1AA", (1, 2), 10), LocatedPostcode("B1 2AA", (1, 2), 10)])


def test_a_sector_is_packed_in_ten_bytes_for_each_of_its_postcodes() -> None:
    known = [LocatedPostcode("B1 1ZZ", (1, -2), 60), LocatedPostcode("B1 100", None, NO_POSITION)]
    packed = pack_sector(known)
    assert packed == bytes.fromhex("0900 00000000 00000000 f650 01000000 feffffff".replace(" ", ""))
    assert NO_POSITION == 90
    assert unpack_sector("B1 1", packed) == known[::-1]
    assert find_unit(packed, "B1 1ZZ") == known[0] and find_unit(packed, "B1 1ZY") is None
    assert find_unit(b"", "B1 1ZZ") is None and pack_sector([]) == b""


class OneSector:
    """A table's client that holds one sector."""

    def get_item(self, **asked: Any) -> dict[str, Any]:
        assert not asked.get("ConsistentRead")
        item = sector_item("B1 1", [LocatedPostcode("B1 1AY", (52_000_000, -1_900_000), 10)])
        wanted = decode_item(asked["Key"])
        same = wanted == {"PK": item["PK"], "SK": item["SK"]}
        return {"Item": encode_item(item)} if same else {}


def test_a_postcode_is_looked_up_in_its_sector() -> None:
    postcodes = Postcodes(Table(OneSector(), "Registry"))
    found = postcodes.find_postcode("B1 1AY")
    assert found == LocatedPostcode("B1 1AY", (52_000_000, -1_900_000), 10)
    assert postcodes.find_postcode("B1 1AZ") is None and postcodes.find_postcode("B1 2AY") is None
