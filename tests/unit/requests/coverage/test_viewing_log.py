"""What an owner had before them, to the second of a check and the minute of a recorder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.requests.coverage.answer_history import Said
from chalicelib.requests.coverage.viewing_log import (
    kept_from,
    looks,
    recorder_offsets,
    whole_minute,
    whole_minute_from,
)
from chalicelib.requests.model import State, Window
from chalicelib.requests.recipients.camera_view import view_of
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
WINDOW = Window(START, END)
LOOKED = asked(site(FACING), State.NOTHING)


def test_half_a_minute_is_no_minute() -> None:
    for part in (SECOND, timedelta(microseconds=1), 59 * SECOND):
        assert whole_minute(START + part) == START
        assert whole_minute_from(START + part) == START + MINUTE
    assert whole_minute(START) == whole_minute_from(START) == START
    view = view_of(replace(FACING, retention_minutes=60), site(FACING), SCENE)
    assert kept_from(view, START) == START - HOUR
    assert kept_from(view, START + SECOND) == START - HOUR + MINUTE


def offsets(offset: int | None, checked_at: datetime | None, start: datetime) -> tuple[int, ...]:
    recipient = replace(LOOKED.recipient, clock_offset_seconds=offset, clock_checked_at=checked_at)
    return recorder_offsets(recipient, Window(start, start + HOUR), LONDON)


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
    (look,) = looks(checked, None, State.NOTHING)
    assert look.at == SENT + HOUR and look.window == Window(start, end)


def test_who_looked_at_the_moment_of_the_check_or_later_went_by_it() -> None:
    for checked_after in (HOUR, HOUR - SECOND):
        (look,) = looks(clock(LOOKED, 300 * SECOND, checked_after), None, State.NOTHING)
        assert look.window == WINDOW
    (look,) = looks(clock(LOOKED, 300 * SECOND, HOUR + SECOND), None, State.NOTHING)
    assert look.window == Window(START - 5 * MINUTE, END - 5 * MINUTE)


def test_a_window_that_a_wrong_clock_leaves_nothing_of_is_none() -> None:
    brief = replace(LOOKED, window=Window(START, START + MINUTE))
    (look,) = looks(clock(brief, 90 * SECOND, 2 * HOUR), None, State.NOTHING)
    assert look.window is None
    (look,) = looks(clock(brief, 120 * SECOND, 2 * HOUR), None, State.NOTHING)
    assert look.window == Window(START - 2 * MINUTE, START - MINUTE)


def test_saying_the_same_again_is_a_look_again_only_after_a_check() -> None:
    times = [SENT + HOUR * n for n in (1, 2, 3)]
    said = tuple(Said(at, "nothing") for at in times)
    thrice = replace(LOOKED, said=said)
    assert [look.at for look in looks(thrice, None, State.NOTHING)] == times[:1]
    checked = clock(thrice, 300 * SECOND, 2 * HOUR)
    assert [look.at for look in looks(checked, None, State.NOTHING)] == times[:2]
    assert thrice.acted_at == times[0]
    for state in (State.DECLINED, State.NOTIFIED, State.UNAVAILABLE):
        assert looks(thrice, None, state) == ()


def test_files_count_each_and_what_was_saved_from_when_it_was() -> None:
    sent = asked(site(FACING), State.UPLOADED)
    times = (SENT + HOUR, SENT + 2 * HOUR)
    files = replace(sent, files=times)
    assert [look.at for look in looks(files, 1, State.UPLOADED)] == list(times)
    assert [look.at for look in looks(sent, 1, State.UPLOADED)] == [SENT + HOUR]
    saved = asked(site(FACING), State.SAVED, saved_at=SENT, answered_at=SENT + HOUR)
    assert [look.at for look in looks(saved, 1, State.SAVED)] == [SENT]
    assert [look.at for look in looks(saved, 1, State.NOTHING)] == [SENT + HOUR]
