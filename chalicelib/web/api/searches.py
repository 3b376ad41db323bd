"""Looking for cameras, and at whose they are, over the API."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.incidents.search_service import Found
from chalicelib.web.api.paths import INCIDENT
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes, json_reply

routes = Routes("api.searches", "api")


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


@routes.json("POST", f"{INCIDENT}/searches", Audience.API, Permission.SEARCH)
def search(call: Call) -> Response:
    """Find the registered sites in an area around an incident."""
    from chalicelib.web.models.search_models import NewSearch

    wanted = call.body_as(NewSearch, call.context_of_places()).wanted()
    found = call.services.searches.search(call.id("incident_id"), wanted, call.officer)
    return json_reply(found_json(found))


@routes.json("POST", f"{INCIDENT}/contacts", Audience.API, Permission.REVEAL_CONTACT)
def contact(call: Call) -> Response:
    """Show the owner's name and contact details of one site; a separate act, on record."""
    from chalicelib.web.models.search_models import Contact, NewContact

    sent = call.body_as(NewContact)
    found = call.services.searches.contact(
        call.id("incident_id"), sent.site_id, sent.reason, call.officer
    )
    return Contact.of(found.owner, site_id=found.site.id, address=found.site.address_lines).reply()
