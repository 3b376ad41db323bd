"""What the answers prove about a scene, minute by minute: of one request, or of all requests of
an incident together. Pure.

The rules for one site are in `camera_status`; here sites come together: time is cut wherever one of
them changes, and what nothing covers is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import hypot, inf

from chalicelib.geo.sight import field_of_view
from chalicelib.geo.sight.field_of_view import Place
from chalicelib.requests.coverage.camera_status import best_status, status_changes, statuses_at
from chalicelib.requests.coverage.viewing_log import MINUTE, AskedSite, viewed_minutes
from chalicelib.requests.model import UNANSWERED, FootageWindow, RecipientState
from chalicelib.requests.recipient_states import MOST_TELLING, STATES
from chalicelib.requests.recipients.camera_view import CameraView, ViewBasis, camera_view
from chalicelib.requests.standings import COVERING, POSSIBLE, CameraStatus


@dataclass(frozen=True)
class StatusStretch:
    """Minutes in which a site's standing is the same; the end does not belong to it. covers:
    all that covers the minutes, as one camera may be looked at and another's footage kept."""

    start: datetime
    end: datetime
    standing: CameraStatus
    covers: frozenset[CameraStatus]


@dataclass(frozen=True)
class SiteCoverage:
    """One site: what it was asked (once for each request, the most telling first), its cameras,
    and its standing through all the time that counts, without holes."""

    asks: tuple[AskedSite, ...]
    views: tuple[CameraView, ...]
    stretches: tuple[StatusStretch, ...]

    @property
    def asked(self) -> AskedSite:
        """The most telling of what it was asked."""
        return self.asks[0]

    @property
    def site_id(self) -> str:
        """The id of the site whose standing this is."""
        return self.asked.recipient.site_id

    @property
    def standings(self) -> frozenset[CameraStatus]:
        """Every standing that the site has in some minute."""
        return frozenset(stretch.standing for stretch in self.stretches)

    @property
    def scene(self) -> tuple[StatusStretch, ...]:
        """The stretches as people are shown them: neighbours of one standing as one."""
        told: list[StatusStretch] = []
        for one in self.stretches:
            last = told[-1] if told else None
            if last and last.end == one.start and last.standing is one.standing:
                told[-1] = replace(last, end=one.end, covers=last.covers & one.covers)
            else:
                told.append(one)
        return tuple(told)

    def shown(
        self, view: CameraView, spans: Sequence[FootageWindow]
    ) -> tuple[tuple[RecipientState, FootageWindow], ...]:
        """The minutes within the spans that the owner had from this camera, each with what the
        owner then said or did (nothing, saved, uploaded). The view may be known or not."""
        return tuple(
            (state, part)
            for asked in self.asks
            for state, window in viewed_minutes(asked, view)
            for part in _within(window, spans)
        )


def _within(window: FootageWindow, spans: Iterable[FootageWindow]) -> Iterator[FootageWindow]:
    for span in spans:
        start, end = max(window.start, span.start), min(window.end, span.end)
        if start < end:
            yield FootageWindow(start, end)


@dataclass(frozen=True)
class CoverageSegment:
    """Minutes in which every site's standing is the same. counts: sites by standing. checked,
    held: sites with something that covers them, a site with both in both."""

    start: datetime
    end: datetime
    counts: dict[CameraStatus, int]
    checked: int
    held: int

    @property
    def covered(self) -> bool:
        """True when some site covers these minutes; otherwise they are a gap."""
        return bool(self.checked or self.held)

    @property
    def possible(self) -> int:
        """How many sites may have shown these minutes, though nobody can say so."""
        return sum(self.counts.get(standing, 0) for standing in POSSIBLE)

    @property
    def minutes(self) -> float:
        """How many minutes the segment has."""
        return (self.end - self.start) / MINUTE


