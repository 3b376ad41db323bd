"""API views that search the register and show the contact details of one site."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import INCIDENT
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.searches", "api")


@routes.json("POST", f"{INCIDENT}/searches", Audience.API, Permission.SEARCH)
def search_sites(call: RequestContext) -> Response:
    """Find the registered sites in an area around an incident."""
    from chalicelib.web.models.search_answers import SearchResultModel
    from chalicelib.web.models.search_models import NewSearch

    sent, own = call.body_as(NewSearch, call.context_of_places()), call.services
    found = own.incidents.searches.search_sites(call.incident, sent.criteria(), call.officer)
    if sent.labels:
        notes = own.requests.site_notes.of_found(
            call.incident, found.sites, cells=found.result.cells
        )
    else:
        notes = own.requests.site_notes.asked(call.incident.id)
    hints = own.oversight.look_hints.of_officer(call.officer, sent.reason)
    return SearchResultModel.from_domain(found, notes, hints).reply()


@routes.json("POST", f"{INCIDENT}/contacts", Audience.API, Permission.REVEAL_CONTACT)
def show_contact(call: RequestContext) -> Response:
    """Show the name and contact details of the owner of one site. The look goes on record."""
    from chalicelib.web.models.search_models import ContactModel, NewContact

    sent = call.body_as(NewContact)
    found = call.services.requests.contact_reveals.reveal_contact(
        call.incident, sent.site_id, sent.reason, call.officer
    )
    return ContactModel.from_source(
        found.owner,
        site_id=found.site.id,
        address=found.site.address_lines,
        notes=call.services.oversight.look_hints.of_officer(call.officer, sent.reason),
    ).reply()
