"""Record first, then show: no page and no answer with a case in it comes without an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import app
from chalicelib.access.audit import AuditLog
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Item, Table
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind
from infra.localstack.visitor import Visitor
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in

assert app.app.routes  # declares the routes

SECRETS = ("A shop was broken into", "a person in a red coat", "Test Street", "20/123456/26")
"""What a case is told by: what happened, what was asked, where, and its reference."""

REFERENCE_ALONE = ("POST", "/console/incidents/{incident_id}/searches")
"""The form that was refused for want of a reason. It names the case by the reference that the
officer came with, and shows nothing else of it."""

OFFICERS = [
    route
    for route in DECLARED
    if route.audience in (Audience.CONSOLE, Audience.API)
    # These end the session and the case.
    and not re.search("sign-out|sessions/end-all|/closing$", route.path)
]


@dataclass
class Reader:
    """A supervisor who reads a case, and the record of what they do."""

    visitor: Visitor
    token: str
    audit: AuditLog
    actor: str
    ids: dict[str, str]

    def entries(self) -> list[Item]:
        """The supervisor's entries of this month, the oldest first."""
        found = self.audit.of_actor(self.actor, f"{datetime.now(UTC):%Y-%m}", limit=100_000)
        return list(found)[::-1]

    def send(self, route: Route) -> httpx.Response:
        """Ask for a page or an answer, or send a form or a call as somebody does who fills in
        nothing."""
        address = route.path.format_map(self.ids)
        sent: dict[str, Any] = {}
        if route.kind is RouteKind.FORM:
            sent = {"data": self.visitor.open_page("/console/profile").form("sign-out")[1]}
        elif route.audience is Audience.API:
            sent = {"headers": {"Authorization": f"Bearer {self.token}"}}
            if route.method != "GET":
                sent["json"] = {"unknown": ""}
        return self.visitor.send_request(route.method, address, **sent)


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


@pytest.fixture(scope="module")
def reader(stack: RunningStack, case: Asked) -> Iterator[Reader]:
    receipt = case.somebody.upload(case.replies[0], "clip.mp4", mp4())
    ids = {
        "incident_id": case.incident_id,
        "request_id": case.request_id,
        "site_id": case.api(f"requests/{case.request_id}")["recipients"][0]["site_id"],
        "evidence_id": case.decided(receipt["evidence_id"])["id"],
        "wording_id": new_id(),
        "draft_id": new_id(),
        "address_id": new_id(),
    }
    audit = AuditLog(
        Table(stack.client("dynamodb"), str(stack.described["audit_table"])),
        lambda: datetime.now(UTC),
    )
    with signed_in(stack, "supervisor") as visitor:
        visitor.send_request("GET", f"/console/incidents/{case.incident_id}")
        looks = audit.of_subject(f"incident.{case.incident_id}")
        actor = next(str(one["actor"]) for one in looks if one["actor_name"] == "supervisor")
        yield Reader(visitor, visitor.bearer(), audit, actor, ids)


def test_parts_of_a_page_on_record_need_no_entry_of_their_own(case: Asked, reader: Reader) -> None:
    """A preview follows what is typed: an entry for each letter would hide those that matter."""
    visitor = reader.visitor
    place = f"/console/incidents/{case.incident_id}"
    found = visitor.submit(
        visitor.open_page(place), {"reason": "Cameras", "radius_m": "30"}, action="/searches"
    )
    page = visitor.submit(found, {"act": "all"}, action="/compose")
    target, fields = page.form("/requests")
    preview = target.replace("/requests", "/compose/preview")

    def entries_after(**sent: str) -> list[str]:
        before = len(reader.entries())
        shown = visitor.send_request("POST", preview, data={**fields, **sent})
        assert shown.status_code == 200 and "A shop was broken into" in shown.text
        return [str(entry["action"]) for entry in reader.entries()[before:]]

    assert entries_after() == []
    assert entries_after(look="") == ["looked at an incident"]
    assert entries_after(look="9999999999.00") == ["looked at an incident"]


