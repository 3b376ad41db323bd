"""From the JSON of a search to an area, with a clear word for each thing wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Area, Circle, Corridor, Polygon
from chalicelib.geo.geodesy import Point, distance
from chalicelib.geo.polygon import AroundPole, Crossing, LooseHole

MOST_CORNERS = 500
"""Of a polygon, all rings together."""

MOST_PATH_POINTS = 200

LONGEST_PATH_M = 500_000
MOST_RADIUS_M = 150_000
MOST_WIDTH_M = 20_000

MOST_SQUARE_KM = 50_000
"""What may be searched at all: any police force's area. Beyond 100 km² come counts only."""


def area_from_json(value: Any, field: str = "area") -> Area:
    """The area that a request's JSON describes.

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
    if not 2 <= len(path) <= MOST_PATH_POINTS:
        raise Invalid.field(
            f"{field}.path", f"The path must have 2 to {MOST_PATH_POINTS} points, not {len(path)}"
        )
    points = tuple(point_from_json(p, f"{field}.path[{n}]") for n, p in enumerate(path))
    width = _metres(value.get("width_m"), f"{field}.width_m", MOST_WIDTH_M)
    rough = Corridor(points, width)
    if _reach(points) > LONGEST_PATH_M or rough.length_m > LONGEST_PATH_M:
        raise Refused.field(
            f"{field}.path", f"The path must be shorter than {LONGEST_PATH_M // 1000} km"
        )
    return rough


def _reach(points: Sequence[Point]) -> float:
    """Metres from point to point, before anything is cut into pieces."""
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
        if corners > MOST_CORNERS:
            raise Refused.field(name, f"The polygon must have at most {MOST_CORNERS} corners")
        read.append([point_from_json(p, f"{name}[{number}][{n}]") for n, p in enumerate(places)])
    try:
        return Polygon.of(read)
    except Crossing as error:
        raise Refused.field(name, f"The outline {error} (latitude, longitude)") from error
    except AroundPole as error:
        raise Refused.field(
            name, "The outline goes round a pole or around the Earth; use a circle there"
        ) from error
    except LooseHole as error:
        raise Refused.field(name, "Each further ring must be a hole inside the first") from error
    except (ValueError, IndexError) as error:
        raise Refused.field(name, "Each ring must have at least three different corners") from error


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
    """A third number says how high, which nothing here needs; it must be one all the same."""
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
