"""What a recorder's clock shows beside the true time, and where to look on it. Pure.

Recorders run ahead, behind, on summer time all year, or since 1 January 2000. The offset is what
the recorder shows less the true time, both as clocks on a wall of the force's zone show it, in
seconds; more than 0 is ahead. Naive datetimes in here are such wall times, aware ones are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.core.formatting import local_window
from chalicelib.core.local_times import (
    SECOND,
    LocalChoice,
    clock_change,
    local_choices,
    moments_of,
    offsets_of_year,
    skipped_words,
    twice_words,
    wall_clock,
)
from chalicelib.core.times import whole_minute, whole_minute_from
from chalicelib.requests.model import FootageWindow, Recipient
from chalicelib.requests.recorder_reading import TimeOfDay, UnreadableTime

DAY = timedelta(days=1)
NEAR = 90
"""Seconds by which somebody who reads one clock and types may be wrong: within them a difference
is taken for exactly the hour of summer time, or for none."""
LOOKED_WITHIN = timedelta(hours=24)
"""How long ago somebody may have looked: a clock that is wrong also drifts."""
AHEAD = timedelta(minutes=2)
"""By how much a typed true time may seem to lie in the future: the typist's clock may be fast."""


class CheckMethod(StrEnum):
    """How a check was made: how far its seconds can be relied on."""

    TYPED = "typed"
    """By the owner, the true time taken when the form arrived."""
    TIMED = "timed"
    """By the owner, who said or marked when they looked."""
    PICTURE = "picture"
    """By an officer, from a picture of the recorder's screen."""


class ClockDoubt(StrEnum):
    """Why a check is asked about before it is believed."""

    HALF_DAY = "half_day"
    OTHER_DAY = "other_day"


def looked_at(time: TimeOfDay, now: datetime, zone: str, chosen: str = "") -> datetime:
    """The latest moment up to now at which right clocks showed this time. now: when it was said.
    chosen: of `looked_choices`, "" where there was no choice to make.

    Raises UnreadableTime when that was longer ago than LOOKED_WITHIN, when clocks skipped the time
    within it, and when they showed it twice and nobody said which is meant.
    """
    past = _looked_on(time, now, zone)
    if not past:
        for wall in _walls(time, now, zone):
            if not moments_of(wall, zone) and wall <= wall_clock(now, zone):
                raise UnreadableTime(skipped_words(wall, zone))
        raise UnreadableTime("Enter the true time at which you looked, within the last 24 hours")
    choices = looked_choices(time, now, zone)
    meant = [one.moment for one in choices if one.value == chosen]
    if choices and not meant:
        raise UnreadableTime(twice_words(wall_clock(past[-1], zone)))
    return min((meant or past)[-1], now)


def looked_choices(time: TimeOfDay, now: datetime, zone: str) -> tuple[LocalChoice, ...]:
    """The two moments within LOOKED_WITHIN that a true time can mean; none when it can mean one."""
    past = _looked_on(time, now, zone)
    choices = local_choices(wall_clock(past[-1], zone), zone) if past else ()
    return choices if all(one.moment in past for one in choices) else ()


def _walls(time: TimeOfDay, now: datetime, zone: str) -> list[datetime]:
    today = wall_clock(now, zone).replace(
        hour=time.hour, minute=time.minute, second=time.second, microsecond=0
    )
    return [today - DAY, today, today + DAY]


def _looked_on(time: TimeOfDay, now: datetime, zone: str) -> list[datetime]:
    """The moments within LOOKED_WITHIN at which right clocks showed this time, in order."""
    moments = [one for wall in _walls(time, now, zone) for one in moments_of(wall, zone)]
    return [one for one in moments if now - LOOKED_WITHIN <= one <= now + AHEAD]


def offset_seconds(shown: datetime, seen_at: datetime, zone: str) -> int:
    """By how many seconds the recorder is ahead (less than 0: behind)."""
    return round((shown - wall_clock(seen_at, zone)).total_seconds())


def clock_doubt(offset: int, half_day_known: bool) -> ClockDoubt | None:
    """What to ask about before an offset is believed; None for nothing. half_day_known: both times
    that it comes from name their half of the day.

    Where the other half of the day would be nearer to the truth, am or pm is missing. A day and
    more is mostly a slip in the date, but recorders that lost power do show other years. Some
    hours are another country's time, which recorders are delivered with.
    """
    if abs(offset) > 6 * 3600 and not half_day_known:
        return ClockDoubt.HALF_DAY
    return ClockDoubt.OTHER_DAY if abs(offset) >= 12 * 3600 else None


