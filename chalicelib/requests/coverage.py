"""What the answers to a request prove about its scene, minute by minute. Pure.

The rules for one site are in `standings`; here sites come together: the window is cut wherever
one of them changes, and what nothing covers is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import hypot, inf

from chalicelib.geo import sightlines
from chalicelib.geo.sightlines import Place
from chalicelib.requests.model import FootageRequest, State
from chalicelib.requests.standings import (
    COVERING,
    MINUTE,
    POSSIBLE,
    Asked,
    Standing,
    kept_from,
    shown,
    standing_at,
    whole_minute,
)
from chalicelib.requests.views import Basis, CameraView, view_of


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
        return shown(self.asked, view, window)


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
    """What is proven. scene: of the incident. segments: the whole window, without holes.
    stated_minutes: covered when only what owners stated of their cameras counts, nothing usual.
    """

    request: FootageRequest
    scene: Place
    made_at: datetime
    sites: tuple[SiteProof, ...]
    segments: tuple[Segment, ...]
    stated_minutes: float

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Start and end of what was asked for."""
        return self.request.window_from, self.request.window_to

    @property
    def gaps(self) -> tuple[Segment, ...]:
        """Minutes that nothing covers."""
        return tuple(segment for segment in self.segments if not segment.covered)

    @property
    def covered_minutes(self) -> float:
        """Minutes that something covers."""
        return _covered(self.segments)

    def minutes(self, standing: Standing) -> float:
        """Minutes for which at least one site has this standing."""
        return sum(segment.minutes for segment in self.segments if segment.counts.get(standing))


def coverage_of(
    request: FootageRequest, scene: Place, asked: Sequence[Asked], now: datetime
) -> Coverage:
    """What the answers to a request prove. scene: microdegrees. now: for what may still be there
    with owners who have not answered. Sites come by what they answered, the nearest first."""
    proofs = [_proof(one, request, _views(one, scene), now) for one in asked]
    strict = [_proof(one.asked, request, _stated(one.views), now) for one in proofs]
    return Coverage(
        request=request,
        scene=scene,
        made_at=now,
        sites=tuple(sorted(proofs, key=lambda site: _order(site, scene))),
        segments=tuple(_segments(request, proofs)),
        stated_minutes=_covered(_segments(request, strict)),
    )


def _covered(segments: Iterable[Segment]) -> float:
    return sum(segment.minutes for segment in segments if segment.covered)


def _views(asked: Asked, scene: Place) -> tuple[CameraView, ...]:
    site = asked.site
    return tuple(view_of(camera, site, scene) for camera in site.cameras) if site else ()


def _stated(views: Iterable[CameraView]) -> tuple[CameraView, ...]:
    """The views with all that rests on what such cameras usually see taken for unknown."""
    return tuple(
        replace(view, sees=sightlines.UNKNOWN) if view.basis is Basis.USUAL else view
        for view in views
    )


_FIRST = (State.UPLOADED, State.SAVED, State.NOTHING, State.VIEWED, State.NOTIFIED, State.PENDING)


def _order(site: SiteProof, scene: Place) -> tuple[int, float, str]:
    recipient, registered = site.asked.recipient, site.asked.site
    rank = _FIRST.index(recipient.state) if recipient.state in _FIRST else len(_FIRST)
    if registered is None:
        return rank, inf, recipient.site_id
    place = (registered.latitude_e6, registered.longitude_e6)
    return rank, hypot(*sightlines.offset(scene, place)), recipient.site_id


def _proof(
    asked: Asked, request: FootageRequest, views: tuple[CameraView, ...], now: datetime
) -> SiteProof:
    window = (request.window_from, request.window_to)
    cuts = {window[0], window[1], *_cuts(asked, views, now)}
    marks = sorted(cut for cut in cuts if window[0] <= cut <= window[1])
    found: list[Stretch] = []
    for start, end in pairwise(marks):
        standing = standing_at(asked, views, start, now)
        if found and found[-1].standing is standing:
            found[-1] = Stretch(found[-1].start, end, standing)
        else:
            found.append(Stretch(start, end, standing))
    return SiteProof(asked, views, tuple(found))


def _cuts(asked: Asked, views: Iterable[CameraView], now: datetime) -> Iterator[datetime]:
    """Where a site's standing may change."""
    acted = asked.acted_at
    if acted:
        yield whole_minute(acted)
    for view in views:
        yield kept_from(view, acted or now)
    if asked.recipient.window:
        yield from (asked.recipient.window.start, asked.recipient.window.end)


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
