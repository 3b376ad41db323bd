"""`GET /postcode?postcode=`: where a postcode is, for the map on the registration page."""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.core.errors import NotFound
from chalicelib.web.fields.place_field_types import Postcode
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes, json_reply
from chalicelib.web.http.validation import FormInput

routes = Routes("resident.postcode", "resident")


class PostcodeQuery(FormInput):
    """Which postcode."""

    postcode: Annotated[str, Postcode()]


@routes.json("GET", "/postcode", Audience.PUBLIC)
def locate(call: Call) -> Response:
    """`{"postcode", "latitude", "longitude"}`, degrees; 404 or 422 with a sentence to show."""
    postcode = call.query_as(PostcodeQuery).postcode
    located = call.services.registry.postcodes.find(postcode)
    if located is None:
        raise NotFound(f"We cannot find {postcode}. Check it.")
    if located.position is None:
        raise NotFound(f"We know {postcode}, but not where it is.")
    latitude, longitude = located.position
    return json_reply(
        {"postcode": postcode, "latitude": latitude / 1e6, "longitude": longitude / 1e6}
    )
