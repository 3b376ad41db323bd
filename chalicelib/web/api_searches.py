"""Looking for cameras, and at whose they are, over the API."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.ids import is_id
from chalicelib.registry.model import address_lines
from chalicelib.requests.searches import Contact, Found
from chalicelib.web import search_fields
from chalicelib.web.call import Call
from chalicelib.web.forms import FieldProblem
from chalicelib.web.json_fields import JsonFields, string
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_searches", "api")


MOST_DRAWN = 2_000
"""Sites whose cameras' views are in an answer: more cannot be told apart on a map, and ten
thousand with all their cameras would be more than Lambda may return (6 MB)."""


def found_json(found: Found) -> dict[str, Any]:
    """A search's answer. Hexagons with counts only for an area too large to list."""
    answer: dict[str, Any] = {
        "search_id": found.search_id,
        "total": found.total,
        "lost": found.lost,
        "truncated": found.truncated,
        "sites": [site.as_json(len(found.sites) <= MOST_DRAWN) for site in found.sites],
    }
    if found.result.cells:
        answer["cells"] = [cell.as_json() for cell in found.result.cells]
    if found.result.hint:
        answer["hint"] = found.result.hint
    return answer


def contact_json(contact: Contact) -> dict[str, Any]:
    """Who a site belongs to."""
    return {
        "site_id": contact.site.id,
        "name": contact.owner.name,
        "email": contact.owner.email,
        "phone": contact.owner.phone or None,
        "address": address_lines(contact.site),
    }


@routes.json("POST", "/api/v1/incidents/{incident_id}/searches", Audience.API, Permission.SEARCH)
def search(call: Call) -> Response:
    """Find the registered sites in an area around an incident."""
    wanted = search_fields.from_json(call.json(), call.now)
    found = call.services.searches.search(call.id("incident_id"), wanted, call.officer)
    return json_reply(found_json(found))


@routes.json(
    "POST",
    "/api/v1/incidents/{incident_id}/contacts",
    Audience.API,
    Permission.REVEAL_CONTACT,
)
def contact(call: Call) -> Response:
    """Show the owner's name and contact details of one site; a separate act, on record."""
    fields = JsonFields(call.json(), ("site_id", "reason"))
    site_id = fields.take("site_id", string(_site_id), "")
    why = fields.take("reason", string(search_fields.reason), "")
    fields.check()
    found = call.services.searches.contact(call.id("incident_id"), site_id, why, call.officer)
    return json_reply(contact_json(found))


def _site_id(typed: str) -> str:
    if not is_id(typed):
        raise FieldProblem("Enter the id of a site, as a search gave it")
    return typed
