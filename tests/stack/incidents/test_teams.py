"""Teams of incidents, supervisors who enter them, and the map that a unit gives: through the API
and the pages, as officers use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import Officer, new_incident

CASE = "/api/v1/incidents/{incident_id}"
TEAM = f"{CASE}/team"
NAMES = ("investigator", "investigator2", "investigator3", "supervisor", "auditor", "analyst")


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Officer]]:
    with ExitStack() as signed:
        yield {name: Officer(signed.enter_context(signed_in(stack, name))) for name in NAMES}


def of(made: dict[str, Any], route: str) -> str:
    return route.replace("{incident_id}", made["id"])


def put_team(officer: Officer, made: dict[str, Any], *names: str, **said: Any) -> httpx.Response:
    body = {"officers": list(names), "units": [], "restricted": False, **said}
    return officer.send("PUT", of(made, TEAM), TEAM, json=body)


def sees(officer: Officer, made: dict[str, Any]) -> bool:
    answer = officer.send("GET", of(made, CASE), CASE)
    assert answer.status_code in (200, 404)
    listed = officer.send("GET", "/api/v1/incidents?limit=200").json()["incidents"]
    found = made["id"] in {one["id"] for one in listed}
    assert found == (answer.status_code == 200)
    return found


def who_sees(officers: dict[str, Officer], made: dict[str, Any]) -> list[str]:
    return [name for name in NAMES if sees(officers[name], made)]


def mails(stack: RunningStack, name: str) -> list[str]:
    return [mail["Subject"] for mail in stack.mails_to(f"{name}@example.test")]


def test_a_team_is_shared_handed_over_and_left(
    stack: RunningStack, officers: dict[str, Officer]
) -> None:
    lane, shah = officers["investigator"], officers["investigator3"]
    made = new_incident(lane, restricted=True)
    assert made["restricted"] and made["officer_in_charge"] == "investigator"
    assert who_sees(officers, made) == ["investigator"]
    shared = put_team(lane, made, "investigator3", restricted=True)
    assert shared.status_code == 200 and shared.json()["officers"] == ["investigator3"]
    assert who_sees(officers, made) == ["investigator", "investigator3"]
    assert put_team(shah, made, restricted=True).status_code == 403
    for _ in range(2):
        answer = put_team(lane, made, officer_in_charge="investigator3", restricted=True)
        assert answer.json() == {
            "officer_in_charge": "investigator3",
            "officers": ["investigator"],
            "unit": "Birmingham CID",
            "units": [],
            "restricted": True,
            "changes": 2,
        }
    left = lane.send("POST", of(made, f"{CASE}/leaving"), f"{CASE}/leaving")
    assert left.json()["officers"] == []
    assert who_sees(officers, made) == ["investigator3"]
    stack.wait_for(
        lambda: {"You were added to an incident", "You are in charge of an incident",
                 "An officer left an incident of yours"} <= set(mails(stack, "investigator3")),
        "mails to the new officer in charge",
    )  # fmt: skip
    acts = [one["action"] for one in officers["auditor"].records(subject=f"incident.{made['id']}")]
    assert acts.count("changed who works on an incident") == 2
    assert acts.count("left an incident") == 1


def test_names_that_cannot_be_used_are_told(officers: dict[str, Officer]) -> None:
    lane = officers["investigator"]
    made = new_incident(lane)
    answer = put_team(lane, made, "nobody", units=["No such unit"])
    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert "Nobody signs in as “nobody”" in told["officers"]
    assert "Birmingham CID" in told["units"]
    stale = put_team(lane, made, "investigator3", changes=4)
    assert stale.status_code == 409 and "In charge now: investigator" in stale.json()["detail"]


def test_a_supervisor_enters_an_incident_for_a_day(
    stack: RunningStack, officers: dict[str, Officer]
) -> None:
    supervisor, route = officers["supervisor"], f"{CASE}/access"
    made = new_incident(officers["investigator3"])
    assert made["unit"] == "Coventry CID" and not sees(supervisor, made)
    body = {"reason": "An owner has rung about it"}
    assert (
        officers["investigator"].send("POST", of(made, route), route, json=body).status_code == 403
    )
    assert supervisor.send("POST", of(made, route), route, json={"reason": ""}).status_code == 422
    assert not sees(supervisor, made)
    answer = supervisor.send("POST", of(made, route), route, json=body)
    assert answer.json()["incident_id"] == made["id"] and answer.json()["until"]
    assert sees(supervisor, made)
    page = supervisor.visitor.send_request("GET", f"/console/incidents/{made['id']}")
    assert "You entered this incident" in page.text
    team = officers["investigator3"].visitor.send_request(
        "GET", f"/console/incidents/{made['id']}/team"
    )
    assert "An owner has rung about it" in team.text
    stack.wait_for(
        lambda: "A supervisor entered an incident of yours" in mails(stack, "investigator3"),
        "a mail to the officer in charge",
    )
    (entered,) = [
        one
        for one in officers["auditor"].records(subject=f"incident.{made['id']}")
        if one["action"] == "entered an incident"
    ]
    assert entered["reason"] == "An owner has rung about it"


def form(visitor: Visitor, path: str, action: str, **fields: str) -> httpx.Response:
    """Fill in the form of a page that posts to `action`, and send it; no redirect is followed."""
    sent = {**visitor.open_page(path).form(action)[1], **fields}
    return visitor.send_request("POST", action, data=sent)


def test_the_console_does_the_same(officers: dict[str, Officer]) -> None:
    lane, supervisor = officers["investigator"].visitor, officers["supervisor"].visitor
    made = new_incident(officers["investigator"], restricted=True)
    team = f"/console/incidents/{made['id']}/team"
    answer = form(lane, team, team, officers="investigator3, investigator2")
    assert answer.status_code == 303 and answer.headers["location"] == f"{team}?done=yes"
    assert "investigator3, investigator2" in lane.send_request("GET", team).text
    answer = form(lane, team, team, officers="nobody at all")
    assert answer.status_code == 422 and "Nobody signs in as" in answer.text
    assert "nobody at all" in answer.text
    shah = officers["investigator3"].visitor
    left = form(shah, team, f"/console/incidents/{made['id']}/leaving")
    assert left.status_code == 303 and left.headers["location"] == "/console"
    reference = made["crime_reference"]
    before = supervisor.send_request("GET", f"/console?q={reference}")
    assert made["id"] not in before.text
    enter = form(
        supervisor, "/console/enter", "/console/enter", wanted=reference, reason="An owner has rung"
    )
    assert enter.headers["location"] == f"/console/incidents/{made['id']}"
    none = form(
        supervisor, "/console/enter", "/console/enter", wanted="20/0/00", reason="A guess of mine"
    )
    assert none.status_code == 422 and "There is no incident" in none.text
    assert (
        officers["investigator2"].visitor.send_request("GET", "/console/enter").status_code == 403
    )


def test_the_map_is_for_those_to_whom_their_unit_gave_it(officers: dict[str, Officer]) -> None:
    byrne, supervisor = officers["investigator2"], officers["supervisor"].visitor
    query = "/api/v1/map?bbox=-1.95,52.4,-1.8,52.5&zoom=10"
    refused = byrne.send("GET", query)
    assert refused.status_code == 403
    assert "A supervisor of Birmingham CID can let you" in refused.json()["detail"]
    assert 'href="/console/map"' not in byrne.visitor.send_request("GET", "/console").text
    unit = supervisor.send_request("GET", "/console/unit").text
    assert "investigator2" in unit and "investigator3" not in unit
    officer_id = byrne_id(unit)
    chosen = f"/console/unit?officer={officer_id}"
    assert form(supervisor, chosen, "/console/unit", reason="").status_code == 422
    given = form(supervisor, chosen, "/console/unit", reason="Plans the new cameras")
    assert given.headers["location"] == "/console/unit?done=yes"
    assert byrne.send("GET", query).status_code == 200
    assert 'href="/console/map"' in byrne.visitor.send_request("GET", "/console").text
    (entry,) = [
        one
        for one in officers["auditor"].records(subject=f"officer.{officer_id}")
        if one["action"] == "let an officer do more"
    ]
    assert entry["reason"] == "Plans the new cameras"
    form(supervisor, chosen, "/console/unit", reason="Works elsewhere now")
    assert byrne.send("GET", query).status_code == 403


def byrne_id(page: str) -> str:
    """The id of investigator2 on the page of their unit."""
    row = page[page.index("<td>investigator2</td>") :]
    return row.partition("officer=")[2].partition('"')[0]
