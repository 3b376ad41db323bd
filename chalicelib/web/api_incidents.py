"""Incidents over the API."""

from __future__ import annotations

import json
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.errors import Invalid
from chalicelib.ids import id_from
from chalicelib.requests.incidents import Incident
from chalicelib.times import iso, iso_seconds
from chalicelib.web import incident_fields
from chalicelib.web.call import Call
from chalicelib.web.forms import FieldProblem
from chalicelib.web.queries import idempotency_key, limit_of, only
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_incidents", "api")

PAGE = 50
LARGEST_PAGE = 200


def incident_json(incident: Incident) -> dict[str, Any]:
    """An incident as the API says it."""
    return {
        "id": incident.id,
        "crime_reference": incident.crime_reference,
        "offence": incident.offence,
        "location": {
            "type": "Point",
            "coordinates": [incident.longitude, incident.latitude],
        },
        "occurred_from": iso(incident.occurred_from),
        "occurred_to": iso(incident.occurred_to),
        "public_description": incident.public_description,
        "state": incident.state.value,
        "created_at": iso_seconds(incident.created_at),
        "created_by": incident.created_by,
        "closed_at": iso_seconds(incident.closed_at) if incident.closed_at else None,
        "closed_by": incident.closed_by or None,
    }


@routes.json("POST", "/api/v1/incidents", Audience.API, Permission.CREATE_INCIDENT)
def create(call: Call) -> Response:
    """Record an incident. With an Idempotency-Key header, sent again it is the same one."""
    body = call.json()
    new = incident_fields.from_json(body, call.now)
    key = idempotency_key(call)
    content = json.dumps(body, sort_keys=True)
    incident_id = id_from("incident", call.officer.id, key, content) if key else ""
    before = call.services.incidents.find(incident_id) if key else None
    incident = before or call.services.incidents.create(new, call.officer, incident_id)
    return json_reply(incident_json(incident), 200 if before else 201)


@routes.json("GET", "/api/v1/incidents", Audience.API, Permission.VIEW_INCIDENTS)
def listing(call: Call) -> Response:
    """List incidents, newest first; with crime_reference those of one crime."""
    only(call.query, "limit", "page", "crime_reference")
    limit = limit_of(call.query, PAGE, LARGEST_PAGE)
    if wanted := call.query.get("crime_reference", ""):
        try:
            reference = incident_fields.crime_reference(wanted)
        except FieldProblem as problem:
            raise Invalid.field("crime_reference", str(problem)) from problem
        found = call.services.incidents.of_crime(reference)
        return json_reply({"incidents": [incident_json(i) for i in found], "next_page": None})
    page = call.services.incidents.list(limit, call.query.get("page", ""))
    return json_reply(
        {
            "incidents": [incident_json(incident) for incident in page.incidents],
            "next_page": page.next_page or None,
        }
    )


@routes.json("GET", "/api/v1/incidents/{incident_id}", Audience.API, Permission.VIEW_INCIDENTS)
def show(call: Call) -> Response:
    """Show one incident and the searches made for it."""
    incident = call.services.incidents.look(call.id("incident_id"), call.officer)
    searches = [
        {
            "search_id": search.id,
            "at": iso_seconds(search.at),
            "officer": search.officer,
            "reason": search.reason,
            "area": search.area,
            "started_at": iso_seconds(search.started_at) if search.started_at else None,
            "speed": search.speed or None,
            "total": search.total,
            "truncated": search.truncated,
        }
        for search in call.services.searches.made_for(incident.id)
    ]
    return json_reply({**incident_json(incident), "searches": searches})
