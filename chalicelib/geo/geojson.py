"""Reads the area of a search from JSON, with a clear sentence for each thing wrong.

An outline of many corners and a path of many points are simplified first: what is left out lies
within TOLERANCES of what stays, and as much is added around the area, so that everything in it is
found. The limits on corners and points hold for the simplified area, not for what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Area, Circle, Corridor, Polygon
from chalicelib.geo.corridor import TURN
from chalicelib.geo.geodesy import DEGREE, Point, distance
from chalicelib.geo.polygon import AroundPole, Crossing, LooseHole

EXACT_CORNERS, EXACT_PATH_POINTS = 500, 200
"""The most corners, or points of a path, with which an area is searched as it was drawn."""

TOLERANCES = (1.0, 0.3, 0.1)
"""Metres within which areas with more corners or points are simplified. The smaller
ones are for an outline with a neck so narrow that its sides would meet."""

MOST_CORNERS = 5_000
"""Most corners of a simplified polygon, all rings together."""

MOST_PATH_POINTS = 2_000
"""Most points of a simplified path."""

MOST_POSITIONS = 20_000
"""Most positions of a polygon or a path as it is sent."""

LONGEST_PATH_M = 500_000
MOST_RADIUS_M = 150_000
MOST_WIDTH_M = 20_000

MOST_SQUARE_KM = 50_000
"""The largest area that may be searched: any police force's. Beyond 100 km² only counts come."""


def area_from_json(value: Any, field: str = "area") -> Area:
    """Read the area that a request's JSON describes.

    field: the name of the value in the request, for messages. Raises Invalid, naming the part
    that is wrong and, for an outline that crosses itself, the place; Refused where every part is
    as it should be and the whole is not.
    """
    if not isinstance(value, Mapping):
        raise Invalid.field(field, "Give an area: a circle, a polygon or a corridor")
    kind = value.get("type")
    if kind == "circle":
        area: Area = _circle(value, field)
    elif kind == "polygon":
        area = _polygon(value, field)
    elif kind == "corridor":
        area = _corridor(value, field)
    else:
        raise Invalid.field(f"{field}.type", 'The type must be "circle", "polygon" or "corridor"')
    if area.square_km > MOST_SQUARE_KM:
        raise Refused.field(field, f"The area must be smaller than {MOST_SQUARE_KM:,} km²")
    return area


def _circle(value: Mapping[str, Any], field: str) -> Circle:
    centre = point_from_json(value.get("centre"), f"{field}.centre")
    return Circle(centre, _metres(value.get("radius_m"), f"{field}.radius_m", MOST_RADIUS_M))


def _corridor(value: Mapping[str, Any], field: str) -> Corridor:
    path = _list(value.get("path"), f"{field}.path", "the points of the path")
    if not 2 <= len(path) <= MOST_POSITIONS:
        raise Invalid.field(
            f"{field}.path", f"The path must have 2 to {MOST_POSITIONS:,} points, not {len(path):,}"
        )
    points = tuple(point_from_json(p, f"{field}.path[{n}]") for n, p in enumerate(path))
    width = _metres(value.get("width_m"), f"{field}.width_m", MOST_WIDTH_M)
    made = Corridor(points, width, _margin(value, field))
    if len(path) > EXACT_PATH_POINTS and not made.margin_m:
        made = made.within(TOLERANCES[0])
    if len(made.path) > MOST_PATH_POINTS:
        turns = f"The path turns at {len(made.path):,} points; at most {MOST_PATH_POINTS:,} can be"
        raise Refused.field(f"{field}.path", f"{turns} searched at once. Search a part of it")
    if _reach(made.path) > LONGEST_PATH_M or made.length_m > LONGEST_PATH_M:
        raise Refused.field(
            f"{field}.path", f"The path must be shorter than {LONGEST_PATH_M // 1000} km"
        )
    return made


def _reach(points: Sequence[Point]) -> float:
    """Metres from point to point, measured before the path is cut into pieces."""
    return sum(distance(a, b) for a, b in pairwise(points))


