"""Whether a place, a path or an area lies in a camera's field of view.

A camera stands somewhere, looks towards a bearing (degrees clockwise from north), sees an angle
and is of use up to a range. Where its owner did not say the angle or the range, its kind decides;
where the owner did not say the bearing, nobody knows what it sees.

Useful range by default: the distance at which a metre across the view still has 25 pixels,
which is what EN/IEC 62676-4:2015 (annex on person identification) asks for to *detect* that
somebody is there. Pixels across the view divided by the angle give pixels per radian, and so
the range is pixels / (angle in radians x 25). Typical devices of each kind:

    doorbell  1,536 px over 150° (Ring Battery Doorbell Plus)     range 23 m
    fixed     1,920 px over  90° (1080p with a 2.8 mm to 4 mm lens) range 49 m
    ptz       turns: may look anywhere, as far as a fixed camera
    unknown   as fixed

A dashcam moves: its view is never known. Walls and trees are not known either: "yes" says that
a camera faces the place and is near enough.

"No" keeps an officer from asking, so it is said only where owners' slips (a bearing read off a
map, a guessed angle) cannot matter: more than SLACK_DEGREES beside the view or more than twice
the range away. Between yes and no the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from math import atan2, cos, degrees, hypot, radians, sin
from operator import itemgetter
from typing import TypeVar

from chalicelib.geo.geodesy import ECCENTRICITY_SQUARED, EQUATOR

YES, NO, UNKNOWN = "yes", "no", "unknown"

DETECT = 25.0
"""Pixels per metre across the view (EN/IEC 62676-4)."""

SLACK_DEGREES = 15.0

TOO_FAR = 2.0
"""How many times the range a place must be away to be surely not seen."""

RIGHT_BESIDE = 3.0
"""Metres within which positions are not exact enough to speak of a direction."""


@dataclass(frozen=True)
class Optics:
    """The usual view of a kind of camera: angle in degrees, range in metres."""

    angle: float
    range_m: float


def _optics(pixels: int, angle: float) -> Optics:
    return Optics(angle, round(pixels / (radians(angle) * DETECT)))


USUAL = {
    "doorbell": _optics(1536, 150.0),
    "fixed": _optics(1920, 90.0),
    "ptz": Optics(360.0, 49.0),
    "unknown": _optics(1920, 90.0),
}


@dataclass(frozen=True)
class Lens:
    """What is known of a camera's field of view; None where its owner did not say.

    bearing: degrees clockwise from north. angle: degrees. range_m: metres.
    """

    kind: str
    bearing: int | None = None
    angle: int | None = None
    range_m: int | None = None

    @property
    def beyond(self) -> float:
        """Metres beyond which the camera surely sees nothing; 0 when its view is not known."""
        usual = USUAL.get(self.kind)
        whole = self.angle is not None and self.angle >= 360
        if usual is None or (self.bearing is None and not whole):
            return 0.0
        return (usual.range_m if self.range_m is None else float(self.range_m)) * TOO_FAR

    @property
    def wide(self) -> float:
        """Degrees from the left to the right of the view, for kinds of camera that stand still."""
        return USUAL[self.kind].angle if self.angle is None else float(self.angle)


@dataclass(frozen=True)
class Visibility:
    """Whether a scene is seen. sees: yes, no or unknown. stretches: the parts of a path that are
    seen, in metres from the path's start, in order and apart from each other."""

    sees: str
    stretches: tuple[tuple[int, int], ...] = ()

    @property
    def stretch(self) -> tuple[int, int] | None:
        """From where the path is first seen to where it is last seen; None when it is not seen."""
        return (self.stretches[0][0], self.stretches[-1][1]) if self.stretches else None


SEES, SEES_NOT, SEES_UNKNOWN = Visibility(YES), Visibility(NO), Visibility(UNKNOWN)

Metres = TypeVar("Metres", int, float)

Place = tuple[int, int]
"""(latitude, longitude) in microdegrees."""


def sees_point(
    lens: Lens,
    camera: Place,
    scene: Place,
) -> Visibility:
    """Whether a camera sees a place that is at most a few kilometres away."""
    beyond = lens.beyond
    if not beyond:
        return SEES_UNKNOWN
    wide, bearing = lens.wide, lens.bearing
    east, north = offset_metres(camera, scene)
    away = hypot(east, north)
    if away > beyond:
        return SEES_NOT
    beside = 0.0
    if bearing is not None and away > RIGHT_BESIDE:
        turned = degrees(atan2(east, north)) - bearing
        beside = abs((turned + 180.0) % 360.0 - 180.0) - wide / 2
    if beside > SLACK_DEGREES:
        return SEES_NOT
    return SEES if beside <= 0 and away <= beyond / TOO_FAR else SEES_UNKNOWN


