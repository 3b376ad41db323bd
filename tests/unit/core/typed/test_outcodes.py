"""Postcodes whose letters and digits look alike, and where outward codes are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.core.typed.outcodes import _centres, can_be_real, outcode_centre

GB, US = COUNTRIES["GB"], COUNTRIES["US"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BI 1AY", "B1 1AY"),
        ("B1 IAY", "B1 1AY"),
        ("bl lay", "B1 1AY"),
        ("B9O 4SS", "B90 4SS"),
        ("B90 455", "B90 4SS"),
        ("DYS 1AA", "DY5 1AA"),
        ("W51 4NW", "WS1 4NW"),
        ("S0143AB", "SO14 3AB"),
        ("W1A OAX", "W1A 0AX"),
        ("EClA 1BB", "EC1A 1BB"),
        ("lG1 1AA", "IG1 1AA"),
        ("0X1 1AA", "OX1 1AA"),
        ("GIR OAA", "GIR 0AA"),
        ("XQI 1AA", "XQ1 1AA"),
    ],
)
def test_a_letter_for_a_digit_is_corrected(typed: str, meant: str) -> None:
    assert GB.typed_postcode(typed) == meant
    assert GB.corrected_postcode(typed) == meant


@pytest.mark.parametrize("typed", ["64I06", "641O6", "64lO6", "6410O-I234"])
def test_so_it_is_in_a_zip_code(typed: str) -> None:
    assert US.typed_postcode(typed) == US.corrected_postcode(typed)
    assert US.typed_postcode(typed).isdigit()


@pytest.mark.parametrize(
    "typed", ["b1 1ay", "B1-1AY", "W5 1AA", "S1 2HE", "OL1 1AA", "OX1 1AA", "BO1 1AY", "XQ1 1AA"]
)
def test_what_stands_as_it_is_typed_is_not_corrected(typed: str) -> None:
    """A real postcode, or one that no single correction makes real."""
    assert GB.typed_postcode(typed) == GB.normal_postcode(typed)
    assert GB.corrected_postcode(typed) == ""


@pytest.mark.parametrize("typed", ["", "Birmingham", "BOLTON", "B1", "1111111", "B1 1A", "O" * 99])
def test_no_other_word_becomes_a_postcode(typed: str) -> None:
    with pytest.raises(ValueError, match="not a postcode"):
        GB.typed_postcode(typed)
    assert GB.corrected_postcode(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "B1 1AY;",
            "B1 1AY.",
            "(B1 1AY)",
            "“B1 1AY”",
            "'b1 1ay'",
            "B1_1AY",
            "B1/1AY",
            "*B1* 1AY:",
        ),
        *("Ｂ１ １ＡＹ", "B١ ١AY", "B1\u22121AY", "B1\u20111AY,", "\u202aB1 1AY\u202c"),
    ],
)
def test_punctuation_and_other_digits_change_no_postcode(typed: str) -> None:
    assert GB.typed_postcode(typed) == "B1 1AY"
    assert GB.corrected_postcode(typed) == ""


@pytest.mark.parametrize("typed", ["£B1 1AY", "B1 1AY UK", "B1+1AY", "B½ 1AY"])
def test_other_signs_and_words_are_no_postcode(typed: str) -> None:
    with pytest.raises(ValueError, match="not a postcode"):
        GB.typed_postcode(typed)


def test_the_loader_reads_what_a_file_says() -> None:
    with pytest.raises(ValueError, match="not a postcode"):
        GB.normal_postcode("BI 1AY")


@given(
    st.sampled_from(sorted(_centres("GB"))),
    st.integers(0, 9),
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
)
def test_every_real_postcode_stands(outward: str, sector: int, unit: str) -> None:
    if outward.isalpha():
        return  # a whole area
    postcode = f"{outward} {sector}{unit}"
    assert can_be_real(postcode, "GB")
    assert GB.typed_postcode(postcode) == postcode


def test_outward_codes_lie_in_the_country() -> None:
    assert len(_centres("GB")) > 2800 and _centres("US") == {}
    west, south, east, north = GB.bounds[0]
    for outward, (latitude, longitude) in _centres("GB").items():
        assert south < latitude < north and west < longitude < east, outward
    assert outcode_centre("B1 1AY", "GB") == pytest.approx((52.48, -1.9), abs=0.03)
    assert outcode_centre("BT1 1AA", "GB") is not None
    assert outcode_centre("XQ1 1AA", "GB") is None is outcode_centre("64106", "US")
