"""The front page."""

from __future__ import annotations

from chalice import Response

from chalicelib.web.call import Call
from chalicelib.web.render import page
from chalicelib.web.routing import Audience, Routes

routes = Routes("resident_home", "resident")


@routes.page("/", Audience.PUBLIC)
def home(call: Call) -> Response:
    """What this is and where to begin."""
    return page(call, "resident/home.html")
