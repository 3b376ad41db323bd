"""Matches index entries with the scene of an incident: which sites lie in the area, how long their
cameras keep footage, and whether the cameras see the scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.geo.areas import Area, Circle, Corridor
from chalicelib.geo.sight import field_of_view, path_visibility
from chalicelib.geo.sight.field_of_view import Lens, Place, Visibility
from chalicelib.geo.timed_path import MINUTE, PassingWindow, TimedPath
from chalicelib.registry.site_index import PLACE, CameraGroup, unpack_cameras
from chalicelib.search.index_reader import RawEntry

LIVE, CLOSING, LOST = "live", "closing", "lost"

CLOSING_MINUTES = 24 * 60
CLOSING_PART = 10
"""A site is closing when less than a day, or a tenth of its retention, is left."""


@dataclass(frozen=True)
class LaterDeadline:
    """When a further camera of a site starts to overwrite, after the first has. certain: False when
    that rests on an assumption."""

    at: datetime
    certain: bool


@dataclass(frozen=True)
class FootageState:
    """How a site's footage stands. deadline: when it starts to be overwritten, None when nothing
    records. minutes_left: whole minutes until then. state: live, closing or lost. certain: False
    when the deadline rests on an assumption of how long footage is kept. later: the deadlines of
    the other cameras, in order."""

    deadline: datetime | None
    minutes_left: int | None
    state: str
    certain: bool = True
    later: tuple[LaterDeadline, ...] = ()


Kept = tuple[int, bool]
"""Minutes that a camera keeps footage, and whether that rests on no assumption. Of two cameras that
keep as long, the smaller pair is the assumed one, which decides."""


Match = tuple[float, FootageState, Visibility, int, int, str, str, int, PassingWindow | None, bytes]
"""A site in the area: distance in metres, state of its footage, visibility, latitude, longitude,
kind, key of its item, number of cameras, window and packed cameras. It is a plain tuple, because
a search makes thousands."""


@dataclass(frozen=True)
class _Cameras:
    """What a site's cameras mean for one search, as far as it is the same for all sites with such
    cameras. kept: how long footage is kept, by view. reach: metres from the scene beyond which
    no camera with a known view sees it. far_moment, far_sight: what holds beyond that.
    """

    kind: str
    views: tuple[CameraGroup, ...]
    kept: tuple[Kept, ...]
    number: int
    reach: float
    far_moment: FootageState
    far_sight: Visibility


class Scene:
    """The scene of an incident: an area, the start of the incident's window, and the present time.

    journey: for a corridor, when a person moved along its path; each site then has its own window.
    Raises ValueError for a journey along an area that has no path.
    """

    def __init__(
        self, area: Area, window_from: datetime, now: datetime, journey: TimedPath | None = None
    ) -> None:
        self._find = area.finder()
        self._from = window_from
        self._now = now
        self._look, self._near = visibility_check(area)
        self._moments: dict[tuple[Kept, ...], FootageState] = {}
        self._passed = _passed(area, journey) if journey else None

    def matches(self, pages: Sequence[Sequence[RawEntry]]) -> list[Match]:
        """Match the index entries that lie in the area. Many sites have equal cameras, so what
        packed cameras mean is worked out once for all sites that have the same."""
        find, near, unpack, size = self._find, self._near, PLACE.unpack_from, PLACE.size
        known: dict[bytes, _Cameras] = {}
        found: list[Match] = []
        for entries in pages:
            for key, packed in entries:
                latitude, longitude = unpack(packed)
                distance = find(latitude, longitude)
                if distance is None:
                    continue
                tail = packed[size:]
                cameras = known.get(tail)
                if cameras is None:
                    cameras = known[tail] = _understood(tail, self._moment)
                moment, sight = cameras.far_moment, cameras.far_sight
                place = (latitude, longitude)
                if cameras.reach and (not near or distance <= cameras.reach):
                    moment, sight = self._seen(cameras, place)
                window = None
                if self._passed:
                    window = self._passed(place, sight, cameras.number)
                    moment = self._timed(cameras, place, moment, window)
                kind, number = cameras.kind, cameras.number
                found.append((distance, moment, sight, *place, kind, key, number, window, tail))
        return found

    def _timed(
        self, cameras: _Cameras, place: Place, moment: FootageState, window: PassingWindow
    ) -> FootageState:
        """How a site's footage stands, counted from the site's own window."""
        if not moment.deadline:
            return moment
        kept = {one for one in cameras.kept if one[0]}
        several = self._relevant(cameras, place)[0] if len(kept) > 1 else [*kept]
        return self._moment_of(_counting(several, window.start, self._now), window.start)

    def _seen(self, cameras: _Cameras, place: Place) -> tuple[FootageState, Visibility]:
        """How the footage of the cameras that may have seen the scene stands, and what the site's
        cameras together see of the scene."""
        kept, sights = self._relevant(cameras, place)
        return self._moment(kept), field_of_view.combined_sight(sights)

    def _relevant(self, cameras: _Cameras, place: Place) -> tuple[Sequence[Kept], list[Visibility]]:
        """How long each camera that may have seen the scene keeps footage (each camera of all when
        none of these keeps any), and what each camera sees."""
        sights = [self._look(view.lens, place) for view in cameras.views]
        may = [
            kept
            for kept, sight in zip(cameras.kept, sights, strict=True)
            if sight.sees != field_of_view.NO
        ]
        return may if _any_kept(may) else cameras.kept, sights

    def _moment(self, kept: Sequence[Kept]) -> FootageState:
        """How the footage of cameras with these retentions stands, in the incident's window."""
        counts = _counting(kept, self._from, self._now)
        if counts not in self._moments:
            self._moments[counts] = self._moment_of(counts, self._from)
        return self._moments[counts]

    def _moment_of(self, kept: tuple[Kept, ...], seen_from: datetime) -> FootageState:
        if not kept:
            return FootageState(None, None, LOST)
        (minutes, certain), *others = kept
        deadline = seen_from + minutes * MINUTE
        left = (deadline - self._now) // MINUTE
        if deadline <= self._now:
            return FootageState(deadline, left, LOST, certain)
        closing = left < CLOSING_MINUTES or left * CLOSING_PART <= minutes
        later = tuple(LaterDeadline(seen_from + other * MINUTE, sure) for other, sure in others)
        return FootageState(deadline, left, CLOSING if closing else LIVE, certain, later)


