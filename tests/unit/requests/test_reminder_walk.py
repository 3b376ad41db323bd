"""A recipient's clock from the message to its end, as the workflow and the sweep walk it: the
promises of the reminder schedule hold on the way, also when nothing ran for a while."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.core.quiet_hours import disturbs, is_night, morning
from chalicelib.requests.model import UPLOAD_TIME, Deadline, Recipient, RecipientState
from chalicelib.requests.reminder_schedule import (
    StepKind,
    after_reminder,
    next_step,
    plan_reminders,
    plan_saved_reminders,
    reminder_spacing,
    text_after_night,
    timer_spread,
)

ZONE = "Europe/London"
LONDON = ZoneInfo(ZONE)
moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
stretches = st.one_of(
    st.integers(20, 180), st.integers(180, 3 * 86400), st.integers(3 * 86400, 90 * 86400)
).map(lambda seconds: timedelta(seconds=seconds))
delays = st.lists(st.floats(0, 0.6), max_size=6)
"""By how much wake-ups come late, as parts of the time that was left at first."""


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M}"


def asked(
    sent: datetime, deadline: datetime, *, texts: bool = False, later: Iterable[datetime] = ()
) -> Recipient:
    """Somebody who was just sent the first message. later: of other cameras."""
    planned = plan_reminders(sent, deadline, ZONE)
    return Recipient(
        request_id="1" * 16,
        site_id="2" * 16,
        owner_id="3" * 16,
        created_at=sent,
        state=RecipientState.NOTIFIED,
        deadline=deadline,
        planned=planned,
        notified_at=sent,
        text_at=text_after_night(sent, deadline, planned, ZONE) if texts else None,
        later=tuple(Deadline(moment, True) for moment in later),
    )


def saved(at: datetime) -> Recipient:
    """Somebody who saved the footage just now."""
    one = asked(at - timedelta(days=1), at + timedelta(days=1))
    planned = plan_saved_reminders(at, at + UPLOAD_TIME, ZONE)
    return replace(one, state=RecipientState.SAVED, saved_at=at, planned=planned)


@dataclass
class Walk:
    """What happened and when. last: the reminders that called themselves the last. moved: when
    the next camera's deadline took the place of one that had passed, and what it then was."""

    reminded: list[datetime]
    texted: list[datetime]
    last: list[datetime]
    ended: datetime
    moved: list[tuple[datetime, datetime]]


def walk(recipient: Recipient, begun: datetime, late: Iterable[timedelta] = ()) -> Walk:
    """Wakes at each next step, late where told, and does it at once."""
    now, lateness = begun, iter(late)
    found = Walk([], [], [], begun, [])
    for _ in range(60):
        step = next_step(recipient, now, ZONE)
        assert step is not None
        recipient = step.recipient
        if step.kind is StepKind.END:
            found.ended = now
            return found
        if step.kind is StepKind.WAIT:
            assert step.at > now
            now = step.at + next(lateness, timedelta(0))
        elif step.kind is StepKind.TEXT:
            found.texted.append(now)
            recipient = replace(recipient, text_at=None)
        else:
            recipient = after_reminder(step, now, ZONE)
            found.reminded.append(now)
            found.last += [now] if step.last else []
            if step.kind is StepKind.MOVE_ON:
                assert recipient.deadline
                found.moved.append((now, recipient.deadline))
    raise AssertionError("a clock that does not end")


@given(moments, stretches)
def test_what_was_planned_comes_then_and_only_the_last_says_so(
    sent: datetime, left: timedelta
) -> None:
    recipient = asked(sent, sent + left)
    done = walk(recipient, sent)
    assert tuple(done.reminded) == recipient.planned
    assert done.last == done.reminded[-1:]
    assert done.ended == sent + left


@given(moments, stretches, delays)
def test_late_wake_ups_break_no_promise(
    sent: datetime, left: timedelta, shares: list[float]
) -> None:
    deadline = sent + left
    done = walk(asked(sent, deadline), sent, [left * share for share in shares])
    assert len(done.reminded) <= 3 and done.ended >= deadline
    for before, after in pairwise((sent, *done.reminded)):
        assert after - before >= reminder_spacing(sent, deadline)
    for moment in done.reminded:
        assert moment < deadline
        assert not disturbs(moment, deadline, ZONE)


@given(moments, st.lists(stretches, min_size=2, max_size=4, unique=True), delays)
def test_as_long_as_one_camera_holds_it_the_clock_goes_on(
    sent: datetime, lefts: list[timedelta], shares: list[float]
) -> None:
    first, *later = sorted(sent + left for left in lefts)
    late = [(later[-1] - sent) * share / 4 for share in shares]
    done = walk(asked(sent, first, later=later), sent, late)
    # Not over before the last camera lost it, and each camera that is named then still has it.
    assert done.ended >= later[-1]
    assert all(now < deadline for now, deadline in done.moved)
    assert [deadline for _, deadline in done.moved] == sorted({d for _, d in done.moved})
    assert all(moment < later[-1] for moment in done.reminded)
    for now, deadline in done.moved:
        assert not disturbs(now, deadline, ZONE)


def test_a_doorbell_that_lost_it_does_not_end_the_reminders_of_the_other_camera() -> None:
    sent = local(2026, 11, 20, 10)
    doorbell, recorder = sent + timedelta(hours=2), sent + timedelta(days=6)
    done = walk(asked(sent, doorbell, later=[recorder]), sent)
    assert done.moved == [(doorbell, recorder)]
    assert len(done.reminded) == 3 + 1 + 3 and done.ended == recorder
    assert done.last == done.reminded[-1:]
    # At night that can wait; the doorbell of somebody who was asked at 20:30 loses it at 22:30.
    sent = local(2026, 11, 20, 20, 30)
    late = walk(asked(sent, sent + timedelta(hours=2), later=[sent + timedelta(days=6)]), sent)
    assert [clock(now) for now, _ in late.moved] == ["08:00"]


