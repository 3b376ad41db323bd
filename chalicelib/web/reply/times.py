"""What the reply page says about time: how long footage is still there, and changed clocks. Pure.

The words are honest in both directions: a deadline that rests on an assumption is called one,
footage that is going is not called gone, and clocks that have changed since are named, because a
recorder may or may not have followed them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.cameras.model import Camera
from chalicelib.core.countries import Country
from chalicelib.core.formatting import duration
from chalicelib.core.local_times import MINUTE, zone_label
from chalicelib.registry.model import Site
from chalicelib.requests.model import AskedCamera, FootageWindow, Recipient
from chalicelib.requests.recipients.relevant_cameras import cameras_asked, kept_until
from chalicelib.requests.reminder_schedule import with_next_deadline

URGENT = timedelta(hours=48)
"""Footage that goes within this is shown as urgent to its owner."""


class FootageHold(StrEnum):
    """Whether footage is still there, as far as anybody knows."""

    UNKNOWN = "unknown"
    THERE = "there"
    GOING = "going"
    GONE = "gone"


@dataclass(frozen=True)
class TimeLeft:
    """How long footage is still there.

    first: when the earliest minutes begin to be overwritten; minutes: until then, negative after.
    last: when the latest minutes of the camera with the longest retention are overwritten. certain:
    `first` rests on no assumption. The times are None where nothing is known.
    """

    hold: FootageHold
    certain: bool = False
    minutes: float | None = None
    first: datetime | None = None
    last: datetime | None = None

    @property
    def urgency(self) -> tuple[int, float]:
        """Sort key: what is there or going by when it starts to go; then what nobody knows; last
        what is gone."""
        later = (FootageHold.UNKNOWN, FootageHold.GONE)
        rank = later.index(self.hold) + 1 if self.hold in later else 0
        return (rank, self.first.timestamp() if self.first else 0.0)


@dataclass(frozen=True)
class CameraHold:
    """One camera of a site, and how long its footage of the window is there."""

    camera: Camera
    left: TimeLeft


def time_left(recipient: Recipient, site: Site, window: FootageWindow, now: datetime) -> TimeLeft:
    """How long the footage that a recipient is asked for is still there.

    The first deadline is the one that the messages name, worked out when the request was sent, so
    that page and message agree; when it has passed, the next camera's deadline takes its place.
    """
    recipient = with_next_deadline(recipient, now)
    first = recipient.deadline
    if first is None:
        return TimeLeft(FootageHold.UNKNOWN)
    last = max(kept_until(recipient, site, window) or first, first)
    return _left(first, last, recipient.deadline_certain, now)


@dataclass(frozen=True)
class TimePhase:
    """What `time_left` says from one moment to another; the page says it in turn while it stays
    open. begins: None for the phase that holds now; ends: None for the last."""

    left: TimeLeft
    begins: datetime | None
    ends: datetime | None

    @property
    def urgent(self) -> tuple[datetime | None, datetime | None] | None:
        """When in this phase somebody should look at once; None for never."""
        if self.left.hold is FootageHold.GOING:
            return self.begins, self.ends
        if self.left.hold is not FootageHold.THERE or self.left.first is None:
            return None
        soon = self.left.first - URGENT
        return (max(soon, self.begins) if self.begins else soon), self.ends

    def is_urgent(self, now: datetime) -> bool:
        """True when somebody should look at once, now that this phase holds."""
        since = self.urgent[0] if self.urgent else None
        return self.urgent is not None and (since is None or since <= now)


def time_phases(
    recipient: Recipient, site: Site, window: FootageWindow, now: datetime
) -> list[TimePhase]:
    """What `time_left` says now, and what it will say at each moment at which that changes."""
    left = time_left(recipient, site, window, now)
    deadlines = [recipient.deadline, *(one.at for one in recipient.later), left.last]
    changes = sorted({at for at in deadlines if at and at > now})
    starts: list[datetime | None] = [None, *changes]
    return [
        TimePhase(time_left(recipient, site, window, begins or now), begins, ends)
        for begins, ends in zip(starts, [*changes, None], strict=True)
    ]


def camera_holds(
    recipient: Recipient, site: Site, window: FootageWindow, now: datetime
) -> list[CameraHold]:
    """How long the footage of the window is there of each camera that the owner is asked about,
    what is lost next first: what is gone already, or was never kept, comes last."""
    held = [
        CameraHold(camera, _of_camera(asked, window, now))
        for camera, asked in cameras_asked(recipient, site)
    ]
    return sorted(held, key=lambda one: one.left.urgency)


def _of_camera(asked: AskedCamera, window: FootageWindow, now: datetime) -> TimeLeft:
    if asked.kept_minutes == 0:
        return TimeLeft(FootageHold.UNKNOWN)
    life = timedelta(minutes=asked.kept_minutes)
    return _left(window.start + life, window.end + life, asked.certain, now)


def _left(first: datetime, last: datetime, certain: bool, now: datetime) -> TimeLeft:
    minutes = (first - now).total_seconds() / 60
    hold = (
        FootageHold.THERE if now < first else FootageHold.GOING if now < last else FootageHold.GONE
    )
    return TimeLeft(hold, certain, minutes, first, last)


def clocks_note(window: FootageWindow, now: datetime, zone: str, country: Country) -> str:
    """What to say when the clocks changed during the window or since; "" when they did not."""
    start, end, here = (
        moment.astimezone(ZoneInfo(zone)) for moment in (window.start, window.end, now)
    )
    if start.utcoffset() != end.utcoffset():
        by = _by_how_much(start, end)
        if _back(start, end):
            twice = by.replace("an hour", "one hour")
            return (
                f"The clocks went back during that time, so {twice} came twice. "
                "Please look at both."
            )
        return f"The clocks went forward during that time, so your recorder may skip {by}."
    if end.utcoffset() == here.utcoffset():
        return ""
    turned, by = "back" if _back(end, here) else "forward", _by_how_much(end, here)
    return (
        f"The clocks have gone {turned} since then. These are the times as clocks showed them on "
        f"the day ({zone_name(window.end, zone, country)}). If your recorder has changed with the "
        f"clocks, it may show this {by} {'earlier' if turned == 'back' else 'later'}."
    )


def _by_how_much(earlier: datetime, later: datetime) -> str:
    """By how much the clocks were changed: `an hour`, in some zones `30 minutes`."""
    changed = abs((later.utcoffset() or timedelta()) - (earlier.utcoffset() or timedelta()))
    return "an hour" if changed == timedelta(hours=1) else duration(changed / MINUTE)


def _back(earlier: datetime, later: datetime) -> bool:
    return (earlier.utcoffset() or timedelta()) > (later.utcoffset() or timedelta())


def zone_name(moment: datetime, zone: str, country: Country) -> str:
    """The name of the local time at a moment, like `British Summer Time`; the zone's short name
    where the country has no longer one for it."""
    short = zone_label(moment, zone)
    return country.zone_names.get(short, short)
