"""The console: the audit log, and statistics of it, for officers who may read them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Invalid
from chalicelib.dynamodb.table import Item
from chalicelib.search.area_description import area_in_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import field_errors, page
from chalicelib.web.http.validation import read_query

routes = Routes("console.audit", "console")


@routes.page("/console/audit", Audience.CONSOLE, Permission.VIEW_AUDIT)
def audit_page(call: RequestContext) -> Response:
    """Shows audit entries by subject, by person and month, by day, or the newest. Reading them goes
    on record."""
    from chalicelib.web.models.record_models import (
        PARAMETERS,
        AuditEntry,
        AuditQuery,
        fetch_entries,
    )

    # Browsers send the form's empty fields too.
    asked = {name: value.strip() for name, value in call.query.items() if value.strip()}
    shared: dict[str, Any] = {
        "nav": "audit",
        "own": f"officer.{call.officer.id}",
        "values": {name: asked.get(name, "") for name in PARAMETERS},
        "people": _people(call, asked.get("actor", "")),
    }
    try:
        query = read_query(AuditQuery, asked, call.context)
    except Invalid as error:
        problems = {name: text for name, text in field_errors(error).items() if name in PARAMETERS}
        said = problems or {"": error.sentence}
        return page(call, "console/audit.html", status=422, entries=[], errors=said, **shared)
    call.services.access.audit.record_act(
        Actor.officer(call.officer), Action.READ_AUDIT, "audit", wanted=query.description
    )
    entries, next_page = fetch_entries(
        call.services.access.audit, query, call.now, call.services.clients.key
    )
    kept = {name: value for name, value in asked.items() if name != "page"}
    return page(
        call,
        "console/audit.html",
        entries=[
            {**AuditEntry.from_domain(entry).as_json(), "details": _details(entry)}
            for entry in entries
        ],
        next_page=next_page,
        query=query,
        query_string=f"{urlencode(kept)}&" if kept else "",
        **shared,
    )


@routes.page("/console/figures", Audience.CONSOLE, Permission.VIEW_STATISTICS)
def statistics_page(call: RequestContext) -> Response:
    """Shows how often each kind of act was done: in all, and on the last 60 days with any."""
    report = call.services.access.audit_statistics.report(60)
    return page(call, "console/figures_page.html", nav="figures", report=report)


def _details(entry: Item) -> list[tuple[str, str]]:
    """Names and values of an audit entry's details, in words; its reason is not among them."""
    details = json.loads(entry["details"]) if entry["details"] else {}
    said = {name: str(value) for name, value in details.items()}
    if "area" in said:
        said["area"] = _area(said["area"])
    return [(name.replace("_", " "), value) for name, value in said.items()]


def _area(text: str) -> str:
    try:
        return area_in_words(json.loads(text))
    except ValueError:  # the audit log cuts a long area short, which leaves broken JSON
        return "an outline"


def _people(call: RequestContext, chosen: str) -> list[dict[str, str]]:
    """Choices of the form's list of people: every officer who has signed in, and `chosen`."""
    known = {
        f"officer.{one.id}": one.username for one in call.services.access.officer_profiles.all()
    }
    if chosen:
        known.setdefault(chosen, chosen)
    everybody = {"": "Anybody", **known}
    return [{"value": value, "text": text} for value, text in everybody.items()]
