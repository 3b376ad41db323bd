"""One area at one moment, against which pins are held: which lie within, how long their cameras
keep what they saw, and whether they look the right way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from chalicelib.geo import passing, sightlines
from chalicelib.geo.areas import Area, Circle, Corridor
from chalicelib.geo.journeys import MINUTE, Journey, Window
from chalicelib.geo.sightlines import Lens, Place, Sight
from chalicelib.registry.pin_reader import RawPin
from chalicelib.registry.pins import (
    CAMERA_KINDS,
    EACH,
    HEAD,
    MOST_MINUTES,
    UNSAID,
    unpack_views,
)

LIVE, CLOSING, LOST = "live", "closing", "lost"

CLOSING_MINUTES = 24 * 60
CLOSING_PART = 10
"""A site is closing with less than a day, or a tenth of its retention, left."""


@dataclass(frozen=True)
class Moment:
    """How a site's footage stands: when it starts to be overwritten (None when nothing records),
    whole minutes until then, and live, closing or lost."""

    deadline: datetime | None
    minutes_left: int | None
    state: str


Match = tuple[float, Moment, Sight, int, int, int, str, int, Window | None, bytes]
"""Distance, moment, sight, latitude, longitude, kind, sort key, number of cameras, window and the
packed pin: of a pin in the area. A plain tuple, because a search makes thousands."""


@dataclass(frozen=True)
class _Cameras:
    """What the cameras of a site mean for one search, as far as that is the same for all sites
    with such cameras. Beyond `reach` metres from the scene no camera with a known view sees it.
    """

    number: int
    reach: float
    far_moment: Moment
    far_sight: Sight


class Scene:
    """An area, when the incident's window starts, and now.

    journey: when somebody was on the way along the area, a corridor; each site then has a window
    of its own.
    """

    def __init__(
        self, area: Area, window_from: datetime, now: datetime, journey: Journey | None = None
    ) -> None:
        self._find = area.finder()
        self._from = window_from
        self._now = now
        self._look, self._near = looking_at(area)
        self._moments: dict[int, Moment] = {}
        self._passed = _passed(area, journey) if journey else None

    def matches(self, pages: Sequence[Sequence[RawPin]]) -> list[Match]:
        """The pins in the area. Many sites have the same few kinds of cameras, so what packed
        cameras mean is worked out once for each."""
        find, near, unpack, size = self._find, self._near, HEAD.unpack_from, HEAD.size
        known: dict[bytes, _Cameras] = {}
        found: list[Match] = []
        for pins in pages:
            for sort_key, packed in pins:
                latitude, longitude, kind = unpack(packed)
                distance = find(latitude, longitude)
                if distance is None:
                    continue
                tail = packed[size:]
                cameras = known.get(tail)
                if cameras is None:
                    cameras = known[tail] = self._understood(tail)
                moment, sight, number = cameras.far_moment, cameras.far_sight, cameras.number
                if cameras.reach and (not near or distance <= cameras.reach):
                    moment, sight = self._seen(packed, (latitude, longitude))
                place = (latitude, longitude)
                found.append(
                    (distance, moment, sight, *place, kind, sort_key, number, None, packed)
                )
        return [self._timed(match) for match in found] if self._passed else found

    def _timed(self, match: Match) -> Match:
        """The pin with a window of its own, and how its footage of that stands."""
        assert self._passed
        distance, moment, sight, latitude, longitude, kind, sort_key, number, _, packed = match
        window = self._passed((latitude, longitude), sight, number)
        place = (latitude, longitude)
        if moment.deadline:
            kept = {view.kept_minutes for view in unpack_views(packed)} - {0}
            several = self._relevant(packed, place)[0] if len(kept) > 1 else [*kept]
            moment = self._moment_of(_counting(several, window.start, self._now), window.start)
        return (distance, moment, sight, *place, kind, sort_key, number, window, packed)

    def _understood(self, tail: bytes) -> _Cameras:
        number, reach, kept, may = 0, 0.0, [], []
        for packed_number, kind, bearing, angle, range_m in EACH.iter_unpack(tail):
            minutes = packed_number & MOST_MINUTES
            number += packed_number >> 24
            kept.append(minutes)
            far = _far(kind, bearing == UNSAID, angle, range_m)
            reach = max(reach, far)
            if not far:
                may.append(minutes)
        sight = sightlines.SEES_UNKNOWN if may or not kept else sightlines.SEES_NOT
        return _Cameras(number, reach, self._moment(may if any(may) else kept), sight)

    def _seen(self, packed: bytes, place: tuple[int, int]) -> tuple[Moment, Sight]:
        """What a site's cameras see, and how the footage of those that may have seen it
        stands."""
        kept, sights = self._relevant(packed, place)
        return self._moment(kept), sightlines.together(sights)

    def _relevant(self, packed: bytes, place: Place) -> tuple[list[int], list[Sight]]:
        """How many minutes those cameras keep it that may have seen the scene, all cameras when
        none of those keeps anything; and what each camera sees."""
        views = unpack_views(packed)
        sights = [self._look(view.lens, place) for view in views]
        may = [
            view.kept_minutes
            for view, sight in zip(views, sights, strict=True)
            if sight.sees != sightlines.NO
        ]
        return may if any(may) else [view.kept_minutes for view in views], sights

    def _moment(self, kept: Sequence[int]) -> Moment:
        """How the footage of these cameras stands."""
        counts = _counting(kept, self._from, self._now)
        if counts not in self._moments:
            self._moments[counts] = self._moment_of(counts, self._from)
        return self._moments[counts]

    def _moment_of(self, kept: int, seen_from: datetime) -> Moment:
        if not kept:
            return Moment(None, None, LOST)
        deadline = seen_from + kept * MINUTE
        left = (deadline - self._now) // MINUTE
        if deadline <= self._now:
            return Moment(deadline, left, LOST)
        closing = left < CLOSING_MINUTES or left * CLOSING_PART <= kept
        return Moment(deadline, left, CLOSING if closing else LIVE)


def _counting(kept: Sequence[int], seen_from: datetime, now: datetime) -> int:
    """Of some retentions in minutes the one that counts: the shortest of those that still hold
    it, since a camera that has lost it does not lose it for the others; the shortest of all when
    none does; 0 when nothing records."""
    gone = (now - seen_from) / MINUTE  # less than 0 where the window is still to come
    recording = [minutes for minutes in kept if minutes]
    held = [minutes for minutes in recording if minutes > gone]
    return min(held or recording, default=0)


@lru_cache(maxsize=4096)
def _far(kind: int, nowhere: bool, angle: int, range_m: int) -> float:
    """Metres beyond which a packed camera sees nothing; 0 when its view is not known."""
    return Lens(
        CAMERA_KINDS[kind],
        None if nowhere else 0,
        None if angle == UNSAID else angle,
        None if range_m == UNSAID else range_m,
    ).beyond


Look = Callable[[Lens, Place], Sight]
"""What a camera with a lens, at a place, sees of an area."""


def looking_at(area: Area) -> tuple[Look, bool]:
    """How to ask what a camera sees of the area, and whether only cameras near to what distances
    are measured from can see something."""
    if isinstance(area, Circle):
        centre = (area.centre.latitude_e6, area.centre.longitude_e6)
        return lambda lens, place: sightlines.at_point(lens, place, centre), True
    if isinstance(area, Corridor):
        parts, place_at = passing.near(area), area.place_at

        def along(lens: Lens, place: Place) -> Sight:
            # A metre more: a camera's distances are measured on the tangent plane.
            reach = lens.beyond
            near = parts(place, reach + 1) if reach else ()
            return sightlines.along_path(lens, place, near, place_at)

        return along, True
    inside = area.locator()
    return lambda lens, place: sightlines.into_area(lens, place, inside), False


def _passed(area: Area, journey: Journey) -> Callable[[Place, Sight, int], Window]:
    """When the somebody of a journey passed what a site sees of the path. Raises ValueError for
    an area without a path."""
    if not isinstance(area, Corridor):
        raise ValueError("only a corridor has a path")
    stretch = passing.stretches(area)

    def window(place: Place, sight: Sight, cameras: int) -> Window:
        return journey.window(*stretch(place, sight.stretch, cameras > 1))

    return window
