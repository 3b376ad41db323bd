"""How times are said: minutes that are cut off and days that are named once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.formatting import duration, local_time, local_window

LONDON = "Europe/London"
START = datetime(2026, 11, 20, 1, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, "not known"),
        (0, "none"),
        (0.99, "none"),
        (1, "1 minute"),
        (1.99, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (122, "2 hours 2 minutes"),
        (24 * 60 - 1, "23 hours 59 minutes"),
        (24 * 60, "1 day"),
        (24 * 60 + 1, "1 day 1 minute"),
        (25 * 60 + 1, "1 day 1 hour"),
        (7 * 24 * 60 - 1, "6 days 23 hours"),
        (7 * 24 * 60 + 60, "7 days"),
    ],
)
def test_the_two_largest_parts_of_a_duration_are_said(minutes: float | None, words: str) -> None:
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "12:05am"),
        (1, "1:05am"),
        (11, "11:05am"),
        (12, "12:05pm"),
        (13, "1:05pm"),
        (23, "11:05pm"),
    ],
)
def test_a_clock_has_twelve_hours(hour: int, words: str) -> None:
    assert local_time(START.replace(hour=hour, minute=5), LONDON, "time") == words


def test_an_end_is_rounded_up_to_the_minute_and_never_further() -> None:
    def said(end: datetime) -> str:
        return local_window(START, end, LONDON)

    whole = "Friday 20 November 2026, from 1:50am to 2:20am"
    assert said(START + 30 * MINUTE) == whole
    assert said(START + 29 * MINUTE + timedelta(seconds=1)) == whole
    assert said(START + 29 * MINUTE + timedelta(microseconds=1)) == whole
    assert said(START + 30 * MINUTE + timedelta(seconds=59)).endswith("to 2:21am")


def test_a_stretch_over_midnight_or_a_change_of_the_clocks_says_so() -> None:
    late = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    assert local_window(late, late, LONDON) == (
        "Friday 20 November 2026, from 11:59pm to 11:59pm"
    )  # fmt: skip
    assert local_window(late, late + MINUTE, LONDON) == (
        "from Friday 20 November 2026, 11:59pm to Saturday 21 November 2026, 12:00am"
    )
    autumn = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert local_window(autumn, autumn + 20 * MINUTE, LONDON) == (
        "Sunday 25 October 2026, from 1:50am BST to 1:10am GMT"
    )
    over = local_window(autumn - timedelta(hours=3), autumn + 20 * MINUTE, LONDON)
    assert (
        over == "from Saturday 24 October 2026, 10:50pm BST to Sunday 25 October 2026, 1:10am GMT"
    )
