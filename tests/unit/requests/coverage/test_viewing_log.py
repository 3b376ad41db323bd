"""What an owner had before them, to the second of a check and the minute of a recorder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.times import whole_minute, whole_minute_from
from chalicelib.requests.coverage.answer_history import RecordedAnswer
from chalicelib.requests.coverage.viewing_log import (
    first_kept_minute,
    recorder_offsets,
    relevant_viewings,
)
from chalicelib.requests.model import FootageWindow, RecipientState
from chalicelib.requests.recipients.camera_view import camera_view
from tests.unit.requests.coverage.coverage_cases import (
    END,
    FACING,
    HOUR,
    LONDON,
    MINUTE,
    SCENE,
    SENT,
    START,
    asked,
    clock,
    site,
)

SECOND = timedelta(seconds=1)
WINDOW = FootageWindow(START, END)
LOOKED = asked(site(FACING), RecipientState.NOTHING)


def test_half_a_minute_is_no_minute() -> None:
    for part in (SECOND, timedelta(microseconds=1), 59 * SECOND):
        assert whole_minute(START + part) == START
        assert whole_minute_from(START + part) == START + MINUTE
    assert whole_minute(START) == whole_minute_from(START) == START
    view = camera_view(replace(FACING, retention_minutes=60), site(FACING), SCENE)
    assert first_kept_minute(view, START) == START - HOUR
    assert first_kept_minute(view, START + SECOND) == START - HOUR + MINUTE


def offsets(offset: int | None, checked_at: datetime | None, start: datetime) -> tuple[int, ...]:
    recipient = replace(LOOKED.recipient, clock_offset_seconds=offset, clock_checked_at=checked_at)
    return recorder_offsets(recipient, FootageWindow(start, start + HOUR), LONDON)


def test_a_check_tells_of_its_own_season() -> None:
    winter = datetime(2026, 11, 20, 12, tzinfo=UTC)
    summer = datetime(2026, 7, 20, 12, tzinfo=UTC)
    assert offsets(None, winter, winter) == offsets(300, None, winter) == ()
    assert offsets(300, winter, winter) == (300,)
    # Right to the minute is right, whatever the clocks did since.
    assert offsets(59, winter, summer) == (59,) and offsets(-59, winter, summer) == (-59,)
    assert offsets(60, winter, summer) == (-3540, 60)
    assert offsets(300, summer, winter) == (300, 3900)
    # Off by that very hour it stays on one season's time.
    assert offsets(3600, winter, summer) == (0,) and offsets(-3600, summer, winter) == (0,)


@pytest.mark.parametrize(
    ("ahead", "start", "end"),
    [
        (0, START, END),
        (59, START, END),
        (-59, START, END),
        (60, START - MINUTE, END - MINUTE),
        (90, START - MINUTE, END - 2 * MINUTE),
        (-90, START + 2 * MINUTE, END + MINUTE),
        (300, START - 5 * MINUTE, END - 5 * MINUTE),
    ],
)
def test_who_looked_before_the_check_went_by_the_recorder(
    ahead: int, start: datetime, end: datetime
) -> None:
    """Whole minutes are what counts: of one that was seen in part nobody can say so."""
    checked = clock(LOOKED, ahead * SECOND, 2 * HOUR)
    (look,) = relevant_viewings(checked, None, RecipientState.NOTHING)
    assert look.at == SENT + HOUR and look.window == FootageWindow(start, end)


def test_who_looked_at_the_moment_of_the_check_or_later_went_by_it() -> None:
    for checked_after in (HOUR, HOUR - SECOND):
        (look,) = relevant_viewings(
            clock(LOOKED, 300 * SECOND, checked_after), None, RecipientState.NOTHING
        )
        assert look.window == WINDOW
    (look,) = relevant_viewings(
        clock(LOOKED, 300 * SECOND, HOUR + SECOND), None, RecipientState.NOTHING
    )
    assert look.window == FootageWindow(START - 5 * MINUTE, END - 5 * MINUTE)


def test_a_window_that_a_wrong_clock_leaves_nothing_of_is_none() -> None:
    brief = replace(LOOKED, window=FootageWindow(START, START + MINUTE))
    (look,) = relevant_viewings(clock(brief, 90 * SECOND, 2 * HOUR), None, RecipientState.NOTHING)
    assert look.window is None
    (look,) = relevant_viewings(clock(brief, 120 * SECOND, 2 * HOUR), None, RecipientState.NOTHING)
    assert look.window == FootageWindow(START - 2 * MINUTE, START - MINUTE)


def test_saying_the_same_again_is_a_look_again_only_after_a_check() -> None:
    times = [SENT + HOUR * n for n in (1, 2, 3)]
    said = tuple(RecordedAnswer(at, "nothing") for at in times)
    thrice = replace(LOOKED, said=said)
    assert [look.at for look in relevant_viewings(thrice, None, RecipientState.NOTHING)] == times[
        :1
    ]
    checked = clock(thrice, 300 * SECOND, 2 * HOUR)
    assert [look.at for look in relevant_viewings(checked, None, RecipientState.NOTHING)] == times[
        :2
    ]
    assert thrice.acted_at == times[0]
    for state in (RecipientState.DECLINED, RecipientState.NOTIFIED, RecipientState.UNAVAILABLE):
        assert relevant_viewings(thrice, None, state) == ()


def test_files_count_each_and_what_was_saved_from_when_it_was() -> None:
    sent = asked(site(FACING), RecipientState.UPLOADED)
    times = (SENT + HOUR, SENT + 2 * HOUR)
    files = replace(sent, files=times)
    assert [look.at for look in relevant_viewings(files, 1, RecipientState.UPLOADED)] == list(times)
    assert [look.at for look in relevant_viewings(sent, 1, RecipientState.UPLOADED)] == [
        SENT + HOUR
    ]
    saved = asked(site(FACING), RecipientState.SAVED, saved_at=SENT, answered_at=SENT + HOUR)
    assert [look.at for look in relevant_viewings(saved, 1, RecipientState.SAVED)] == [SENT]
    assert [look.at for look in relevant_viewings(saved, 1, RecipientState.NOTHING)] == [
        SENT + HOUR
    ]
