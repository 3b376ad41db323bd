"""What one site contributes to a minute of the scene. Pure.

Two standings cover a minute, and nothing else: its owner looked at footage of that minute from a
camera that surely has the scene in view and saw nothing (CHECKED), or such footage is kept by
the owner or by the police (HELD). Every other site says why it covers nothing. The rules and
their limits are written out for people in docs/coverage.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.geo import sightlines
from chalicelib.registry.model import Site
from chalicelib.requests.model import Recipient, State
from chalicelib.requests.views import CameraView

MINUTE = timedelta(minutes=1)


class Standing(StrEnum):
    """What one site contributes to one minute of the scene."""

    CHECKED = "checked"
    HELD = "held"
    CHECKED_UNCLEAR = "checked_view_unknown"
    HELD_UNCLEAR = "held_view_unknown"
    WAITING = "not_answered"
    LOST = "not_answered_overwritten"
    UNREACHED = "not_reached"
    DECLINED = "declined"
    OVERWRITTEN = "overwritten"
    LATER = "after_the_answer"
    SAID_OFF = "said_off"
    SAID_FACES_AWAY = "said_faces_away"
    SAID_OVERWRITTEN = "said_overwritten"
    SAID_UNAVAILABLE = "said_unavailable"
    SEES_NOT = "faces_elsewhere"
    RECORDS_NOTHING = "records_nothing"
    WITHDRAWN = "withdrawn"
    GONE = "no_longer_registered"
    REJECTED = "file_rejected"
    NOT_ASKED = "not_asked"


COVERING = frozenset({Standing.CHECKED, Standing.HELD})
POSSIBLE = frozenset({Standing.CHECKED_UNCLEAR, Standing.HELD_UNCLEAR})
"""May have shown the minute; nobody can say so."""

_SAID = {
    "off": Standing.SAID_OFF,
    "faces_away": Standing.SAID_FACES_AWAY,
    "overwritten": Standing.SAID_OVERWRITTEN,
}


@dataclass(frozen=True)
class Asked:
    """One recipient and its site (None: taken off the register since).

    checked_at: since when the present answer stands; without it, when it was last given.
    files_kept: False when everything that the owner sent was rejected.
    """

    recipient: Recipient
    site: Site | None
    checked_at: datetime | None = None
    files_kept: bool = True

    @property
    def acted_at(self) -> datetime | None:
        """When the owner had the footage before them: looked, saved or sent it."""
        if self.recipient.state is State.SAVED:
            return self.recipient.saved_at or self.recipient.answered_at
        if self.recipient.state is State.NOTHING:
            return self.checked_at or self.recipient.answered_at
        return self.recipient.answered_at


def shown(
    asked: Asked, view: CameraView, window: tuple[datetime, datetime]
) -> tuple[datetime, ...]:
    """First and last moment of the window that its owner had from this camera when they looked,
    saved or sent; () for none."""
    acted = asked.acted_at
    if acted is None:
        return ()
    start, last = window
    if asked.recipient.window:
        start = max(start, asked.recipient.window.start)
        last = min(last, asked.recipient.window.end)
    if asked.recipient.state is not State.UPLOADED:
        if not view.records:
            return ()
        start = max(start, kept_from(view, acted))
    elif not asked.files_kept:
        return ()
    end = min(last, whole_minute(acted))
    return (start, end) if start < end else ()


def standing_at(
    asked: Asked, views: Sequence[CameraView], minute: datetime, now: datetime
) -> Standing:
    """The standing of a site for the minutes from `minute` to its next cut."""
    own = asked.recipient.window
    if own and not own.start <= minute < own.end:
        # Who was asked for ten minutes looked at ten minutes, whatever the others looked at.
        return Standing.NOT_ASKED
    return _of_minute(asked, views, minute, now)


def _of_minute(
    asked: Asked, views: Sequence[CameraView], minute: datetime, now: datetime
) -> Standing:
    """The standing for a minute that the site was asked for."""
    state, seeing = asked.recipient.state, [view for view in views if view.may_see]
    if state is State.UPLOADED:
        return _uploaded(asked, views, minute)
    if asked.site is None:
        return _without_site(asked)
    if not seeing:
        return Standing.SEES_NOT
    if state in (State.NOTHING, State.SAVED):
        return _looked(asked, seeing, minute)
    if state is State.UNAVAILABLE:
        return _SAID.get(asked.recipient.reason, Standing.SAID_UNAVAILABLE)
    if state is State.DECLINED:
        return Standing.DECLINED
    recording = [view for view in seeing if view.records]
    if not recording:
        return Standing.RECORDS_NOTHING
    if state is State.WITHDRAWN:
        return Standing.WITHDRAWN
    if state is State.UNDELIVERABLE:
        return Standing.UNREACHED
    there = any(minute >= kept_from(view, now) for view in recording)
    return Standing.WAITING if there else Standing.LOST


def _uploaded(asked: Asked, views: Sequence[CameraView], minute: datetime) -> Standing:
    """There is a file. Which minutes it shows must be seen in it, so retention does not count;
    from a camera that is said to face elsewhere, it must be seen all the more."""
    if not asked.files_kept:
        return Standing.REJECTED
    if asked.acted_at and minute >= whole_minute(asked.acted_at):
        return Standing.LATER
    sure = any(view.sees == sightlines.YES for view in views)
    return Standing.HELD if sure else Standing.HELD_UNCLEAR


def _looked(asked: Asked, seeing: Sequence[CameraView], minute: datetime) -> Standing:
    """The owner looked and saw nothing, or saved it."""
    acted = asked.acted_at
    held = asked.recipient.state is State.SAVED
    recording = [view for view in seeing if view.records]
    if not recording or acted is None:
        return Standing.RECORDS_NOTHING
    if minute >= whole_minute(acted):
        return Standing.LATER
    there = [view for view in recording if minute >= kept_from(view, acted)]
    if any(view.sees == sightlines.YES for view in there):
        return Standing.HELD if held else Standing.CHECKED
    if there:
        return Standing.HELD_UNCLEAR if held else Standing.CHECKED_UNCLEAR
    return Standing.OVERWRITTEN


def _without_site(asked: Asked) -> Standing:
    """Its owner took it off the register, so nobody knows any more what it sees."""
    match asked.recipient.state:
        case State.NOTHING:
            return Standing.CHECKED_UNCLEAR
        case State.UNAVAILABLE:
            return _SAID.get(asked.recipient.reason, Standing.SAID_UNAVAILABLE)
        case State.DECLINED:
            return Standing.DECLINED
        case _:
            return Standing.GONE


def kept_from(view: CameraView, moment: datetime) -> datetime:
    """The first minute that this camera's recorder still holds whole at a moment."""
    return _ceil(moment - timedelta(minutes=view.kept.minutes))


def whole_minute(moment: datetime) -> datetime:
    """The whole minute that `moment` is in."""
    return moment.replace(second=0, microsecond=0)


def _ceil(moment: datetime) -> datetime:
    """The first whole minute not before `moment`: half a minute of footage is no minute."""
    cut = whole_minute(moment)
    return cut if cut == moment else cut + MINUTE
