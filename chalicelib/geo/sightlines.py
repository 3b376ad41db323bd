"""What a camera can see: whether a place lies in its view.

A camera stands somewhere, looks towards a bearing (degrees clockwise from north), sees an angle
and is of use up to a range. Where its owner did not say the angle or the range, its kind decides;
where the owner did not say the bearing, nobody knows what it sees.

Useful range by default: the distance at which a metre across the view still has 25 pixels,
which is what EN/IEC 62676-4:2015 (annex on person identification) asks for to *detect* that
somebody is there. Pixels across the view divided by the angle give pixels per radian, and so
the range is pixels / (angle in radians x 25). Typical devices of each kind:

    doorbell  1,536 px over 150°   range 23 m
    fixed     1,920 px over  90°   range 49 m
    ptz       1,920 px over 360°   it may look anywhere; range 49 m as of a fixed camera
    unknown   as fixed

A dashcam moves: its view is never known.

"No" keeps an officer from asking, so it is said only where owners' slips (a bearing read off a
map, a guessed angle) cannot matter: more than SLACK_DEGREES beside the view or more than twice
the range away. Between yes and no the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians

from .earth import ECCENTRICITY_SQUARED, EQUATOR

YES, NO, UNKNOWN = "yes", "no", "unknown"

DETECT = 25.0
"""Pixels per metre across the view (EN/IEC 62676-4)."""

SLACK_DEGREES = 15.0

TOO_FAR = 2.0
"""Times the range."""

RIGHT_BESIDE = 3.0
"""Metres within which positions are not exact enough to speak of a direction."""


@dataclass(frozen=True)
class Optics:
    """How a kind of camera usually sees: angle in degrees, range in metres."""

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


def sees(
    kind: str,
    bearing: int | None,
    angle: int | None,
    range_m: int | None,
    camera: tuple[int, int],
    scene: tuple[int, int],
) -> str:
    """Whether a camera sees a place: yes, no or unknown.

    camera, scene: (latitude, longitude) in microdegrees, at most a few kilometres apart.
    """
    beyond = far(kind, bearing, angle, range_m)
    if not beyond:
        return UNKNOWN
    reach = beyond / TOO_FAR
    wide = USUAL[kind].angle if angle is None else float(angle)
    east, north = offset(camera, scene)
    away = hypot(east, north)
    if away > beyond:
        return NO
    beside = 0.0
    if bearing is not None and wide < 360 and away > RIGHT_BESIDE:
        turned = degrees(atan2(east, north)) - bearing
        beside = abs((turned + 180.0) % 360.0 - 180.0) - wide / 2
    if beside > SLACK_DEGREES:
        return NO
    return YES if beside <= 0 and away <= reach else UNKNOWN


def far(kind: str, bearing: int | None, angle: int | None, range_m: int | None) -> float:
    """Metres beyond which a camera surely sees nothing; 0 when its view is not known."""
    usual = USUAL.get(kind)
    whole = angle is not None and angle >= 360
    if usual is None or (bearing is None and not whole):
        return 0.0
    return (usual.range_m if range_m is None else float(range_m)) * TOO_FAR


def together(answers: Iterable[str]) -> str:
    """What a site sees, from its cameras: yes if one does, no if none can."""
    found = set(answers)
    if YES in found:
        return YES
    return NO if found == {NO} else UNKNOWN


def offset(here: tuple[int, int], there: tuple[int, int]) -> tuple[float, float]:
    """Metres east and north from one position to another nearby, on the tangent plane."""
    middle = radians((here[0] + there[0]) / 2e6)
    bend = 1.0 - ECCENTRICITY_SQUARED * (1 - cos(middle) ** 2)
    normal = EQUATOR / bend**0.5
    north = radians((there[0] - here[0]) / 1e6) * normal * (1 - ECCENTRICITY_SQUARED) / bend
    across = (there[1] - here[1] + 180_000_000) % 360_000_000 - 180_000_000
    return radians(across / 1e6) * normal * cos(middle), north
