"""Local times as people write them, and the moments that they mean. Pure.

On two nights of a year clocks are changed in most zones. A time that they skipped means no moment,
and one that came twice means two: neither may be guessed, because the person who typed it is there
to be asked. A naive datetime in here is what right clocks on a wall of the zone show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def moments_of(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """Return the moments, in UTC and in order, at which clocks in the zone showed a wall time: none
    for one that was skipped, two for one that came twice. Raises OverflowError beyond the ends of
    the calendar."""
    there = ZoneInfo(zone)
    meant = {wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in meant if wall_clock(one, zone) == wall))


def wall_clock(moment: datetime, zone: str) -> datetime:
    """Return what a right clock on a wall in the zone shows at a moment, as a naive datetime."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def came_twice(moment: datetime, zone: str) -> bool:
    """Return True when clocks in the zone show the wall time of this moment twice."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def offsets_of_year(moment: datetime, zone: str) -> dict[timedelta, datetime]:
    """Return by how much clocks in the zone are ahead of UTC in the year around a moment, each with
    a moment at which they are. One in most zones without summer time, two in most with it."""
    near = [moment + timedelta(days=30 * n) for n in range(-6, 7)]
    return {_ahead(one, ZoneInfo(zone)): one for one in near}


def zone_labels(now: datetime, zone: str) -> dict[str, str]:
    """Return the short names of the zone in the year around a moment, by minutes ahead of UTC:
    `{"0": "GMT", "60": "BST"}`. Scripts of pages write times by them: browsers have names of their
    own, and one page would name a moment in two ways."""
    return {
        str(round(ahead / MINUTE)): zone_label(one, zone)
        for ahead, one in offsets_of_year(now, zone).items()
    }


def zone_label(moment: datetime, zone: str) -> str:
    """Return the short name of the zone at a moment, like `BST`; where it has none, like
    `UTC+10:30`."""
    local = moment.astimezone(ZoneInfo(zone))
    name = f"{local:%Z}"
    if name.isalpha():
        return name
    ahead = round((local.utcoffset() or timedelta()) / MINUTE)
    hours, minutes = divmod(abs(ahead), 60)
    return f"UTC{'-' if ahead < 0 else '+'}{hours}{f':{minutes:02}' if minutes else ''}"


@dataclass(frozen=True)
class SkippedHours:
    """What a change of the clocks skipped: at `before` they were set to `after` (wall times)."""

    before: datetime
    after: datetime


def hours_skipped(wall: datetime, zone: str) -> SkippedHours:
    """Return what was skipped around a wall time that no clock showed."""
    there = ZoneInfo(zone)
    # Of a skipped time, zoneinfo reckons fold 1 by the offset after the change and fold 0 by the
    # one before it, so that the first is a moment before the change and the second one after it.
    early, late = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (1, 0))
    change = clock_change(early, late, zone)
    ahead = _ahead(early, there)
    return SkippedHours((change + ahead).replace(tzinfo=None), wall_clock(change, zone))


def clock_change(early: datetime, late: datetime, zone: str) -> datetime:
    """Return the moment, to the second, at which the clocks were changed between two moments of
    which they showed the first by another offset than the second."""
    there = ZoneInfo(zone)
    before = _ahead(early, there)
    low, high = 0, -(-(late - early) // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(early + middle * SECOND, there) == before:
            low = middle
        else:
            high = middle
    return early + high * SECOND


def _ahead(moment: datetime, there: ZoneInfo) -> timedelta:
    return moment.astimezone(there).utcoffset() or timedelta()


def skipped_words(wall: datetime, zone: str) -> str:
    """Say that clocks never showed a wall time, and which times near it they did show."""
    gap = hours_skipped(wall, zone)
    last = gap.before - (SECOND if wall.second else MINUTE)

    def said(at: datetime) -> str:
        return hour_words(at) if at.date() == wall.date() else f"{hour_words(at)} on {_day(at)}"

    return (
        f"There was no {hour_words(wall)} on {_day(wall)}: the clocks went forward from "
        f"{said(gap.before)} to {said(gap.after)}. Enter {said(last)} or earlier, or "
        f"{said(gap.after)} or later"
    )


def twice_words(wall: datetime) -> str:
    """Ask which of its two moments a wall time that came twice means."""
    return (
        f"{hour_words(wall)} came twice on {_day(wall)}, because the clocks went back. Select "
        "which one you mean"
    )


@dataclass(frozen=True)
class LocalChoice:
    """One of the two moments that a wall time can mean. value: as forms send it; words: as people
    are shown it, like `1:30am BST (the first)`."""

    moment: datetime
    value: str
    words: str


def local_choices(wall: datetime, zone: str) -> tuple[LocalChoice, ...]:
    """Return the choice between the moments of a wall time; empty when there is none to make."""
    found = moments_of(wall, zone)
    if len(found) < 2:
        return ()
    return tuple(
        LocalChoice(
            moment,
            choice_value(moment, zone),
            f"{hour_words(wall)} {zone_label(moment, zone)} (the {which})",
        )
        for moment, which in zip(found, ("first", "second"), strict=True)
    )


def choice_value(moment: datetime, zone: str) -> str:
    """Return a moment as its choice stands in a form: the wall time with its offset. It names the
    time that was chosen, so that a choice does not outlive a change of that time."""
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def hour_words(wall: datetime) -> str:
    """Say a wall time as sentences have it: `1am`, `1:30am`, `1:30:20am`."""
    minutes = f":{wall:%M}" if wall.minute or wall.second else ""
    seconds = f":{wall:%S}" if wall.second else ""
    return f"{wall.hour % 12 or 12}{minutes}{seconds}{'am' if wall.hour < 12 else 'pm'}"


def _day(wall: datetime) -> str:
    return f"{wall:%A} {wall.day} {wall:%B %Y}"
