"""How pages write times, sizes and durations. Pure functions; `web.render` makes them filters."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chalicelib.times import iso_seconds, parse_iso


def moment(value: datetime | str) -> datetime:
    """An aware datetime from one, or from ISO 8601 text as items and the API carry it."""
    return value if isinstance(value, datetime) else parse_iso(value)


def local_time(value: datetime | str, zone: str, style: str = "full") -> str:
    """A time in words in the force's zone, the way GOV.UK writes it.

    style: "full" `Friday 20 November 2026, 10:04am` · "short" `20 Nov, 10:04am` ·
    "time" `10:04am` · "dense" `20 Nov 2026 10:04` (tables of the console).
    """
    local = moment(value).astimezone(ZoneInfo(zone))
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    if style == "time":
        return clock
    if style == "short":
        return f"{local.day} {local:%b}, {clock}"
    if style == "dense":
        return f"{local.day} {local:%b %Y %H:%M}"
    return f"{local:%A} {local.day} {local:%B %Y}, {clock}"


def when(value: datetime | str | None, zone: str, style: str = "full") -> str:
    """The time as a `<time>` element; scripts add the reader's own zone where it differs.

    Nothing (None or "") becomes a dash, so that a table cell is never blank.
    """
    if not value:
        return Markup('<span class="muted">–</span>')
    return Markup('<time datetime="{}" data-style="{}">{}</time>').format(
        iso_seconds(moment(value)), style, local_time(value, zone, style)
    )


def local_input(value: datetime | str | None, zone: str) -> str:
    """The value of `<input type="datetime-local">`: `2026-11-20T10:04` in the force's zone."""
    return f"{moment(value).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" if value else ""


def duration(minutes: float | None) -> str:
    """`2 days 22 hours`, `1 hour 35 minutes`, `12 minutes`: the two largest parts, cut off.

    Cut off and not rounded: nobody should believe that there is more time than there is.
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


def file_size(size: int) -> str:
    """`812 bytes`, `4.2 MB`, `210 MB`, `1.4 GB`: decimal units, as file managers show them."""
    value, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if unit != "bytes" and value < 9.95 else f"{value:.0f} {unit}"


def distance(metres: float) -> str:
    """`85 m`, `1.2 km`."""
    return f"{metres:.0f} m" if metres < 999.5 else f"{metres / 1000:.1f} km"