@given(moments, delays)
def test_saved_footage_is_never_asked_for_at_night(at: datetime, shares: list[float]) -> None:
    done = walk(saved(at), at, [UPLOAD_TIME * share / 4 for share in shares])
    assert len(done.reminded) <= 2 and done.ended >= at + UPLOAD_TIME
    assert all(moment < at + UPLOAD_TIME for moment in done.reminded)
    assert not any(is_night(moment, ZONE) for moment in (*done.reminded, done.ended))


@given(moments, stretches)
def test_a_text_of_a_request_at_night_comes_in_the_morning_or_with_a_reminder(
    sent: datetime, left: timedelta
) -> None:
    deadline = sent + left
    recipient = asked(sent, deadline, texts=True)
    done = walk(recipient, sent)
    assert tuple(done.reminded) == recipient.planned
    if done.texted:
        assert is_night(sent, ZONE) and done.texted == [morning(sent, ZONE)]
        assert done.texted[0] < deadline
    elif disturbs(sent, deadline, ZONE):
        # A reminder comes as early as the text would, or the morning is too late for it.
        at = morning(sent, ZONE)
        assert deadline <= at or done.reminded[0] <= at


@given(moments, stretches, st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=16, max_size=16))
def test_clocks_of_one_request_do_not_all_ring_at_once(
    sent: datetime, left: timedelta, site_id: str
) -> None:
    recipient = replace(asked(sent, sent + left), site_id=site_id)
    for moment in (*recipient.planned, sent + left):
        later = timer_spread(recipient, moment)
        assert timedelta(0) <= later < timedelta(minutes=1) and later <= left / 50
        assert moment + later < sent + left or moment == sent + left


def test_five_hundred_clocks_fill_the_minute() -> None:
    one = asked(local(2026, 11, 20, 10), local(2026, 11, 27, 10))
    first = one.planned[0]
    seconds = Counter(
        int(timer_spread(replace(one, site_id=new_id()), first).total_seconds()) for _ in range(500)
    )
    assert len(seconds) >= 50 and max(seconds.values()) < 30
    late = replace(one, deadline=one.created_at - timedelta(days=1))
    assert timer_spread(late, first) == timedelta(0)


NIGHTS = [
    (2026, 11, 20),
    (2026, 3, 28),  # the clocks go forward at 01:00
    (2026, 10, 24),  # they go back at 02:00
    (2026, 12, 31),
]


def next_day(day: tuple[int, int, int], hour: int, minute: int = 0) -> datetime:
    following = datetime(*day, tzinfo=UTC) + timedelta(days=1)
    return local(following.year, following.month, following.day, hour, minute)


@pytest.mark.parametrize("day", NIGHTS)
def test_asked_at_ten_in_the_evening_until_noon_waits_for_eight(day: tuple[int, int, int]) -> None:
    sent = local(*day, 22)
    done = walk(asked(sent, next_day(day, 12), texts=True), sent)
    assert clock(done.reminded[0]) == "08:00"
    assert all(not is_night(moment, ZONE) for moment in done.reminded)
    assert done.texted == []  # the reminder brings the text


@pytest.mark.parametrize("day", NIGHTS)
def test_asked_at_ten_in_the_evening_until_three_does_not_wait(day: tuple[int, int, int]) -> None:
    sent = local(*day, 22)
    deadline = next_day(day, 3)
    done = walk(asked(sent, deadline, texts=True), sent)
    assert len(done.reminded) == 3 and done.ended == deadline
    assert all(sent < moment < deadline for moment in done.reminded)
    assert text_after_night(sent, deadline, plan_reminders(sent, deadline, ZONE), ZONE) is None
    marks = [sent + (deadline - sent) * share for share in (0.5, 0.75, 0.9)]
    assert done.reminded == marks


@pytest.mark.parametrize("day", NIGHTS)
def test_asked_at_night_for_a_week_is_texted_in_the_morning(day: tuple[int, int, int]) -> None:
    sent = local(*day, 23, 30)
    done = walk(asked(sent, sent + timedelta(days=7), texts=True), sent)
    assert done.texted == [next_day(day, 8)]
    assert len(done.reminded) == 3


@pytest.mark.parametrize("day", NIGHTS)
def test_a_night_is_ten_eleven_or_twelve_hours_and_ends_at_eight(day: tuple[int, int, int]) -> None:
    begins, ends = local(*day, 21), next_day(day, 8)
    hours = {(2026, 3, 28): 10, (2026, 10, 24): 12}.get(day, 11)
    assert ends - begins == timedelta(hours=hours)
    minute = timedelta(minutes=1)
    assert not is_night(begins - minute, ZONE) and is_night(begins, ZONE)
    assert is_night(ends - minute, ZONE) and not is_night(ends, ZONE)
    moment = begins
    while moment < ends:
        assert is_night(moment, ZONE) and morning(moment, ZONE) == ends
        moment += 10 * minute


def test_a_deadline_in_another_night_is_no_reason_to_wake_anybody() -> None:
    tonight, tomorrow = local(2026, 11, 20, 23), local(2026, 11, 22, 2)
    assert disturbs(tonight, tomorrow, ZONE)
    assert not disturbs(local(2026, 11, 21, 23), tomorrow, ZONE)
