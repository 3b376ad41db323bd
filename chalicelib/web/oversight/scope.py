"""The part of the audit record that the officer of a call may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.access.audit import Action, Actor
from chalicelib.dynamodb.table import Item
from chalicelib.oversight.record_scope import RecordScope
from chalicelib.web.http.request_context import RequestContext

if TYPE_CHECKING:
    from chalicelib.web.models.record_models import AuditQuery


def record_scope(call: RequestContext) -> RecordScope:
    """Make the scope of the officer who sent this call."""
    own, officer = call.services, call.officer

    def sees(incident_id: str) -> bool:
        incident = own.incidents.incidents.find_incident(incident_id)
        return incident is not None and own.incidents.access.sees(officer, incident)

    return RecordScope(own.access.audit, own.access.unit_rosters, officer, sees)


def read_entries(
    call: RequestContext, scope: RecordScope, query: AuditQuery
) -> tuple[list[Item], str]:
    """Read the entries that are asked for, newest first, and the token of the next page, after the
    reading itself went on record."""
    from chalicelib.web.models.record_models import fetch_entries

    own, reference = call.services, query.crime_reference
    own.access.audit.record_act(
        Actor.officer(call.officer), Action.READ_AUDIT, "audit", wanted=query.description
    )
    cases = [one.id for one in own.incidents.incidents.of_crime(reference)] if reference else []
    return fetch_entries(scope, query, cases, call.now, own.clients.key)