@dataclass(frozen=True)
class Coverage:
    """What the answers prove of a scene. spans: the time that counts, in order, apart from each
    other. scene: of the incident. segments: all of the spans, without holes. stated_minutes:
    covered when only what owners stated of their cameras counts, nothing usual.
    """

    spans: tuple[FootageWindow, ...]
    scene: Place
    made_at: datetime
    sites: tuple[SiteCoverage, ...]
    segments: tuple[CoverageSegment, ...]
    stated_minutes: float

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From the start of the first span to the end of the last."""
        return self.spans[0].start, self.spans[-1].end

    @property
    def gaps(self) -> tuple[CoverageSegment, ...]:
        """The segments that nothing covers."""
        return tuple(segment for segment in self.segments if not segment.covered)

    @property
    def minutes(self) -> float:
        """How many minutes the spans have together."""
        return _minutes(self.segments)

    @property
    def covered_minutes(self) -> float:
        """How many minutes some site covers."""
        return _covered(self.segments)

    @property
    def checked_minutes(self) -> float:
        """How many minutes somebody looked at."""
        return _minutes(segment for segment in self.segments if segment.checked)

    @property
    def held_minutes(self) -> float:
        """How many minutes footage is kept of."""
        return _minutes(segment for segment in self.segments if segment.held)


def compute_coverage(
    windows: Iterable[FootageWindow], scene: Place, asked: Sequence[AskedSite], now: datetime
) -> Coverage:
    """Compute what the answers prove about a scene.

    windows: the time that counts besides what sites were asked for, at least one. scene:
    microdegrees. asked: of one request or of several; a site that was asked twice is one site.
    now: for what may still be there with owners who have not answered. Sites come by what they
    answered, the nearest first.
    """
    spans = merged_windows([*windows, *(one.window for one in asked)])
    proofs = [_proof(asks, spans, _views(asks, scene), now) for asks in _by_site(asked)]
    strict = [_proof(one.asks, spans, _stated(one.views), now) for one in proofs]
    return Coverage(
        spans=spans,
        scene=scene,
        made_at=now,
        sites=tuple(sorted(proofs, key=lambda site: _order(site, scene))),
        segments=tuple(_segments(spans, proofs)),
        stated_minutes=_covered(_segments(spans, strict)),
    )


def merged_windows(windows: Iterable[FootageWindow]) -> tuple[FootageWindow, ...]:
    """The windows in order, those that overlap or meet as one."""
    found: list[FootageWindow] = []
    for window in sorted(windows, key=lambda one: one.start):
        if found and window.start <= found[-1].end:
            found[-1] = FootageWindow(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return tuple(found)


def _covered(segments: Iterable[CoverageSegment]) -> float:
    return _minutes(segment for segment in segments if segment.covered)


def _minutes(segments: Iterable[CoverageSegment]) -> float:
    """Add up exactly and round once: the same time in other pieces is the same number."""
    return sum((one.end - one.start for one in segments), timedelta()) / MINUTE


def _by_site(asked: Iterable[AskedSite]) -> list[tuple[AskedSite, ...]]:
    found: dict[str, list[AskedSite]] = {}
    for one in asked:
        found.setdefault(one.recipient.site_id, []).append(one)
    return [
        tuple(sorted(asks, key=lambda one: (_rank(one), -one.recipient.created_at.timestamp())))
        for asks in found.values()
    ]


def _views(asks: Sequence[AskedSite], scene: Place) -> tuple[CameraView, ...]:
    """What the cameras can prove that any of the requests asks about."""
    site = asks[0].site
    if site is None:
        return ()
    asked = [
        one for one in site.cameras if any(ask.recipient.asks_about(one.number) for ask in asks)
    ]
    return tuple(camera_view(camera, site, scene) for camera in asked)


def _stated(views: Iterable[CameraView]) -> tuple[CameraView, ...]:
    """The views with all that rests on what such cameras usually see taken for unknown."""
    return tuple(
        replace(view, sees=field_of_view.UNKNOWN) if view.basis is ViewBasis.USUAL else view
        for view in views
    )


_FIRST = (*(state for state in MOST_TELLING if STATES[state].layer), *reversed(UNANSWERED))


def _rank(asked: AskedSite) -> int:
    state = asked.recipient.state
    return _FIRST.index(state) if state in _FIRST else len(_FIRST)


def _order(site: SiteCoverage, scene: Place) -> tuple[int, float, str]:
    registered = site.asked.site
    if registered is None:
        return _rank(site.asked), inf, site.site_id
    place = (registered.latitude_e6, registered.longitude_e6)
    return _rank(site.asked), hypot(*field_of_view.offset_metres(scene, place)), site.site_id


def _proof(
    asks: tuple[AskedSite, ...],
    spans: Sequence[FootageWindow],
    views: tuple[CameraView, ...],
    now: datetime,
) -> SiteCoverage:
    cuts = {cut for asked in asks for cut in status_changes(asked, views, now)}
    found: list[StatusStretch] = []
    for span in spans:
        inside = {cut for cut in cuts if span.start < cut < span.end}
        for start, end in pairwise(sorted({span.start, span.end, *inside})):
            here = frozenset().union(*(statuses_at(one, views, start, now) for one in asks))
            new = StatusStretch(start, end, best_status(here), here & COVERING)
            last = found[-1] if found and found[-1].end == start else None
            if last and (last.standing, last.covers) == (new.standing, new.covers):
                found[-1] = replace(last, end=end)
            else:
                found.append(new)
    return SiteCoverage(asks, views, tuple(found))


def _segments(
    spans: Iterable[FootageWindow], sites: Sequence[SiteCoverage]
) -> Iterator[CoverageSegment]:
    """The spans cut wherever the standing of some site changes."""
    for span in spans:
        begins: dict[datetime, list[StatusStretch]] = {span.start: []}
        ends: dict[datetime, list[StatusStretch]] = {}
        for site in sites:
            for one in site.stretches:
                if span.start <= one.start < span.end:
                    begins.setdefault(one.start, []).append(one)
                    ends.setdefault(one.end, []).append(one)
        here: Counter[CameraStatus] = Counter()
        covers: Counter[CameraStatus] = Counter()
        for start, end in pairwise(sorted({*begins, span.end})):
            for gone in ends.get(start, ()):
                here[gone.standing] -= 1
                covers.subtract(gone.covers)
            for come in begins[start]:
                here[come.standing] += 1
                covers.update(come.covers)
            counts = {one: here[one] for one in CameraStatus if here[one]}
            yield CoverageSegment(
                start, end, counts, covers[CameraStatus.CHECKED], covers[CameraStatus.HELD]
            )
