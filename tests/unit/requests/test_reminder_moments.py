"""The reminder schedule at its edges: exactly at a deadline, at eight, an hour apart."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.requests.model import Deadline, Recipient, RecipientState
from chalicelib.requests.reminder_schedule import (
    ReminderStep,
    StepKind,
    after_reminder,
    next_step,
    overwrite_deadline,
    overwrite_deadlines,
    plan_reminders,
    plan_saved_reminders,
    postponed_reminder,
    reminder_spacing,
    still_ahead,
    text_after_night,
    timer_spread,
    with_next_deadline,
)

ZONE = "Europe/London"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY = 24 * HOUR


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """In November 2026."""
    there = datetime(2026, 11, day, hour, minute, second, tzinfo=ZoneInfo(ZONE))
    return there.astimezone(UTC)


NOON = local(20, 12)
SOON, LATER, LAST = (Deadline(NOON + n * HOUR, True) for n in (1, 2, 3))


UPLOAD_TIME = timedelta(days=14)
"""For which saved footage is awaited."""


def one(**changes: object) -> Recipient:
    """Somebody who was sent a request at noon that has six hours."""
    made = Recipient(
        "1" * 16, "site2", "3" * 16, NOON,
        state=RecipientState.NOTIFIED, notified_at=NOON, deadline=NOON + 6 * HOUR,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # of many kinds


# Deadlines


def test_cameras_that_lose_it_together_are_one_deadline_as_uncertain_as_any_of_them() -> None:
    week, days = 7 * 24 * 60, 3 * 24 * 60
    sure, assumed = Camera(1, retention_minutes=week), Camera(2)  # a home's is taken for a week
    early = Camera(3, retention_minutes=days)
    for cameras in ([sure, assumed, early], [early, assumed, sure]):
        assert overwrite_deadlines(NOON, cameras, PropertyType.HOME) == (
            Deadline(NOON + 3 * DAY, True),
            Deadline(NOON + 7 * DAY, False),
        )
        first = overwrite_deadline(NOON, cameras, PropertyType.HOME)
        assert first == Deadline(NOON + 3 * DAY, True)
    assert overwrite_deadlines(NOON, [sure, sure], PropertyType.HOME) == (
        Deadline(NOON + 7 * DAY, True),
    )
    assert overwrite_deadlines(NOON, [], PropertyType.HOME) == ()


def test_a_deadline_is_past_at_its_moment() -> None:
    every = (SOON, LATER, LAST)
    assert still_ahead(every, SOON.at - SECOND) == (SOON, (LATER, LAST))
    assert still_ahead(every, SOON.at) == (LATER, (LAST,))
    assert still_ahead(every, LAST.at - SECOND) == (LAST, ())
    assert still_ahead(every, LAST.at) == (SOON, ()), "of all that were, the first"
    assert still_ahead((), NOON) == (None, ())


def test_the_next_camera_counts_once_the_first_has_lost_it() -> None:
    recipient = one(deadline=SOON.at, deadline_certain=False, later=(LATER, LAST))
    assert with_next_deadline(recipient, SOON.at - SECOND) is recipient
    moved = with_next_deadline(recipient, SOON.at)
    assert (moved.deadline, moved.deadline_certain, moved.later) == (LATER.at, True, (LAST,))
    moved = with_next_deadline(recipient, LATER.at)
    assert (moved.deadline, moved.later) == (LAST.at, ())
    assert with_next_deadline(recipient, LAST.at) is recipient, "nobody holds it any more"
    assert with_next_deadline(one(deadline=None, later=(LATER,)), NOON).deadline is None


# Distances


def test_reminders_keep_a_tenth_of_the_time_or_an_hour_apart() -> None:
    assert reminder_spacing(NOON, NOON + 10 * HOUR) == HOUR
    assert reminder_spacing(NOON, NOON + 10 * HOUR - 10 * SECOND) == HOUR - SECOND
    assert reminder_spacing(NOON, NOON + 30 * DAY) == HOUR
    assert reminder_spacing(NOON, NOON + 10 * MINUTE) == MINUTE


def test_a_reminder_is_never_early_by_a_fraction() -> None:
    half = timedelta(microseconds=500_000)
    assert plan_reminders(NOON, NOON + 61 * SECOND, ZONE, (0.5,)) == (NOON + 31 * SECOND,)
    assert plan_reminders(NOON, NOON + 60 * SECOND, ZONE, (0.5,)) == (NOON + 30 * SECOND,)
    assert plan_reminders(NOON + half, NOON + half + 60 * SECOND, ZONE, (0.5,)) == (
        NOON + 31 * SECOND,
    )


def test_marks_that_are_too_near_to_each_other_are_spread() -> None:
    found = plan_reminders(NOON, NOON + 100 * SECOND, ZONE, (0.02, 0.05, 0.9, 0.95))
    assert [(moment - NOON).seconds for moment in found] == [10, 20, 90]


def test_the_marks_of_one_who_saved_it_are_half_and_17_twentieths() -> None:
    assert plan_saved_reminders(NOON, NOON + 60 * MINUTE, ZONE) == (
        NOON + 30 * MINUTE,
        NOON + 51 * MINUTE,
    )
    # What would come in the night of its deadline does not come at all.
    assert plan_saved_reminders(local(20, 20), local(21, 2), ZONE) == ()


def test_the_morning_does_when_it_leaves_the_least_distance_and_the_evening_when_not() -> None:
    sent = local(20, 19)
    gap_before_nine = plan_reminders(sent, local(21, 9), ZONE, (0.5,))
    assert gap_before_nine == (local(21, 8),), "an hour before the deadline exactly"
    assert plan_reminders(sent, local(21, 8, 59), ZONE, (0.5,)) == (local(20, 20, 59),)
    # Sent too near to the night for the evening.
    assert plan_reminders(local(20, 20, 30), local(21, 8, 20), ZONE, (0.5,)) == (local(21, 8),)
    assert plan_reminders(local(20, 19, 59), local(21, 8, 20), ZONE, (0.5,)) == (local(20, 20, 59),)
    assert plan_reminders(local(20, 20, 30), local(21, 8), ZONE, (0.5,)) == ()


def test_of_a_night_with_two_marks_one_reminder_is_left() -> None:
    sent = local(20, 16)
    found = plan_reminders(sent, local(21, 12), ZONE)  # marks at 02:00, 07:00 and 10:00
    assert found == (local(21, 8), local(21, 10))


def test_a_reminder_that_was_missed_is_made_up_for_until_the_deadline() -> None:
    end = NOON + 100 * SECOND

    def late(now: int, last: int = 0, planned: int = 50) -> int | None:
        found = postponed_reminder(
            NOON + planned * SECOND, NOON + last * SECOND, NOON, end, ZONE, NOON + now * SECOND
        )
        return None if found is None else (found - NOON).seconds

    assert late(50) == late(0) == 50
    assert late(60) == 60 and late(55, last=50) == 60 and late(0, last=45) == 55
    assert late(99) == 99 and late(100) is None and late(0, last=90) is None


# The clock's next step


def test_clocks_ring_within_a_minute_and_a_part_of_the_time() -> None:
    share = zlib.crc32(b"site2") / 2**32
    assert 0.1 < share < 0.99

    def after(recipient: Recipient, due: datetime) -> float:
        return timer_spread(recipient, due).total_seconds()

    assert after(one(), NOON + HOUR) == pytest.approx(60 * share, abs=1e-5)
    assert after(one(deadline=None), NOON) == pytest.approx(60 * share, abs=1e-5)
    brief = one(deadline=NOON + 1500 * SECOND)
    assert after(brief, NOON) == pytest.approx(30 * share, abs=1e-5)
    assert after(brief, NOON + 1490 * SECOND) == pytest.approx(5 * share, abs=1e-5)
    assert after(brief, NOON + 1500 * SECOND) == pytest.approx(30 * share, abs=1e-5)
    # The time left at first counts from the message, and from the request before there is one.
    unsent = replace(brief, notified_at=None, created_at=NOON + 500 * SECOND)
    assert after(unsent, NOON) == pytest.approx(20 * share, abs=1e-5)
    assert timer_spread(one(deadline=NOON - HOUR), NOON) == timedelta(0)


def test_a_text_waits_for_the_morning_unless_something_comes_before() -> None:
    night, eight = local(20, 23), local(21, 8)
    assert text_after_night(night, local(21, 12), (), ZONE) == eight
    assert text_after_night(night, local(21, 12), (eight + SECOND,), ZONE) == eight
    assert text_after_night(night, local(21, 12), (eight,), ZONE) is None, "the reminder brings it"
    assert text_after_night(night, eight + SECOND, (), ZONE) == eight
    assert text_after_night(night, eight, (), ZONE) is None
    assert text_after_night(night, None, (), ZONE) is None
    assert text_after_night(night, night, (), ZONE) is None
    assert text_after_night(NOON, local(21, 12), (), ZONE) is None, "at once, by day"


def step(recipient: Recipient, now: datetime) -> ReminderStep:
    found = next_step(recipient, now, ZONE)
    assert found
    return found


def test_nothing_is_waited_for_without_a_message_or_an_end() -> None:
    assert next_step(one(notified_at=None), NOON, ZONE) is None
    assert next_step(one(deadline=None), NOON, ZONE) is None
    saved = one(state=RecipientState.SAVED, saved_at=NOON, notified_at=None, deadline=None)
    assert step(saved, NOON).at == NOON + UPLOAD_TIME
    assert next_step(replace(saved, saved_at=None), NOON, ZONE) is None


def test_the_time_is_over_at_the_deadline_by_day_or_night() -> None:
    recipient = one()
    assert recipient.deadline
    before, at = recipient.deadline - SECOND, recipient.deadline
    assert (step(recipient, before).kind, step(recipient, before).at) == (StepKind.WAIT, at)
    assert (step(recipient, at).kind, step(recipient, at).at) == (StepKind.END, at)
    midnight = one(deadline=local(21, 0))
    assert step(midnight, local(21, 1)).kind is StepKind.END
    # The time to upload is ours to set: its end waits for the morning.
    saved = one(state=RecipientState.SAVED, saved_at=local(7, 0), later=(LATER,))
    waiting = step(saved, local(21, 1))
    assert (waiting.kind, waiting.at) == (StepKind.WAIT, local(21, 8))
    ended = step(saved, local(21, 8))
    assert (ended.kind, ended.at) == (StepKind.END, local(21, 0))


def test_when_one_camera_has_lost_it_the_next_is_told_of_by_day() -> None:
    recipient = one(deadline=SOON.at, later=(Deadline(local(22, 12), True),))
    moving = step(recipient, SOON.at)
    assert (moving.kind, moving.at, moving.recipient) == (StepKind.MOVE_ON, SOON.at, recipient)
    after = after_reminder(moving, SOON.at, ZONE)
    assert after.deadline == local(22, 12) and after.later == ()
    assert after.planned == plan_reminders(SOON.at, local(22, 12), ZONE)
    assert after.reminded == (SOON.at,) and after.text_at is None
    at_night = step(recipient, local(20, 23))
    assert (at_night.kind, at_night.at) == (StepKind.WAIT, local(21, 8))


def test_a_text_that_waited_comes_before_the_reminder_after_it() -> None:
    deadline, eight = local(22, 12), local(21, 8)
    recipient = one(notified_at=local(20, 23), deadline=deadline, text_at=eight,
                    planned=(local(21, 10),))  # fmt: skip
    assert (step(recipient, local(20, 23)).kind, step(recipient, local(20, 23)).at) == (
        StepKind.WAIT, eight,
    )  # fmt: skip
    assert step(recipient, eight - SECOND).at == eight
    assert (step(recipient, eight).kind, step(recipient, eight).at) == (StepKind.TEXT, eight)
    # Who saved it meanwhile needs no text.
    saved = replace(recipient, state=RecipientState.SAVED, saved_at=local(20, 23, 30))
    for now in (local(20, 23, 40), eight):
        assert (step(saved, now).kind, step(saved, now).at) == (StepKind.WAIT, local(21, 10))
    # A text whose reminder is due first has nothing to add.
    sooner = replace(recipient, text_at=local(21, 11))
    assert (step(sooner, eight).kind, step(sooner, eight).at) == (StepKind.WAIT, local(21, 10))
    assert step(sooner, local(21, 10)).kind is StepKind.REMIND


def test_a_reminder_is_due_at_its_moment_and_the_last_says_so() -> None:
    recipient = one(planned=(NOON + HOUR, NOON + 3 * HOUR))
    assert step(recipient, NOON + HOUR - SECOND).kind is StepKind.WAIT
    due = step(recipient, NOON + HOUR)
    assert (due.kind, due.at, due.last) == (StepKind.REMIND, NOON + HOUR, False)
    after = after_reminder(due, NOON + HOUR, ZONE)
    assert after.planned == (NOON + 3 * HOUR,) and after.reminded == (NOON + HOUR,)
    last = step(after, NOON + 3 * HOUR)
    assert (last.kind, last.last) == (StepKind.REMIND, True)
    # Another camera still holds it: then more will follow, but not for one who has saved it.
    more = replace(after, later=(Deadline(NOON + DAY, True),))
    assert not step(more, NOON + 3 * HOUR).last
    saved = replace(more, state=RecipientState.SAVED, saved_at=NOON)
    assert step(saved, NOON + 3 * HOUR).last


def test_one_that_has_no_place_any_more_makes_room_for_the_next() -> None:
    # Both are too late to keep their distance from the one that went out.
    recipient = one(notified_at=local(20, 12), deadline=local(20, 18),
                    planned=(local(20, 17, 50), local(20, 17, 55)),
                    reminded=(local(20, 17, 30),))  # fmt: skip
    none_left = step(recipient, local(20, 17, 40))
    assert (none_left.kind, none_left.at) == (StepKind.WAIT, local(20, 18))
    assert none_left.recipient.planned == () and not none_left.last
    # At night nobody who saved it is reminded, and the one after the night takes its place.
    saved = one(
        state=RecipientState.SAVED, saved_at=local(7, 12), planned=(local(20, 23), local(21, 2))
    )
    assert step(saved, local(20, 22)).at == local(21, 8)
    at_the_end = step(replace(saved, saved_at=local(7, 6)), local(20, 22))
    assert (at_the_end.kind, at_the_end.at) == (StepKind.WAIT, local(21, 6))
    assert at_the_end.recipient.planned == ()


def test_what_was_sent_before_the_footage_was_saved_does_not_count_after() -> None:
    at, hour = local(19, 14), HOUR
    saved = one(state=RecipientState.SAVED, saved_at=at, planned=(at + hour / 2,))
    assert step(replace(saved, reminded=(at - SECOND,)), at).at == at + hour
    assert step(replace(saved, reminded=(at,)), at).at == at + hour
    assert step(replace(saved, reminded=(at - 2 * hour,)), at).at == at + hour
    again = replace(saved, reminded=(at + hour / 4, at + hour / 2))
    assert step(again, at + hour / 2).at == at + 1.5 * hour
