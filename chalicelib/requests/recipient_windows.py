"""Sites that are asked for a time of their own: the minutes in which somebody can have passed
them, not the whole time of the request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.core.errors import FieldErrors
from chalicelib.core.times import iso_seconds
from chalicelib.requests.model import MOST_SITES, FootageWindow

LONGEST_WINDOW = timedelta(hours=12)
"""The longest window without agreement: an owner looks through it by hand, in their own time."""

LONGEST_AGREED = timedelta(days=7)
"""The longest window with a supervisor's agreement."""

TOO_LONG = (
    "Ask for at most 12 hours of footage, or ask in parts. A supervisor can agree to more, up to "
    "7 days, with a reason"
)
TOO_LONG_EVEN_AGREED = "Ask for at most 7 days of footage"

AHEAD = timedelta(minutes=5)
"""By how much a window may begin later than our clock says it is now."""

Windows = Mapping[str, FootageWindow]
"""Site id → its window."""


def whole_seconds(windows: Windows) -> dict[str, FootageWindow]:
    """Cut windows to whole seconds, as recipients hold them."""
    return {
        site_id: FootageWindow(one.start.replace(microsecond=0), one.end.replace(microsecond=0))
        for site_id, one in windows.items()
    }


def windows_problems(
    windows: Windows, site_ids: Collection[str], now: datetime, *, agreed: bool = False
) -> FieldErrors:
    """What is wrong with the windows of single sites, in fields named `windows.<site id>.from` and
    `.to`. agreed: a supervisor agrees to more than the longest window."""
    found: FieldErrors = []
    for site_id, window in sorted(windows.items()):
        name = _named(site_id)
        if site_id not in site_ids:
            found.append((name, "This site is not among those that are asked"))
        found += window_problems(window, now, f"{name}.", agreed=agreed)
    return found


def window_problems(
    window: FootageWindow, now: datetime, prefix: str = "", *, agreed: bool = False
) -> FieldErrors:
    """What is wrong with one window, in fields named `from` and `to` after the prefix."""
    found: FieldErrors = []
    if window.start > now + AHEAD:
        found.append((f"{prefix}from", "The footage must begin in the past"))
    if window.end <= window.start:
        found.append((f"{prefix}to", "The end of the footage must be after its beginning"))
    elif window.end - window.start > (LONGEST_AGREED if agreed else LONGEST_WINDOW):
        found.append((f"{prefix}to", TOO_LONG_EVEN_AGREED if agreed else TOO_LONG))
    return found


def request_problems(
    site_ids: Collection[str],
    window: FootageWindow,
    windows: Windows,
    now: datetime,
    *,
    agreed: bool,
) -> FieldErrors:
    """What is wrong with the sites and times of a request. agreed: as for `windows_problems`."""
    found: FieldErrors = []
    if not site_ids:
        found.append(("site_ids", "Choose at least one site"))
    elif len(site_ids) > MOST_SITES:
        found.append(("site_ids", f"Choose at most {MOST_SITES} sites, not {len(site_ids)}"))
    # Where each site has a time of its own, the request's only says from when to when they reach.
    each_own = all(site_id in windows for site_id in site_ids)
    found += window_problems(window, now, agreed=agreed or each_own)
    return found + windows_problems(windows, site_ids, now, agreed=agreed)


def overlong_windows(
    site_ids: Collection[str], window: FootageWindow, windows: Windows
) -> list[str]:
    """The fields of windows that need a supervisor's agreement."""
    named = {f"{_named(site_id)}.to": one for site_id, one in sorted(windows.items())}
    if any(site_id not in windows for site_id in site_ids):
        named = {"to": window, **named}
    return [name for name, one in named.items() if one.end - one.start > LONGEST_WINDOW]


def _named(site_id: str) -> str:
    return f"windows.{site_id[:16]}"


def windows_text(windows: Windows) -> list[str]:
    """Each window as one text, in a fixed order, to tell whether two requests are the same."""
    return [
        f"{site_id} {iso_seconds(one.start)} {iso_seconds(one.end)}"
        for site_id, one in sorted(windows.items())
    ]
