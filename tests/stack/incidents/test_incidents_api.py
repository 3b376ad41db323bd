"""Incidents, the record, the figures and the description, as officers' programs use the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import app
from chalicelib.core.ids import new_id
from chalicelib.web.api.openapi import describe_api
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import SCENE, Officer, circle, incident_body, new_incident


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Officer]:
    """A supervisor: may investigate, and read the record."""
    with signed_in(stack, "supervisor") as visitor:
        yield Officer(visitor)


# incidents


def test_an_incident_is_what_was_sent_and_can_be_found_again(officer: Officer) -> None:
    made = new_incident(officer, crime_reference=" wm / 2026 / 7 ")
    assert made["crime_reference"] == "WM/2026/7"
    assert made["location"] == {"type": "Point", "coordinates": [SCENE[1], SCENE[0]]}
    assert made["state"] == "open"
    assert made["created_by"] == "supervisor"
    shown = officer.send(
        "GET", f"/api/v1/incidents/{made['id']}", "/api/v1/incidents/{incident_id}"
    )
    assert shown.json() == {**made, "searches": []}
    found = officer.send("GET", "/api/v1/incidents?crime_reference=wm/2026/7").json()["incidents"]
    assert made in found
    acts = [entry["action"] for entry in officer.records(subject=f"incident.{made['id']}")]
    assert acts == ["looked at an incident", "recorded an incident"]


def test_the_listing_is_newest_first_and_every_page_leads_to_the_next(officer: Officer) -> None:
    made = [new_incident(officer)["id"] for _ in range(5)]
    seen: list[str] = []
    page = ""
    while True:
        answer = officer.send("GET", f"/api/v1/incidents?limit=2&page={page}").json()
        assert len(answer["incidents"]) <= 2
        seen += [incident["id"] for incident in answer["incidents"]]
        page = answer["next_page"]
        if not page or set(made) <= set(seen):
            break
    assert seen[:5] == made[::-1]
    assert len(seen) == len(set(seen))


def test_the_last_page_leads_nowhere(officer: Officer) -> None:
    new_incident(officer)
    total = len(officer.send("GET", "/api/v1/incidents?limit=200").json()["incidents"])
    answer = officer.send("GET", f"/api/v1/incidents?limit={total}").json()
    assert len(answer["incidents"]) == total
    assert answer["next_page"] is None


def test_a_request_sent_twice_with_a_key_makes_one_incident(officer: Officer) -> None:
    body, key = incident_body(), {"Idempotency-Key": new_id()}
    one = officer.send("POST", "/api/v1/incidents", json=body, headers=key)
    two = officer.send("POST", "/api/v1/incidents", json=body, headers=key)
    assert (one.status_code, two.status_code) == (201, 200)
    assert one.json() == two.json()
    other = officer.send(
        "POST", "/api/v1/incidents", json={**body, "offence": "Theft"}, headers=key
    )
    assert other.json()["id"] != one.json()["id"]
    without = officer.post("/api/v1/incidents", body)
    assert without.json()["id"] != one.json()["id"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("limit=201", "limit"),
        ("page=%40", "page"),
        ("page=AAAA", "page"),
        ("crime_reference=%3Cb%3E", "crime_reference"),
        ("sort=asc", "sort"),
    ],
)
def test_a_listing_that_cannot_be_meant_is_told(officer: Officer, query: str, field: str) -> None:
    answer = officer.send("GET", f"/api/v1/incidents?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"crime_reference": ...}, "crime_reference"),
        ({"crime_reference": "x" * 31}, "crime_reference"),
        ({"crime_reference": "<script>1"}, "crime_reference"),
        ({"offence": "🚓" * 101}, "offence"),
        ({"offence": "a\u0000b"}, "offence"),
        ({"offence": "\u202eelgrub"}, "offence"),
        ({"location": [SCENE[0], SCENE[1]]}, "location"),
        ({"location": {"type": "Point", "coordinates": [500, 500]}}, "location"),
        ({"location": "here"}, "location"),
        ({"occurred_from": "now"}, "occurred_from"),
        ({"occurred_from": "2026-11-20T10:00:00"}, "occurred_from"),
        ({"occurred_to": "2020-01-01T00:00:00Z"}, "occurred_to"),
        ({"public_description": ""}, "public_description"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_each_field_that_is_wrong_is_named(
    officer: Officer, changes: dict[str, Any], field: str
) -> None:
    answer = officer.post("/api/v1/incidents", incident_body(**changes))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_words_of_every_script_come_back_as_they_went_in(officer: Officer) -> None:
    text = "Look for a red coat 🧥\nمعطف أحمر · <b>&amp;'\"</b> · ’–"
    assert new_incident(officer, public_description=text)["public_description"] == text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"offence": "' + b"x" * 600_000 + b'"}', "application/json", 413),
        (b'{"location": [1e999, 52]}', "application/json", 422),
        (b'{"offence": "\\ud800"}', "application/json", 422),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read_is_told(
    officer: Officer, content: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = officer.send("POST", "/api/v1/incidents", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize("wrong", ["0" * 16, "x", "a" * 17, "%3Cb%3E", "..%2F..%2Fetc", "%00"])
def test_an_incident_that_is_not_there_is_told(officer: Officer, wrong: str) -> None:
    shown = officer.send("GET", f"/api/v1/incidents/{wrong}", "/api/v1/incidents/{incident_id}")
    assert shown.status_code == 404
    found = officer.search(wrong, area=circle(100), reason="Way home")
    assert found.status_code == 404


# the record, the figures and the description


def test_the_record_can_be_read_in_pages_by_subject_actor_and_day(officer: Officer) -> None:
    incident = new_incident(officer)["id"]
    for number in range(5):
        officer.search(incident, area=circle(1), reason=f"Look number {number}")
    actor = officer.records(subject=f"incident.{incident}")[0]["actor"]
    day = datetime.now(UTC).date().isoformat()
    for query in ({"subject": f"incident.{incident}"}, {"actor": actor}, {"day": day}, {}):
        seen: list[tuple[str, int]] = []
        page = ""
        while len(seen) < 12:
            parameters = httpx.QueryParams({**query, "limit": "2", "page": page})
            answer = officer.send("GET", f"/api/v1/audit?{parameters}").json()
            seen += [(entry["actor"], entry["sequence"]) for entry in answer["entries"]]
            page = answer["next_page"]
            if not page:
                break
        assert len(seen) == len(set(seen))
        assert len(seen) == (6 if "subject" in query else 12)


def test_reading_the_record_is_on_record(officer: Officer) -> None:
    wanted = f"incident.{new_id()}"
    officer.records(subject=wanted)
    newest = officer.records(subject="audit")
    assert any(entry["details"] == {"wanted": f"subject {wanted}"} for entry in newest)


def test_the_figures_count_what_was_done(officer: Officer) -> None:
    before = officer.send("GET", "/api/v1/statistics").json()["total"]
    incident = new_incident(officer)["id"]
    officer.search(incident, area=circle(1), reason="Way home")
    after = officer.send("GET", "/api/v1/statistics").json()
    assert after["total"]["incidents"] == before["incidents"] + 1
    assert after["total"]["searches"] == before["searches"] + 1
    assert after["days"][0]["day"] == datetime.now(UTC).date().isoformat()


def test_anybody_can_read_the_description(stack: RunningStack) -> None:
    assert app.app.routes  # declares what there is to describe
    today = datetime.now(UTC).date()
    with stack.http() as http:
        answer = http.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() in [
        describe_api(stack.base_url, day) for day in (today, datetime.now(UTC).date())
    ]
