"""From a start, a range of speeds and a stretch of the path to whole minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo.timed_path import CLOCK_SLACK, PAD, PRESETS, START_SLACK, TimedPath

START = datetime(2026, 11, 20, 22, 15, 30, tzinfo=UTC)


@given(
    st.sampled_from(sorted(PRESETS)),
    st.floats(0, 1),
    st.floats(0, 20_000),
    st.floats(0, 500),
    st.floats(-1, 1),
)
def test_whoever_keeps_to_the_speeds_passes_in_the_window(
    preset: str, share: float, first: float, length: float, late: float
) -> None:
    slowest, fastest = PRESETS[preset]
    speed = slowest + share * (fastest - slowest)
    window = TimedPath(START, slowest, fastest).window(first, first + length)
    came = START + late * PAD + timedelta(seconds=first / speed)
    went = START + late * PAD + timedelta(seconds=(first + length) / speed)
    assert window.start <= came <= went <= window.end
    for moment in (window.start, window.end):
        assert (moment.second, moment.microsecond) == (0, 0)


def test_a_window_is_no_longer_than_it_must_be() -> None:
    window = TimedPath(START, 1.0, 2.0).window(600, 660)
    assert window.start == datetime(2026, 11, 20, 22, 15, tzinfo=UTC)
    assert window.end == datetime(2026, 11, 20, 22, 33, tzinfo=UTC)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_preset_is_as_good_as_its_numbers(preset: str) -> None:
    slowest, fastest = PRESETS[preset]
    numbers = {"min_kmh": slowest * 3.6, "max_kmh": fastest * 3.6}
    by_number = TimedPath.of(START, numbers)
    assert by_number.slowest == pytest.approx(slowest)
    assert by_number.fastest == pytest.approx(fastest)
    assert TimedPath.of(START, {"preset": preset}) == TimedPath(START, slowest, fastest)


def test_what_is_not_known_exactly_is_padded_by_as_much_as_is_written() -> None:
    """docs/search.md, "Timed corridor": two minutes of the start, three of the clock."""
    assert tuple(timedelta(minutes=n) for n in (2, 3, 5)) == (START_SLACK, CLOCK_SLACK, PAD)
    speeds = {"walking": (0.8, 2.5), "cycling": (2.5, 9.0), "driving": (2.5, 25.0)}
    assert speeds == PRESETS


def test_a_window_that_ends_on_a_minute_is_not_made_longer() -> None:
    start = START.replace(second=0)
    whole = TimedPath(start, 1.0, 2.0).window(120, 600)  # 60 s and, with a tenth more, 660 s
    assert whole.start == start - timedelta(minutes=4)
    assert whole.end == start + timedelta(minutes=16)
    later = TimedPath(start, 1.0, 2.0).window(118, 601)
    assert later.start == start - timedelta(minutes=5)
    assert later.end == start + timedelta(minutes=17)


def test_a_speed_is_read_in_kilometres_an_hour() -> None:
    journey = TimedPath.of(START, {"min_kmh": 3.6, "max_kmh": 36})
    assert (journey.slowest, journey.fastest) == (1, 10)
