"""What one camera, and so one site, contributes to a minute of the scene. Pure.

Two standings cover a minute, and nothing else: its owner looked at footage of that minute from a
camera that surely has the scene in view and saw nothing (CHECKED), or such footage is kept by
the owner or by the police (HELD). Every other camera says why it covers nothing. The rules and
their limits are written out for people in docs/coverage.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.geo import field_of_view
from chalicelib.requests.coverage.standings import COVERING, POSSIBLE, Layer, Standing
from chalicelib.requests.coverage.viewing_log import (
    Asked,
    Look,
    kept_from,
    looks,
    shown,
    whole_minute,
)
from chalicelib.requests.model import ANSWERS, State, Window
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import CameraView

_ORDER = {standing: place for place, standing in enumerate(Standing)}


def best(standings: Iterable[Standing]) -> Standing:
    """The most telling of them."""
    return min(standings, key=_ORDER.__getitem__)


def standings_at(
    asked: Asked, views: Sequence[CameraView], minute: datetime, now: datetime
) -> frozenset[Standing]:
    """The standings of a site's cameras for the minutes from `minute` to its next cut."""
    found = frozenset(_standings(asked, views, minute, now))
    if asked.window.start <= minute < asked.window.end:
        return found or frozenset({Standing.SEES_NOT})
    # Who was asked for ten minutes looked at ten minutes, whatever the others looked at; which
    # ten, if the recorder's clock was wrong, is known too.
    return found & (COVERING | POSSIBLE) or frozenset({Standing.NOT_ASKED})


def _standings(
    asked: Asked, views: Sequence[CameraView], minute: datetime, now: datetime
) -> Iterator[Standing]:
    state = asked.recipient.state
    if state is State.UPLOADED and not any(
        asked.answer(view.camera.number)[0] is State.UPLOADED for view in views
    ):
        # A file that nobody said the camera of.
        yield _unsourced(asked, minute)
    if asked.site is None and state is not State.UPLOADED:
        yield _without_site(asked, minute)
    for view in views:
        yield _of_camera(asked, view, minute, now)


def _of_camera(asked: Asked, view: CameraView, minute: datetime, now: datetime) -> Standing:
    state, reason = asked.answer(view.camera.number)
    if state is State.UPLOADED:
        return _looked(asked, view, minute, now) if asked.files_kept else Standing.REJECTED
    if not view.may_see:
        return Standing.SEES_NOT
    kind = STATES[state]
    instead = kind.standing_for(reason)
    if instead and state in ANSWERS:
        return instead
    if not view.records:
        return Standing.RECORDS_NOTHING
    if kind.layer:
        return _looked(asked, view, minute, now)
    if instead:
        return instead
    return Standing.WAITING if minute >= kept_from(view, now) else Standing.LOST


def _looked(asked: Asked, view: CameraView, minute: datetime, now: datetime) -> Standing:
    """The owner looked and saw nothing, saved it, or sent a file. Which minutes a file shows must
    be seen in it; from a camera that is said to face elsewhere, all the more."""
    for state, window in shown(asked, view):
        if window.start <= minute < window.end:
            held = STATES[state].layer is Layer.HELD
            if view.sees == field_of_view.YES:
                return Standing.HELD if held else Standing.CHECKED
            return Standing.HELD_UNCLEAR if held else Standing.CHECKED_UNCLEAR
    state, _ = asked.answer(view.camera.number)
    there = view.records and minute >= kept_from(view, now)
    why = {_not_shown(look, minute, there) for look in looks(asked, view.camera.number, state)}
    return best(why or {Standing.RECORDS_NOTHING})


def _not_shown(look: Look, minute: datetime, there: bool) -> Standing:
    """Why a look did not show the minute. there: the recorder may hold it to this day."""
    if not _within(look.window, minute):
        return Standing.CLOCK if there else Standing.OVERWRITTEN
    return Standing.LATER if minute >= whole_minute(look.at) else Standing.OVERWRITTEN


def _within(window: Window | None, minute: datetime) -> bool:
    return window is not None and window.start <= minute < window.end


def _unsourced(asked: Asked, minute: datetime) -> Standing:
    if not asked.files_kept:
        return Standing.REJECTED
    later = True
    for look in looks(asked, None, State.UPLOADED):
        if minute < whole_minute(look.at):
            later = False
            if _within(look.window, minute):
                return Standing.HELD_UNCLEAR
    return Standing.LATER if later else Standing.CLOCK


def _without_site(asked: Asked, minute: datetime) -> Standing:
    """Its owner took it off the register, so nobody knows any more what it sees."""
    state = asked.recipient.state
    if STATES[state].layer is Layer.CHECKED:
        acted = asked.acted_at
        there = acted is not None and minute < whole_minute(acted)
        return Standing.CHECKED_UNCLEAR if there else Standing.LATER
    instead = STATES[state].standing_for(asked.recipient.reason)
    return instead if instead and state in ANSWERS else Standing.GONE


def cuts_of(asked: Asked, views: Sequence[CameraView], now: datetime) -> Iterator[datetime]:
    """Where the standing of a site may change, in no order."""
    yield from (asked.window.start, asked.window.end)
    for look in looks(asked, None, asked.recipient.state):
        yield from _cuts(look)
    for view in views:
        yield kept_from(view, now)
        state, _ = asked.answer(view.camera.number)
        for look in looks(asked, view.camera.number, state):
            yield from _cuts(look)
            yield kept_from(view, look.at)


def _cuts(look: Look) -> Iterator[datetime]:
    yield whole_minute(look.at)
    if look.window:
        yield from (look.window.start, look.window.end)
