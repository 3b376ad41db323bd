"""Closing an incident over the API, and opening it again."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web import closing_fields, search_fields
from chalicelib.web.api_incidents import incident_json
from chalicelib.web.call import Call
from chalicelib.web.json_fields import JsonFields, string
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_closing", "api")


@routes.json("POST", "/api/v1/incidents/{incident_id}/closing", Audience.API, Permission.REQUEST)
def close(call: Call) -> Response:
    """Close an incident: its requests and their clocks end, and whoever answered is thanked once.

    Sent again by the same officer with the same words it is the same closing.
    """
    fields = JsonFields(call.json(), ("words", "reason"))
    words = fields.take("words", string(closing_fields.words), "")
    reason = fields.take("reason", string(closing_fields.reason), "")
    fields.check()
    closed = call.services.closings.close(call.id("incident_id"), reason, words, call.officer)
    return json_reply(incident_json(closed))


@routes.json(
    "POST",
    "/api/v1/incidents/{incident_id}/reopening",
    Audience.API,
    Permission.REOPEN_INCIDENT,
)
def reopen(call: Call) -> Response:
    """Open a closed incident again: {reason}. Its requests stay closed; new ones can be made."""
    fields = JsonFields(call.json(), ("reason",))
    reason = fields.take("reason", string(search_fields.reason), "")
    fields.check()
    opened = call.services.closings.reopen(call.id("incident_id"), reason, call.officer)
    return json_reply(incident_json(opened))
