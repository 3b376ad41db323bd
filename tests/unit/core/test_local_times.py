"""Local times and the moments that they mean, in nights that clocks change, in any zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.formatting import local_time, local_window
from chalicelib.core.local_times import (
    came_twice,
    hour_words,
    local_choices,
    moments_of,
    skipped_words,
    wall_clock,
    zone_label,
    zone_labels,
)

ZONES = (
    *("Europe/London", "Europe/Dublin", "America/Chicago", "America/Havana", "America/St_Johns"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata", "Pacific/Chatham"),
)
zones = st.sampled_from(ZONES)
moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    datetime(2027, 1, 1),  # noqa: DTZ001 (as above)
    timezones=st.just(UTC),
).map(lambda at: at.replace(second=0, microsecond=0))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(moments, zones)
def test_a_moment_is_among_those_that_its_wall_time_means(moment: datetime, zone: str) -> None:
    found = moments_of(wall_clock(moment, zone), zone)
    assert moment in found and len(found) == 1 + came_twice(moment, zone)
    assert list(found) == sorted(found)


@given(moments.map(lambda at: at.replace(tzinfo=None)), zones)
def test_a_wall_time_means_none_one_or_two_moments_and_none_is_explained(
    typed: datetime, zone: str
) -> None:
    found = moments_of(typed, zone)
    assert all(wall_clock(one, zone) == typed for one in found)
    assert len(local_choices(typed, zone)) == (2 if len(found) == 2 else 0)
    if not found:
        assert f"There was no {hour_words(typed)}" in skipped_words(typed, zone)


@pytest.mark.parametrize(
    ("typed", "zone", "words"),
    [
        (
            "2026-03-29T01:30",
            "Europe/London",
            "There was no 1:30am on Sunday 29 March 2026: the clocks went forward from 1am to 2am. "
            "Enter 12:59am or earlier, or 2am or later",
        ),
        (
            "2026-03-08T02:00",
            "America/Chicago",
            "There was no 2am on Sunday 8 March 2026: the clocks went forward from 2am to 3am. "
            "Enter 1:59am or earlier, or 3am or later",
        ),
        (
            "2026-10-04T02:15",
            "Australia/Lord_Howe",
            "There was no 2:15am on Sunday 4 October 2026: the clocks went forward from 2am to "
            "2:30am. Enter 1:59am or earlier, or 2:30am or later",
        ),
        (
            "2026-03-29T01:30:20",
            "Europe/London",
            "There was no 1:30:20am on Sunday 29 March 2026: the clocks went forward from 1am to "
            "2am. Enter 12:59:59am or earlier, or 2am or later",
        ),
        (
            "2026-03-08T00:30",
            "America/Havana",
            "There was no 12:30am on Sunday 8 March 2026: the clocks went forward from 12am to "
            "1am. Enter 11:59pm on Saturday 7 March 2026 or earlier, or 1am or later",
        ),
        (
            "2011-12-30T10:00",
            "Pacific/Apia",
            "There was no 10am on Friday 30 December 2011: the clocks went forward from 12am to "
            "12am on Saturday 31 December 2011. Enter 11:59pm on Thursday 29 December 2011 or "
            "earlier, or 12am on Saturday 31 December 2011 or later",
        ),
    ],
)
def test_a_skipped_time_is_said_with_those_around_it(typed: str, zone: str, words: str) -> None:
    assert moments_of(wall(typed), zone) == ()
    assert skipped_words(wall(typed), zone) == words


def test_the_ends_of_what_was_skipped_are_times_again() -> None:
    for zone, last, next_ in (
        ("Europe/London", "2026-03-29T00:59:59", "2026-03-29T02:00"),
        ("Australia/Lord_Howe", "2026-10-04T01:59:59", "2026-10-04T02:30"),
    ):
        before, after = (moments_of(wall(text), zone)[0] for text in (last, next_))
        assert after - before == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("typed", "zone", "words"),
    [
        (
            "2026-10-25T01:30",
            "Europe/London",
            ["1:30am BST (the first)", "1:30am GMT (the second)"],
        ),
        ("2026-11-01T01:00", "America/Chicago", ["1am CDT (the first)", "1am CST (the second)"]),
        (
            "2026-04-05T01:45",
            "Australia/Lord_Howe",
            ["1:45am UTC+11 (the first)", "1:45am UTC+10:30 (the second)"],
        ),
        ("2026-10-25T02:00", "Europe/London", []),
        ("2026-10-25T01:30", "Asia/Kolkata", []),
    ],
)
def test_the_choice_is_in_words(typed: str, zone: str, words: list[str]) -> None:
    choices = local_choices(wall(typed), zone)
    assert [one.words for one in choices] == words
    assert [datetime.fromisoformat(one.value) for one in choices] == [one.moment for one in choices]


@pytest.mark.parametrize(
    ("zone", "labels"),
    [
        ("Europe/London", {"0": "GMT", "60": "BST"}),
        ("Europe/Jersey", {"0": "GMT", "60": "BST"}),
        ("Europe/Dublin", {"0": "GMT", "60": "IST"}),
        ("America/Chicago", {"-360": "CST", "-300": "CDT"}),
        ("Australia/Lord_Howe", {"630": "UTC+10:30", "660": "UTC+11"}),
        ("Asia/Kathmandu", {"345": "UTC+5:45"}),
    ],
)
def test_pages_give_scripts_the_names_of_the_zone(zone: str, labels: dict[str, str]) -> None:
    for month in range(1, 13):
        assert zone_labels(datetime(2026, month, 28, 1, tzinfo=UTC), zone) == labels


def test_a_zone_without_a_name_is_said_by_its_offset() -> None:
    july = datetime(2026, 7, 1, tzinfo=UTC)
    assert zone_label(july, "Europe/London") == "BST"
    assert zone_label(july, "Australia/Lord_Howe") == "UTC+10:30"
    assert zone_label(july, "America/Sao_Paulo") == "UTC-3"


FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "full", "short", "dense"),
    [
        (
            FIRST,
            FIRST + HOUR,
            "Sunday 25 October 2026, from 1:30am BST to 1:30am GMT",
            "25 Oct, 1:30am BST to 1:30am GMT",
            "25 Oct 2026 01:30 BST – 01:30 GMT",
        ),
        (  # both in one run of the hour that came twice
            FIRST + HOUR,
            FIRST + HOUR + timedelta(minutes=15),
            "Sunday 25 October 2026, from 1:30am GMT to 1:45am GMT",
            "25 Oct, 1:30am GMT to 1:45am GMT",
            "25 Oct 2026 01:30 GMT – 01:45 GMT",
        ),
        (  # the end touches it
            FIRST - HOUR,
            FIRST,
            "Sunday 25 October 2026, from 12:30am BST to 1:30am BST",
            "25 Oct, 12:30am BST to 1:30am BST",
            "25 Oct 2026 00:30 BST – 01:30 BST",
        ),
        (
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 15, tzinfo=UTC),
            "Sunday 29 March 2026, from 12:30am GMT to 2:15am BST",
            "29 Mar, 12:30am GMT to 2:15am BST",
            "29 Mar 2026 00:30 GMT – 02:15 BST",
        ),
        (  # seconds: nothing that is asked for is left out, in any of the forms
            datetime(2026, 11, 20, 4, 52, 40, tzinfo=UTC),
            datetime(2026, 11, 20, 5, 2, 40, tzinfo=UTC),
            "Friday 20 November 2026, from 4:52am to 5:03am",
            "20 Nov, 4:52am to 5:03am",
            "20 Nov 2026 04:52 – 05:03",
        ),
        (
            datetime(2026, 11, 20, 23, 50, tzinfo=UTC),
            datetime(2026, 11, 21, 0, 10, tzinfo=UTC),
            "from Friday 20 November 2026, 11:50pm to Saturday 21 November 2026, 12:10am",
            "20 Nov, 11:50pm to 21 Nov, 12:10am",
            "20 Nov 2026 23:50 – 21 Nov 2026 00:10",
        ),
    ],
)
def test_a_span_is_the_same_in_every_form(
    start: datetime, end: datetime, full: str, short: str, dense: str
) -> None:
    for style, words in (("full", full), ("short", short), ("dense", dense)):
        assert local_window(start, end, "Europe/London", style) == words


@given(moments, zones)
def test_a_single_time_names_its_zone_only_where_it_came_twice(moment: datetime, zone: str) -> None:
    said = local_time(moment, zone, "clock")
    assert (" " in said) is came_twice(moment, zone)
    assert said.startswith(f"{moment.astimezone(ZoneInfo(zone)):%H:%M}")
