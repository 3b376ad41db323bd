"""API views of the audit record and of the statistics."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.oversight.scope import read_entries, record_scope

routes = Routes("api.audit", "api")


@routes.json("GET", "/api/v1/audit", Audience.API, Permission.VIEW_AUDIT, query=True)
def list_audit(call: RequestContext) -> Response:
    """Read the audit record, newest first: by crime, by subject, by actor and month, by day, or
    the newest.

    Reading the record is itself entered in the record.
    """
    from chalicelib.web.models.record_models import AuditEntry, AuditPage, AuditQuery

    query = call.query_as(AuditQuery)
    entries, next_page = read_entries(call, record_scope(call), query)
    return AuditPage(
        entries=[AuditEntry.from_domain(entry) for entry in entries], next_page=next_page
    ).reply()


@routes.json("GET", "/api/v1/statistics", Audience.API, Permission.VIEW_STATISTICS, query=True)
def statistics(call: RequestContext) -> Response:
    """Count registrations, searches, requests, answers and other acts, by day and in all."""
    from chalicelib.web.models.record_models import StatisticsModel, StatisticsQuery

    report = call.services.access.audit_statistics.report(call.query_as(StatisticsQuery).limit)
    return StatisticsModel.model_validate(report).reply()
