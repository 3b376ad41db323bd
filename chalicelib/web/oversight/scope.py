"""The part of the audit record that the officer of a call may read."""

from __future__ import annotations

from chalicelib.oversight.record_scope import RecordScope
from chalicelib.web.http.request_context import RequestContext


def record_scope(call: RequestContext) -> RecordScope:
    """Make the scope of the officer who sent this call."""
    own, officer = call.services, call.officer

    def sees(incident_id: str) -> bool:
        incident = own.incidents.incidents.find_incident(incident_id)
        return incident is not None and own.incidents.access.sees(officer, incident)

    return RecordScope(own.access.audit, own.access.unit_rosters, officer, sees)
