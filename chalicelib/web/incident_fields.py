"""What an officer says of an incident, from the API's JSON or the console's form, made clean.

Both ways use the same cleaners, so both refuse the same things in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.errors import FieldErrors
from chalicelib.registry.postcodes import Postcodes, normalise
from chalicelib.requests.incidents import NewIncident
from chalicelib.web import resident_fields
from chalicelib.web.forms import FieldProblem, Form, text
from chalicelib.web.json_fields import JsonFields, moment, number, string

FIELDS = (
    "crime_reference",
    "offence",
    "location",
    "occurred_from",
    "occurred_to",
    "public_description",
)
OFFENCE_LENGTH = 100
DESCRIPTION_LENGTH = 1000
# The longest that any recorder in the registry keeps footage is a year or so; a review of an
# older case asks for nothing that still exists.
OLDEST = timedelta(days=400)
LONGEST_WINDOW = timedelta(days=7)  # owners look through it by hand
SKEW = timedelta(minutes=5)  # between the caller's clock and ours
AHEAD = timedelta(hours=1)  # an incident that is still going on

# Great Britain with its islands. Sightline's registry knows no other place, and a position
# elsewhere is nearly always two numbers in the wrong order.
_SOUTH, _NORTH, _WEST, _EAST = 49.8, 60.9, -8.7, 1.8
_REFERENCE = re.compile(r"[A-Z0-9](?:[A-Z0-9./-]{1,28})[A-Z0-9]")
_NOWHERE = (0, 0)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def crime_reference(typed: str) -> str:
    """The one form of a crime reference: capitals, no spaces, like 20/123456/26.

    Forces write theirs differently, so letters, digits, `/`, `-` and `.` are all allowed.
    """
    value = re.sub(r"\s+", "", typed).upper()
    if not value:
        raise FieldProblem("Enter the crime reference")
    if len(value) > 30:
        raise FieldProblem("The crime reference must be 30 characters or fewer")
    if not _REFERENCE.fullmatch(value) or not any(letter.isdigit() for letter in value):
        raise FieldProblem("Enter a crime reference, like 20/123456/26")
    return value


offence = text("the offence", OFFENCE_LENGTH)
public_description = text("what owners are told", DESCRIPTION_LENGTH, lines=True)


def place(latitude: float, longitude: float) -> tuple[int, int]:
    """(latitude, longitude) in microdegrees. Raises FieldProblem outside Great Britain."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise FieldProblem("This is not a position on Earth")
    if looks_swapped(latitude, longitude):
        raise FieldProblem("Latitude and longitude look swapped: longitude comes first")
    if not _in_britain(latitude, longitude):
        raise FieldProblem("This place is not in Great Britain")
    return round(latitude * 1e6), round(longitude * 1e6)


def looks_swapped(latitude: float, longitude: float) -> bool:
    """True when the two make sense only the other way round."""
    return not _in_britain(latitude, longitude) and _in_britain(longitude, latitude)


def _in_britain(latitude: float, longitude: float) -> bool:
    return _SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST


def location(value: Any) -> tuple[int, int]:
    """A GeoJSON Point, or its coordinates alone: `[longitude, latitude]`, in degrees."""
    if value is None:
        raise FieldProblem("Enter where it happened, as a GeoJSON Point")
    coordinates = value
    if isinstance(value, dict):
        if value.get("type") != "Point":
            raise FieldProblem('Must be a GeoJSON Point: {"type": "Point", "coordinates": […]}')
        coordinates = value.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) not in (2, 3):
        raise FieldProblem("Coordinates must be [longitude, latitude] in degrees")
    longitude, latitude = number(coordinates[0]), number(coordinates[1])
    if longitude is None or latitude is None:
        raise FieldProblem("Coordinates must be two numbers: [longitude, latitude]")
    return place(latitude, longitude)


