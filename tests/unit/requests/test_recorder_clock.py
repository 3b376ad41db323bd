"""The recorder's clock: what people type, the offset, and where to look on the recorder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.requests.model import FootageWindow, Recipient
from chalicelib.requests.recorder_clock import (
    ClockDoubt,
    UnreadableTime,
    clock_doubt,
    clock_finding,
    looked_at,
    offset_seconds,
    offset_words,
    on_other_season,
    read_time,
    read_year,
    recorder_window,
    wall_time,
    wall_window_words,
)

LONDON = "Europe/London"


def on_wall(text: str) -> datetime:
    """A wall time; see clock_check."""
    return datetime.fromisoformat(text)


WINTER = datetime(2026, 11, 20, 14, 3, 27, tzinfo=UTC)
SUMMER = datetime(2026, 7, 20, 14, 3, 27, tzinfo=UTC)
moments = st.datetimes(on_wall("2020-01-01T00:00"), on_wall("2035-01-01T00:00")).map(
    lambda naive: naive.replace(tzinfo=UTC, microsecond=0)
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
    ["", "now", "25:00", "12:60", "14:03:60", "13:00 pm", "0:10 am", "1403", "-1:00", "١٤:٠٣"],
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


@given(moments, st.integers(-(40 * 365 * 86400), 40 * 365 * 86400))
def test_the_offset_is_what_the_recorder_shows_less_the_true_local_time(
    seen_at: datetime, offset: int
) -> None:
    shown = wall_time(seen_at, LONDON) + timedelta(seconds=offset)
    assert offset_seconds(shown, seen_at, LONDON) == offset


@given(moments, moments, st.integers(-86400, 86400), st.integers(1, 12 * 60))
def test_footage_is_found_under_the_time_that_the_recorder_stamped_on_it(
    checked_at: datetime, start: datetime, offset: int, minutes: int
) -> None:
    """Either the recorder follows summer time or it does not; one of the places is right, and
    both are when the clocks did not change in between."""
    window = FootageWindow(start, start + timedelta(minutes=minutes))
    found = recorder_window(window, offset, checked_at, LONDON)
    places = [(found.start, found.end), *([found.other] if found.other else [])]
    by = timedelta(seconds=offset)
    follows = wall_time(window.start, LONDON) + by
    # One that never changes: as far from UTC at the window as it was at the check.
    stays = wall_time(checked_at, LONDON) - checked_at.replace(tzinfo=None)
    stays_at = window.start.replace(tzinfo=None) + stays + by
    if not on_other_season(offset, checked_at, LONDON):
        assert any(first <= follows <= last for first, last in places)
    assert any(first <= stays_at <= last for first, last in places)
    assert all(last > first for first, last in places if minutes > 61)


def test_ahead_in_winter_by_an_hour_is_summer_time() -> None:
    assert on_other_season(3600, WINTER, LONDON) == "summer"
    assert on_other_season(3600 - 45, WINTER, LONDON) == "summer"
    assert on_other_season(3600 + 120, WINTER, LONDON) == ""
    assert on_other_season(-3600, WINTER, LONDON) == ""
    assert on_other_season(-3600, SUMMER, LONDON) == "winter"
    assert on_other_season(3600, SUMMER, LONDON) == ""


def test_a_recorder_left_on_summer_time_had_the_right_time_in_summer() -> None:
    """Checked after the clocks went back, about an afternoon before."""
    window = FootageWindow(
        datetime(2026, 10, 24, 13, tzinfo=UTC), datetime(2026, 10, 24, 13, 30, tzinfo=UTC)
    )
    found = recorder_window(window, 3600, datetime(2026, 10, 26, 9, tzinfo=UTC), LONDON)
    assert found.start == on_wall("2026-10-24T14:00")  # as everybody's clock showed it
    assert found.other is None


def test_when_the_clocks_changed_since_there_are_two_places_to_look() -> None:
    window = FootageWindow(
        datetime(2026, 10, 24, 13, tzinfo=UTC), datetime(2026, 10, 24, 13, 30, tzinfo=UTC)
    )
    found = recorder_window(window, 432, datetime(2026, 10, 26, 9, tzinfo=UTC), LONDON)
    assert (found.start, found.end) == (
        on_wall("2026-10-24T14:07"),
        on_wall("2026-10-24T14:38"),
    )
    assert found.other == (on_wall("2026-10-24T13:07"), on_wall("2026-10-24T13:38"))


def test_half_a_day_and_other_days_are_asked_about() -> None:
    assert clock_doubt(12 * 3600 + 60, half_day_known=False) is ClockDoubt.HALF_DAY
    assert clock_doubt(-12 * 3600, half_day_known=False) is ClockDoubt.HALF_DAY
    assert clock_doubt(12 * 3600 + 60, half_day_known=True) is ClockDoubt.OTHER_DAY
    assert clock_doubt(-7 * 365 * 86400, half_day_known=True) is ClockDoubt.OTHER_DAY
    assert clock_doubt(-10 * 3600, half_day_known=False) is ClockDoubt.HALF_DAY
    assert clock_doubt(-10 * 3600, half_day_known=True) is None
    assert clock_doubt(5 * 3600, half_day_known=False) is None


def test_when_somebody_looked_is_the_last_time_that_clocks_showed_that() -> None:
    assert looked_at(read_time("13:50"), WINTER, LONDON) == WINTER.replace(
        minute=50, second=0, hour=13
    )
    yesterday = looked_at(read_time("20:00"), WINTER, LONDON)
    assert yesterday == datetime(2026, 11, 19, 20, tzinfo=UTC)
    # A clock a minute fast is no look into the future.
    assert looked_at(read_time("14:04:27"), WINTER, LONDON) == WINTER
    assert looked_at(read_time("15:00"), SUMMER, LONDON) == datetime(2026, 7, 20, 14, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_the_later_one_is_meant() -> None:
    now = datetime(2026, 10, 25, 1, 40, tzinfo=UTC)
    assert looked_at(read_time("01:30"), now, LONDON) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    now = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    assert looked_at(read_time("01:30"), now, LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(moments, st.integers(0, 23), st.integers(0, 59))
def test_the_look_is_never_ahead_nor_more_than_a_day_ago(
    now: datetime, hour: int, minute: int
) -> None:
    try:
        found = looked_at(read_time(f"{hour:02}:{minute:02}"), now, LONDON)
    except UnreadableTime:
        return  # 25 hours on the day the clocks go back, or an hour that was skipped
    assert now - timedelta(hours=24) <= found <= now


def test_offsets_are_said_in_words() -> None:
    assert offset_words(0) == "right to the second"
    assert offset_words(432) == "7 minutes 12 seconds ahead"
    assert offset_words(-3600) == "1 hour behind"
    assert offset_words(-(400 * 86400 + 1)) == "400 days 1 second behind"
    assert (
        wall_window_words(on_wall("2026-11-20T13:57"), on_wall("2026-11-20T14:28"))
        == "Friday 20 November 2026, from 1:57pm to 2:28pm"
    )


def test_a_finding_says_where_to_look_unless_the_clock_is_right() -> None:
    recipient = Recipient(new_id(), new_id(), new_id(), WINTER)
    window = FootageWindow(WINTER - timedelta(minutes=30), WINTER)
    assert clock_finding(recipient, window, LONDON) is None
    right = Recipient(
        new_id(), new_id(), new_id(), WINTER, clock_offset_seconds=12, clock_checked_at=WINTER
    )
    found = clock_finding(right, window, LONDON)
    assert found and found.window == ""
    wrong = Recipient(
        new_id(), new_id(), new_id(), WINTER, clock_offset_seconds=-432, clock_checked_at=WINTER
    )
    found = clock_finding(wrong, window, LONDON)
    assert found and found.window == "Friday 20 November 2026, from 1:26pm to 1:57pm"
    assert found.words == "7 minutes 12 seconds behind"
