"""What answers prove and the disclosure list, over the API and at the console."""

from __future__ import annotations

import codecs
import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.access.audit import Action, Actor
from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.core.errors import NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.evidence.custody import CustodyAct, CustodyDraft
from chalicelib.evidence.disclosure import COLUMNS
from chalicelib.evidence.model import Evidence
from chalicelib.evidence.model import EvidenceState as FileState
from chalicelib.evidence.store import Changes, custody_draft
from chalicelib.registry.model import Site
from chalicelib.requests.model import RecipientState
from chalicelib.requests.standings import CameraStatus
from chalicelib.web.api.openapi import described_models
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site, settings_of

WEEK = 7 * 24 * 60
FACING = Camera(1, CameraKind.FIXED, "", "", WEEK, True, 221, 90, 40)
"""Towards the incident of tests.support.desk from the sites that it makes, 9 m away."""
AWAY = replace(FACING, bearing=41)
NOTE = "My neighbour Mrs Whitfield saw him"


def wait_for(services: Container, request_id: str, recipients: int) -> None:
    """Until the job that writes them has written them all."""
    until = time.monotonic() + 120
    while len(services.requests.store.recipients(request_id)) < recipients:
        assert time.monotonic() < until, "the request is not written out"
        time.sleep(0.2)


@dataclass
class Case:
    """A request to four sites: one looked, one faces away, one did not say, one is silent."""

    services: Container
    request_id: str
    sites: list[Site]
    window: tuple[datetime, datetime]


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Case:
    services = Container(settings_of(stack), utc_now, Session(stack))
    incident = add_incident(services)
    sites = [add_site(services, [camera])[0] for camera in (FACING, AWAY, Camera(1), FACING)]
    start = utc_now().replace(second=0, microsecond=0) - timedelta(hours=2)
    window = (start, start + timedelta(minutes=30))
    made = services.requests.requests.create_request(
        incident, [site.id for site in sites], "Please look for a red coat.", *window, OFFICER
    )
    wait_for(services, made.request.id, len(sites))
    answers = services.requests.answers
    answers.take_answer(
        made.request.id, sites[0].id, RecipientState.UNAVAILABLE, '=HYPERLINK("http://x")', NOTE
    )
    answers.take_answer(made.request.id, sites[0].id, RecipientState.NOTHING, "", NOTE)
    answers.take_answer(made.request.id, sites[1].id, RecipientState.NOTHING)
    answers.take_answer(
        made.request.id, sites[2].id, RecipientState.UNAVAILABLE, "@SUM(1+1)*cmd|' /C calc'!A0"
    )
    return Case(services, made.request.id, sites, window)


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Visitor]]:
    with signed_in(stack, "investigator") as one, signed_in(stack, "analyst") as other:
        yield {"investigator": one, "analyst": other}


