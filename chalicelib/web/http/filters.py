"""Pure functions that write times, sizes and durations for pages. `web.http.templating` makes
them filters of the templates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chalicelib.core.formatting import (
    distance_words,
    duration,
    local_span,
    local_time,
    local_window,
    to_datetime,
)
from chalicelib.core.local_times import (
    LocalChoice,
    came_twice,
    choice_value,
    local_choices,
    wall_clock,
)
from chalicelib.core.times import iso_seconds
from chalicelib.requests.recorder_clock import looked_choices, offset_words
from chalicelib.requests.recorder_reading import UnreadableTime, read_time

__all__ = [
    "choices_of",
    "clock_offset",
    "clock_short",
    "clock_time",
    "countdown",
    "day_words",
    "distance_words",
    "duration",
    "file_size",
    "local_choice",
    "local_input",
    "local_time",
    "local_window",
    "month_words",
    "shown_while",
    "time_element",
    "to_datetime",
    "true_time_choices",
    "window_short",
]


def time_element(
    value: datetime | str | None, zone: str, style: str = "full", *, named: bool = False
) -> str:
    """Write a time as a `<time>` element; scripts add the reader's own zone where it differs.

    None or "" becomes a dash, so that a table cell is never blank. named: see `local_time`.
    """
    if not value:
        return Markup('<span class="muted">–</span>')
    return Markup('<time datetime="{}" data-style="{}">{}</time>').format(
        iso_seconds(to_datetime(value)), style, local_time(value, zone, style, named=named)
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
    return f"{day}{year}{local_time(value, zone, 'clock')}"


def window_short(start: datetime | str, end: datetime | str, zone: str) -> str:
    """Write a span of time for tables, each end as a `<time>` element:
    `20 Nov 2026 08:46 – 09:16`."""
    span = local_span(start, end, zone, "dense")
    times = [
        Markup('<time datetime="{}" data-style="dense">{}</time>').format(iso_seconds(at), said)
        for at, said in ((span.start, span.begins), (span.end, span.ends))
    ]
    return Markup(" – ").join(times)


def local_input(value: datetime | str | None, zone: str) -> str:
    """Write the value of a `datetime-local` input in the force's zone: `2026-11-20T10:04`."""
    return f"{wall_clock(to_datetime(value), zone):%Y-%m-%dT%H:%M}" if value else ""


def local_choice(value: datetime | str | None, zone: str) -> str:
    """Write which of its two moments a time in a `datetime-local` input means, as the form sends
    it; "" for a time that clocks showed once."""
    if not value or not came_twice(to_datetime(value), zone):
        return ""
    return choice_value(to_datetime(value), zone)


def choices_of(typed: object, zone: str) -> tuple[LocalChoice, ...]:
    """Return the choice that a form must offer beside a typed local time: between two moments when
    clocks showed it twice, else none."""
    try:
        wall = datetime.fromisoformat(str(typed or "").strip())
        return local_choices(wall, zone) if wall.tzinfo is None else ()
    except (ValueError, OverflowError):
        return ()


def true_time_choices(typed: object, now: datetime, zone: str) -> tuple[LocalChoice, ...]:
    """Return the choice that the form of a clock check must offer beside the typed true time."""
    try:
        return looked_choices(read_time(str(typed or "")), now, zone)
    except UnreadableTime:
        return ()


def shown_while(
    now: datetime, since: datetime | str | None = None, until: datetime | str | None = None
) -> str:
    """Write the attributes of an element that is shown between two moments only, where it says what
    holds then; None for no limit. frontend/src/common/countdown.ts goes by them while the page is
    open."""
    begins, ends = (to_datetime(one) if one else None for one in (since, until))
    said = Markup("")
    for name, moment in (("from", begins), ("until", ends)):
        if moment:
            said += Markup(' data-shown-{}="{}"').format(name, iso_seconds(moment))
    shown = (begins is None or now >= begins) and (ends is None or now < ends)
    return said if shown else said + Markup(" hidden")


def countdown(until: datetime | str, now: datetime) -> str:
    """Write how long it is to a moment, as an element that a script keeps true."""
    moment = to_datetime(until)
    return Markup('<span data-countdown="{}">{}</span>').format(
        iso_seconds(moment), time_left_words(moment, now)
    )


def time_left_words(until: datetime, now: datetime) -> str:
    """Say how long it is to a moment, cut off to whole minutes: `2 days 3 hours`."""
    minutes = (until - now).total_seconds() / 60
    return "Less than a minute" if minutes < 1 else duration(minutes)


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
