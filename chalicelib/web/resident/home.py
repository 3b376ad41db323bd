"""The front page, and the pages on privacy and accessibility that every public service has."""

from __future__ import annotations

from chalice import Response

from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page

routes = Routes("resident.home", "resident")


@routes.page("/", Audience.PUBLIC)
def home_page(call: RequestContext) -> Response:
    """Shows the front page: what the service is and where to begin."""
    return page(call, "resident/home.html")


@routes.page("/privacy", Audience.PUBLIC)
def privacy_page(call: RequestContext) -> Response:
    """Shows the privacy notice: how people's information is used."""
    return page(call, "privacy.html")


@routes.page("/accessibility", Audience.PUBLIC)
def accessibility_page(call: RequestContext) -> Response:
    """Shows the accessibility statement."""
    return page(call, "accessibility.html")