def get(visitor: Visitor, path: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {visitor.bearer()}"}
    return visitor.send_request("GET", f"/api/v1/requests/{path}", headers=headers)


def entries(case: Case, action: Action) -> list[Any]:
    found = case.services.access.audit.of_subject(f"request.{case.request_id}", limit=500)
    return [entry for entry in found if entry["action"] == action.value]


def test_the_api_says_what_is_proven(case: Case, officers: dict[str, Visitor]) -> None:
    answer = get(officers["investigator"], f"{case.request_id}/coverage")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    described_models()["CoverageModel"].model_validate_json(answer.content)
    made = answer.json()
    assert made["summary"] == {
        "sites": 4, "minutes": 30, "checked_minutes": 30, "held_minutes": 0,
        "covered_minutes": 30, "covered_minutes_stated": 30, "gap_minutes": 0,
    }  # fmt: skip
    proven = {
        feature["properties"]["site_id"]: feature["properties"]["scene"][0]["standing"]
        for feature in made["features"]
        if feature["properties"]["layer"] == "site"
    }
    assert [proven[site.id] for site in case.sites] == [
        "checked", "faces_elsewhere", "said_unavailable", "not_answered",
    ]  # fmt: skip
    cells = [one for one in made["features"] if one["properties"]["layer"] == "checked"]
    assert {site for cell in cells for site in cell["properties"]["sites"]} == {
        case.sites[0].id,
        case.sites[1].id,
    }
    assert "Whitfield" not in answer.text


def test_every_look_is_on_record_with_its_officer(case: Case, officers: dict[str, Visitor]) -> None:
    for path, action in (
        ("coverage", Action.VIEWED_COVERAGE),
        ("disclosure", Action.TOOK_DISCLOSURE),
    ):
        before = len(entries(case, action))
        assert get(officers["investigator"], f"{case.request_id}/{path}").status_code == 200
        page = officers["investigator"].send_request(
            "GET", f"/console/requests/{case.request_id}/{path}"
        )
        assert page.status_code == 200
        found = entries(case, action)
        assert len(found) == before + 2
        assert {entry["actor_name"] for entry in found} >= {"investigator"}


def test_the_list_names_nobody_and_runs_nothing(case: Case, officers: dict[str, Visitor]) -> None:
    answer = get(officers["investigator"], f"{case.request_id}/disclosure")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    assert "Whitfield" not in answer.text and "Alex Owner" not in answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == COLUMNS
    by_site = {row["site_id"]: row for row in rows}
    assert by_site.keys() == {site.id for site in case.sites}
    first = by_site[case.sites[0].id]
    assert [said.split(" ")[1] for said in first["answers_in_order"].split("; ")] == [
        "unavailable", "nothing",
    ]  # fmt: skip
    assert first["note_left"] == "yes" and first["uploads"] == "0"
    assert by_site[case.sites[2].id]["reason"].startswith("'@SUM")
    console = officers["investigator"].send_request(
        "GET", f"/console/requests/{case.request_id}/disclosure"
    )
    assert console.text.splitlines()[0] == answer.text.splitlines()[0]
    page = officers["investigator"].open_page(f"/console/requests/{case.request_id}/coverage")
    saved = page.soup.find("a", string="Disclosure list (CSV)")
    assert saved is not None
    marked = officers["investigator"].send_request("GET", str(saved["href"]))
    assert (
        marked.content.removeprefix(codecs.BOM_UTF8).splitlines()[0]
        == (console.content.splitlines()[0])
    )
    assert marked.content.startswith(codecs.BOM_UTF8), "or spreadsheet programs misread it"
    assert console.headers["content-disposition"] == answer.headers["content-disposition"]


def test_who_may_not_see_places_is_refused(case: Case, officers: dict[str, Visitor]) -> None:
    """An analyst works with numbers; here are the places of homes."""
    for path in ("coverage", "disclosure"):
        assert get(officers["analyst"], f"{case.request_id}/{path}").status_code == 403
        page = officers["analyst"].send_request(
            "GET", f"/console/requests/{case.request_id}/{path}"
        )
        assert page.status_code == 403
    whole = f"/console/requests/{case.request_id}"
    shown = officers["analyst"].send_request("GET", whole)
    assert shown.status_code == 200 and "/coverage" not in shown.text
    # Nor how far from the scene each home is, which the others are shown.
    recipients = get(officers["investigator"], case.request_id).json()["recipients"]
    one = f"{whole}/recipients/{recipients[0]['site_id']}"
    for address, words in ((whole, 'class="about"'), (one, "from the scene")):
        assert words in officers["investigator"].send_request("GET", address).text
        assert words not in officers["analyst"].send_request("GET", address).text


def test_what_is_not_there_or_misspelt_is_said(officers: dict[str, Visitor], case: Case) -> None:
    for path in ("coverage", "disclosure"):
        assert get(officers["investigator"], f"{new_id()}/{path}").status_code == 404
        assert get(officers["investigator"], f"{case.request_id}/{path}?x=1").status_code == 422


# with a clock that the test moves


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def prove(desk: Desk, request_id: str) -> list[tuple[CameraStatus, float]]:
    found = desk.services.evidence.coverage_report.coverage(request_id, OFFICER).coverage
    return [
        (one.standing, (one.end - one.start) / timedelta(minutes=1)) for one in found.sites[0].scene
    ]


def test_saying_it_again_after_the_overwriting_takes_nothing_back(desk: Desk) -> None:
    """The first answer stands in the audit record, which is asked for it."""
    request, site, _ = desk.ask([FACING], left=timedelta(hours=1))
    assert prove(desk, request.id) == [(CameraStatus.WAITING, 30)]
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    assert prove(desk, request.id) == [(CameraStatus.CHECKED, 30)]
    desk.now += timedelta(hours=2)
    desk.services.requests.answers.take_answer(
        request.id, site.id, RecipientState.NOTHING, "", "Still nothing"
    )
    assert prove(desk, request.id) == [(CameraStatus.CHECKED, 30)]
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.DECLINED)
    assert prove(desk, request.id) == [(CameraStatus.DECLINED, 30)]
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    assert prove(desk, request.id) == [(CameraStatus.OVERWRITTEN, 30)]


