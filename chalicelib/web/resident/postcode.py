"""JSON calls for maps on pages: where a postcode is, and what place somebody typed.

`GET /postcode?postcode=` and `POST /place`: the place is posted because a position is private, and
addresses of pages are kept in logs and in browsers."""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.core.errors import NotFound
from chalicelib.web.fields.place_field_types import (
    Latitude,
    Longitude,
    PostcodeField,
    TypedPosition,
)
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply
from chalicelib.web.http.validation import FormInput
from chalicelib.web.resident.place import is_elsewhere, outside_words

routes = Routes("resident.postcode", "resident")


class PostcodeQuery(FormInput):
    """The query of `/postcode`: the postcode that is looked up."""

    postcode: Annotated[str, PostcodeField()]


class PlaceBoxes(TypedPosition):
    """The text in a page's boxes for latitude and longitude."""

    latitude: Latitude
    longitude: Longitude


@routes.json("POST", "/place", Audience.PUBLIC)
def read_typed_place(call: RequestContext) -> Response:
    """Answers with `{"latitude", "longitude"}` in degrees for a place in any form in which people
    write one, or null for two empty boxes. Nothing is looked up."""
    sent = call.body_as(PlaceBoxes)
    numbers = {"latitude": sent.latitude, "longitude": sent.longitude}
    return json_reply({name: e6 if e6 is None else e6 / 1e6 for name, e6 in numbers.items()})


@routes.json("GET", "/postcode", Audience.PUBLIC)
def locate_postcode(call: RequestContext) -> Response:
    """Answers with `{"postcode", "latitude", "longitude"}` in degrees, or with 404 or 422 and a
    sentence to show."""
    postcode = call.query_as(PostcodeQuery).postcode
    located = call.services.registry.postcodes.find_postcode(postcode)
    if located is None and is_elsewhere(call, postcode):
        raise NotFound(f"{outside_words(call, postcode)}.")
    if located is None:
        raise NotFound(f"We cannot find {postcode}. Check it.")
    if located.position is None:
        raise NotFound(f"We know {postcode}, but not where it is.")
    latitude, longitude = located.position
    return json_reply(
        {"postcode": postcode, "latitude": latitude / 1e6, "longitude": longitude / 1e6}
    )