def sees_path(
    lens: Lens,
    camera: Place,
    parts: Iterable[tuple[float, float]],
    place_at: Callable[[float], Place],
) -> Visibility:
    """Whether a camera sees a path, and which stretches of it.

    parts: the parts of the path, in metres along it, that hold all of it within `lens.beyond` of
    the camera: several when the path comes back. place_at: gives the place at a distance along
    the path. Parts are tested in steps of a twentieth of the camera's range.
    """
    beyond = lens.beyond
    if not beyond:
        return SEES_UNKNOWN
    step = max(beyond / TOO_FAR / 20, 0.5)
    answers: set[str] = set()
    seen: list[tuple[int, int]] = []
    for low, high in parts:
        number = int((high - low) / step) + 1
        spots = [low + (high - low) * n / number for n in range(number + 1)]
        said = [sees_point(lens, camera, place_at(spot)).sees for spot in spots]
        answers.update(said)
        for answer, run in groupby(zip(said, spots, strict=True), itemgetter(0)):
            if answer == YES:
                along = [spot for _, spot in run]
                seen.append((round(along[0]), round(along[-1])))
    if seen:
        return Visibility(YES, tuple(merged_stretches(seen)))
    return SEES_UNKNOWN if answers & {YES, UNKNOWN} else SEES_NOT


def merged_stretches(stretches: Iterable[tuple[Metres, Metres]]) -> list[tuple[Metres, Metres]]:
    """Sort stretches, and join stretches that overlap or touch to a metre."""
    found: list[tuple[Metres, Metres]] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def sees_area(
    lens: Lens,
    camera: Place,
    inside: Callable[[int, int], bool],
) -> Visibility:
    """Whether a camera sees any of an area: yes when the area holds the whole middle line of the
    view, no when it holds no part of the middle line or of the sides of the view."""
    beyond = lens.beyond
    if not beyond:
        return SEES_UNKNOWN
    wide, bearing = lens.wide, lens.bearing
    if bearing is None or wide >= 360:
        return SEES if inside(*camera) else SEES_UNKNOWN
    reach = beyond / TOO_FAR
    steps = (reach / 4, reach / 2, reach)
    middle = [inside(*position_beside(camera, bearing, metres)) for metres in steps]
    if all(middle):
        return SEES
    sides = [
        inside(*position_beside(camera, bearing + turn, metres))
        for turn in (-wide / 2, wide / 2)
        for metres in steps
    ]
    return SEES_UNKNOWN if any(middle) or any(sides) else SEES_NOT


def combined_sight(sights: Iterable[Visibility]) -> Visibility:
    """Combine what a site's cameras see: yes when one of them does, no when none of them can."""
    found = list(sights)
    seen = [sight for sight in found if sight.sees == YES]
    if seen:
        return Visibility(
            YES, tuple(merged_stretches(part for sight in seen for part in sight.stretches))
        )
    return SEES_NOT if found and all(s.sees == NO for s in found) else SEES_UNKNOWN


def offset_metres(here: tuple[int, int], there: tuple[int, int]) -> tuple[float, float]:
    """Metres east and north from one position to another nearby, on the tangent plane."""
    middle = radians((here[0] + there[0]) / 2e6)
    bend = 1.0 - ECCENTRICITY_SQUARED * (1 - cos(middle) ** 2)
    normal = EQUATOR / bend**0.5
    north = radians((there[0] - here[0]) / 1e6) * normal * (1 - ECCENTRICITY_SQUARED) / bend
    across = (there[1] - here[1] + 180_000_000) % 360_000_000 - 180_000_000
    return radians(across / 1e6) * normal * cos(middle), north


def position_beside(place: Place, bearing: float, metres: float) -> Place:
    """The position `metres` away in the direction `bearing`, on the tangent plane."""
    one_north = offset_metres(place, (place[0] + 1000, place[1]))[1] / 1000
    one_east = offset_metres(place, (place[0], place[1] + 1000))[0] / 1000
    north, east = metres * cos(radians(bearing)), metres * sin(radians(bearing))
    latitude = round(place[0] + north / one_north)
    longitude = round(place[1] + east / one_east) if one_east > 1e-6 else place[1]
    return latitude, (longitude + 180_000_000) % 360_000_000 - 180_000_000
