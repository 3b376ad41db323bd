"""The recorder's clock: what people type, the offset, and where to look on the recorder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.core.local_times import wall_clock
from chalicelib.requests.model import FootageWindow, Recipient
from chalicelib.requests.recorder_clock import (
    ClockDoubt,
    ClockFinding,
    clock_doubt,
    clock_finding,
    looked_at,
    looked_choices,
    offset_seconds,
    offset_words,
    on_other_season,
    recorder_window,
    wall_window_words,
)
from chalicelib.requests.recorder_reading import (
    UnreadableTime,
    read_time,
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


@given(moments, st.integers(-(40 * 365 * 86400), 40 * 365 * 86400))
def test_the_offset_is_what_the_recorder_shows_less_the_true_local_time(
    seen_at: datetime, offset: int
) -> None:
    shown = wall_clock(seen_at, LONDON) + timedelta(seconds=offset)
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
    follows = wall_clock(window.start, LONDON) + by
    # One that never changes: as far from UTC at the window as it was at the check.
    stays = wall_clock(checked_at, LONDON) - checked_at.replace(tzinfo=None)
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


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/London", 3600),
        ("Europe/Dublin", 3600),  # by whose law winter is the exception
        ("America/Chicago", 3600),
        ("Australia/Lord_Howe", 1800),
        ("Antarctica/Troll", 7200),
    ],
)
def test_summer_time_is_what_the_zone_has(zone: str, hour: int) -> None:
    """Every week of a year: either clocks show summer time then, or a recorder may still do so."""
    ahead = [datetime(2026, month, 15, tzinfo=UTC).astimezone(ZoneInfo(zone)) for month in (1, 7)]
    summer = max(one.utcoffset() or timedelta() for one in ahead)
    for week in range(52):
        at = datetime(2026, 1, 4, 12, tzinfo=UTC) + timedelta(weeks=week)
        summer_now = at.astimezone(ZoneInfo(zone)).utcoffset() == summer
        assert on_other_season(hour, at, zone) == ("" if summer_now else "summer")
        assert on_other_season(-hour, at, zone) == ("winter" if summer_now else "")
        assert on_other_season(hour + 600, at, zone) == ""


def test_without_summer_time_no_recorder_is_on_another_seasons() -> None:
    for offset in (3600, -3600, 1800, 0):
        assert on_other_season(offset, WINTER, "Asia/Kathmandu") == ""


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


def test_a_look_in_the_hour_that_comes_twice_is_asked_about_unless_it_can_only_be_one() -> None:
    half_past = read_time("01:30")
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    before = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    assert looked_at(half_past, before, LONDON) == first
    assert looked_choices(half_past, before, LONDON) == ()
    for now in (datetime(2026, 10, 25, 1, 40, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)):
        with pytest.raises(UnreadableTime, match="came twice"):
            looked_at(half_past, now, LONDON)
        choices = looked_choices(half_past, now, LONDON)
        assert [one.moment for one in choices] == [first, second]
        for one in choices:
            assert looked_at(half_past, now, LONDON, one.value) == one.moment
    with pytest.raises(UnreadableTime, match="came twice"):
        looked_at(half_past, now, LONDON, "2026-10-25T01:45:00+01:00")


def test_a_look_in_the_hour_that_was_skipped_is_refused_with_the_times_around_it() -> None:
    now = datetime(2026, 3, 29, 9, tzinfo=UTC)
    with pytest.raises(UnreadableTime, match="no 1:30am on Sunday 29 March 2026"):
        looked_at(read_time("01:30"), now, LONDON)
    day_before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert looked_at(read_time("01:30"), day_before, LONDON) == day_before - timedelta(hours=23)


def test_minutes_around_the_clocks_going_back_are_looked_for_wherever_they_can_stand() -> None:
    """The recorder ran on to two o’clock and was set back to one, five minutes ahead of both."""
    window = FootageWindow(
        datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    )
    found = recorder_window(window, 300, datetime(2026, 10, 25, 12, tzinfo=UTC), LONDON)
    assert (found.start, found.end) == (on_wall("2026-10-25T01:05"), on_wall("2026-10-25T02:05"))


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


@pytest.mark.parametrize(
    ("typed", "clock", "known"),
    [
        ("0:59:59", (0, 59, 59), True),
        ("1:00", (1, 0, 0), False),
        ("12:59", (12, 59, 0), False),
        ("13:00", (13, 0, 0), True),
        ("23:00", (23, 0, 0), True),
        ("1:00 am", (1, 0, 0), True),
        ("11:00 pm", (23, 0, 0), True),
        ("12:00 a.m.", (0, 0, 0), True),
    ],
)
def test_the_first_and_last_of_each_half_day_are_read_right(
    typed: str, clock: tuple[int, int, int], known: bool
) -> None:
    read = read_time(typed)
    assert (read.hour, read.minute, read.second, read.half_day_known) == (*clock, known)


def test_just_beyond_the_last_time_there_is_none() -> None:
    for typed in ("24:00", "23:60", "23:59:60", "13:00 am", "0:30 pm"):
        with pytest.raises(UnreadableTime):
            read_time(typed)


def test_an_hour_is_an_hour_within_ninety_seconds() -> None:
    for slip in (-90, 90):
        assert on_other_season(3600 + slip, WINTER, LONDON) == "summer"
        assert on_other_season(-3600 + slip, SUMMER, LONDON) == "winter"
    for slip in (-91, 91):
        assert on_other_season(3600 + slip, WINTER, LONDON) == ""
        assert on_other_season(-3600 + slip, SUMMER, LONDON) == ""


@pytest.mark.parametrize(
    ("offset", "known", "expected"),
    [
        (6 * 3600, False, None),
        (6 * 3600 + 1, False, ClockDoubt.HALF_DAY),
        (6 * 3600 + 1, True, None),
        (12 * 3600 - 1, True, None),
        (12 * 3600, True, ClockDoubt.OTHER_DAY),
        (-12 * 3600, True, ClockDoubt.OTHER_DAY),
        (-6 * 3600, False, None),
    ],
)
def test_what_is_doubted_begins_at_a_quarter_and_half_of_a_day(
    offset: int, known: bool, expected: ClockDoubt | None
) -> None:
    assert clock_doubt(offset, known) is expected


def test_a_look_may_seem_two_minutes_ahead_and_be_a_day_ago() -> None:
    now = datetime(2026, 11, 20, 14, 3, 27, 500, tzinfo=UTC)
    whole = now.replace(microsecond=0)
    assert looked_at(read_time("14:05:27"), now, LONDON) == now
    assert looked_at(read_time("14:05:27"), whole, LONDON) == whole
    # Two minutes and a second ahead was yesterday.
    ahead = looked_at(read_time("14:05:28"), whole, LONDON)
    assert ahead == datetime(2026, 11, 19, 14, 5, 28, tzinfo=UTC)
    assert looked_at(read_time("14:03:27"), now, LONDON) == whole
    # A day that has 25 hours is longer ago than anybody is believed to remember.
    autumn = datetime(2026, 10, 25, 12, 30, tzinfo=UTC)
    with pytest.raises(UnreadableTime):
        looked_at(read_time("12:40"), autumn, LONDON)
    assert looked_at(read_time("12:30"), autumn, LONDON) == autumn
    day_ago = looked_at(read_time("13:30"), autumn, LONDON)
    assert day_ago == datetime(2026, 10, 24, 12, 30, tzinfo=UTC), "a day ago to the second"


def test_what_is_shown_is_widened_to_whole_minutes() -> None:
    window = FootageWindow(WINTER, WINTER + timedelta(minutes=10))
    found = recorder_window(window, 0, WINTER, LONDON)
    assert (found.start, found.end) == (on_wall("2026-11-20T14:03"), on_wall("2026-11-20T14:14"))
    whole = FootageWindow(WINTER.replace(second=0), WINTER.replace(minute=20, second=0))
    found = recorder_window(whole, 60, WINTER, LONDON)
    assert (found.start, found.end) == (on_wall("2026-11-20T14:04"), on_wall("2026-11-20T14:21"))
    slightly = recorder_window(whole, 1, WINTER, LONDON)
    assert (slightly.start, slightly.end) == (
        on_wall("2026-11-20T14:03"), on_wall("2026-11-20T14:21"),
    )  # fmt: skip


def test_offsets_of_one_and_of_many_are_said_right() -> None:
    assert offset_words(90_061) == "1 day 1 hour 1 minute 1 second ahead"
    assert offset_words(-2 * 90_061) == "2 days 2 hours 2 minutes 2 seconds behind"
    assert offset_words(1) == "1 second ahead" and offset_words(-1) == "1 second behind"
    assert offset_words(1000 * 86400) == "1,000 days ahead"


def test_a_clock_that_is_a_minute_wrong_is_told_where_to_look() -> None:
    window = FootageWindow(WINTER - timedelta(minutes=30), WINTER)

    def of(offset: int, checked_at: datetime = WINTER) -> str:
        checked = Recipient(
            new_id(), new_id(), new_id(), WINTER,
            clock_offset_seconds=offset, clock_checked_at=checked_at, clock_how="typed",
        )  # fmt: skip
        found = clock_finding(checked, window, LONDON)
        assert found and found.offset == offset and found.checked_at == checked_at
        assert found.how == "typed"
        return found.window

    assert of(59) == of(-59) == of(0) == ""
    assert of(60) == "Friday 20 November 2026, from 1:34pm to 2:05pm"
    assert of(-60) == "Friday 20 November 2026, from 1:32pm to 2:03pm"
    # Right when it was checked in summer; whether it follows the clocks nobody knows.
    assert of(0, SUMMER) == "Friday 20 November 2026, from 1:33pm to 2:04pm"
    unchecked = Recipient(new_id(), new_id(), new_id(), WINTER, clock_offset_seconds=12)
    assert clock_finding(unchecked, window, LONDON) is None
    undone = Recipient(new_id(), new_id(), new_id(), WINTER, clock_checked_at=WINTER)
    assert clock_finding(undone, window, LONDON) is None


def test_a_finding_names_the_other_place_and_the_season() -> None:
    window = FootageWindow(WINTER - timedelta(minutes=30), WINTER)

    def checked(offset: int, at: datetime) -> ClockFinding:
        one = Recipient(
            new_id(), new_id(), new_id(), WINTER, clock_offset_seconds=offset, clock_checked_at=at
        )
        found = clock_finding(one, window, LONDON)
        assert found
        return found

    in_summer = checked(0, SUMMER)
    assert in_summer.other == "Friday 20 November 2026, from 2:33pm to 3:04pm"
    assert in_summer.season == "" and in_summer.words == "right to the second"
    on_winter_time = checked(-3600, SUMMER)
    assert on_winter_time.season == "winter" and on_winter_time.other == ""
    assert on_winter_time.window == "Friday 20 November 2026, from 1:33pm to 2:04pm"
