"""API views of incidents."""

from __future__ import annotations

import json

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.ids import id_from
from chalicelib.web.api.paths import INCIDENT
from chalicelib.web.http.page_tokens import seal_page_token
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.incidents", "api")


@routes.json("POST", "/api/v1/incidents", Audience.API, Permission.CREATE_INCIDENT)
def create_incident(call: RequestContext) -> Response:
    """Record an incident. A repeat with the same Idempotency-Key header gives the same incident."""
    from chalicelib.web.models.incident_models import IncidentModel, NewIncidentModel

    new = call.body_as(NewIncidentModel, call.context_of_places()).clean()
    key = call.idempotency_key()
    content = json.dumps(call.json(), sort_keys=True)
    incident_id = id_from("incident", call.officer.id, key, content) if key else ""
    before = call.services.incidents.incidents.find_incident(incident_id) if key else None
    # A repeat too: it finishes what the first call may have left undone.
    incident = call.services.incidents.incidents.create_incident(new, call.officer, incident_id)
    return IncidentModel.from_domain(incident).reply(200 if before else 201)


@routes.json("GET", "/api/v1/incidents", Audience.API, Permission.VIEW_INCIDENTS, query=True)
def list_incidents(call: RequestContext) -> Response:
    """List incidents, newest first; with `crime_reference` only the incidents of that crime."""
    from chalicelib.web.models.incident_models import (
        PAGES,
        IncidentModel,
        IncidentQuery,
        IncidentsModel,
    )

    query, next_page = call.query_as(IncidentQuery), ""
    access = call.services.incidents.access
    call.services.incidents.incidents.record_listing(call.officer, query.crime_reference)
    if query.crime_reference:
        found = access.of_crime(call.officer, query.crime_reference)
    else:
        page = access.list_for(call.officer, query.limit, query.page)
        found, next_page = (
            page.incidents,
            seal_page_token(call.services.clients.key, PAGES, page.next_place),
        )
    return IncidentsModel(
        incidents=[IncidentModel.from_domain(one) for one in found], next_page=next_page
    ).reply()


@routes.json("GET", INCIDENT, Audience.API, Permission.VIEW_INCIDENTS)
def show_incident(call: RequestContext) -> Response:
    """Show one incident and the searches made for it."""
    from chalicelib.web.models.incident_models import IncidentSearch, IncidentWithSearches

    incident = call.services.incidents.incidents.view_incident(call.incident, call.officer)
    searches = [
        IncidentSearch.from_domain(search)
        for search in call.services.incidents.searches.made_for(incident.id)
    ]
    return IncidentWithSearches.from_domain(incident, searches=searches).reply()