@pytest.mark.parametrize("route", OFFICERS, ids=lambda route: f"{route.method} {route.path}")
def test_nothing_of_a_case_is_shown_before_it_is_on_record(reader: Reader, route: Route) -> None:
    before = len(reader.entries())
    answer = reader.send(route)
    entries = reader.entries()[before:]
    example = r"(like|for example,) 20/123456/26"
    shown = re.sub(example, "", answer.text, flags=re.IGNORECASE)
    told = [secret for secret in SECRETS if secret in shown]
    if (route.method, route.path) == REFERENCE_ALONE:
        assert told == ["20/123456/26"]
    elif told:
        assert any(
            entry.get("case") == reader.ids["incident_id"]
            or entry["action"] in ("looked at the list of incidents", "read the audit record")
            for entry in entries
        ), (told, entries)
    elif route.leads_from_case and route.method == "GET" and answer.status_code < 400:
        # What somebody was shown of a case without its words is a look as well.
        assert any(entry.get("case") == reader.ids["incident_id"] for entry in entries), entries


def test_a_case_has_all_its_entries_by_its_crime_reference(case: Asked, reader: Reader) -> None:
    for part in ("", "/requests/{request_id}", "/evidence/{evidence_id}"):
        address = f"/api/v1{part or '/incidents/{incident_id}'}".format_map(reader.ids)
        reader.visitor.json("GET", address, token=reader.token)
    reference = case.api(f"incidents/{case.incident_id}")["crime_reference"]
    found: list[dict[str, Any]] = []
    page = ""
    while True:
        query = httpx.QueryParams(crime_reference=reference, limit="7", page=page)
        answer = reader.visitor.json("GET", f"/api/v1/audit?{query}", token=reader.token)
        found += answer["entries"]
        page = answer["next_page"]
        if not page:
            break
    times = [entry["at"] for entry in found]
    assert times == sorted(times, reverse=True)
    of_case = [one for one in found if reader.ids["incident_id"] in str(one)]
    kinds = {entry["subject"].partition(".")[0] for entry in of_case}
    assert {"incident", "request", "evidence"} <= kinds
    acts = {entry["action"] for entry in of_case}
    assert {"recorded an incident", "asked for footage", "uploaded footage"} <= acts
    query = httpx.QueryParams(crime_reference=reference, limit="500")
    shown = reader.visitor.open_page(f"/console/audit?{query}")
    assert "Uploaded footage" in shown.text


def test_a_refused_look_is_kept_with_its_case(
    stack: RunningStack, case: Asked, reader: Reader
) -> None:
    address = "/console/requests/{request_id}/evidence".format_map(reader.ids)
    with signed_in(stack, "analyst") as analyst:
        assert analyst.send_request("GET", address).status_code == 403
    refused = [
        entry
        for entry in reader.audit.of_case(case.incident_id, limit=1000)
        if entry["actor_name"] == "analyst" and entry["action"] == "was refused"
    ]
    assert [entry["subject"] for entry in refused] == [
        "route.GET /console/requests/{request_id}/evidence"
    ]


def test_an_analyst_sees_answers_and_not_what_owners_wrote(
    stack: RunningStack, case: Asked, reader: Reader
) -> None:
    _, fields = case.somebody.open_page(case.replies[1]).form()
    said = {**fields, "answer": "saved", "note": "By the green gate"}
    assert case.somebody.send_request("POST", case.replies[1], data=said).status_code == 303
    page = f"/console/requests/{case.request_id}"
    recipients = case.api(f"requests/{case.request_id}")["recipients"]
    site = next(one["site_id"] for one in recipients if one["note"])
    with signed_in(stack, "analyst") as analyst:
        token = analyst.bearer()
        for address in (page, f"{page}/recipients/{site}"):
            assert "green gate" in reader.visitor.open_page(address).text
            assert "green gate" not in analyst.open_page(address).text
        answer = analyst.json("GET", f"/api/v1/requests/{case.request_id}", token=token)
    (one,) = (one for one in answer["recipients"] if one["site_id"] == site)
    assert (one["answer"], one["note"]) == ("saved", None)


def test_closing_twice_is_on_record_twice(case: Asked, reader: Reader) -> None:
    """What answers a second click shows the incident again."""
    address = f"/api/v1/incidents/{case.incident_id}/closing"
    for act in ("closed an incident", "looked at an incident"):
        before = len(reader.entries())
        assert (
            reader.visitor.json("POST", address, {"reason": "Solved"}, token=reader.token)["state"]
            == "closed"
        )
        assert [entry["action"] for entry in reader.entries()[before:]] == [act]
