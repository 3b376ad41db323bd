"""Windows of single sites: what is wrong with them, and which need a supervisor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.requests.model import MOST_SITES, FootageWindow
from chalicelib.requests.recipient_windows import (
    LONGEST_AGREED,
    LONGEST_WINDOW,
    overlong_windows,
    request_problems,
    whole_seconds,
    window_problems,
    windows_problems,
    windows_text,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
HALF_DAY = FootageWindow(NOW - 12 * HOUR, NOW)
LONGER = FootageWindow(NOW - 12 * HOUR - SECOND, NOW)


def wrong(start: timedelta, end: timedelta, *, agreed: bool = False) -> list[str]:
    window = FootageWindow(NOW + start, NOW + end)
    return [name for name, _ in window_problems(window, NOW, "w.", agreed=agreed)]


def test_a_window_begins_in_the_past_and_ends_after_its_beginning() -> None:
    minutes = timedelta(minutes=5)
    assert wrong(minutes, HOUR) == [] and wrong(minutes + SECOND, HOUR) == ["w.from"]
    assert wrong(-HOUR, -HOUR) == ["w.to"] and wrong(-HOUR, -HOUR + SECOND) == []
    assert wrong(HOUR, -HOUR) == ["w.from", "w.to"]


def test_a_window_has_twelve_hours_and_with_agreement_seven_days() -> None:
    assert (LONGEST_WINDOW, LONGEST_AGREED) == (12 * HOUR, 7 * 24 * HOUR)
    assert wrong(-12 * HOUR, 0 * HOUR) == []
    assert wrong(-12 * HOUR - SECOND, 0 * HOUR) == ["w.to"]
    assert wrong(-7 * 24 * HOUR, 0 * HOUR, agreed=True) == []
    assert wrong(-7 * 24 * HOUR - SECOND, 0 * HOUR, agreed=True) == ["w.to"]
    (said,) = window_problems(LONGER, NOW)
    assert said[0] == "to" and "A supervisor can agree" in said[1]
    (said,) = window_problems(FootageWindow(NOW - 8 * 24 * HOUR, NOW), NOW, agreed=True)
    assert said[1] == "Ask for at most 7 days of footage"


def test_problems_are_named_by_their_site() -> None:
    known, unknown = "b" * 16, "a" * 40
    found = windows_problems({known: LONGER, unknown: HALF_DAY}, [known], NOW)
    assert [name for name, _ in found] == [f"windows.{'a' * 16}", f"windows.{known}.to"]
    assert windows_problems({known: LONGER}, [known], NOW, agreed=True) == []


def test_a_supervisor_is_needed_for_more_than_half_a_day() -> None:
    assert (
        overlong_windows(["a"], LONGER, {}) == ["to"]
        and overlong_windows(["a"], HALF_DAY, {}) == []
    )
    assert overlong_windows(["a", "b"], LONGER, {"a": LONGER, "b": HALF_DAY}) == ["windows.a.to"]
    assert overlong_windows(["a", "b"], LONGER, {"a": LONGER}) == ["to", "windows.a.to"]


def test_windows_are_kept_in_whole_seconds_and_compared_as_text() -> None:
    part = timedelta(microseconds=1)
    exact = {"b": FootageWindow(NOW + part, NOW + HOUR + part), "a": HALF_DAY}
    assert whole_seconds(exact) == {"b": FootageWindow(NOW, NOW + HOUR), "a": HALF_DAY}
    assert windows_text(exact) == [
        "a 2026-11-19T22:00:00Z 2026-11-20T10:00:00Z",
        "b 2026-11-20T10:00:00Z 2026-11-20T11:00:00Z",
    ]


def problems(
    sites: int, window: FootageWindow, own: dict[str, FootageWindow], *, agreed: bool = False
) -> list[str]:
    ids = [f"s{number}" for number in range(sites)]
    return [name for name, _ in request_problems(ids, window, own, NOW, agreed=agreed)]


def test_a_request_asks_at_least_one_site_and_at_most_as_many_as_can_be_asked() -> None:
    assert problems(0, HALF_DAY, {}) == ["site_ids"]
    assert problems(1, HALF_DAY, {}) == problems(MOST_SITES, HALF_DAY, {}) == []
    assert problems(MOST_SITES + 1, HALF_DAY, {}) == ["site_ids"]
    (said,) = request_problems(["s"] * (MOST_SITES + 1), HALF_DAY, {}, NOW, agreed=False)
    assert f"at most {MOST_SITES} sites, not {MOST_SITES + 1}" in said[1]


def test_the_time_of_a_request_only_spans_those_of_sites_that_each_have_their_own() -> None:
    each = {"s0": HALF_DAY, "s1": HALF_DAY}
    assert problems(2, LONGER, each) == []
    assert problems(3, LONGER, each) == ["to"], "the third is asked for all of it"
    assert problems(3, LONGER, each, agreed=True) == []
    assert problems(2, HALF_DAY, {**each, "s1": LONGER}) == ["windows.s1.to"]
    assert problems(2, HALF_DAY, {**each, "s1": LONGER}, agreed=True) == []
    assert problems(1, HALF_DAY, each) == ["windows.s1"], "nobody asks that site"
