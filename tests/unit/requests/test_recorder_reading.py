"""What people type of a recorder's clock, in every way that screens show it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.requests.recorder_reading import (
    UnreadableTime,
    read_day,
    read_month,
    read_time,
    read_year,
)


@pytest.mark.parametrize(
    ("typed", "clock", "known"),
    [
        ("14:03:27", (14, 3, 27), True),
        ("14:03", (14, 3, 0), True),
        ("14.03.27", (14, 3, 27), True),
        (" 2:03:27 pm ", (14, 3, 27), True),
        ("2:03 P.M.", (14, 3, 0), True),
        ("12:05am", (0, 5, 0), True),
        ("12:05 pm", (12, 5, 0), True),
        ("00:10", (0, 10, 0), True),
        ("2:03:27", (2, 3, 27), False),
        ("12:05", (12, 5, 0), False),
        ("0145", (1, 45, 0), False),
        ("145", (1, 45, 0), False),
        ("1403", (14, 3, 0), True),
        ("014520", (1, 45, 20), False),
        ("134520", (13, 45, 20), True),
        ("1.45", (1, 45, 0), False),
        ("1,45", (1, 45, 0), False),
        ("1-45-20", (1, 45, 20), False),
        ("13h45", (13, 45, 0), True),
        ("13 45 20", (13, 45, 20), True),
        ("1345 hrs", (13, 45, 0), True),
        ("13:45h", (13, 45, 0), True),
        ("01:45 AM", (1, 45, 0), True),
        ("01:45AM", (1, 45, 0), True),
        ("0145am", (1, 45, 0), True),
        ("1:45pm", (13, 45, 0), True),
        ("1.45 p.m.", (13, 45, 0), True),
        ("1:45 p. m.", (13, 45, 0), True),
        ("1:45p", (13, 45, 0), True),
        ("1:45:20 PM", (13, 45, 20), True),
        ("1:45:20\u202fPM", (13, 45, 20), True),
        ("\u200e13:45:20\ufeff", (13, 45, 20), True),
        ("１３：４５", (13, 45, 0), True),
        ("١٣:٤٥", (13, 45, 0), True),
        ("13\u201145\u201120", (13, 45, 20), True),
        ("13\u223645", (13, 45, 0), True),
        ("13\u00b745", (13, 45, 0), True),
        ("13:45:20", (13, 45, 20), True),
        ("13 : 45 : 20", (13, 45, 20), True),
        ("noon", (12, 0, 0), True),
        ("12 midnight", (0, 0, 0), True),
        ("12:00 noon", (12, 0, 0), True),
        ("12.00 midnight", (0, 0, 0), True),
        ("PM 01:45:20", (13, 45, 20), True),
        ("a.m. 12.05", (0, 5, 0), True),
    ],
)
def test_times_are_read_as_people_write_them(
    typed: str, clock: tuple[int, int, int], known: bool
) -> None:
    read = read_time(typed)
    assert (read.hour, read.minute, read.second) == clock
    assert read.half_day_known is known


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "now",
        "14",
        "2pm",
        "24:00",
        "1:5",
        "1460",
        "13:45:20:12",
        "13:45 GMT",
        "half past one",
        "25:00",
        "12:60",
        "14:03:60",
        "13:00 pm",
        "0:10 am",
        "-1:00",
    ],
)
def test_what_is_no_time_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(UnreadableTime):
        read_time(typed)


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_said_to_be_none(typed: str) -> None:
    try:
        read = read_time(typed)
    except UnreadableTime:
        return
    assert 0 <= read.hour <= 23


def test_years_have_two_or_four_numbers() -> None:
    assert (read_year("2026"), read_year("26"), read_year(" 00 ")) == (2026, 2026, 2000)
    for typed in ("", "202", "1969", "2100", "20x6", "²²"):
        with pytest.raises(UnreadableTime):
            read_year(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2pm", "Enter the minutes too, like 14:03:27 or 2:03:27 pm"),
        ("14", "Enter the minutes too"),
        ("24:00", "00:00 or 12:00 am"),
        ("soon", "Enter the time as numbers"),
        ("13:45 pm", "from 1 to 12"),
        ("25:10", "no such time"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_to_type(typed: str, said: str) -> None:
    with pytest.raises(UnreadableTime, match=said):
        read_time(typed)


def test_only_seconds_that_were_typed_are_relied_on() -> None:
    assert read_time("13:45:00").to_the_second and read_time("134500").to_the_second
    assert not read_time("13:45").to_the_second and not read_time("1345").to_the_second


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("11", 11),
        ("3", 3),
        ("03", 3),
        ("November", 11),
        ("november", 11),
        ("Nov", 11),
        ("NOV.", 11),
        ("Sept", 9),
        ("Sep", 9),
        (" may ", 5),
        ("June", 6),
        ("Jul", 7),
        ("\u200bDec", 12),
    ],
)
def test_months_are_numbers_or_names(typed: str, month: int) -> None:
    assert read_month(typed) == month


@pytest.mark.parametrize("typed", ["", "0", "13", "No", "Ju", "Novembre", "x", "-1", "111", "²"])
def test_what_is_no_month(typed: str) -> None:
    with pytest.raises(UnreadableTime, match="month"):
        read_month(typed)


def test_days_are_numbers_with_or_without_their_ending() -> None:
    days = ("27", "3rd", "1st", "22nd", "07", "5.", " 9 ")
    assert [read_day(typed) for typed in days] == [27, 3, 1, 22, 7, 5, 9]
    for typed in ("", "0", "32", "27/11", "27 November", "first", "²"):
        with pytest.raises(UnreadableTime):
            read_day(typed)


@given(st.text(max_size=20))
def test_any_part_of_a_date_is_read_or_said_to_be_none(typed: str) -> None:
    for read, most in ((read_day, 31), (read_month, 12), (read_year, 2099)):
        with suppress(UnreadableTime):
            assert 1 <= read(typed) <= most


def test_years_from_1970_to_2099() -> None:
    assert [read_year(typed) for typed in ("1970", "2099", "99", "70")] == [1970, 2099, 2099, 2070]
