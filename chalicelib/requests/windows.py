"""Sites that are asked for a time of their own: the minutes in which somebody can have passed
them, not the whole time of the request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.errors import FieldErrors
from chalicelib.requests.model import Window
from chalicelib.times import iso_seconds

LONGEST_WINDOW = timedelta(days=7)

AHEAD = timedelta(minutes=5)
"""By which a window may begin later than our clock says it is now."""

Windows = Mapping[str, Window]
"""Site id → its window."""


def whole(windows: Windows) -> dict[str, Window]:
    """The same in whole seconds, as recipients hold them."""
    return {
        site_id: Window(one.start.replace(microsecond=0), one.end.replace(microsecond=0))
        for site_id, one in windows.items()
    }


def problems(windows: Windows, site_ids: Collection[str], now: datetime) -> FieldErrors:
    """What is wrong with them, named `windows.<site id>` and the part of it."""
    found: FieldErrors = []
    for site_id, window in sorted(windows.items()):
        name = f"windows.{site_id[:16]}"
        if site_id not in site_ids:
            found.append((name, "This site is not among those that are asked"))
        found += window_problems(window, now, f"{name}.")
    return found


def window_problems(window: Window, now: datetime, prefix: str = "") -> FieldErrors:
    """What is wrong with one window, named `from` and `to`."""
    found: FieldErrors = []
    if window.start > now + AHEAD:
        found.append((f"{prefix}from", "The footage must begin in the past"))
    if window.end <= window.start:
        found.append((f"{prefix}to", "The end of the footage must be after its beginning"))
    elif window.end - window.start > LONGEST_WINDOW:
        found.append((f"{prefix}to", "Ask for at most 7 days of footage"))
    return found


def as_text(windows: Windows) -> list[str]:
    """Each as one text in a fixed order: part of what makes two requests the same."""
    return [
        f"{site_id} {iso_seconds(one.start)} {iso_seconds(one.end)}"
        for site_id, one in sorted(windows.items())
    ]
