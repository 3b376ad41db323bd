"""The small map on the reply page, as numbers for an SVG around the owner's own address. Pure.

The map works without JavaScript and holds no styles: the template gives classes, because the
Content-Security-Policy allows no style in the page. Everything that the map shows is also said in
words beside it, from what `ReplyMap` carries.

Of the incident only its approximate location is drawn (requests.replies.approximate_location),
never the position that the officer set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import degrees, hypot
from typing import Any

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.core.formatting import compass_point
from chalicelib.geo.sight.field_of_view import Lens, Place, offset_metres
from chalicelib.geo.sight.view_plan import ORIGIN, Paper, Plan, Spot, moved_spot, view_corners
from chalicelib.geo.sight.view_sectors import view_reach
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.recipients.camera_view import WHOLE, camera_lens
from chalicelib.requests.replies.approximate_location import (
    ApproximateLocation,
    RelativeLocation,
    relative_location,
)

WIDTH, HEIGHT = 360, 260
MARGIN = 26
FOOT = 34
"""Height below the drawing, kept free for the scale."""
_PAPER = Paper(WIDTH, HEIGHT, MARGIN, FOOT, smallest=120.0)
FARTHEST = 1_500.0
"""Metres to the incident beyond which the map shows the address alone, with an arrow."""
ARROW = 62.0
"""Length of the arrow towards an incident beyond FARTHEST."""
NUMBER = 9.0
"""Distance on the drawing from the edge of a view to the middle of its camera's number."""
_BARS = (10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class AreaCircle:
    """The circle in which the incident lies, in units of the drawing."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class DrawnSector:
    """A camera's field of view as an SVG path. x, y: where the camera's number stands."""

    number: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class CameraDirection:
    """The direction of a camera, where it is known. towards: the incident's area lies, at least
    partly, within the camera's angle of view, however far the camera sees."""

    number: int
    faces: str
    towards: bool


@dataclass(frozen=True)
class ReplyMap:
    """The whole map.

    x, y: the address. area: None when it is too far away to be drawn; `arrow` is then an SVG path
    towards it. bar: length of the scale's bar; bar_metres: what it stands for. cameras: those whose
    direction is known, for the words. rough: the address is only known as the middle of its
    postcode. street: the same in degrees and metres, for the map with street names that the page's
    script can put in its place.
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
    """Draws the map for the owner of a site who is asked about an incident near `place`."""
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
    """The address, the incident's area (None when far away) and the cameras' views, for the street
    map. Positions are [longitude, latitude] in degrees, distances in metres."""
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
    """A camera's lens; None unless the camera stands still and its owner said where it faces."""
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
        # Half of the angle in degrees that the incident's area takes up as seen from the address.
        half = 180.0 if away <= radius else degrees(radius / away)
        yield CameraDirection(number, faces, all_round or turned <= lens.wide / 2 + half)


def _sector(number: int, lens: Lens, plan: Plan) -> DrawnSector:
    """A camera's field of view as drawn, its number outside: a doorbell's view has no room for a
    number."""
    path, metres = plan.outline(lens), view_reach(lens)
    if lens.bearing is None or lens.wide >= WHOLE:
        x, y = plan.at(ORIGIN)
        return DrawnSector(number, path, x, round(y - plan.drawn(metres) - NUMBER, 1))
    return DrawnSector(
        number, path, *plan.at(moved_spot(ORIGIN, lens.bearing, metres + NUMBER / plan.scale))
    )


def _arrow(at: Spot, bearing: float) -> str:
    """The SVG path of an arrow from beside the address towards a bearing in degrees."""
    east, north = moved_spot(ORIGIN, bearing, 1.0)
    x, y = at[0] + east * 20, at[1] - north * 20
    tip = (at[0] + east * (20 + ARROW), at[1] - north * (20 + ARROW))
    sides = [moved_spot(ORIGIN, bearing + turn, 14.0) for turn in (150, -150)]
    barbs = "".join(f"M{tip[0]:.1f} {tip[1]:.1f}l{e:.1f} {-n:.1f}" for e, n in sides)
    return f"M{x:.1f} {y:.1f}L{tip[0]:.1f} {tip[1]:.1f}{barbs}"
