"""The small map on the reply page, as numbers for an SVG. Pure.

The place in the middle is the owner's own address. It works without JavaScript, and
nothing in it is a style: the template gives classes, because the Content-Security-Policy allows
no style in the page. Everything it says is said in words beside it (`ReplyMap` carries them).

What is drawn of the incident is its public place (requests.replies.approximate_location), never the
pin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import degrees, hypot
from typing import Any

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.geo.sight.field_of_view import Lens, Place, offset_metres
from chalicelib.geo.sight.view_plan import ORIGIN, Paper, Plan, Spot, moved_spot, view_corners
from chalicelib.geo.sight.view_sectors import view_reach
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.recipients.camera_view import WHOLE, camera_lens
from chalicelib.requests.replies.approximate_location import (
    ApproximateLocation,
    RelativeLocation,
    compass_point,
    relative_location,
)

WIDTH, HEIGHT = 360, 260
MARGIN = 26
FOOT = 34
"""Below what is drawn: for the scale alone."""
_PAPER = Paper(WIDTH, HEIGHT, MARGIN, FOOT, smallest=120.0)
FARTHEST = 1_500.0
"""Metres to the incident beyond which the map shows the address alone, with an arrow."""
ARROW = 62.0
"""Length of that arrow."""
NUMBER = 9.0
"""From the edge of a view to the middle of its number."""
_BARS = (10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class AreaCircle:
    """The area of the incident."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class DrawnSector:
    """What a camera has in view. x, y: where its number stands."""

    number: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class CameraDirection:
    """A camera whose direction is known. towards: the incident's area lies, at least partly, in
    the angle of its view; nothing is said of how far it sees."""

    number: int
    faces: str
    towards: bool


@dataclass(frozen=True)
class ReplyMap:
    """The whole map.

    x, y: the address. area: None when it is too far away to be drawn; arrow then points there.
    bar: length of the scale's bar, and the metres it stands for. cameras: those whose direction
    is known, for the words. rough: the address is only known as the middle of its postcode.
    street: the same on the Earth, for the map with street names that scripts can put in its place.
    """

    width: int
    height: int
    x: float
    y: float
    area: AreaCircle | None
    arrow: str
    sectors: tuple[DrawnSector, ...]
    bar: float
    bar_metres: int
    place: ApproximateLocation
    where: RelativeLocation
    cameras: tuple[CameraDirection, ...]
    rough: bool
    street: dict[str, Any]


def draw_reply_map(site: Site, place: ApproximateLocation) -> ReplyMap:
    """The map for the owner of a site that is asked about an incident at a public place."""
    address = (site.latitude_e6, site.longitude_e6)
    where = relative_location(address, place)
    middle = offset_metres(address, place.middle)
    near = hypot(*middle) <= FARTHEST
    views = [(camera.number, lens) for camera in site.cameras if (lens := _known(camera))]
    spots = [ORIGIN, *(corner for _, lens in views for corner in view_corners(lens))]
    if near:
        r = place.radius_m
        spots += [(middle[0] + e * r, middle[1] + n * r) for e, n in ((-1, -1), (1, 1))]
    else:  # the address in the middle, with room for the arrow
        spots += [(-east, -north) for east, north in spots]
    plan = _PAPER.fit(spots)
    x, y = plan.at(ORIGIN)
    bar = plan.bar(_BARS, 4)
    return ReplyMap(
        width=WIDTH,
        height=HEIGHT,
        x=x,
        y=y,
        area=AreaCircle(*plan.at(middle), plan.drawn(place.radius_m)) if near else None,
        arrow="" if near else _arrow((x, y), where.bearing),
        sectors=tuple(_sector(number, lens, plan) for number, lens in views),
        bar=plan.drawn(bar),
        bar_metres=bar,
        place=place,
        where=where,
        cameras=tuple(_directions(views, where, hypot(*middle), place.radius_m)),
        rough=site.position_source is PositionSource.POSTCODE,
        street=_street(address, views, place if near else None),
    )


def _street(
    address: Place, views: Iterable[tuple[int, Lens]], place: ApproximateLocation | None
) -> dict[str, Any]:
    """Positions are [longitude, latitude] in degrees, distances in metres."""
    return {
        "home": [address[1] / 1e6, address[0] / 1e6],
        "area": place
        and {
            "centre": [place.longitude_e6 / 1e6, place.latitude_e6 / 1e6],
            "radius": place.radius_m,
        },
        "views": [
            {
                "number": number,
                "bearing": lens.bearing or 0,
                "wide": min(lens.wide, WHOLE) if lens.bearing is not None else WHOLE,
                "metres": view_reach(lens),
            }
            for number, lens in views
        ],
    }


def _known(camera: Camera) -> Lens | None:
    """How a camera sees, where that is known: it stands still and its owner said where it faces."""
    lens = camera_lens(camera)
    still = camera.kind not in (CameraKind.PTZ, CameraKind.DASHCAM)
    return lens if still and view_reach(lens) else None


def _directions(
    views: Iterable[tuple[int, Lens]], where: RelativeLocation, away: float, radius: float
) -> Iterable[CameraDirection]:
    for number, lens in views:
        all_round = lens.bearing is None or lens.wide >= WHOLE
        faces = "all round" if all_round else compass_point(lens.bearing or 0)
        turned = abs((where.bearing - (lens.bearing or 0) + 180.0) % 360.0 - 180.0)
        # How wide the area looks from here: half of it to each side.
        half = 180.0 if away <= radius else degrees(radius / away)
        yield CameraDirection(number, faces, all_round or turned <= lens.wide / 2 + half)


def _sector(number: int, lens: Lens, plan: Plan) -> DrawnSector:
    """What a camera has in view. Its number stands outside: a doorbell's view is too small to hold
    one."""
    path, metres = plan.outline(lens), view_reach(lens)
    if lens.bearing is None or lens.wide >= WHOLE:
        x, y = plan.at(ORIGIN)
        return DrawnSector(number, path, x, round(y - plan.drawn(metres) - NUMBER, 1))
    return DrawnSector(
        number, path, *plan.at(moved_spot(ORIGIN, lens.bearing, metres + NUMBER / plan.scale))
    )


def _arrow(at: Spot, bearing: float) -> str:
    """An arrow from beside the address towards a bearing."""
    east, north = moved_spot(ORIGIN, bearing, 1.0)
    x, y = at[0] + east * 20, at[1] - north * 20
    tip = (at[0] + east * (20 + ARROW), at[1] - north * (20 + ARROW))
    sides = [moved_spot(ORIGIN, bearing + turn, 14.0) for turn in (150, -150)]
    barbs = "".join(f"M{tip[0]:.1f} {tip[1]:.1f}l{e:.1f} {-n:.1f}" for e, n in sides)
    return f"M{x:.1f} {y:.1f}L{tip[0]:.1f} {tip[1]:.1f}{barbs}"