def test_who_is_silent_until_it_is_overwritten_is_lost(desk: Desk) -> None:
    request, *_ = desk.ask([FACING], left=timedelta(hours=1))
    desk.now += timedelta(hours=1, minutes=10)
    assert prove(desk, request.id) == [(CameraStatus.LOST, 10), (CameraStatus.WAITING, 20)]
    desk.now += timedelta(hours=1)
    assert prove(desk, request.id) == [(CameraStatus.LOST, 30)]


def decided(
    state: FileState, actor: Actor
) -> Callable[[Evidence], tuple[Changes, Sequence[CustodyDraft]]]:
    changes: Changes = {"state": state, "sha256": "a" * 64}
    return lambda _: (changes, [custody_draft(actor, CustodyAct.QUARANTINED, state)])


def test_files_count_until_they_are_rejected_and_stand_in_the_list(desk: Desk) -> None:
    request, site, owner = desk.ask([FACING])
    file = Evidence(
        new_id(), request.id, site.id, owner.id, desk.incident.id, FileState.RECEIVING,
        "Mr Smith.mp4", "video/mp4", 9, 9, "", desk.now,
    )  # fmt: skip
    actor = Actor.owner(owner.id)
    store = desk.services.evidence.store
    kept = store.create(file, custody_draft(actor, CustodyAct.CREATED, FileState.RECEIVING))
    desk.services.requests.answers.mark_uploaded(request.id, site.id)
    assert prove(desk, request.id) == [(CameraStatus.HELD, 30)]
    for state in (FileState.QUARANTINED, FileState.REJECTED):
        kept, _ = store.change(kept, decided(state, actor))
    assert prove(desk, request.id) == [(CameraStatus.REJECTED, 30)]
    (row,) = csv.DictReader(
        io.StringIO(desk.services.evidence.coverage_report.disclosure(request.id, OFFICER).csv())
    )
    assert (row["uploads"], row["upload_states"]) == ("1", "rejected")
    assert row["upload_sha256"] == "a" * 64 and row["upload_ids"] == file.id
    assert "Smith" not in str(row)


def test_a_site_that_left_the_register_is_still_in_the_list(desk: Desk) -> None:
    request, site, _ = desk.ask([FACING])
    for item in list(
        desk.services.clients.registry_table.query(f"SITE#{site.id}", consistent=True)
    ):
        desk.services.clients.registry_table.delete(item["PK"], item["SK"])
    assert prove(desk, request.id) == [(CameraStatus.GONE, 30)]
    assert len(desk.services.evidence.coverage_report.disclosure(request.id, OFFICER).rows) == 1
    with pytest.raises(NotFound):
        desk.services.evidence.coverage_report.coverage(new_id(), OFFICER)
