"""How pages write times, sizes and durations; the front end's tests read the same table."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.web.http import filters

WORDS = json.loads((Path(__file__).parents[4] / "frontend/test/words.json").read_text())
LONDON = "Europe/London"


@pytest.mark.parametrize(("minutes", "words"), WORDS["duration"])
def test_durations_in_words(minutes: float | None, words: str) -> None:
    assert filters.duration(minutes) == words


@pytest.mark.parametrize(("size", "words"), WORDS["file_size"])
def test_file_sizes_in_words(size: int, words: str) -> None:
    assert filters.file_size(size) == words


@pytest.mark.parametrize(("metres", "words"), WORDS["distance"])
def test_distances_in_words(metres: float, words: str) -> None:
    assert filters.distance_words(metres) == words


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("full", "Friday 20 November 2026, 10:04am"),
        ("short", "20 Nov, 10:04am"),
        ("time", "10:04am"),
        ("dense", "20 Nov 2026 10:04"),
    ],
)
def test_a_moment_in_each_style(style: str, words: str) -> None:
    assert filters.local_time("2026-11-20T10:04:00Z", LONDON, style) == words


def test_midnight_and_noon_are_twelve() -> None:
    assert filters.local_time("2026-11-20T00:04:00Z", LONDON, "time") == "12:04am"
    assert filters.local_time("2026-11-20T12:04:00Z", LONDON, "time") == "12:04pm"


def test_times_are_written_in_the_forces_zone_and_machine_readable() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    written = filters.time_element(summer, LONDON)
    assert 'datetime="2026-07-01T22:30:00Z"' in written
    assert "Wednesday 1 July 2026, 11:30pm" in written
    assert filters.local_input(summer, LONDON) == "2026-07-01T23:30"


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_time_is_a_dash_and_an_empty_field(nothing: str | None) -> None:
    assert "–" in filters.time_element(nothing, LONDON)
    assert filters.local_input(nothing, LONDON) == ""


def test_what_is_no_time_cannot_become_markup() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat"):
        filters.time_element("<script>", LONDON)
