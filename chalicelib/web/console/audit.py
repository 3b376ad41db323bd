"""The console: the audit log, and statistics of it, for officers who may read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.audit_words import actor_words, detail_words, subject_words
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Invalid
from chalicelib.core.formatting import local_time
from chalicelib.dynamodb.table import Item
from chalicelib.search.area_description import area_in_words
from chalicelib.web.http.filters import clock_offset, day_words, file_size, month_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import field_errors, page
from chalicelib.web.http.validation import read_query

routes = Routes("console.audit", "console")

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


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
    own = call.services
    of_crime = own.incidents.incidents.of_crime
    cases = [one.id for one in of_crime(query.crime_reference)] if query.crime_reference else []
    entries, next_page = fetch_entries(own.access.audit, query, cases, call.now, own.clients.key)
    kept = {name: value for name, value in asked.items() if name != "page"}
    return page(
        call,
        "console/audit.html",
        entries=[
            {
                **AuditEntry.from_domain(entry).as_json(),
                "who": actor_words(entry["actor"], entry["actor_name"]),
                "about": subject_words(entry["subject"]),
                "details": _details(entry, call.services.settings.time_zone),
            }
            for entry in entries
        ],
        next_page=next_page,
        query=query,
        about=subject_words(query.subject),
        query_string=f"{urlencode(kept)}&" if kept else "",
        **shared,
    )


@routes.page("/console/figures", Audience.CONSOLE, Permission.VIEW_STATISTICS)
def statistics_page(call: RequestContext) -> Response:
    """Shows how often each kind of act was done: in all, and on the last 60 days with any."""
    report = call.services.access.audit_statistics.report(60)
    return page(call, "console/figures_page.html", nav="figures", report=report)


def details_in_words(details: Mapping[str, Any], zone: str) -> list[tuple[str, str]]:
    """Names and values of the details of an audit or custody entry, in words and local time."""
    return [detail_words(name, _value(name, str(value), zone)) for name, value in details.items()]


def _value(name: str, value: str, zone: str) -> str:
    if _MOMENT.fullmatch(value):
        return local_time(value, zone, "dense")
    if name == "area":
        return _area(value)
    if name == "bbox":
        west, south, east, north = value.split(",")
        return f"{south}, {west} to {north}, {east}"
    if name in ("size", "part_size"):
        return file_size(int(value))
    if name == "clock_offset_seconds":
        return clock_offset(int(value))
    if name == "wanted":
        return _wanted(value)
    return value


def _wanted(value: str) -> str:
    """What somebody looked up in the record: see `AuditQuery.description`."""
    kind, _, rest = value.partition(" ")
    if kind == "crime":
        return f"Crime reference {rest}"
    if kind == "subject":
        return " ".join(subject_words(rest)).strip()
    if kind == "actor":
        who, _, month = rest.partition(" ")
        return f"{actor_words(who)}, {month_words(month)}" if month else actor_words(who)
    if kind == "day":
        return day_words(rest)
    return value


def _details(entry: Item, zone: str) -> list[tuple[str, str]]:
    return details_in_words(json.loads(entry["details"]) if entry["details"] else {}, zone)


def _area(text: str) -> str:
    try:
        return area_in_words(json.loads(text))
    except ValueError:  # the audit log cuts a long area short, which leaves broken JSON
        return "an area"


def _people(call: RequestContext, chosen: str) -> list[dict[str, str]]:
    """Choices of the form's list of people: every officer who has signed in, and `chosen`."""
    known = {
        f"officer.{one.id}": one.username for one in call.services.access.officer_profiles.all()
    }
    if chosen:
        known.setdefault(chosen, chosen)
    everybody = {"": "Anybody", **known}
    return [{"value": value, "text": text} for value, text in everybody.items()]
