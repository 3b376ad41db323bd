"""What a recorder's clock shows beside the true time, and where to look on it. Pure.

Recorders run ahead, behind, on summer time all year, or since 1 January 2000. The offset is what
the recorder shows less the true time, both as clocks on a wall of the force's zone show it, in
seconds; more than 0 is ahead. Naive datetimes in here are such wall times, aware ones are UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.core.formatting import local_window
from chalicelib.requests.model import FootageWindow, Recipient

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEAR = 90
"""Seconds by which somebody who reads one clock and types may be wrong: within them a difference
is taken for exactly an hour, or for none."""
EARLIEST_YEAR, LATEST_YEAR = 1970, 2099
"""The years that recorders show, those that have lost the date included."""
LOOKED_WITHIN = timedelta(hours=24)
"""How long ago somebody may have looked: a clock that is wrong also drifts."""
AHEAD = timedelta(minutes=2)
"""By how much a typed true time may seem to lie in the future: the typist's clock may be fast."""

_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})[:. ](?P<minute>[0-9]{2})(?:[:. ](?P<second>[0-9]{2}))?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)


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


@dataclass(frozen=True)
class TimeOfDay:
    """A time as typed. half_day_known: False for a time that a clock of 12 hours also shows."""

    hour: int
    minute: int
    second: int
    half_day_known: bool


class UnreadableTime(ValueError):
    """The typed text is no time or year. The message says how to enter one."""


def read_time(typed: str) -> TimeOfDay:
    """Read a time such as `14:03:27`, `14.03` or `2:03:27 pm`. Raises UnreadableTime."""
    found = _TIME.fullmatch(typed.strip().casefold())
    if found is None:
        raise UnreadableTime("Enter the time as numbers, like 14:03:27 or 2:03:27 pm")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = (found["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        raise UnreadableTime("A time with am or pm has an hour from 1 to 12")
    if hour > 23 or minute > 59 or second > 59:
        raise UnreadableTime("There is no such time. Enter it like 14:03:27 or 2:03:27 pm")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return TimeOfDay(hour, minute, second, bool(half) or not 1 <= hour <= 12)


def read_year(typed: str) -> int:
    """Read a year as recorders show it, `2026` or `26`. Raises UnreadableTime."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) not in (2, 4):
        raise UnreadableTime("The year must be two or four numbers, like 2026")
    year = int(text) + (2000 if len(text) == 2 else 0)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise UnreadableTime(f"The year must be between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return year


def wall_time(moment: datetime, zone: str) -> datetime:
    """What a right clock on a wall in the zone shows at a moment, as a naive datetime."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def looked_at(time: TimeOfDay, now: datetime, zone: str) -> datetime:
    """The latest moment up to now at which right clocks showed this time. now: when it was said.

    Raises UnreadableTime when that was longer ago than LOOKED_WITHIN. In the hour that comes twice
    in autumn it is the one nearer to now.
    """
    today = wall_time(now, zone).replace(
        hour=time.hour, minute=time.minute, second=time.second, microsecond=0
    )
    moments = [
        day.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(now.tzinfo)
        for day in (today + DAY, today, today - DAY)
        for fold in (1, 0)
    ]
    past = [m for m in moments if now - LOOKED_WITHIN <= m <= now + AHEAD]
    if not past:
        raise UnreadableTime("Enter the true time at which you looked, within the last 24 hours")
    return min(max(past), now)


def offset_seconds(shown: datetime, seen_at: datetime, zone: str) -> int:
    """By how many seconds the recorder is ahead (less than 0: behind)."""
    return round((shown - wall_time(seen_at, zone)).total_seconds())


def clock_doubt(offset: int, half_day_known: bool) -> ClockDoubt | None:
    """What to ask about before an offset is believed; None for nothing.

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
    local = seen_at.astimezone(ZoneInfo(zone))
    summer_now = bool(local.dst())
    if not summer_now and abs(offset - 3600) <= NEAR:
        return "summer"
    if summer_now and abs(offset + 3600) <= NEAR:
        return "winter"
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
    return _down(wall_time(window.start, zone) + by), _up(wall_time(window.end, zone) + by)


def _stays(
    window: FootageWindow, offset: int, checked_at: datetime, zone: str
) -> tuple[datetime, datetime]:
    ahead = checked_at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    by = ahead + timedelta(seconds=offset)
    start, end = (moment.replace(tzinfo=None) for moment in (window.start, window.end))
    return _down(start + by), _up(end + by)


def _down(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _up(moment: datetime) -> datetime:
    return moment if moment == _down(moment) else _down(moment) + MINUTE


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
