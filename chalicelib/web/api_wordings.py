"""The wordings of requests over the API, for programs that ask on an officer's behalf."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.wordings import PLACEHOLDERS, Wording
from chalicelib.times import iso_seconds
from chalicelib.web.call import Call
from chalicelib.web.queries import only
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_wordings", "api")


@routes.json("GET", "/api/v1/wordings", Audience.API, Permission.VIEW_WORDINGS)
def listing(call: Call) -> Response:
    """List the wordings in use, by name, and what their placeholders stand for."""
    only(call.query)
    wordings = [wording_json(one) for one in call.services.wordings.all()]
    return json_reply({"wordings": wordings, "placeholders": PLACEHOLDERS})


def wording_json(wording: Wording) -> dict[str, Any]:
    """One wording. version: 0 for one of the standard set as it came."""
    return {
        "id": wording.id,
        "name": wording.name,
        "text": wording.text,
        "version": wording.version,
        "changed_at": iso_seconds(wording.changed_at) if wording.changed_at else None,
    }
