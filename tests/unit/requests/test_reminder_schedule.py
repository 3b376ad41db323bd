"""When to remind: what is promised, for any request at any time of any day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.quiet_hours import disturbs, is_night
from chalicelib.requests.model import UPLOAD_TIME
from chalicelib.requests.reminder_schedule import (
    overwrite_deadline,
    plan_reminders,
    plan_saved_reminders,
    postponed_reminder,
    reminder_spacing,
)

ZONE = "Europe/London"
moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
stretches = st.one_of(
    st.integers(1, 180),  # seconds: deadlines that are almost there
    st.integers(180, 3 * 24 * 3600),
    st.integers(3 * 24 * 3600, 90 * 24 * 3600),
).map(lambda seconds: timedelta(seconds=seconds))


def local(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    there = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(ZONE))
    return there.astimezone(UTC)


@given(moments, stretches)
def test_never_in_the_night_unless_the_deadline_is_in_it(sent: datetime, left: timedelta) -> None:
    deadline = sent + left
    for moment in plan_reminders(sent, deadline, ZONE):
        assert not is_night(moment, ZONE) or is_night(deadline, ZONE)
        assert not disturbs(moment, deadline, ZONE)
        if is_night(moment, ZONE):
            assert deadline - moment < timedelta(hours=12)  # the same night (13 h when clocks turn)


@given(moments, stretches)
def test_never_after_the_deadline_nor_closer_than_allowed(sent: datetime, left: timedelta) -> None:
    deadline = sent + left
    planned = plan_reminders(sent, deadline, ZONE)
    assert len(planned) <= 3
    gap = min(left / 10, timedelta(hours=1))
    for before, after in zip((sent, *planned), planned, strict=False):
        assert after - before >= gap
    assert all(sent < moment < deadline for moment in planned)
    assert all(moment.microsecond == 0 for moment in planned)


@given(moments, stretches)
def test_at_least_one_if_time_allows(sent: datetime, left: timedelta) -> None:
    deadline = sent + left
    if plan_reminders(sent, deadline, ZONE):
        return
    gap = reminder_spacing(sent, deadline)
    # Nothing was planned: then no quarter of an hour in which it could stand is of the day.
    step = max(timedelta(seconds=1), min(timedelta(minutes=15), left / 200))
    moment = sent + left / 2
    while moment < deadline - gap:
        assert disturbs(moment, deadline, ZONE) or left < timedelta(seconds=3)
        moment += step


@given(moments, stretches)
def test_in_the_daytime_they_stand_at_half_three_quarters_and_nine_tenths(
    sent: datetime, left: timedelta
) -> None:
    deadline = sent + left
    marks = [sent + left * share for share in (0.5, 0.75, 0.9)]
    if left < timedelta(seconds=20) or any(disturbs(m, deadline, ZONE) for m in marks):
        return
    planned = plan_reminders(sent, deadline, ZONE)
    assert len(planned) == 3
    for moment, mark in zip(planned, marks, strict=True):
        assert timedelta(0) <= moment - mark < timedelta(seconds=1)


def test_a_minute_is_enough_for_all_three() -> None:
    sent = local(2026, 11, 20, 14, 0, 0)
    planned = plan_reminders(sent, sent + timedelta(seconds=60), ZONE)
    assert [(moment - sent).total_seconds() for moment in planned] == [30, 45, 54]


def test_a_request_at_ten_in_the_evening_with_a_deadline_at_noon_waits_for_the_morning() -> None:
    sent = local(2026, 11, 20, 22, 0)
    planned = plan_reminders(sent, local(2026, 11, 21, 12, 0), ZONE)
    assert planned[0] == local(2026, 11, 21, 8, 0)
    assert all(not is_night(moment, ZONE) for moment in planned)


def test_a_request_at_ten_in_the_evening_with_a_deadline_at_three_does_not_wait() -> None:
    sent = local(2026, 11, 20, 22, 0)
    planned = plan_reminders(sent, local(2026, 11, 21, 3, 0), ZONE)
    times = [f"{moment.astimezone(ZoneInfo(ZONE)):%H:%M}" for moment in planned]
    assert times == ["00:30", "01:45", "02:30"]


def test_a_deadline_just_after_the_night_is_warned_of_the_evening_before() -> None:
    sent = local(2026, 11, 20, 10, 0)
    planned = plan_reminders(sent, local(2026, 11, 21, 8, 10), ZONE)
    assert local(2026, 11, 20, 20, 59) in planned


def test_two_that_fall_into_one_night_become_one() -> None:
    sent = local(2026, 11, 20, 18, 0)
    planned = plan_reminders(
        sent, local(2026, 11, 21, 10, 0), ZONE
    )  # marks at 02:00, 06:00 and 08:24
    assert planned[0] == local(2026, 11, 21, 8, 0)
    assert len(planned) == 2


def test_a_deadline_that_has_passed_is_not_reminded_of() -> None:
    sent = local(2026, 11, 20, 10, 0)
    assert plan_reminders(sent, sent, ZONE) == ()
    assert plan_reminders(sent, sent - timedelta(days=1), ZONE) == ()
    assert plan_reminders(sent, None, ZONE) == ()


@pytest.mark.parametrize("month, day", [(3, 28), (3, 29), (10, 24), (10, 25)])
def test_the_clocks_turning_does_not_move_the_night(month: int, day: int) -> None:
    sent = local(2026, month, day, 18, 0)
    for moment in plan_reminders(sent, sent + timedelta(hours=20), ZONE):
        assert not is_night(moment, ZONE)


@given(moments)
def test_saved_footage_is_asked_for_twice_and_by_day(saved: datetime) -> None:
    planned = plan_saved_reminders(saved, saved + UPLOAD_TIME, ZONE)
    assert 1 <= len(planned) <= 2
    assert all(not is_night(moment, ZONE) for moment in planned)
    assert all(b - a > timedelta(days=3) for a, b in zip((saved, *planned), planned, strict=False))


@given(moments, stretches, st.floats(0, 1.5), st.integers(0, 2))
def test_a_missed_reminder_is_made_up_for_within_the_same_rules(
    sent: datetime, left: timedelta, share: float, number: int
) -> None:
    deadline = sent + left
    planned = plan_reminders(sent, deadline, ZONE)
    if number >= len(planned):
        return
    now = sent + left * share
    last = planned[number - 1] if number else sent
    moment = postponed_reminder(planned[number], last, sent, deadline, ZONE, now)
    if moment is None:
        # The deadline has come too near, or is past.
        assert now > planned[number]
        return
    assert moment >= max(planned[number], last + reminder_spacing(sent, deadline))
    assert moment >= min(now, deadline) - timedelta(seconds=1)
    assert moment < deadline
    assert not disturbs(moment, deadline, ZONE)
    if now <= planned[number]:
        assert moment == planned[number]


def test_the_shortest_lived_camera_that_records_decides() -> None:
    seen = local(2026, 11, 20, 2, 0)
    cameras = (
        Camera(1, make="ring", plan="free", records=False),
        Camera(2, retention_minutes=14 * 24 * 60),
        Camera(3, CameraKind.DOORBELL),
    )
    found = overwrite_deadline(seen, cameras, PropertyType.HOME)
    assert found and found.at == seen + timedelta(hours=3) and not found.certain
    assert overwrite_deadline(seen, cameras[:1], PropertyType.HOME) is None
    alone = overwrite_deadline(seen, cameras[1:2], PropertyType.HOME)
    assert alone and alone.at == seen + timedelta(days=14) and alone.certain
