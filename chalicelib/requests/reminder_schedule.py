"""When footage is lost, and when to remind its owner. Pure: no time source, no zone of its own.

Reminders stand at 50 %, 75 % and 90 % of the time left when the request was sent,
never closer together than a tenth of it or one hour, whichever is less, and outside the night
(21:00–08:00 local) unless the deadline falls inside that night. Once the owner has saved the
footage, the overwrite deadline no longer counts and two gentler reminders ask for the upload.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.cameras.retention import retention_times
from chalicelib.core.quiet_hours import disturbs, evening, is_night, morning
from chalicelib.requests.model import UNANSWERED, Deadline, Recipient, RecipientState

MARKS = (0.5, 0.75, 0.9)
SAVED_MARKS = (0.5, 0.85)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
SPREAD = timedelta(minutes=1)


def overwrite_deadlines(
    seen_from: datetime, cameras: Iterable[Camera], property_type: PropertyType
) -> tuple[Deadline, ...]:
    """When these cameras start to overwrite what they saw, each time once, the earliest first.

    seen_from: start of the window. Empty when no camera keeps anything. Of two cameras that lose
    footage at the same time the uncertain one decides whether the deadline is certain.
    """
    certain: dict[int, bool] = {}
    for one in retention_times(cameras, property_type):
        certain[one.minutes] = certain.get(one.minutes, True) and one.certain
    return tuple(
        Deadline(seen_from + timedelta(minutes=minutes), certain[minutes])
        for minutes in sorted(certain)
    )


def overwrite_deadline(
    seen_from: datetime, cameras: Iterable[Camera], property_type: PropertyType
) -> Deadline | None:
    """The first of `overwrite_deadlines`, or None when no camera keeps anything."""
    return next(iter(overwrite_deadlines(seen_from, cameras, property_type)), None)


def still_ahead(
    deadlines: tuple[Deadline, ...], now: datetime
) -> tuple[Deadline | None, tuple[Deadline, ...]]:
    """The deadline that counts, and those after it: the first that is still ahead; the first of
    all when every camera has lost the footage."""
    ahead = tuple(one for one in deadlines if one.at > now)
    return (ahead[0], ahead[1:]) if ahead else (next(iter(deadlines), None), ())


def with_next_deadline(recipient: Recipient, now: datetime) -> Recipient:
    """The recipient with the deadline of the next camera that still holds the footage, when its own
    has passed; unchanged when that is not so, or there is no such camera."""
    if recipient.deadline is None or recipient.deadline > now:
        return recipient
    following, later = still_ahead(recipient.later, now)
    if following is None or following.at <= now:
        return recipient
    return replace(
        recipient, deadline=following.at, deadline_certain=following.certain, later=later
    )


def current_deadline(recipient: Recipient, now: datetime) -> Recipient:
    """As `with_next_deadline` for a recipient that is waited for; any other keeps the deadline that
    it had. At night the reminder timer itself moves on only in the morning, but what people read is
    right at once."""
    return with_next_deadline(recipient, now) if recipient.state in UNANSWERED else recipient


def reminder_spacing(begun: datetime, deadline: datetime) -> timedelta:
    """The least time between two reminders."""
    return min((deadline - begun) / 10, HOUR)


def _whole(moment: datetime) -> datetime:
    """A moment rounded up to a whole second, so that no reminder is ever early."""
    cut = moment.replace(microsecond=0)
    return cut if cut == moment else cut + SECOND


def _placed(
    mark: datetime, earliest: datetime, deadline: datetime, gap: timedelta, zone: str
) -> datetime | None:
    """Where a reminder meant for `mark` goes, or None when there is no place for it.

    Nights are avoided. When the morning comes too late to be of use (less than `gap`
    before the deadline), the reminder goes out before the night, if that is not too early.
    """
    moment = _whole(max(mark, earliest))
    if disturbs(moment, deadline, zone):
        before, after = evening(moment, zone), morning(moment, zone)
        moment = _whole(before) if after > deadline - gap and before >= earliest else after
    return moment if earliest <= moment < deadline else None


def plan_reminders(
    sent_at: datetime,
    deadline: datetime | None,
    zone: str,
    marks: tuple[float, ...] = MARKS,
) -> tuple[datetime, ...]:
    """When to remind, in order; empty when there is no deadline or it has passed.

    sent_at: when the request went out. zone: the force's time zone. Each reminder is at least
    `reminder_spacing` after the one before and after the request itself, and before the deadline.
    """
    if deadline is None or deadline <= sent_at:
        return ()
    gap = reminder_spacing(sent_at, deadline)
    places: list[datetime] = []
    for mark in marks:
        meant = sent_at + (deadline - sent_at) * mark
        # Two that fall into one night become one in the morning, not two in a row.
        if places and disturbs(meant, deadline, zone) and places[-1] >= meant:
            continue
        place = _placed(meant, (places[-1] if places else sent_at) + gap, deadline, gap, zone)
        if place:
            places.append(place)
    return tuple(places)


def plan_saved_reminders(
    saved_at: datetime, upload_by: datetime, zone: str
) -> tuple[datetime, ...]:
    """The gentler reminders after "I have saved it", never at night."""
    found = plan_reminders(saved_at, upload_by, zone, SAVED_MARKS)
    return tuple(moment for moment in found if not is_night(moment, zone))


def postponed_reminder(
    planned: datetime,
    last_sent: datetime,
    begun: datetime,
    deadline: datetime,
    zone: str,
    now: datetime,
) -> datetime | None:
    """When a planned reminder can go out after all: `planned`, unless it is late.

    A reminder that was missed (nothing ran) is made up for, but keeps its distance from the
    one before and does not come at night. None when the deadline leaves no room for it.
    """
    gap = reminder_spacing(begun, deadline)
    return _placed(planned, max(last_sent + gap, planned, now), deadline, gap, zone)


def timer_spread(recipient: Recipient, due: datetime) -> timedelta:
    """By how much a recipient's reminder timer rings after its time: less than a minute, than a
    fiftieth of the time left at first, and than half of what is left then. Always the same.

    The reminder timers of one request are due in the same second. Five hundred that ring together
    are turned away by SES (14 messages a second at first) and leave no functions for anybody else.
    """
    begun = recipient.notified_at or recipient.created_at
    whole = recipient.deadline - begun if recipient.deadline else 50 * SPREAD
    most = min(SPREAD, whole / 50)
    if recipient.deadline and recipient.deadline > due:
        most = min(most, (recipient.deadline - due) / 2)
    share = zlib.crc32(recipient.site_id.encode()) / 2**32
    return max(most, timedelta(0)) * share


def text_after_night(
    now: datetime, deadline: datetime | None, planned: tuple[datetime, ...], zone: str
) -> datetime | None:
    """When the text message of a request that goes out now follows its e-mail; None for at once,
    and when a reminder comes as early.

    An e-mail waits in its box until its reader wakes up; a text wakes them.
    """
    if deadline is None or deadline <= now or not disturbs(now, deadline, zone):
        return None
    at = morning(now, zone)
    return None if at >= deadline or (planned and planned[0] <= at) else at


class StepKind(Enum):
    """What a wake-up is for."""

    WAIT = "nothing to do yet"
    TEXT = "send the text message that waited for the morning"
    REMIND = "send a reminder"
    MOVE_ON = "one camera has lost it, another has not: say so, and go on with that one"
    END = "the time is over"


@dataclass(frozen=True)
class ReminderStep:
    """What to do next for a recipient, and when.

    recipient: the recipient as read, less the reminders that there is no time for any more. last:
    no further reminder follows this one.
    """

    kind: StepKind
    at: datetime
    recipient: Recipient
    last: bool = False


def next_step(recipient: Recipient, now: datetime, zone: str) -> ReminderStep | None:
    """What the reminder timer of a recipient does next; None when there is nothing to wait for.

    Two tracks: until the overwrite deadline (of the first camera, then of the next that still
    holds the footage), counted from the message; or, once the footage is saved, until it should be
    uploaded, counted from then.
    """
    saved = recipient.state is RecipientState.SAVED
    begun = recipient.saved_at if saved else recipient.notified_at
    end = recipient.upload_by if saved else recipient.deadline
    if begun is None or end is None:
        return None
    if end <= now and not saved and (other := with_next_deadline(recipient, now)) is not recipient:
        assert other.deadline
        if disturbs(now, other.deadline, zone):
            return ReminderStep(StepKind.WAIT, morning(now, zone), recipient)
        return ReminderStep(StepKind.MOVE_ON, end, recipient)
    if end <= now:
        # The end of the upload time can wait for the morning; the overwrite deadline cannot.
        late = saved and is_night(now, zone)
        return ReminderStep(
            StepKind.WAIT if late else StepKind.END, morning(now, zone) if late else end, recipient
        )
    if not saved and recipient.text_at and recipient.text_at <= now:
        return ReminderStep(StepKind.TEXT, recipient.text_at, recipient)
    step = _following(recipient, now, zone, begun, end)
    if not saved and recipient.text_at and recipient.text_at < step.at:
        return ReminderStep(StepKind.WAIT, recipient.text_at, step.recipient)
    return step


def _following(
    recipient: Recipient, now: datetime, zone: str, begun: datetime, end: datetime
) -> ReminderStep:
    """The step to the next reminder, or to the end when there is no time for another."""
    saved = recipient.state is RecipientState.SAVED
    last = max((moment for moment in recipient.reminded if moment >= begun), default=begun)
    for number, planned in enumerate(recipient.planned):
        at = postponed_reminder(planned, last, begun, end, zone, now)
        if at is None or (saved and is_night(at, zone)):
            continue
        left = replace(recipient, planned=recipient.planned[number:])
        kind = StepKind.REMIND if at <= now else StepKind.WAIT
        more = len(left.planned) > 1 or (recipient.later and not saved)
        return ReminderStep(kind, at, left, last=not more)
    return ReminderStep(StepKind.WAIT, end, replace(recipient, planned=()))


def after_reminder(step: ReminderStep, now: datetime, zone: str) -> Recipient:
    """The recipient after the message of a step went out: what is left of the plan, or, when
    another camera's deadline counts from now on, a new one until that."""
    one, planned = step.recipient, step.recipient.planned[1:]
    if step.kind is StepKind.MOVE_ON:
        one = with_next_deadline(one, now)
        planned = plan_reminders(now, one.deadline, zone)
    return replace(one, planned=planned, reminded=(*one.reminded, now), text_at=None)
