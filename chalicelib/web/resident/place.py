"""Finds where a site is: at its postcode's position, or at the pin when somebody set one.

The registration page and the page that moves a pin use this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from chalicelib.core.errors import FieldErrors, Invalid
from chalicelib.core.formatting import distance_words as in_words
from chalicelib.core.typed.outcodes import outcode_centre
from chalicelib.geo.geodesy import Point, distance
from chalicelib.registry.model import Doubt, PositionSource
from chalicelib.registry.postcodes import LocatedPostcode
from chalicelib.web.fields.place_field_types import (
    Latitude,
    Longitude,
    PostcodeField,
    TypedPosition,
)
from chalicelib.web.http.plausible import SWAPPED_BOXES, implausible_boxes, plausible_bounds
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.validation import read_form

FAR_M = 1000
"""Metres between a pin and its postcode beyond which the page asks whether both are right. A
postcode is about fifteen addresses: in a town its middle is within 100 m of each of them; in the
country it can be farther, so an owner may say that both are right."""

SAME_M = 2
"""Metres within which a pin counts as the postcode's own position."""


class PlaceForm(TypedPosition):
    """A postcode and, when somebody set one, a pin.

    far_pin: the value of the ticked box that confirms a pin far from its postcode, else "".
    """

    postcode: Annotated[str, PostcodeField()]
    latitude: Latitude
    longitude: Longitude
    far_pin: str

    @property
    def pin(self) -> tuple[int, int] | None:
        """Latitude and longitude of the pin in microdegrees; None when no pin was set."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True)
class FarPin:
    """A pin far from its postcode. distance: in words; value: what the confirming box sends."""

    distance: str
    postcode: str
    value: str


@dataclass
class FoundPlace:
    """A site's place as found. outside: True outside the force area. far: a pin that the owner has
    to confirm, None for any other. doubts: why nothing vouches for the place. problems: what the
    look-up showed to be wrong with the form."""

    latitude_e6: int = 0
    longitude_e6: int = 0
    source: PositionSource = PositionSource.POSTCODE
    outside: bool = False
    far: FarPin | None = None
    doubts: tuple[Doubt, ...] = ()
    problems: FieldErrors = field(default_factory=list)


def find_place(call: RequestContext, fields: Mapping[str, Sequence[str]]) -> FoundPlace:
    """Finds the place that a form with these fields means.

    When the fields cannot be read there is nothing to look up: an empty FoundPlace comes back, and
    the form's own model says what is wrong.
    """
    try:
        sent = read_form(PlaceForm, fields, call.context)
    except Invalid:
        return FoundPlace()
    return _look_up(call, sent)


def _look_up(call: RequestContext, sent: PlaceForm) -> FoundPlace:
    located = call.services.registry.postcodes.find_postcode(sent.postcode)
    if sent.pin is not None:
        said = implausible_boxes(*sent.pin, plausible_bounds(call.services))
        if said == SWAPPED_BOXES:
            return FoundPlace(problems=[("latitude", said)])
        # A pin far outside the force area is reported as that, not as far from its postcode.
        place = (
            FoundPlace(*sent.pin, PositionSource.PIN) if said else _pinned(sent, sent.pin, located)
        )
    elif located is None and is_elsewhere(call, sent.postcode):
        return FoundPlace(outside=True, problems=[("postcode", outside_words(call, sent.postcode))])
    elif located is None or located.position is None:
        return FoundPlace(problems=_ask_for_pin(sent.postcode, located))
    else:
        place = FoundPlace(*located.position, PositionSource.POSTCODE)
    if not place.problems and not call.services.registry.force_area.serves(
        place.latitude_e6, place.longitude_e6
    ):
        place.outside = True
        beside = "postcode" if sent.pin is None else "latitude"
        place.problems.append((beside, outside_words(call, "This place")))
    return place


def is_elsewhere(call: RequestContext, postcode: str) -> bool:
    """Tells whether a postcode that is not loaded belongs to another force's area: its outward code
    is real, that code's middle is outside, and nothing of the same sector was ever loaded, so that
    it is no new street of ours."""
    registry = call.services.registry
    centre = outcode_centre(postcode, call.services.clients.country.code)
    if centre is None or registry.force_area.serves(*(round(one * 1e6) for one in centre)):
        return False
    return not registry.postcodes.has_sector(postcode)


def outside_words(call: RequestContext, place: str) -> str:
    """The sentence for a place outside the force's area. place: the beginning of the sentence."""
    own = call.services
    outside = f"{place} is outside the area that {own.settings.force_name} serves"
    return f"{outside}. {own.clients.country.other_force}"


def _ask_for_pin(postcode: str, located: LocatedPostcode | None) -> FieldErrors:
    if located is None:
        said = f"We cannot find {postcode}. Check it. If it is right, say below where the camera is"
    else:
        said = f"We do not know where {postcode} is. Say below where the camera is"
    pin = "Put the pin on the map, or type latitude and longitude"
    return [("postcode", said), ("latitude", pin)]


def _pinned(sent: PlaceForm, pin: tuple[int, int], located: LocatedPostcode | None) -> FoundPlace:
    place = FoundPlace(*pin, PositionSource.PIN)
    if located is None or located.position is None:
        place.doubts = (Doubt.POSTCODE,)
        return place
    away = distance(Point.from_microdegrees(*pin), Point.from_microdegrees(*located.position))
    if away < SAME_M:
        return FoundPlace(*located.position, PositionSource.POSTCODE)
    if away <= FAR_M:
        return place
    # The box's value names the postcode and pin that it confirms: another pin is asked about anew.
    place.doubts = (Doubt.PIN,)
    place.far = FarPin(in_words(away), sent.postcode, f"{sent.postcode} {pin[0]} {pin[1]}")
    if sent.far_pin != place.far.value:
        said = (
            f"The pin is {place.far.distance} from the middle of {sent.postcode}. Check both. "
            "If they are right, tick the box below"
        )
        place.problems.append(("latitude", said))
    return place
