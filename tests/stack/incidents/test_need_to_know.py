"""Incidents are seen by their team and unit; to all others they look as if they were not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from chalicelib.core.ids import new_id
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import Officer, new_incident

INCIDENT = "/api/v1/incidents/{incident_id}"


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Officer]]:
    """Two investigators of one unit, one of another, and an auditor of the first."""
    names = ("investigator", "investigator2", "investigator3", "auditor")
    with ExitStack() as signed:
        yield {name: Officer(signed.enter_context(signed_in(stack, name))) for name in names}


def listed(officer: Officer, **query: str) -> list[str]:
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    answer = officer.send("GET", f"/api/v1/incidents?limit=200{asked}")
    return [one["id"] for one in answer.json()["incidents"]]


def test_a_unit_sees_its_incidents_and_no_other_unit_does(officers: dict[str, Officer]) -> None:
    made = new_incident(officers["investigator"])
    for name, sees in (("investigator", True), ("investigator2", True), ("investigator3", False)):
        officer = officers[name]
        answer = officer.send("GET", f"/api/v1/incidents/{made['id']}", INCIDENT)
        assert answer.status_code == (200 if sees else 404)
        assert (made["id"] in listed(officer)) == sees
        assert (made["id"] in listed(officer, crime_reference=made["crime_reference"])) == sees
        page = officer.visitor.send_request("GET", "/console")
        assert (made["id"] in page.text) == sees


def test_what_one_does_not_see_looks_like_what_is_not_there(officers: dict[str, Officer]) -> None:
    made, stranger = new_incident(officers["investigator"]), officers["investigator3"]
    answers = [
        stranger.send("GET", f"/api/v1/incidents/{one}", INCIDENT).json()
        for one in (made["id"], new_id())
    ]
    assert answers[0] == answers[1]
    (refused,) = [
        entry
        for entry in officers["auditor"].records(subject=f"incident.{made['id']}")
        if entry["action"] == "was refused"
    ]
    assert (refused["actor_name"], refused["reason"]) == ("investigator3", "need to know")