def _polygon(value: Mapping[str, Any], field: str) -> Polygon:
    name = f"{field}.coordinates"
    rings = _list(value.get("coordinates"), name, "a list of rings, each a list of [lng, lat]")
    if not rings:
        raise Invalid.field(name, "The polygon has no outline")
    read: list[list[Point]] = []
    corners = 0
    for number, ring in enumerate(rings):
        places = _list(ring, f"{name}[{number}]", "a list of [lng, lat]")
        corners += len(places)
        if corners > MOST_POSITIONS:
            raise Refused.field(name, f"The polygon must have at most {MOST_POSITIONS:,} corners")
        read.append([point_from_json(p, f"{name}[{number}][{n}]") for n, p in enumerate(places)])
    try:
        made = _outline(read, corners, _margin(value, field))
    except Crossing as error:
        raise Refused.field(name, f"The edge of the area {error} (latitude, longitude)") from error
    except AroundPole as error:
        raise Refused.field(
            name, "The area goes round a pole or around the Earth; use a circle there"
        ) from error
    except LooseHole as error:
        raise Refused.field(name, "Each further ring must be a hole inside the first") from error
    except (ValueError, IndexError) as error:
        raise Refused.field(name, "Each ring must have at least three different corners") from error
    needed = len(made.edges)
    if needed > MOST_CORNERS:
        turns = f"The area turns at {needed:,} corners; at most {MOST_CORNERS:,} can be"
        raise Refused.field(name, f"{turns} searched at once. Search a part of it")
    return made


def _outline(rings: Sequence[Sequence[Point]], corners: int, margin: float) -> Polygon:
    """Make the polygon, simplified when it has many corners. A polygon that is valid as it was
    sent is never refused because of the simplification."""
    if corners <= EXACT_CORNERS or margin:
        return Polygon.of(rings, margin)
    for tolerance in TOLERANCES:
        try:
            return Polygon.within(rings, tolerance)
        except (Crossing, LooseHole):
            continue
    return Polygon.of(rings)


def _margin(value: Mapping[str, Any], field: str) -> float:
    """Read the margin of an area that was simplified before and is sent once more."""
    margin = value.get("margin_m", 0)
    if not _number(margin) or not 0 <= margin <= TOLERANCES[0]:
        raise Invalid.field(f"{field}.margin_m", f"Give metres, from 0 to {TOLERANCES[0]:g}")
    return float(margin)


def searched_json(area: Area, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON that the record of a search keeps: the area as it was sent, less its heights, or the
    simplified area with its margin, from which the same search can be made again."""
    if isinstance(area, Circle) or not area.margin_m:
        return {name: _without_heights(member) for name, member in sent.items()}
    margin = {"margin_m": area.margin_m}
    if isinstance(area, Corridor):
        path = [[point.longitude, point.latitude] for point in area.path]
        return {"type": "corridor", "path": path, "width_m": area.width_m, **margin}
    rings = [[_position(*corner) for corner in (*ring, ring[0])] for ring in area.rings]
    return {"type": "polygon", "coordinates": rings, **margin}


def _without_heights(member: Any) -> Any:
    """Return a member of an area with two numbers in each position. Threat: a height of 1e400,
    which JSON can write and no program reads back."""
    if not isinstance(member, list | tuple):
        return member
    if member and not isinstance(member[0], list | tuple):
        return list(member[:2])
    return [_without_heights(one) for one in member]


def _position(x: int, y: int) -> list[float]:
    return [(x + TURN) % (2 * TURN) / DEGREE - 180.0 if abs(x) > TURN else x / DEGREE, y / DEGREE]


def point_from_json(value: Any, field: str) -> Point:
    """A GeoJSON position, [longitude, latitude] in degrees. Raises Invalid."""
    numbers = value if isinstance(value, (list, tuple)) else ()
    if len(numbers) not in (2, 3) or not all(map(_number, numbers[:2])) or not _height(numbers):
        raise Invalid.field(field, "Give a position as [longitude, latitude] in degrees")
    longitude, latitude = float(numbers[0]), float(numbers[1])
    if not -90 <= latitude <= 90:
        raise Invalid.field(
            field, "The latitude (the second number) must be between -90 and 90 degrees"
        )
    if not -180 <= longitude <= 180:
        raise Invalid.field(
            field, "The longitude (the first number) must be between -180 and 180 degrees"
        )
    return Point(latitude, longitude)


def _height(numbers: Sequence[Any]) -> bool:
    """Whether a third value, the height, is a number where there is one; it is not used."""
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers[2:])


def _number(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < 1e12
        and isfinite(value)
    )


def _metres(value: Any, field: str, most: int) -> float:
    if not _number(value) or not 1 <= value <= most:
        raise Invalid.field(field, f"Give metres, a number from 1 to {most:,}")
    return float(value)


def _list(value: Any, field: str, what: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise Invalid.field(field, f"Give {what}")
    return value
