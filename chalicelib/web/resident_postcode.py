"""`GET /postcode?postcode=`: where a postcode is, for the map on the registration page."""

from __future__ import annotations

from chalice import Response

from chalicelib.errors import Invalid, NotFound
from chalicelib.web import resident_fields
from chalicelib.web.call import Call
from chalicelib.web.forms import FieldProblem
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("resident_postcode", "resident")


@routes.json("GET", "/postcode", Audience.PUBLIC)
def locate(call: Call) -> Response:
    """`{"postcode", "latitude", "longitude"}`, degrees; 404 or 422 with a sentence to show."""
    try:
        postcode = resident_fields.postcode(call.query.get("postcode", ""))
    except FieldProblem as problem:
        raise Invalid.field("postcode", str(problem)) from problem
    located = call.services.postcodes.find(postcode)
    if located is None:
        raise NotFound(f"We cannot find {postcode}. Check it.")
    if located.position is None:
        raise NotFound(f"We know {postcode}, but not where it is.")
    latitude, longitude = located.position
    return json_reply(
        {"postcode": postcode, "latitude": latitude / 1e6, "longitude": longitude / 1e6}
    )