def _any_kept(kept: Sequence[Kept]) -> bool:
    return any(minutes for minutes, _ in kept)


def _counting(kept: Sequence[Kept], seen_from: datetime, now: datetime) -> tuple[Kept, ...]:
    """The retentions that count, the shortest first: of the cameras that still hold the
    footage, since a camera that has lost it does not lose it for the others; of all when none
    holds it; none when nothing records."""
    gone = (now - seen_from) / MINUTE  # negative where the window is still to come
    recording = [one for one in kept if one[0]]
    held = [one for one in recording if one[0] > gone]
    if len(recording) < 2:
        return tuple(recording)
    # Backwards, so that of two that are as long the assumed one is left.
    counting = dict(sorted(held or recording, reverse=True))
    return tuple((minutes, counting[minutes]) for minutes in sorted(counting))


def _understood(tail: bytes, moment: Callable[[Sequence[Kept]], FootageState]) -> _Cameras:
    """Work out what packed cameras mean for a search, by the catalogue of makes as it is now."""
    kind, views = unpack_cameras(tail)
    kept = tuple(view.kept(kind) for view in views)
    reaches = [view.lens.beyond for view in views]
    may = [one for one, reach in zip(kept, reaches, strict=True) if not reach]
    return _Cameras(
        kind=kind.value,
        views=views,
        kept=kept,
        number=sum(view.number for view in views),
        reach=max(reaches, default=0.0),
        far_moment=moment(may if _any_kept(may) else kept),
        far_sight=field_of_view.SEES_UNKNOWN if may or not kept else field_of_view.SEES_NOT,
    )


Look = Callable[[Lens, Place], Visibility]
"""A function that says what a camera with this lens, at this place, sees of an area."""


def visibility_check(area: Area) -> tuple[Look, bool]:
    """A function that says what a camera sees of the area, and whether only cameras near to the
    place or path that distances are measured from can see any of it."""
    if isinstance(area, Circle):
        centre = (area.centre.latitude_e6, area.centre.longitude_e6)
        return lambda lens, place: field_of_view.sees_point(lens, place, centre), True
    if isinstance(area, Corridor):
        parts, place_at = path_visibility.near_finder(area), area.place_at

        def along(lens: Lens, place: Place) -> Visibility:
            # A metre is added, because a camera's distances are measured on the tangent plane.
            reach = lens.beyond
            near = parts(place, reach + 1) if reach else ()
            return field_of_view.sees_path(lens, place, near, place_at)

        return along, True
    inside = area.locator()
    return lambda lens, place: field_of_view.sees_area(lens, place, inside), False


def _passed(area: Area, journey: TimedPath) -> Callable[[Place, Visibility, int], PassingWindow]:
    """A function that gives the window in which the person passed what a site sees of the path.
    Raises ValueError for an area without a path."""
    if not isinstance(area, Corridor):
        raise ValueError("only a corridor has a path")
    stretch = path_visibility.stretch_finder(area)

    def window(place: Place, sight: Visibility, cameras: int) -> PassingWindow:
        return journey.window(*stretch(place, sight.stretch, cameras > 1))

    return window
