"""Pure functions that write times, sizes and durations for pages. `web.http.templating` makes
them filters of the templates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chalicelib.core.formatting import duration, local_time, local_window, to_datetime
from chalicelib.core.times import iso_seconds
from chalicelib.requests.recorder_clock import offset_words

__all__ = [
    "clock_offset",
    "clock_short",
    "clock_time",
    "day_words",
    "distance_words",
    "duration",
    "file_size",
    "local_input",
    "local_time",
    "local_window",
    "month_words",
    "time_element",
    "to_datetime",
    "window_short",
]


def time_element(value: datetime | str | None, zone: str, style: str = "full") -> str:
    """Write a time as a `<time>` element; scripts add the reader's own zone where it differs.

    None or "" becomes a dash, so that a table cell is never blank.
    """
    if not value:
        return Markup('<span class="muted">–</span>')
    return Markup('<time datetime="{}" data-style="{}">{}</time>').format(
        iso_seconds(to_datetime(value)), style, local_time(value, zone, style)
    )


def clock_offset(seconds: int | None) -> str:
    """Write a recorder clock's offset (`7 minutes 12 seconds ahead`), or a dash without a check."""
    if seconds is None:
        return Markup('<span class="muted">–</span>')
    return offset_words(seconds)


def clock_time(value: datetime | str, zone: str) -> str:
    """Write the true time of day in the force's zone, as `14:03:27`."""
    return f"{to_datetime(value).astimezone(ZoneInfo(zone)):%H:%M:%S}"


def clock_short(value: datetime | str, now: datetime, zone: str) -> str:
    """Write when something happened as briefly as is clear: `01:28` of today, `29 Nov 01:28`."""
    at, today = (to_datetime(one).astimezone(ZoneInfo(zone)) for one in (value, now))
    day = "" if at.date() == today.date() else f"{at.day} {at:%b} "
    year = "" if at.year == today.year else f"{at:%Y} "
    return f"{day}{year}{at:%H:%M}"


def window_short(start: datetime | str, end: datetime | str, zone: str) -> str:
    """Write a stretch of time for tables: `20 Nov 2026 08:46 – 09:16`. The end has its own day only
    when that differs from the first."""
    first, last = (to_datetime(value).astimezone(ZoneInfo(zone)) for value in (start, end))
    if first.date() != last.date():
        return Markup("{} – {}").format(
            time_element(start, zone, "dense"), time_element(end, zone, "dense")
        )
    clock = Markup('<time datetime="{}" data-style="dense">{:%H:%M}</time>')
    return Markup("{} – {}").format(
        time_element(start, zone, "dense"), clock.format(iso_seconds(to_datetime(end)), last)
    )


def local_input(value: datetime | str | None, zone: str) -> str:
    """Write the value of a `datetime-local` input in the force's zone: `2026-11-20T10:04`."""
    return f"{to_datetime(value).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" if value else ""


def day_words(day: str) -> str:
    """Write a day of the record (`2026-11-20`) as `20 November 2026`."""
    return f"{date.fromisoformat(day):%-d %B %Y}"


def month_words(month: str) -> str:
    """Write a month of the record (`2026-11`) as `November 2026`."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def file_size(size: int) -> str:
    """Write a size in decimal units, as file managers do: `812 bytes`, `4.2 MB`, `1.4 GB`."""
    value, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if unit != "bytes" and value < 9.95 else f"{value:.0f} {unit}"


def distance_words(metres: float) -> str:
    """Write a distance in metres as `85 m` or `1.2 km`."""
    return f"{metres:.0f} m" if metres < 999.5 else f"{metres / 1000:.1f} km"
