"""Types for places in a program's JSON: where an incident was, and the area of a search."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Area
from chalicelib.geo.geojson import (
    MOST_POSITIONS,
    MOST_RADIUS_M,
    MOST_WIDTH_M,
    TOLERANCES,
    area_from_json,
    searched_json,
)
from chalicelib.geo.plausible import Box
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http.plausible import implausible
from chalicelib.web.http.validation import (
    LONGEST_NAME_SHOWN,
    Input,
    parts_error,
    rule_error,
    schema_error,
)

POSITION: dict[str, Any] = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
        {"type": "number"},
    ],
    "items": False,
    "minItems": 2,
    "maxItems": 3,
    "description": "[longitude, latitude] in degrees, WGS84; a height is left out",
}

E6 = 1_000_000


def finite_number(value: Any) -> float | None:
    """Return a finite JSON number, or None for others such as `1e999` or hundreds of digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > 10**15:
        return None
    return float(value) if math.isfinite(value) else None


@dataclass(frozen=True)
class PlaceField(FieldType):
    """A GeoJSON Point, or its coordinates alone: `[longitude, latitude]`, in degrees. It is
    read into (latitude, longitude) in microdegrees. The context has `bounds` (geo.plausible)."""

    what: str = "where it happened, as a GeoJSON Point"

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> tuple[int, int]:
        """Return latitude and longitude in microdegrees."""
        latitude, longitude = _degrees(self.what, sent)
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise schema_error("This is not a position on Earth")
        if said := implausible(latitude, longitude, context.get("bounds")):
            raise rule_error(said)
        return round(latitude * E6), round(longitude * E6)

    def describe(self) -> dict[str, Any]:
        point = {
            "type": "object",
            "title": "Point",
            "properties": {"type": {"const": "Point"}, "coordinates": POSITION},
            "required": ["type", "coordinates"],
        }
        return {"anyOf": [point, POSITION]}


def _degrees(what: str, sent: Any) -> tuple[float, float]:
    if sent is None:
        raise schema_error(f"Enter {what}")
    coordinates = sent
    if isinstance(sent, dict):
        if sent.get("type") != "Point":
            raise schema_error('Must be a GeoJSON Point: {"type": "Point", "coordinates": […]}')
        coordinates = sent.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) not in (2, 3):
        raise schema_error("Coordinates must be [longitude, latitude] in degrees")
    longitude, latitude = finite_number(coordinates[0]), finite_number(coordinates[1])
    height = coordinates[2] if len(coordinates) == 3 else 0
    if longitude is None or latitude is None or not _is_number(height):
        raise schema_error("Coordinates must be two numbers: [longitude, latitude]")
    return latitude, longitude


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shape(kind: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "title": kind.capitalize(),
        "properties": {"type": {"const": kind}, **members},
        "required": ["type", *(name for name in members if name != "margin_m")],
        "additionalProperties": False,
    }


def _metres(most: int) -> dict[str, Any]:
    return {"type": "number", "minimum": 1, "maximum": most}


_MARGIN = {
    "type": "number",
    "minimum": 0,
    "maximum": TOLERANCES[0],
    "description": "How far around it is searched as well: of an area that was simplified",
}


@dataclass(frozen=True)
class AreaField(FieldType):
    """A circle, a polygon or a corridor, as `geo.geojson` reads it. It is read into the area and
    the JSON that the record of the search keeps."""

    what: str = "an area: a circle, a polygon or a corridor"
    schema: ClassVar = {
        "oneOf": [
            _shape("circle", centre=POSITION, radius_m=_metres(MOST_RADIUS_M)),
            _shape(
                "polygon",
                coordinates={
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "array",
                        "minItems": 3,
                        "maxItems": MOST_POSITIONS,
                        "items": POSITION,
                    },
                    "description": "The outline, then holes; all together at most "
                    f"{MOST_POSITIONS:,} corners",
                },
                margin_m=_MARGIN,
            ),
            _shape(
                "corridor",
                path={
                    "type": "array",
                    "minItems": 2,
                    "maxItems": MOST_POSITIONS,
                    "items": POSITION,
                },
                width_m=_metres(MOST_WIDTH_M),
                margin_m=_MARGIN,
            ),
        ]
    }

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> tuple[Area, Mapping[str, Any]]:
        """Return the area, and the JSON that the record of the search keeps."""
        unknown = _unknown_members(sent)
        try:
            area = area_from_json(sent, "")
        except Invalid as error:
            raise_as = rule_error if isinstance(error, Refused) else schema_error
            said = [(name.removeprefix("."), raise_as(text)) for name, text in error.fields]
            raise parts_error([*said, *unknown]) from None
        if unknown:
            raise parts_error(unknown)
        anchor = area.anchor
        if far := implausible(anchor.latitude, anchor.longitude, context.get("bounds")):
            raise rule_error(far)
        return area, searched_json(area, sent)


def searched_area(
    area_json: Mapping[str, Any], field: str, bounds: Sequence[Box] | None
) -> tuple[Area, Mapping[str, Any]]:
    """Return the area of a file or page, and the JSON that the record of the search keeps. field:
    the field of the page beside which an error stands. Raises Refused."""
    try:
        area = area_from_json(area_json)
    except Invalid as error:
        raise Refused(error.fields[0][1], [(field, error.fields[0][1])]) from None
    if said := implausible(area.anchor.latitude, area.anchor.longitude, bounds):
        raise Refused(said, [(field, said)])
    return area, searched_json(area, area_json)


_MEMBERS = {
    "circle": ("type", "centre", "radius_m"),
    "polygon": ("type", "coordinates", "margin_m"),
    "corridor": ("type", "path", "width_m", "margin_m"),
}


def _unknown_members(sent: Any) -> list[tuple[str, Any]]:
    """Find unknown members, since a misspelt one left out silently would give another area."""
    kind = sent.get("type") if isinstance(sent, dict) else None
    known = _MEMBERS.get(kind, ()) if isinstance(kind, str) else ()
    if not known:
        return []
    said = schema_error(f"{Input.unknown}. Use {', '.join(known)}")
    return [(name[:LONGEST_NAME_SHOWN], said) for name in sent if name not in known]
