"""Where a site is: the postcode's position, or the pin when somebody set one.

Used by the registration page and by the page that moves a pin.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.geo.earth import Point, distance
from chalicelib.registry.model import PositionSource
from chalicelib.registry.postcodes import Located
from chalicelib.web import resident_fields
from chalicelib.web.call import Call
from chalicelib.web.filters import distance as in_words
from chalicelib.web.forms import Form

FAR_M = 1000
"""From a pin this far from its postcode on we ask whether both are right. A postcode is about
fifteen addresses: in a town its middle is within 100 m of each of them, on the land it can be
farther, so the person may say that both are right."""

SAME_M = 2
"""A pin that was put where the postcode is already is the postcode's position."""

NO_PLACE = (0, 0)


@dataclass(frozen=True)
class Far:
    """A pin far from its postcode. value: what the box that agrees to it sends."""

    distance: str
    postcode: str
    value: str


@dataclass
class Place:
    """What was found. outside: not the force's area. far: to be agreed to."""

    latitude_e6: int = 0
    longitude_e6: int = 0
    source: PositionSource = PositionSource.POSTCODE
    outside: bool = False
    far: Far | None = None


def find_place(call: Call, form: Form, postcode: str) -> Place:
    """The place that the form means; notes on the form what is wrong with it.

    postcode: normalised, or "" when it could not be read (which is on the form already).
    """
    pin = _pin(form)
    if not postcode or any(name in ("latitude", "longitude") for name, _ in form.errors):
        return Place()
    located = call.services.postcodes.find(postcode)
    if pin is None:
        if located is None or located.position is None:
            _ask_for_pin(form, postcode, located)
            return Place()
        place = Place(*located.position, PositionSource.POSTCODE)
    else:
        place = _pinned(form, pin, postcode, located)
    if not form.errors and not call.services.force_area.serves(
        place.latitude_e6, place.longitude_e6
    ):
        place.outside = True
        force = call.services.settings.force_name
        form.problem(
            "postcode" if pin is None else "latitude",
            f"This place is outside the area that {force} serves. "
            "Find your own police force on police.uk",
        )
    return place


def _pin(form: Form) -> tuple[int, int] | None:
    latitude = form.take("latitude", resident_fields.latitude, None)
    longitude = form.take("longitude", resident_fields.longitude, None)
    if latitude is None and longitude is None:
        return None
    named = {name for name, _ in form.errors}
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        if not named & {"latitude", "longitude"}:
            form.problem(missing, f"Enter the {missing} too, or leave both empty")
        return None
    if -9_000_000 < latitude < 3_000_000 and 49_000_000 < longitude < 61_000_000:
        form.problem("latitude", "Latitude and longitude are the wrong way round: swap them")
        return None
    if not (49_000_000 < latitude < 61_000_000 and -9_000_000 < longitude < 3_000_000):
        form.problem("latitude", "This position is not in the United Kingdom. Check both numbers")
        return None
    return latitude, longitude


def _ask_for_pin(form: Form, postcode: str, located: Located | None) -> None:
    if located is None:
        form.problem(
            "postcode",
            f"We cannot find {postcode}. Check it. If it is right, say below where the camera is",
        )
    else:
        form.problem(
            "postcode", f"We do not know where {postcode} is. Say below where the camera is"
        )
    form.problem("latitude", "Put the pin on the map, or type latitude and longitude")


def _pinned(form: Form, pin: tuple[int, int], postcode: str, located: Located | None) -> Place:
    place = Place(*pin, PositionSource.PIN)
    if located is None or located.position is None:
        return place
    away = distance(Point.from_microdegrees(*pin), Point.from_microdegrees(*located.position))
    if away < SAME_M:
        return Place(*located.position, PositionSource.POSTCODE)
    if away <= FAR_M:
        return place
    # The agreement names what it is for, so that another pin is asked about again.
    place.far = Far(in_words(away), postcode, f"{postcode} {pin[0]} {pin[1]}")
    if form.typed("far_pin") != place.far.value:
        form.problem(
            "latitude",
            f"The pin is {place.far.distance} from the middle of {postcode}. Check both. "
            "If they are right, tick the box below",
        )
    return place
