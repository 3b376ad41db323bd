"""The audit record and the figures over the API."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.audit", "api")


@routes.json("GET", "/api/v1/audit", Audience.API, Permission.VIEW_AUDIT, query=True)
def listing(call: Call) -> Response:
    """Read the audit record, newest first: by subject, by actor and month, by day, or the newest.

    Reading it is itself an entry.
    """
    from chalicelib.web.models.record_models import AuditEntry, AuditPage, AuditQuery, fetch

    own, query = call.services, call.query_as(AuditQuery)
    own.access.audit.record(
        Actor.officer(call.officer), Action.READ_AUDIT, "audit", wanted=query.wanted
    )
    entries, next_page = fetch(own.access.audit, query, call.now, own.clients.key)
    return AuditPage(
        entries=[AuditEntry.said(entry) for entry in entries], next_page=next_page
    ).reply()


@routes.json("GET", "/api/v1/statistics", Audience.API, Permission.VIEW_STATISTICS, query=True)
def statistics(call: Call) -> Response:
    """Count what was done, by day and in all."""
    from chalicelib.web.models.record_models import Statistics, StatisticsQuery

    report = call.services.access.audit_statistics.report(call.query_as(StatisticsQuery).limit)
    return Statistics.model_validate(report).reply()
