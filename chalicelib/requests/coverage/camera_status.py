"""What one camera, and so one site, contributes to a minute of the scene. Pure.

Two standings cover a minute, and nothing else: its owner looked at footage of that minute from a
camera that surely has the scene in view and saw nothing (CHECKED), or such footage is kept by
the owner or by the police (HELD). Every other camera says why it covers nothing. The rules and
their limits are written out for people in docs/coverage.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chalicelib.core.times import whole_minute
from chalicelib.geo.sight import field_of_view
from chalicelib.requests.coverage.viewing_log import (
    AskedSite,
    Viewing,
    first_kept_minute,
    relevant_viewings,
    viewed_minutes,
)
from chalicelib.requests.model import ANSWERS, FootageWindow, RecipientState
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import CameraView
from chalicelib.requests.standings import COVERING, POSSIBLE, CameraStatus, CoverageLayer

_ORDER = {standing: place for place, standing in enumerate(CameraStatus)}


def best_status(standings: Iterable[CameraStatus]) -> CameraStatus:
    """The most telling of several standings, by the order of CameraStatus."""
    return min(standings, key=_ORDER.__getitem__)


def statuses_at(
    asked: AskedSite, views: Sequence[CameraView], minute: datetime, now: datetime
) -> frozenset[CameraStatus]:
    """The standings of a site's cameras for the minutes from `minute` to its next cut."""
    found = frozenset(_standings(asked, views, minute, now))
    if asked.window.start <= minute < asked.window.end:
        return found or frozenset({CameraStatus.SEES_NOT})
    # An owner asked for ten minutes looked at ten minutes, whatever others looked at; which ten
    # they were, if the recorder's clock was wrong, is known too.
    return found & (COVERING | POSSIBLE) or frozenset({CameraStatus.NOT_ASKED})


def _standings(
    asked: AskedSite, views: Sequence[CameraView], minute: datetime, now: datetime
) -> Iterator[CameraStatus]:
    state = asked.recipient.state
    if state is RecipientState.UPLOADED and not any(
        asked.answer(view.camera.number)[0] is RecipientState.UPLOADED for view in views
    ):
        # Nobody said from which camera the file is.
        yield _unsourced(asked, minute)
    if asked.site is None and state is not RecipientState.UPLOADED:
        yield _without_site(asked, minute)
    for view in views:
        if asked.recipient.asks_about(view.camera.number):
            yield _of_camera(asked, view, minute, now)


def _of_camera(asked: AskedSite, view: CameraView, minute: datetime, now: datetime) -> CameraStatus:
    state, reason = asked.answer(view.camera.number)
    if state is RecipientState.UPLOADED:
        return _looked(asked, view, minute, now) if asked.files_kept else CameraStatus.REJECTED
    if not view.may_see:
        return CameraStatus.SEES_NOT
    kind = STATES[state]
    instead = kind.standing_for(reason)
    if instead and state in ANSWERS:
        return instead
    if not view.records:
        return CameraStatus.RECORDS_NOTHING
    if kind.layer:
        return _looked(asked, view, minute, now)
    if instead:
        return instead
    return CameraStatus.WAITING if minute >= first_kept_minute(view, now) else CameraStatus.LOST


def _looked(asked: AskedSite, view: CameraView, minute: datetime, now: datetime) -> CameraStatus:
    """The standing of a camera whose owner looked, saved or sent a file. Which minutes a file shows
    must be seen in it; from a camera that is said to face elsewhere, all the more."""
    for state, window in viewed_minutes(asked, view):
        if window.start <= minute < window.end:
            held = STATES[state].layer is CoverageLayer.HELD
            if view.sees == field_of_view.YES:
                return CameraStatus.HELD if held else CameraStatus.CHECKED
            return CameraStatus.HELD_UNCLEAR if held else CameraStatus.CHECKED_UNCLEAR
    state, _ = asked.answer(view.camera.number)
    there = view.records and minute >= first_kept_minute(view, now)
    why = {
        _not_shown(look, minute, there)
        for look in relevant_viewings(asked, view.camera.number, state)
    }
    return best_status(why or {CameraStatus.RECORDS_NOTHING})


def _not_shown(look: Viewing, minute: datetime, there: bool) -> CameraStatus:
    """Why a look did not show the minute. there: the recorder may hold it to this day."""
    if not _within(look.window, minute):
        return CameraStatus.CLOCK if there else CameraStatus.OVERWRITTEN
    return CameraStatus.LATER if minute >= whole_minute(look.at) else CameraStatus.OVERWRITTEN


def _within(window: FootageWindow | None, minute: datetime) -> bool:
    return window is not None and window.start <= minute < window.end


def _unsourced(asked: AskedSite, minute: datetime) -> CameraStatus:
    if not asked.files_kept:
        return CameraStatus.REJECTED
    later = True
    for look in relevant_viewings(asked, None, RecipientState.UPLOADED):
        if minute < whole_minute(look.at):
            later = False
            if _within(look.window, minute):
                return CameraStatus.HELD_UNCLEAR
    return CameraStatus.LATER if later else CameraStatus.CLOCK


def _without_site(asked: AskedSite, minute: datetime) -> CameraStatus:
    """The standing of a site that left the register, whose view nobody knows any more."""
    state = asked.recipient.state
    if STATES[state].layer is CoverageLayer.CHECKED:
        acted = asked.acted_at
        there = acted is not None and minute < whole_minute(acted)
        return CameraStatus.CHECKED_UNCLEAR if there else CameraStatus.LATER
    instead = STATES[state].standing_for(asked.recipient.reason)
    return instead if instead and state in ANSWERS else CameraStatus.GONE


def status_changes(
    asked: AskedSite, views: Sequence[CameraView], now: datetime
) -> Iterator[datetime]:
    """The moments at which the standing of a site may change, in no order."""
    yield from (asked.window.start, asked.window.end)
    for look in relevant_viewings(asked, None, asked.recipient.state):
        yield from _cuts(look)
    for view in views:
        yield first_kept_minute(view, now)
        state, _ = asked.answer(view.camera.number)
        for look in relevant_viewings(asked, view.camera.number, state):
            yield from _cuts(look)
            yield first_kept_minute(view, look.at)


def _cuts(look: Viewing) -> Iterator[datetime]:
    yield whole_minute(look.at)
    if look.window:
        yield from (look.window.start, look.window.end)
