"""What the answers to a request prove about its scene, minute by minute. Pure.

Two things cover a minute, and nothing else: an owner looked at footage of that minute from a
camera that surely has the scene in view and saw nothing (CHECKED), or such footage is kept by
its owner or by the police (HELD). Every other site says why it covers nothing. The rules and
their limits are written out for people in docs/coverage.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import hypot, inf

from chalicelib.geo import sightlines
from chalicelib.geo.sightlines import Place
from chalicelib.registry.model import Site
from chalicelib.requests.model import FootageRequest, Recipient, State
from chalicelib.requests.views import CameraView, view_of

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


COVERING = frozenset({Standing.CHECKED, Standing.HELD})
POSSIBLE = frozenset({Standing.CHECKED_UNCLEAR, Standing.HELD_UNCLEAR})
"""May have shown the minute; nobody can say so."""
OPEN = frozenset({Standing.WAITING})
"""An answer could still close the gap."""

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


@dataclass(frozen=True)
class Stretch:
    """Minutes in which a site's standing is the same; the end does not belong to it."""

    start: datetime
    end: datetime
    standing: Standing


@dataclass(frozen=True)
class SiteProof:
    """One site: its cameras, and its standing through the whole window, without holes."""

    asked: Asked
    views: tuple[CameraView, ...]
    stretches: tuple[Stretch, ...]

    @property
    def standings(self) -> frozenset[Standing]:
        """Every standing it has in some minute."""
        return frozenset(stretch.standing for stretch in self.stretches)

    def shown(self, view: CameraView, window: tuple[datetime, datetime]) -> tuple[datetime, ...]:
        """First and last moment of the window that its owner had from this camera; () for none.

        Meant for sites that looked, saved or sent; the view may be known or not.
        """
        return _shown(self.asked, view, window)


@dataclass(frozen=True)
class Segment:
    """Minutes in which every site's standing is the same. counts: sites by standing."""

    start: datetime
    end: datetime
    counts: dict[Standing, int]

    @property
    def covered(self) -> bool:
        """True when something covers it; otherwise it is a gap."""
        return any(self.counts.get(standing) for standing in COVERING)

    @property
    def possible(self) -> int:
        """Sites that may have shown it."""
        return sum(self.counts.get(standing, 0) for standing in POSSIBLE)

    @property
    def minutes(self) -> float:
        """How long it is."""
        return (self.end - self.start) / MINUTE


@dataclass(frozen=True)
class Coverage:
    """What is proven. scene: of the incident. segments: the whole window, without holes."""

    request: FootageRequest
    scene: Place
    made_at: datetime
    sites: tuple[SiteProof, ...]
    segments: tuple[Segment, ...]

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Start and end of what was asked for."""
        return self.request.window_from, self.request.window_to

    @property
    def gaps(self) -> tuple[Segment, ...]:
        """Minutes that nothing covers."""
        return tuple(segment for segment in self.segments if not segment.covered)

    def minutes(self, standing: Standing) -> float:
        """Minutes for which at least one site has this standing."""
        return sum(segment.minutes for segment in self.segments if segment.counts.get(standing))


def coverage_of(
    request: FootageRequest, scene: Place, asked: Sequence[Asked], now: datetime
) -> Coverage:
    """What the answers to a request prove. scene: microdegrees. now: for what may still be there
    with owners who have not answered. Sites come by what they answered, the nearest first."""
    proofs = (_proof(one, request, scene, now) for one in asked)
    sites = tuple(sorted(proofs, key=lambda site: _order(site, scene)))
    return Coverage(request, scene, now, sites, tuple(_segments(request, sites)))


_FIRST = (State.UPLOADED, State.SAVED, State.NOTHING, State.VIEWED, State.NOTIFIED, State.PENDING)


def _order(site: SiteProof, scene: Place) -> tuple[int, float, str]:
    recipient, registered = site.asked.recipient, site.asked.site
    rank = _FIRST.index(recipient.state) if recipient.state in _FIRST else len(_FIRST)
    if registered is None:
        return rank, inf, recipient.site_id
    place = (registered.latitude_e6, registered.longitude_e6)
    return rank, hypot(*sightlines.offset(scene, place)), recipient.site_id


def _proof(asked: Asked, request: FootageRequest, scene: Place, now: datetime) -> SiteProof:
    site, window = asked.site, (request.window_from, request.window_to)
    views = tuple(view_of(camera, site, scene) for camera in site.cameras) if site else ()
    cuts = {window[0], window[1], *_cuts(asked, views, now)}
    marks = sorted(cut for cut in cuts if window[0] <= cut <= window[1])
    found: list[Stretch] = []
    for start, end in pairwise(marks):
        standing = _standing(asked, views, start, now)
        if found and found[-1].standing is standing:
            found[-1] = Stretch(found[-1].start, end, standing)
        else:
            found.append(Stretch(start, end, standing))
    return SiteProof(asked, views, tuple(found))


def _cuts(asked: Asked, views: Iterable[CameraView], now: datetime) -> Iterator[datetime]:
    """Where a site's standing may change."""
    acted = asked.acted_at
    if acted:
        yield _floor(acted)
    for view in views:
        yield _kept_from(view, acted or now)


