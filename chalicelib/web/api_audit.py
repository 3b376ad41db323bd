"""The audit record and the figures over the API."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.web.audit_query import entry_json, fetch, read_query
from chalicelib.web.call import Call
from chalicelib.web.queries import limit_of, only
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_audit", "api")


@routes.json("GET", "/api/v1/audit", Audience.API, Permission.VIEW_AUDIT)
def listing(call: Call) -> Response:
    """Read the audit record, newest first: by subject, by actor and month, by day, or the newest.

    Reading it is itself an entry.
    """
    query = read_query(call.query, call.now)
    call.services.audit.record(
        Actor.officer(call.officer), Action.READ_AUDIT, "audit", wanted=query.wanted
    )
    entries, next_page = fetch(call.services.audit, query, call.now)
    return json_reply(
        {"entries": [entry_json(entry) for entry in entries], "next_page": next_page or None}
    )


@routes.json("GET", "/api/v1/statistics", Audience.API, Permission.VIEW_STATISTICS)
def statistics(call: Call) -> Response:
    """Count what was done, by day and in all."""
    only(call.query, "limit")
    return json_reply(call.services.statistics.report(limit_of(call.query, 30, 400)))
