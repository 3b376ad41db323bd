"""How pages and messages write times, durations, distances and directions. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.core.local_times import came_twice, zone_label
from chalicelib.core.times import parse_iso, whole_minute, whole_minute_from


def to_datetime(value: datetime | str) -> datetime:
    """Return a datetime as it is, and ISO 8601 text (of items, of the API) as an aware datetime."""
    return value if isinstance(value, datetime) else parse_iso(value)


def local_time(
    value: datetime | str, zone: str, style: str = "full", *, named: bool = False
) -> str:
    """Return a time in words in the zone `zone`, the way GOV.UK writes times.

    style: "full" `Friday 20 November 2026, 10:04am` · "short" `20 Nov, 10:04am` ·
    "time" `10:04am` · "dense" `20 Nov 2026 10:04` (tables of the console) · "clock" `10:04`.
    Seconds are cut off. A time that clocks showed twice names its zone (`1:30am GMT`); named: any
    time does.
    """
    moment = to_datetime(value)
    local = moment.astimezone(ZoneInfo(zone))
    label = f" {zone_label(moment, zone)}" if named or came_twice(moment, zone) else ""
    if style == "dense":
        return f"{local.day} {local:%b %Y %H:%M}{label}"
    if style == "clock":
        return f"{local:%H:%M}{label}"
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}{label}"
    if style == "time":
        return clock
    if style == "short":
        return f"{local.day} {local:%b}, {clock}"
    return f"{local:%A} {local.day} {local:%B %Y}, {clock}"


SPAN_STYLES = {
    "full": ("full", "time", "{day}, from {start} to {end}", "from {start} to {end}"),
    "short": ("short", "time", "{first} to {end}", "{first} to {end}"),
    "dense": ("dense", "clock", "{first} – {end}", "{first} – {end}"),
}
"""How a span is written: the style of a time with its day, of one without, and of spans within one
day and over midnight."""


@dataclass(frozen=True)
class LocalSpan:
    """A span of time as clocks of a zone showed it. start, end: whole minutes, UTC. begins, ends:
    the two in words, `ends` without its day where that is the same. named: both have their zone.
    words: the whole."""

    start: datetime
    end: datetime
    begins: str
    ends: str
    named: bool
    words: str


def local_span(start: datetime | str, end: datetime | str, zone: str, style: str) -> LocalSpan:
    """Return a span of time in words; every page, message and list writes spans by this.

    style: "full" `Friday 20 November 2026, from 1:50am to 2:20am` · "short" `20 Nov, 1:50am to
    2:20am` (text messages) · "dense" `20 Nov 2026 01:50 – 02:20` (tables of the console).

    The day is given twice only when the span crosses midnight, because people look for the minutes
    on a recorder that shows one day at a time. Seconds are cut off from the start, and an end
    within a minute is rounded up, so that nothing that is asked for is left out. Where the clocks
    change within the span, or showed one of its ends twice, both ends name their zone
    (`from 1:50am BST to 1:10am GMT`).
    """
    begin, finish = whole_minute(to_datetime(start)), whole_minute_from(to_datetime(end))
    first, last = (one.astimezone(ZoneInfo(zone)) for one in (begin, finish))
    named = (
        first.utcoffset() != last.utcoffset() or came_twice(begin, zone) or came_twice(finish, zone)
    )
    dated, bare, within, over = SPAN_STYLES[style]
    same_day = first.date() == last.date()
    begins = local_time(begin, zone, dated, named=named)
    ends = local_time(finish, zone, bare if same_day else dated, named=named)
    day = f"{first:%A} {first.day} {first:%B %Y}"
    words = (within if same_day else over).format(
        day=day,
        first=begins,
        start=local_time(begin, zone, bare if same_day else dated, named=named),
        end=ends,
    )
    return LocalSpan(begin, finish, begins, ends, named, words)


def local_window(start: datetime | str, end: datetime | str, zone: str, style: str = "full") -> str:
    """Return a span of time in words (see `local_span`)."""
    return local_span(start, end, zone, style).words


def duration(minutes: float | None) -> str:
    """Return minutes in words, cut off after two units: `2 days 22 hours`, `1 hour 35 minutes`.

    The rest is not rounded: nobody should believe that there is more time than there is.
    """
    if minutes is None:
        return "not known"
    whole = int(minutes)
    if whole < 1:
        return "none"
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (left, "minute")]
    if days >= 7:
        parts = parts[:1]
    said = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n]
    return " ".join(said[:2])


COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def compass_point(bearing: float) -> str:
    """Return the point of the compass that is nearest to a bearing in degrees."""
    return COMPASS[round(bearing % 360 / 45) % 8]


def distance_words(metres: float) -> str:
    """Write a distance in metres as `85 m` or `1.2 km`."""
    return f"{metres:.0f} m" if metres < 999.5 else f"{metres / 1000:.1f} km"
