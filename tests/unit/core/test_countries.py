"""Telephone numbers by country: read as they are typed, written as people there write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES, Country

GB, US = COUNTRIES["GB"], COUNTRIES["US"]
DIALLED = {"GB": "+44", "US": "+1"}
EACH = pytest.mark.parametrize("country", COUNTRIES.values(), ids=lambda country: country.code)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("816 555 0142", "+18165550142"),
        ("(816) 555-0142", "+18165550142"),
        ("1-816-555-0142", "+18165550142"),
        ("+1 816.555.0142", "+18165550142"),
        ("011 44 7700 900982", "+447700900982"),
        ("+44 7700 900982", "+447700900982"),
    ],
)
def test_numbers_as_they_are_typed_in_the_united_states(typed: str, clean: str) -> None:
    assert US.normal_phone(typed) == clean


@pytest.mark.parametrize(
    "typed", ["", "555 0142", "816 155 0142", "116 555 0142", "+1 816 555 014", "07700 900982", "x"]
)
def test_what_is_no_number_there(typed: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        US.normal_phone(typed)


@pytest.mark.parametrize(
    "typed", ["+44 123", "+44 123 456 7", "0044 0 121 496 00", "07700 90012", "121 496 000"]
)
def test_a_number_of_this_country_has_its_length(typed: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        GB.normal_phone(typed)


@pytest.mark.parametrize(
    ("country", "number", "words"),
    [
        (GB, "+447700900982", "07700 900982"),
        (GB, "+441214960101", "0121 496 0101"),
        (GB, "+441134960101", "0113 496 0101"),
        (GB, "+442079460958", "020 7946 0958"),
        (GB, "+441632960001", "01632 960001"),
        (GB, "+15550100", "+15550100"),
        (GB, "+18165550142", "+18165550142"),
        (GB, "101", "101"),
        (GB, "", ""),
        (US, "+18165550142", "(816) 555-0142"),
        (US, "+447700900982", "+447700900982"),
        (US, "311", "311"),
    ],
)
def test_numbers_as_people_write_them(country: Country, number: str, words: str) -> None:
    assert country.written_phone(number) == words


@pytest.mark.parametrize(
    ("country", "number", "good"),
    [
        (GB, "+447700900982", True),
        (GB, "+447123456789", True),
        (GB, "+447012345678", False),  # a personal number, dear to call
        (GB, "+447612345678", False),  # a pager
        (GB, "+441214960101", False),
        (GB, "+33612345678", False),
        (GB, "+4477009009821", False),
        (GB, "", False),
        (GB, "+18165550142", False),
        (US, "+18165550142", True),
        (US, "+17875550142", True),  # Puerto Rico
        (US, "+14165550142", False),  # Toronto
        (US, "+18765550142", False),  # Jamaica
        (US, "+19005550142", False),  # dear
        (US, "+18005550142", False),
        (US, "+19115550142", False),
        (US, "+447700900982", False),
        (US, "", False),
    ],
)
def test_only_mobiles_of_the_country_take_text_messages(
    country: Country, number: str, good: bool
) -> None:
    assert country.takes_texts(number) is good


@EACH
@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(country: Country, typed: str) -> None:
    try:
        clean = country.normal_phone(typed)
    except ValueError:
        return
    number, _, extension = clean.partition(";ext=")
    assert number.startswith("+") and number[1:].isdecimal() and clean.isascii()
    assert not extension or extension.isdecimal()
    assert country.normal_phone(clean) == clean
    assert country.normal_phone(country.written_phone(clean)) == clean


@EACH
@given(st.from_regex(r"\+(44[0-9]{9,10}|1[0-9]{10}|33[0-9]{9})", fullmatch=True))
def test_texts_go_to_numbers_of_the_country_alone(country: Country, number: str) -> None:
    if country.takes_texts(number):
        assert number.startswith(DIALLED[country.code])
        assert country.normal_phone(number) == number


@EACH
def test_every_example_is_right(country: Country) -> None:
    assert country.normal_postcode(country.postcode_like) == country.postcode_like
    assert country.normal_phone(country.phone_like).startswith(DIALLED[country.code])
    assert country.normal_phone(country.phone_like_from_abroad).startswith(DIALLED[country.code])
    assert country.takes_texts(country.normal_phone(country.phone_like))
    for number in range(100):
        made_up = country.made_up_phone.format(number)
        assert country.normal_phone(made_up) == made_up


def test_what_stands_above_and_beside_a_box_is_said_in_the_country_s_words() -> None:
    assert (GB.postcode_label, US.postcode_label) == ("Postcode", "ZIP code")
    assert GB.postcode_wanted == f"Enter {GB.postcode_hint}, like {GB.postcode_like}"
    assert US.phone_wanted == (
        f"Enter a phone number, like {US.phone_like} or {US.phone_like_from_abroad}"
    )
    assert GB.mobile_label == "UK mobile number"
    assert GB.mobile_wanted == f"Enter a UK mobile phone number, like {GB.phone_like}"


def test_a_postcode_of_a_hundred_letters_is_read_and_one_more_is_not() -> None:
    spaced = "B1" + " " * 95 + "1AY"
    assert len(spaced) == 100 and GB.normal_postcode(spaced) == "B1 1AY"
    with pytest.raises(ValueError, match="too long"):
        GB.normal_postcode(spaced + " ")