def window_problems(start: datetime, end: datetime, now: datetime) -> FieldErrors:
    """What is wrong with the time an incident happened. Times are UTC."""
    if start > now + SKEW:
        return [("occurred_from", "The start must not be in the future")]
    if now - start > OLDEST:
        sentence = f"The start must be in the last {OLDEST.days} days"
        return [("occurred_from", f"{sentence}: no recorder keeps footage for longer")]
    if end < start:
        return [("occurred_to", "The end must not be before the start")]
    if end > now + AHEAD:
        return [("occurred_to", "The end must not be more than an hour in the future")]
    if end - start > LONGEST_WINDOW:
        sentence = f"The end must be within {LONGEST_WINDOW.days} days of the start"
        return [("occurred_to", f"{sentence}: owners look through it by hand")]
    return []


def from_json(body: Mapping[str, Any], now: datetime) -> NewIncident:
    """An incident out of the API's JSON. Raises Invalid with every field that is wrong."""
    fields = JsonFields(body, FIELDS)
    reference = fields.take("crime_reference", string(crime_reference), "")
    what = fields.take("offence", string(offence), "")
    latitude, longitude = fields.take("location", location, _NOWHERE)
    start = fields.take("occurred_from", moment("the start"), _NEVER)
    end = fields.take("occurred_to", moment("the end"), _NEVER)
    if _NEVER not in (start, end):
        fields.errors += window_problems(start, end, now)
    description = fields.take("public_description", string(public_description), "")
    fields.check()
    return NewIncident(reference, what, latitude, longitude, start, end, description)


def from_form(form: Form, zone: str, now: datetime, postcodes: Postcodes) -> NewIncident:
    """An incident out of the console's form; its times are in the force's `zone`.

    Raises Invalid with every field that is wrong.
    """
    reference = form.take("crime_reference", crime_reference, "")
    what = form.take("offence", offence, "")
    start = form.take("occurred_from", local_moment("the start", zone), _NEVER)
    # The hour that happens twice in October: its first run for the start, its second for the
    # end, so that no minute is left out.
    end = form.take("occurred_to", local_moment("the end", zone, fold=1), _NEVER)
    if _NEVER not in (start, end):
        form.errors += window_problems(start, end, now)
    description = form.take("public_description", public_description, "")
    latitude, longitude = form_place(form, postcodes)
    form.check()
    return NewIncident(reference, what, latitude, longitude, start, end, description)


def form_place(form: Form, postcodes: Postcodes) -> tuple[int, int]:
    """The position out of `latitude` and `longitude`, else of `postcode`, in microdegrees; notes
    what is wrong with them."""
    before = len(form.errors)
    latitude = form.take("latitude", resident_fields.latitude, None)
    longitude = form.take("longitude", resident_fields.longitude, None)
    if len(form.errors) > before:
        return _NOWHERE
    if latitude is None and longitude is None:
        return _of_postcode(form, postcodes)
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        form.problem(missing, f"Enter the {missing} too, or neither of them")
        return _NOWHERE
    try:
        return place(latitude / 1e6, longitude / 1e6)
    except FieldProblem as problem:
        swapped = "swapped" in str(problem)
        form.problem("latitude", "Latitude and longitude look swapped" if swapped else str(problem))
        return _NOWHERE


def _of_postcode(form: Form, postcodes: Postcodes) -> tuple[int, int]:
    typed = form.typed("postcode")
    if not typed.strip():
        form.problem("postcode", "Enter a postcode, or the exact position")
        return _NOWHERE
    try:
        postcode = normalise(typed)
    except ValueError:
        form.problem("postcode", "Enter a full UK postcode, like B1 1AY")
        return _NOWHERE
    found = postcodes.find(postcode)
    if found is None or found.position is None:
        form.problem("postcode", f"We do not know where {postcode} is. Enter the exact position")
        return _NOWHERE
    return found.position


def local_moment(what: str, zone: str, fold: int = 0) -> Callable[[str], datetime]:
    """A cleaner for `<input type="datetime-local">`, in the force's zone; becomes UTC.

    fold: which of the two runs of a repeated hour is meant (0 the first, 1 the second).
    """

    def clean(typed: str) -> datetime:
        value = typed.strip()
        if not value:
            raise FieldProblem(f"Enter {what}")
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            local = None
        if local is None or local.tzinfo or len(value) > 26:
            sentence = f"{what.capitalize()} must be a date and time, like 2026-11-20T21:30"
            raise FieldProblem(sentence)
        try:
            return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
        except OverflowError:
            raise FieldProblem(f"{what.capitalize()} is not a real date") from None

    return clean
