"""The console: the audit log, and statistics of it, for officers who may read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.audit_words import actor_words, detail_words, subject_words
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Invalid
from chalicelib.core.formatting import local_time
from chalicelib.dynamodb.table import Item
from chalicelib.integrity.check_results import CheckFinding, CheckState
from chalicelib.oversight.record_scope import RecordScope
from chalicelib.search.area_description import area_in_words
from chalicelib.web.http.filters import clock_offset, day_words, file_size, month_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import field_errors, page
from chalicelib.web.http.validation import read_query
from chalicelib.web.oversight.scope import read_entries, record_scope

routes = Routes("console.audit", "console")

CheckSubject = tuple[str, str]
"""Whether a finding is of the audit or of a custody record, and of which chain or piece."""
LATE_AFTER = timedelta(hours=3)
"""The check runs every hour; after this it is said to stand still."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@routes.page("/console/audit", Audience.CONSOLE, Permission.VIEW_AUDIT)
def audit_page(call: RequestContext) -> Response:
    """Shows audit entries by subject, by person and month, by day, or the newest. Reading them goes
    on record."""
    from chalicelib.web.models.record_models import (
        PARAMETERS,
        AuditEntry,
        AuditQuery,
    )

    scope = record_scope(call)
    # Browsers send the form's empty fields too.
    asked = {name: value.strip() for name, value in call.query.items() if value.strip()}
    shared: dict[str, Any] = {
        "nav": "audit",
        "own": f"officer.{call.officer.id}",
        "values": {name: asked.get(name, "") for name in PARAMETERS},
        "people": _people(call, scope, asked.get("actor", "")),
        "units": None if scope.whole else scope.units,
    }
    try:
        query = read_query(AuditQuery, asked, call.context)
    except Invalid as error:
        problems = {name: text for name, text in field_errors(error).items() if name in PARAMETERS}
        said = problems or {"": error.sentence}
        return page(call, "console/audit.html", status=422, entries=[], errors=said, **shared)
    entries, next_page = read_entries(call, scope, query)
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


@routes.page("/console/audit/checks", Audience.CONSOLE, Permission.VIEW_AUDIT)
def checks_page(call: RequestContext) -> Response:
    """Shows how the checks of the record stand: when, what was checked, and with which result; to
    those who read the whole record also what was found. The look goes on record."""
    scope = record_scope(call)
    call.services.access.audit.record_act(
        Actor.officer(call.officer), Action.READ_AUDIT, "audit", wanted="checks"
    )
    state = call.services.integrity.check_results.read_state(call.now)
    return page(
        call,
        "console/audit_checks.html",
        nav="audit",
        state=state,
        late=bool(state.last and call.now - state.last > LATE_AFTER),
        days=[run for run in state.runs if run.day],
        whole=scope.whole,
        findings=_findings(state, _names(call, scope)) if scope.whole else [],
    )


def _names(call: RequestContext, scope: RecordScope) -> dict[str, str]:
    return {one["value"]: one["text"] for one in _people(call, scope, "")}


def _findings(state: CheckState, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Findings as the page shows them: each chain or piece once, as it was found last."""
    found: dict[CheckSubject, dict[str, Any]] = {}
    for run in state.runs:  # the newest first
        for one in run.findings:
            known = found.setdefault(
                (one.about, one.subject),
                {"last": run.ended_at, "problems": one.problems, **_checked(one, names)},
            )
            known["first"] = run.ended_at
    return list(found.values())


def _checked(finding: CheckFinding, names: Mapping[str, str]) -> dict[str, str]:
    """What a finding is about, in words, its id, and the address that leads to it."""
    if finding.about == "custody":
        address = f"/console/evidence/{finding.subject}"
        return {"what": "Footage", "id": finding.subject, "address": address}
    actor, _, month = finding.subject.rpartition(" ")
    known, own_id = names.get(actor, ""), actor.partition(".")[2]
    who = known or actor_words(actor).removesuffix(own_id).strip()
    return {
        "what": f"{who}, {month_words(month)}",
        "id": "" if known else own_id,
        "address": f"/console/audit?{urlencode({'actor': actor, 'month': month})}",
    }


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


def _people(call: RequestContext, scope: RecordScope, chosen: str) -> list[dict[str, str]]:
    """Choices of the form's list of people: every officer who has signed in and whose acts the
    reader may see, and `chosen`."""
    only = scope.officer_ids
    known = {
        f"officer.{one.id}": one.username
        for one in call.services.access.officer_profiles.all()
        if only is None or one.id in only
    }
    if chosen:
        known.setdefault(chosen, chosen)
    everybody = {"": "Anybody", **known}
    return [{"value": value, "text": text} for value, text in everybody.items()]
