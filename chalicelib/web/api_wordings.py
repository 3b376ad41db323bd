"""The wordings of requests over the API, for programs that ask on an officer's behalf."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.wordings import PLACEHOLDERS
from chalicelib.web.call import Call
from chalicelib.web.routing import Audience, Routes
from chalicelib.web.validation import NoQuery

routes = Routes("api_wordings", "api")


@routes.json("GET", "/api/v1/wordings", Audience.API, Permission.VIEW_WORDINGS)
def listing(call: Call) -> Response:
    """List the wordings in use, by name, and what their placeholders stand for."""
    from chalicelib.web.wording_models import Wording, Wordings

    call.query_as(NoQuery)
    wordings = [Wording.of(one) for one in call.services.wordings.all()]
    return Wordings(wordings=wordings, placeholders=PLACEHOLDERS).reply()
