"""How pages and messages write times and durations in words. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core.times import parse_iso


def to_datetime(value: datetime | str) -> datetime:
    """Return a datetime as it is, and ISO 8601 text (of items, of the API) as an aware datetime."""
    return value if isinstance(value, datetime) else parse_iso(value)


def local_time(value: datetime | str, zone: str, style: str = "full") -> str:
    """Return a time in words in the zone `zone`, the way GOV.UK writes times.

    style: "full" `Friday 20 November 2026, 10:04am` · "short" `20 Nov, 10:04am` ·
    "time" `10:04am` · "dense" `20 Nov 2026 10:04` (tables of the console).
    """
    local = to_datetime(value).astimezone(ZoneInfo(zone))
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    if style == "time":
        return clock
    if style == "short":
        return f"{local.day} {local:%b}, {clock}"
    if style == "dense":
        return f"{local.day} {local:%b %Y %H:%M}"
    return f"{local:%A} {local.day} {local:%B %Y}, {clock}"


def local_window(start: datetime, end: datetime, zone: str) -> str:
    """Return a window of time in words: `Friday 20 November 2026, from 1:50am to 2:20am`.

    The day is given twice only when the window crosses midnight, because people look for the
    minutes on a recorder that shows one day at a time. An end within a minute is rounded up to
    the next minute, so that nothing that is asked for is left out. Where daylight saving begins or
    ends within the window, each time names its zone (`from 1:50am BST to 1:10am GMT`).
    """
    end = _next_minute(end)
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    changes = first.utcoffset() != last.utcoffset()
    begins, ends = (f" {one:%Z}" if changes else "" for one in (first, last))
    if first.date() != last.date():
        return f"from {local_time(start, zone)}{begins} to {local_time(end, zone)}{ends}"
    day = f"{first:%A} {first.day} {first:%B %Y}"
    hours = f"{local_time(start, zone, 'time')}{begins} to {local_time(end, zone, 'time')}{ends}"
    return f"{day}, from {hours}"


def _next_minute(moment: datetime) -> datetime:
    """Return the first whole minute that is not before a moment."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)


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
