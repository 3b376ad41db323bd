"""Searches, and whose a camera is, over the API as officers' programs use it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.times import utc_now
from chalicelib.geo.areas import Point
from chalicelib.geo.geodesy import distance
from chalicelib.registry.model import Site
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import SCENE, Officer, circle, new_incident
from tests.support.desk import Session, add_site, settings_of


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Officer]:
    """A supervisor: may investigate, and read the record."""
    with signed_in(stack, "supervisor") as visitor:
        yield Officer(visitor)


@pytest.fixture(scope="module")
def services(stack: RunningStack) -> Container:
    return Container(settings_of(stack), utc_now, Session(stack))


@pytest.fixture(scope="module")
def sites(services: Container) -> list[Site]:
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
        made.append(services.registry.sites.change_site(site, moved))
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


def test_contact_details_are_a_separate_act_on_record(
    officer: Officer, services: Container
) -> None:
    site, owner = add_site(services)
    incident = new_incident(officer)["id"]
    there = {"type": "circle", "centre": [site.longitude_e6 / 1e6, site.latitude_e6 / 1e6]}
    officer.search(incident, area={**there, "radius_m": 2}, reason="Way home")
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
