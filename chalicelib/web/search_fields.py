"""What an officer looks for, from the API's JSON or the console's form, made clean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.errors import Invalid
from chalicelib.geo.areas import Area, Circle, Point
from chalicelib.geo.journeys import Journey
from chalicelib.geo.reading import area_from_json
from chalicelib.registry.search import MOST_SITES
from chalicelib.requests.searches import FILTERS, Wanted
from chalicelib.web import journey_fields, resident_fields
from chalicelib.web.forms import FieldProblem, Form, text, whole_number
from chalicelib.web.incident_fields import looks_swapped, place
from chalicelib.web.json_fields import JsonFields, string

REASON_LENGTH = 500
MOST_FORM_RADIUS = 5000  # metres; larger areas are for the map and the API
MOST_ON_PAGE = 1000
"""Sites in the page without JavaScript, some 1.5 KB each: a longer list helps nobody, and Lambda
may return 6 MB. The page says how many there are in all."""
_NAMES = ("area", "reason", "filters", "limit", "show_lost")
_NOWHERE = Circle(Point(0.0, 0.0), 1.0)

_reason = text("the reason", REASON_LENGTH, lines=True)


def reason(typed: str) -> str:
    """Why: words, not dots. How good a reason is, nobody can tell by its length; it is kept with
    the officer's name, and an auditor reads it."""
    value = _reason(typed)
    if sum(letter.isalpha() for letter in value) < 3:
        raise FieldProblem("Enter the reason in words")
    return value


def from_json(body: Mapping[str, Any], now: datetime) -> Wanted:
    """A search out of the API's JSON. Raises Invalid with every field that is wrong."""
    fields = JsonFields(body, (*_NAMES, *journey_fields.NAMES))
    sent = body.get("area")
    area: Area = _NOWHERE
    journey: Journey | None = None
    try:
        area = area_from_json(sent)
        journey = journey_fields.take(fields, body, area, now)
        if looks_swapped(area.anchor.latitude, area.anchor.longitude):
            fields.problem("area", "Latitude and longitude look swapped: longitude comes first")
    except Invalid as error:
        fields.errors += error.fields
    why = fields.take("reason", string(reason), "")
    filters = _filters(fields, body.get("filters"))
    limit = fields.take("limit", _limit, MOST_SITES)
    lost = fields.take("show_lost", _show_lost, True)
    fields.check()
    speed: dict[str, Any] = body["speed"] if journey else {}
    area_json = sent if isinstance(sent, dict) else {}
    return Wanted(area, area_json, why, filters, limit, journey, speed, lost)


def _show_lost(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, bool):
        raise FieldProblem("Must be true or false")
    return value


def _limit(value: Any) -> int:
    if value is None:
        return MOST_SITES
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_SITES:
        raise FieldProblem(f"The limit must be a whole number from 1 to {MOST_SITES}")
    return value


def _filters(fields: JsonFields, value: Any) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        fields.problem("filters", f"Must be an object with any of {', '.join(FILTERS)}")
        return {}
    clean: dict[str, tuple[str, ...]] = {}
    for name, listed in value.items():
        allowed = FILTERS.get(name)
        if allowed is None:
            known = ", ".join(FILTERS)
            fields.problem(f"filters.{name[:40]}", f"There is no filter of this name. Use {known}")
        elif not isinstance(listed, list) or not listed or any(v not in allowed for v in listed):
            fields.problem(f"filters.{name}", f"Must be a list of any of {', '.join(allowed)}")
        else:
            clean[name] = tuple(dict.fromkeys(listed))
    return clean


def from_form(form: Form) -> Wanted:
    """A circle out of the console's form. Raises Invalid with every field that is wrong."""
    radius = form.take("radius_m", whole_number("the radius", 1, MOST_FORM_RADIUS), 1)
    why = form.take("reason", reason, "")
    latitude = form.take("latitude", resident_fields.latitude, None)
    longitude = form.take("longitude", resident_fields.longitude, None)
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        if value is None and name not in dict(form.errors):
            form.problem(name, f"Enter the {name} of the centre")
    centre = (0, 0)
    if latitude is not None and longitude is not None:
        try:
            centre = place(latitude / 1e6, longitude / 1e6)
        except FieldProblem as problem:
            form.problem("latitude", str(problem).partition(":")[0])
    form.check()
    point = Point.from_microdegrees(*centre)
    area_json = {
        "type": "circle",
        "centre": [point.longitude, point.latitude],
        "radius_m": radius,
    }
    return Wanted(Circle(point, float(radius)), area_json, why, {}, MOST_ON_PAGE)
