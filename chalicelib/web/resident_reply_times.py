"""When to look, and how long it is still there: what the reply page says of time. Pure.

Honest in both directions: a deadline that rests on an assumption is called one, footage that is
going is not called gone, and clocks that have changed since are named, because a recorder may or
may not have followed them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.countries import Country
from chalicelib.registry.model import Camera, PropertyType, Site
from chalicelib.registry.retention import keeping, retention
from chalicelib.requests.deadlines import moved_on
from chalicelib.requests.model import Recipient, Window


class Hold(StrEnum):
    """Whether footage is still there, as far as anybody knows."""

    UNKNOWN = "unknown"
    THERE = "there"
    GOING = "going"
    GONE = "gone"


@dataclass(frozen=True)
class Left:
    """How long footage is still there.

    minutes: until `first`, when the earliest minutes begin to be overwritten; negative after.
    last: when the latest minutes of the longest-lived camera are. certain: `first` rests on no
    assumption. All None for cameras of which nothing is known.
    """

    hold: Hold
    certain: bool = False
    minutes: float | None = None
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class CameraHold:
    """One camera of the site, and how long its footage of the window is there."""

    camera: Camera
    left: Left


def time_left(recipient: Recipient, site: Site, window: Window, now: datetime) -> Left:
    """How long the footage that a recipient is asked for is still there.

    Begins with the deadline that the messages name, which was worked out when the request was
    sent, so that page and message agree; when it has passed, with that of the next camera.
    """
    recipient = moved_on(recipient, now)
    first = recipient.deadline
    if first is None:
        return Left(Hold.UNKNOWN)
    kept = [one.minutes for one in keeping(site.cameras, site.property_type)]
    last = max(window.end + timedelta(minutes=max(kept, default=0)), first)
    return _left(first, last, recipient.deadline_certain, now)


def camera_holds(site: Site, window: Window, now: datetime) -> list[CameraHold]:
    """The same for each camera by itself, as the site describes it now."""
    return [CameraHold(c, _of_camera(c, site.property_type, window, now)) for c in site.cameras]


def _of_camera(camera: Camera, kind: PropertyType, window: Window, now: datetime) -> Left:
    kept = retention(camera, kind)
    if not camera.records or kept.minutes == 0:
        return Left(Hold.UNKNOWN)
    life = timedelta(minutes=kept.minutes)
    return _left(window.start + life, window.end + life, kept.certain, now)


def _left(first: datetime, last: datetime, certain: bool, now: datetime) -> Left:
    minutes = (first - now).total_seconds() / 60
    hold = Hold.THERE if now < first else Hold.GOING if now < last else Hold.GONE
    return Left(hold, certain, minutes, first, last)


def clocks_note(window: Window, now: datetime, zone: str, country: Country) -> str:
    """What to say when the clocks changed during the window or since; "" when they did not."""
    start, end, here = (
        moment.astimezone(ZoneInfo(zone)) for moment in (window.start, window.end, now)
    )
    if start.utcoffset() != end.utcoffset():
        if _back(start, end):
            return (
                "The clocks went back during that time, so one hour came twice. "
                "Please look at both."
            )
        return "The clocks went forward during that time, so your recorder may skip an hour."
    if end.utcoffset() == here.utcoffset():
        return ""
    turned = "back" if _back(end, here) else "forward"
    return (
        f"The clocks have gone {turned} since then. These are the times as clocks showed them on "
        f"the day ({zone_name(window.end, zone, country)}). If your recorder has changed with the "
        f"clocks, it may show this an hour {'earlier' if turned == 'back' else 'later'}."
    )


def _back(earlier: datetime, later: datetime) -> bool:
    return (earlier.utcoffset() or timedelta()) > (later.utcoffset() or timedelta())


def zone_name(moment: datetime, zone: str, country: Country) -> str:
    """`British Summer Time`; the zone's short name where we have no longer one."""
    short = f"{moment.astimezone(ZoneInfo(zone)):%Z}"
    return country.zone_names.get(short, short)
