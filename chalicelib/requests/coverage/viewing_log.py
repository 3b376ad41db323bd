"""Which footage an owner had in front of them when they looked, saved or sent it. Pure.

A look has a time and a window. An owner who looked before anybody had compared the recorder's
clock with the true time looked by that clock: one that was five minutes ahead showed them the
minutes from five before the window to five before its end. After the check the reply page tells
the recorder's own times, and they looked where they were told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core.times import whole_minute, whole_minute_from
from chalicelib.registry.model import Site
from chalicelib.requests.coverage.answer_history import (
    RecordedAnswer,
    RecordedClockCheck,
    answer_times,
)
from chalicelib.requests.model import (
    ANSWERS,
    CameraAnswer,
    FootageWindow,
    Recipient,
    RecipientState,
)
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import CameraView
from chalicelib.requests.recorder_clock import on_other_season
from chalicelib.requests.standings import CoverageLayer

MINUTE = timedelta(minutes=1)

LEAST_OFFSET = 60
"""Seconds. A smaller offset is within what reading two clocks can tell, and the reply page calls
such a recorder right to the minute."""


@dataclass(frozen=True)
class AskedSite:
    """One recipient, its site (None: taken off the register since) and the minutes it was asked
    for.

    said: everything that its owner answered, oldest first; without it, the present answer counts
    from when it was last given. files: when each file arrived that was not rejected; files_kept:
    False when everything that was sent was rejected. told: the checks of the recorder's clock,
    oldest first. offsets: seconds by which it can have been ahead in those minutes; more than one
    where nobody knows whether it follows summer time, none when it was never checked.
    """

    recipient: Recipient
    site: Site | None
    window: FootageWindow
    said: tuple[RecordedAnswer, ...] = ()
    files: tuple[datetime, ...] = ()
    files_kept: bool = True
    told: tuple[RecordedClockCheck, ...] = ()
    offsets: tuple[int, ...] = ()

    @property
    def acted_at(self) -> datetime | None:
        """When the owner first looked at, saved or sent footage; else when they answered."""
        times = [look.at for look in relevant_viewings(self, None, self.recipient.state)]
        return min(times) if times else self.recipient.answered_at

    def answer(self, number: int) -> tuple[RecipientState, str]:
        """What stands for one camera, and the reason: the state of the site, unless its owner
        answered camera by camera. A camera that was not named then waits for an answer."""
        state, reason = self.recipient.state, self.recipient.reason
        if not self.recipient.by_camera or state not in _BY_CAMERA:
            return state, reason
        said = self.of_camera(number)
        if said is None:
            return (
                RecipientState.WITHDRAWN
                if state is RecipientState.WITHDRAWN
                else RecipientState.VIEWED
            ), ""
        if (
            state is RecipientState.WITHDRAWN
            and STATES[said.answer].layer is not CoverageLayer.CHECKED
        ):
            return RecipientState.WITHDRAWN, ""
        if state is RecipientState.UPLOADED and said.answer is RecipientState.SAVED:
            # The footage that was saved is the footage that was sent.
            return RecipientState.UPLOADED, ""
        return said.answer, said.reason

    def of_camera(self, number: int) -> CameraAnswer | None:
        """What the owner said of one camera by itself; None for nothing."""
        return next((one for one in self.recipient.by_camera if one.number == number), None)


_BY_CAMERA = frozenset({*ANSWERS, RecipientState.UPLOADED, RecipientState.WITHDRAWN})


@dataclass(frozen=True)
class Viewing:
    """One time at which an owner had footage before them, and the true minutes they went by; None
    when nobody can say which."""

    at: datetime
    window: FootageWindow | None


def relevant_viewings(
    asked: AskedSite, number: int | None, state: RecipientState
) -> tuple[Viewing, ...]:
    """The looks that count for a camera (None: for the site as a whole) in this state.

    An owner who says the same again has not looked again, unless the recorder's clock was checked
    in between: then the owner was told to look elsewhere.
    """
    if state is RecipientState.UPLOADED:
        times = list(asked.files) or _last(asked)
    elif STATES[state].layer:
        times = _telling(asked, answer_times(asked.said, state, number)) or _since(asked, state)
    else:
        return ()
    return tuple(Viewing(at, _looked_at(asked, at)) for at in times)


def _telling(asked: AskedSite, said: Sequence[datetime]) -> list[datetime]:
    """The first time an answer was given, and the first after each check of the clock."""
    first: dict[int, datetime] = {}
    for at in said:
        first.setdefault(len([told for told in asked.told if told.at <= at]), at)
    return sorted(first.values())


def _since(asked: AskedSite, state: RecipientState) -> list[datetime]:
    saved_at = asked.recipient.saved_at if state is RecipientState.SAVED else None
    return [saved_at] if saved_at else _last(asked)


def _last(asked: AskedSite) -> list[datetime]:
    return [asked.recipient.answered_at] if asked.recipient.answered_at else []


def _looked_at(asked: AskedSite, at: datetime) -> FootageWindow | None:
    """The true minutes that an owner who looked then saw, whole ones where they were shifted."""
    told = next((one.offset for one in reversed(asked.told) if one.at <= at), 0)
    if told and told == asked.recipient.clock_offset_seconds:
        return asked.window
    by = told if abs(told) >= LEAST_OFFSET else 0
    shifts = [offset - by for offset in asked.offsets]
    if all(abs(shift) < LEAST_OFFSET for shift in shifts):
        return asked.window
    start = max(asked.window.start - timedelta(seconds=shift) for shift in shifts)
    end = min(asked.window.end - timedelta(seconds=shift) for shift in shifts)
    start, end = whole_minute_from(start), whole_minute(end)
    return FootageWindow(start, end) if start < end else None


def recorder_offsets(recipient: Recipient, window: FootageWindow, zone: str) -> tuple[int, ...]:
    """By how many seconds the recorder can have been ahead when it recorded the window.

    A check tells of its own day. Where the clocks changed between the window and the check,
    nobody knows whether the recorder changed too, unless it is off by that very hour: then it
    stays on one season's time (recorder_clock.recorder_window tells the owner the same). One that
    was right is taken to have been right.
    """
    offset, checked_at = recipient.clock_offset_seconds, recipient.clock_checked_at
    if offset is None or checked_at is None:
        return ()
    if abs(offset) < LEAST_OFFSET:
        return (offset,)
    changed = _ahead_of_utc(checked_at, zone) - _ahead_of_utc(window.start, zone)
    stays = offset + round(changed.total_seconds())
    if on_other_season(offset, checked_at, zone):
        return (stays,)
    return tuple(sorted({offset, stays}))


def _ahead_of_utc(moment: datetime, zone: str) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def viewed_minutes(
    asked: AskedSite, view: CameraView
) -> Iterator[tuple[RecipientState, FootageWindow]]:
    """The true minutes that the owner surely had from this camera: for each look, what it says of
    them (nothing, saved or uploaded) and from when to when. Its view may be known or not."""
    state, _ = asked.answer(view.camera.number)
    if state is RecipientState.UPLOADED and not asked.files_kept:
        return
    for look in relevant_viewings(asked, view.camera.number, state):
        found = _held(look, view, state)
        if found:
            yield state, found


def _held(look: Viewing, view: CameraView, state: RecipientState) -> FootageWindow | None:
    """What the recorder still had of the minutes that were looked at."""
    if look.window is None:
        return None
    start, end = look.window.start, min(look.window.end, whole_minute(look.at))
    # What a file shows must be seen in it, whatever the recorder still holds.
    if state is not RecipientState.UPLOADED:
        if not view.records:
            return None
        start = max(start, first_kept_minute(view, look.at))
    return FootageWindow(start, end) if start < end else None


def first_kept_minute(view: CameraView, moment: datetime) -> datetime:
    """The first minute that this camera's recorder still holds whole at a moment: half a minute of
    footage is no minute."""
    return whole_minute_from(moment - timedelta(minutes=view.kept.minutes))
