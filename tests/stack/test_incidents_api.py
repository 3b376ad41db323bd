"""Incidents, searches and whose a camera is, over the API as officers' programs use it."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

import app
from chalicelib.bootstrap import Services
from chalicelib.geo.areas import Point
from chalicelib.geo.earth import distance
from chalicelib.ids import new_id
from chalicelib.registry.model import Camera, Site
from chalicelib.times import utc_now
from chalicelib.web.api_openapi import OPERATIONS, document, models
from infra.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import Session, add_site, settings_of

# Somewhere in the north of England, where no other test (nor this one, before) registered anybody.
SCENE = (54 + secrets.randbelow(10**6) / 1e6, -2.5 + secrets.randbelow(10**6) / 1e6)


class Officer:
    """An officer's program. Holds every answer against what the API says of itself."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.token = visitor.bearer()

    def send(self, method: str, path: str, route: str = "", **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        answer = self.visitor.send(method, path, headers=headers, **arguments)
        described = OPERATIONS[method, route or path.partition("?")[0]].answers
        if answer.status_code < 400:
            models()[described[answer.status_code]].model_validate_json(answer.content)
        else:
            models()["Problem"].model_validate_json(answer.content)
        return answer

    def post(self, path: str, body: Any, route: str = "") -> httpx.Response:
        return self.send("POST", path, route, json=body)

    def search(self, incident: str, **body: Any) -> httpx.Response:
        route = "/api/v1/incidents/{incident_id}/searches"
        return self.post(route.replace("{incident_id}", incident), body, route)

    def contact(self, incident: str, **body: Any) -> httpx.Response:
        route = "/api/v1/incidents/{incident_id}/contacts"
        return self.post(route.replace("{incident_id}", incident), body, route)

    def records(self, **query: str) -> list[dict[str, Any]]:
        answer = self.send("GET", f"/api/v1/audit?{httpx.QueryParams(query)}")
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Officer]:
    """A supervisor: may investigate, and read the record."""
    with signed_in(stack, "supervisor") as visitor:
        yield Officer(visitor)