def on_other_season(offset: int, seen_at: datetime, zone: str) -> str:
    """`summer` when the recorder shows summer time in winter, `winter` the other way round,
    "" when neither explains the offset."""
    # By what clocks show: summer time is half an hour in some zones, and the law of one calls its
    # winter time the exception.
    here = seen_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    for ahead in offsets_of_year(seen_at, zone):
        change = (ahead - here).total_seconds()
        if change and abs(offset - change) <= NEAR:
            return "summer" if change > 0 else "winter"
    return ""


@dataclass(frozen=True)
class RecorderWindow:
    """A window as a recorder's own clock shows it. start, end: wall times, widened to whole
    minutes. other: the window if the recorder follows (or does not follow) summer time, when the
    clocks changed between the window and the check; None when there is no such doubt."""

    start: datetime
    end: datetime
    other: tuple[datetime, datetime] | None = None


def recorder_window(
    window: FootageWindow, offset: int, checked_at: datetime, zone: str
) -> RecorderWindow:
    """Where to look on a recorder that was ahead by `offset` when it was checked.

    A recorder that shows the other season's time does not change its clock by itself. Whether any
    other does is unknown, so when the clocks changed in between there are two places to look.
    """
    changes = _changes_itself(window, offset, checked_at, zone)
    stays = _stays(window, offset, checked_at, zone)
    if on_other_season(offset, checked_at, zone):
        return RecorderWindow(*stays)
    return RecorderWindow(*changes, other=stays if stays != changes else None)


def _changes_itself(
    window: FootageWindow, offset: int, checked_at: datetime, zone: str
) -> tuple[datetime, datetime]:
    by = timedelta(seconds=offset)
    start, end = wall_clock(window.start, zone), wall_clock(window.end, zone)
    if end - start < window.end - window.start:
        # The clocks went back: the recorder ran on to the change, and was set back at it.
        change = clock_change(window.start, window.end, zone)
        start = min(start, wall_clock(change, zone))
        end = max(end, wall_clock(change - SECOND, zone) + SECOND)
    return whole_minute(start + by), whole_minute_from(end + by)


def _stays(
    window: FootageWindow, offset: int, checked_at: datetime, zone: str
) -> tuple[datetime, datetime]:
    ahead = checked_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    by = ahead + timedelta(seconds=offset)
    start, end = (moment.replace(tzinfo=None) for moment in (window.start, window.end))
    return whole_minute(start + by), whole_minute_from(end + by)


def wall_window_words(start: datetime, end: datetime) -> str:
    """Word a window of wall times: `Friday 20 November 2026, from 1:57pm to 2:28pm`."""
    utc = ZoneInfo("UTC")
    return local_window(start.replace(tzinfo=utc), end.replace(tzinfo=utc), "UTC")


def offset_words(offset: int) -> str:
    """Word an offset: `7 minutes 12 seconds ahead`, `1 hour behind`, `right to the second`."""
    if offset == 0:
        return "right to the second"
    days, rest = divmod(abs(offset), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second")]
    said = [f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in parts if n]
    return f"{' '.join(said)} {'ahead' if offset > 0 else 'behind'}"


@dataclass(frozen=True)
class ClockFinding:
    """What a check of a recorder's clock found, with words for it. window, other: on the
    recorder's clock; "" when the times asked for are right to the minute, or there is no other."""

    offset: int
    checked_at: datetime
    how: str
    words: str
    season: str
    window: str
    other: str


def clock_finding(recipient: Recipient, window: FootageWindow, zone: str) -> ClockFinding | None:
    """What the last check of this recipient's recorder found; None before there was one."""
    offset, checked_at = recipient.clock_offset_seconds, recipient.clock_checked_at
    if offset is None or checked_at is None:
        return None
    shown = recorder_window(window, offset, checked_at, zone)
    plain = abs(offset) < 60 and shown.other is None
    return ClockFinding(
        offset=offset,
        checked_at=checked_at,
        how=recipient.clock_how,
        words=offset_words(offset),
        season=on_other_season(offset, checked_at, zone),
        window="" if plain else wall_window_words(shown.start, shown.end),
        other=wall_window_words(*shown.other) if shown.other else "",
    )
