"""The frame of a map, as it stands in an address: `bbox=west,south,east,north&zoom=`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.errors import Invalid
from chalicelib.geo.earth import DEGREE
from chalicelib.registry.site_map import Frame
from chalicelib.web.queries import only

LARGEST_ZOOM = 22

_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,25})?(?:[eE]-[0-9]{1,2})?")
_ZOOM = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,20})?")

_BBOX = "Give the box as west,south,east,north in degrees, like bbox=-1.95,52.45,-1.85,52.5"


def frame_of(query: Mapping[str, str]) -> Frame:
    """The frame that is asked for. Raises Invalid naming each parameter that is wrong."""
    only(query, "bbox", "zoom")
    problems: list[tuple[str, str]] = []
    west = south = east = north = zoom = 0
    try:
        west, south, east, north = _box(query.get("bbox", ""))
    except ValueError as problem:
        problems.append(("bbox", str(problem)))
    try:
        zoom = _zoom(query.get("zoom", ""))
    except ValueError as problem:
        problems.append(("zoom", str(problem)))
    if problems:
        raise Invalid(problems[0][1], problems)
    return Frame(west, south, east, north, zoom)


def _box(typed: str) -> tuple[int, int, int, int]:
    """Borders in microdegrees. As in GeoJSON (RFC 7946 §5.2), a box whose west is greater than
    its east crosses the antimeridian, so these two cannot be told from swapped ones."""
    parts = [part.strip() for part in typed.split(",")]
    if len(parts) != 4 or not all(_DEGREES.fullmatch(part) for part in parts):
        raise ValueError(_BBOX)
    west, south, east, north = (round(float(part) * DEGREE) for part in parts)
    if max(abs(west), abs(east)) > 180 * DEGREE:
        raise ValueError("West and east (first and third) must be between -180 and 180 degrees")
    if max(abs(south), abs(north)) > 90 * DEGREE:
        raise ValueError("South and north (second and fourth) must be between -90 and 90 degrees")
    if south > north:
        raise ValueError("South (second) must be less than north (fourth): they may be swapped")
    if south == north or west == east:
        raise ValueError("The box must have a width and a height")
    return west, south, east, north


def _zoom(typed: str) -> int:
    if not _ZOOM.fullmatch(typed) or float(typed) > LARGEST_ZOOM:
        raise ValueError(f"Give the map's zoom, a number from 0 to {LARGEST_ZOOM}")
    return int(float(typed))