def incident_body(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    body = {
        "crime_reference": f"20/{new_id()[:6]}/26",
        "offence": "Burglary",
        "location": {"type": "Point", "coordinates": [SCENE[1], SCENE[0]]},
        "occurred_from": (now - timedelta(hours=2)).isoformat(),
        "occurred_to": (now - timedelta(hours=1)).isoformat(),
        "public_description": "A shop was broken into.",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def new_incident(officer: Officer, **changes: Any) -> dict[str, Any]:
    answer = officer.post("/api/v1/incidents", incident_body(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def circle(radius: float, centre: tuple[float, float] = SCENE) -> dict[str, Any]:
    return {"type": "circle", "centre": [centre[1], centre[0]], "radius_m": radius}


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


# searches


@pytest.fixture(scope="module")
def services(stack: RunningStack) -> Services:
    return Services(settings_of(stack), utc_now, Session(stack))


@pytest.fixture(scope="module")
def sites(services: Services) -> list[Site]:
    """Sixty sites around the scene, each where a die put it."""
    dice = random.Random(20)  # noqa: S311 (places, no secrets)
    made = []
    for number in range(60):
        site, _ = add_site(services, [Camera(1, retention_minutes=dice.choice([120, 600, 9000]))])
        moved = replace(
            site,
            latitude_e6=round(SCENE[0] * 1e6) + dice.randint(-4000, 4000),
            longitude_e6=round(SCENE[1] * 1e6) + dice.randint(-6500, 6500),
            address_line_1=f"{number} Unheard Of Street",
        )
        made.append(services.sites.change_site(site, moved))
    return made


def within(sites: list[Site], radius: float) -> set[str]:
    scene = Point(*SCENE)
    places = {site.id: Point(site.latitude_e6 / 1e6, site.longitude_e6 / 1e6) for site in sites}
    return {site_id for site_id, place in places.items() if distance(scene, place) <= radius}


@pytest.mark.parametrize("radius", [1, 60, 150, 300.5, 500, 1000])
def test_a_search_gives_exactly_the_sites_in_the_circle(
    officer: Officer, sites: list[Site], radius: float
) -> None:
    answer = officer.search(new_incident(officer)["id"], area=circle(radius), reason="Way home")
    found = answer.json()
    assert {site["id"] for site in found["sites"]} == within(sites, radius)
    assert found["total"] == len(found["sites"])
    assert found["truncated"] is False


def test_nothing_found_tells_who_or_where_exactly_anybody_is(
    officer: Officer, sites: list[Site]
) -> None:
    answer = officer.search(new_incident(officer)["id"], area=circle(500), reason="Way home")
    assert answer.json()["total"]
    for word in ("Alex Owner", "example.test", "Unheard Of", "B1 1AY", "owner_id"):
        assert word not in answer.text


def test_a_limit_lists_fewer_and_says_so(officer: Officer, sites: list[Site]) -> None:
    incident = new_incident(officer)["id"]
    found = officer.search(incident, area=circle(1000), reason="Way home", limit=3).json()
    assert len(found["sites"]) == 3
    assert found["total"] == len(within(sites, 1000))
    assert found["truncated"] is True


def test_filters_keep_what_was_asked_for(officer: Officer, sites: list[Site]) -> None:
    incident = new_incident(officer)["id"]
    every = officer.search(incident, area=circle(1000), reason="Way home").json()["sites"]
    states = {site["state"] for site in every}
    assert len(states) > 1
    for state in states:
        wanted = {"states": [state]}
        found = officer.search(incident, area=circle(1000), reason="Way home", filters=wanted)
        expected = [site["id"] for site in every if site["state"] == state]
        assert [site["id"] for site in found.json()["sites"]] == expected
        assert found.json()["total"] == len(expected)
    none = officer.search(
        incident, area=circle(1000), reason="Way home", filters={"kinds": ["business"]}
    )
    assert none.json()["total"] == 0


def test_a_search_is_on_record_with_its_reason_and_kept_with_its_counts(
    officer: Officer, sites: list[Site]
) -> None:
    incident = new_incident(officer)["id"]
    area, reason = circle(500), "The way from the back door, 🚪 / باب"
    found = officer.search(incident, area=area, reason=reason).json()
    entry = officer.records(subject=f"incident.{incident}")[0]
    assert entry["action"] == "searched for cameras"
    assert entry["reason"] == reason
    assert entry["details"]["search"] == found["search_id"]
    assert json.loads(entry["details"]["area"]) == area
    assert entry["details"]["total"] == found["total"]
    path = f"/api/v1/incidents/{incident}"
    kept = officer.send("GET", path, "/api/v1/incidents/{incident_id}").json()["searches"]
    assert kept[0]["search_id"] == found["search_id"]
    assert kept[0]["total"] == found["total"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"area": circle(300)}, "reason"),
        ({"area": circle(300), "reason": " "}, "reason"),
        ({"area": circle(300), "reason": "x" * 501}, "reason"),
        ({"area": circle(0), "reason": "Way home"}, "area.radius_m"),
        ({"area": circle(10**9), "reason": "Way home"}, "area.radius_m"),
        ({"area": circle(300, (152.4, -1.9)), "reason": "Way home"}, "area.centre"),
        ({"area": circle(300, (-1.9, 52.4)), "reason": "Way home"}, "area"),
        ({"reason": "Way home"}, "area"),
        ({"area": {"type": "star"}, "reason": "Way home"}, "area.type"),
        ({"area": circle(300), "reason": "Way home", "limit": 0}, "limit"),
        ({"area": circle(300), "reason": "Way home", "filters": {"x": 1}}, "filters.x"),
    ],
)
def test_a_search_that_cannot_be_meant_is_told_and_not_kept(
    officer: Officer, body: dict[str, Any], field: str
) -> None:
    incident = new_incident(officer)["id"]
    answer = officer.search(incident, **body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert len(officer.records(subject=f"incident.{incident}")) == 1


# whose a camera is


def test_contact_details_are_a_separate_act_on_record(officer: Officer, services: Services) -> None:
    site, owner = add_site(services)
    incident = new_incident(officer)["id"]
    refused = officer.contact(incident, site_id=site.id)
    assert refused.status_code == 422
    assert not officer.records(subject=f"site.{site.id}")
    shown = officer.contact(incident, site_id=site.id, reason="The mail came back").json()
    assert shown == {
        "site_id": site.id,
        "name": owner.name,
        "email": owner.email,
        "phone": None,
        "address": ["12 Test Street", "Birmingham", "B1 1AY"],
    }
    entry = officer.records(subject=f"site.{site.id}")[0]
    assert entry["action"] == "saw an owner's contact details"
    assert entry["reason"] == "The mail came back"
    assert entry["details"] == {"incident": incident}


@pytest.mark.parametrize(
    ("site_id", "status"), [("", 422), ("x", 422), (5, 422), (["a"], 422), ("0" * 16, 404)]
)
def test_contact_details_of_nobody_are_told(officer: Officer, site_id: Any, status: int) -> None:
    incident = new_incident(officer)["id"]
    assert officer.contact(incident, site_id=site_id, reason="Way home").status_code == status


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
    with stack.http() as http:
        answer = http.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document(stack.base_url)