def _shown(
    asked: Asked, view: CameraView, window: tuple[datetime, datetime]
) -> tuple[datetime, ...]:
    acted = asked.acted_at
    if acted is None:
        return ()
    start = window[0]
    if asked.recipient.state is not State.UPLOADED:
        if not view.records:
            return ()
        start = max(start, _kept_from(view, acted))
    elif not asked.files_kept:
        return ()
    end = min(window[1], _floor(acted))
    return (start, end) if start < end else ()


def _standing(
    asked: Asked, views: Sequence[CameraView], minute: datetime, now: datetime
) -> Standing:
    """The standing of a site for the minutes from `minute` to its next cut."""
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
    there = any(minute >= _kept_from(view, now) for view in recording)
    return Standing.WAITING if there else Standing.LOST


def _uploaded(asked: Asked, views: Sequence[CameraView], minute: datetime) -> Standing:
    """There is a file. Which minutes it shows must be seen in it, so retention does not count;
    from a camera that is said to face elsewhere, it must be seen all the more."""
    if not asked.files_kept:
        return Standing.REJECTED
    if asked.acted_at and minute >= _floor(asked.acted_at):
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
    if minute >= _floor(acted):
        return Standing.LATER
    there = [view for view in recording if minute >= _kept_from(view, acted)]
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


def _segments(request: FootageRequest, sites: Sequence[SiteProof]) -> Iterator[Segment]:
    """The window cut wherever the standing of some site changes."""
    changes: dict[datetime, Counter[Standing]] = {request.window_from: Counter()}
    for site in sites:
        before: Standing | None = None
        for stretch in site.stretches:
            change = changes.setdefault(stretch.start, Counter())
            change[stretch.standing] += 1
            if before:
                change[before] -= 1
            before = stretch.standing
    now: Counter[Standing] = Counter()
    for start, end in pairwise([*sorted(changes), request.window_to]):
        now.update(changes[start])
        yield Segment(start, end, {one: now[one] for one in Standing if now[one]})


def _kept_from(view: CameraView, moment: datetime) -> datetime:
    """The first minute that this camera's recorder still holds whole at a moment."""
    return _ceil(moment - timedelta(minutes=view.kept.minutes))


def _floor(moment: datetime) -> datetime:
    """The whole minute that `moment` is in."""
    return moment.replace(second=0, microsecond=0)


def _ceil(moment: datetime) -> datetime:
    """The first whole minute not before `moment`: half a minute of footage is no minute."""
    cut = _floor(moment)
    return cut if cut == moment else cut + MINUTE
