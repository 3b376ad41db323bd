"""What the answers to all requests of an incident prove together, with its disclosure list:
services against the emulator, and the routes for those who may."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.access.audit import Action, Actor
from chalicelib.container import Container
from chalicelib.core.errors import NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.local_times import wall_clock
from chalicelib.core.times import utc_now
from chalicelib.evidence.custody import CustodyAct
from chalicelib.evidence.model import Evidence, EvidenceKind
from chalicelib.evidence.model import EvidenceState as FileState
from chalicelib.evidence.store import custody_draft
from chalicelib.registry.model import Site
from chalicelib.requests.model import (
    CameraAnswer,
    FootageRequest,
    FootageWindow,
    Recipient,
    RecipientState,
)
from chalicelib.requests.recorder_clock import CheckMethod
from chalicelib.requests.standings import CameraStatus
from chalicelib.web.api.openapi import described_models
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.requests.test_coverage import AWAY, FACING, wait_for
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site, settings_of

MINUTE = timedelta(minutes=1)
LONDON = "Europe/London"


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def ask(desk: Desk, window: FootageWindow, *sites: Site) -> FootageRequest:
    made = desk.services.requests.requests.create_request(
        desk.incident,
        [site.id for site in sites],
        "Please look.",
        window.start,
        window.end,
        OFFICER,
    )
    desk.fan_out(made.request)
    return made.request


def recipient(desk: Desk, request: FootageRequest, site: Site) -> Recipient:
    found = desk.services.requests.store.recipient(request.id, site.id)
    assert found
    return found


def occurred(desk: Desk) -> FootageWindow:
    return FootageWindow(desk.incident.occurred_from, desk.incident.occurred_to)


def test_all_requests_of_an_incident_count_together(desk: Desk) -> None:
    """The first half from one request, the second from another; the hour between is nobody's."""
    whole = occurred(desk)
    half = whole.start + 30 * MINUTE
    one, two = (add_site(desk.services, [FACING])[0] for _ in range(2))
    first = ask(desk, FootageWindow(whole.start, half), one)
    desk.now += MINUTE
    second = ask(desk, FootageWindow(half, whole.end), two)
    evening = FootageWindow(whole.end + 10 * MINUTE, whole.end + 20 * MINUTE)
    desk.now += MINUTE
    ask(desk, evening, two)
    answers = desk.services.requests.answers
    answers.take_answer(first.id, one.id, RecipientState.NOTHING)
    proof = desk.services.evidence.coverage_report.of_incident(desk.incident.id, OFFICER)
    assert [request.id for request in proof.requests][:2] == [first.id, second.id]
    assert proof.coverage.covered_minutes == 30
    answers.take_answer(second.id, two.id, RecipientState.SAVED)
    found = desk.services.evidence.coverage_report.of_incident(desk.incident.id, OFFICER).coverage
    assert found.spans == (whole, evening) and found.minutes == 70
    assert (found.checked_minutes, found.held_minutes) == (30, 30)
    assert [(gap.start, gap.end) for gap in found.gaps] == [(evening.start, evening.end)]
    assert len(found.sites) == 2, "a site that was asked twice is one site"


def test_a_camera_that_was_off_proves_nothing_beside_one_that_was_looked_at(desk: Desk) -> None:
    site, _ = add_site(desk.services, [AWAY, replace(FACING, number=2)])
    request = ask(desk, occurred(desk), site)
    both = (
        CameraAnswer(1, RecipientState.NOTHING),
        CameraAnswer(2, RecipientState.UNAVAILABLE, "off"),
    )
    desk.services.requests.answers.take_answer(
        request.id, site.id, RecipientState.NOTHING, cameras=both
    )
    (only,) = desk.services.evidence.coverage_report.of_incident(
        desk.incident.id, OFFICER
    ).coverage.sites
    assert only.standings == {CameraStatus.SAID_OFF}
    desk.now += MINUTE
    both = (CameraAnswer(1, RecipientState.NOTHING), CameraAnswer(2, RecipientState.NOTHING))
    desk.services.requests.answers.take_answer(
        request.id, site.id, RecipientState.NOTHING, cameras=both
    )
    (only,) = desk.services.evidence.coverage_report.of_incident(
        desk.incident.id, OFFICER
    ).coverage.sites
    assert only.standings == {CameraStatus.CHECKED}
    times = {
        camera: [said.at for said in only.asked.said if said.of_camera(camera) == "nothing"]
        for camera in (1, 2)
    }
    assert len(times[1]) == 2 and len(times[2]) == 1, "the first camera was looked at before"


def test_a_slow_recorder_showed_other_minutes_until_its_clock_was_checked(desk: Desk) -> None:
    site, _ = add_site(desk.services, [FACING])
    request = ask(desk, occurred(desk), site)
    own = desk.services
    own.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    assert prove(desk) == [(CameraStatus.CHECKED, 60)]
    desk.now += 10 * MINUTE
    shown = wall_clock(desk.now, LONDON) - 12 * MINUTE
    own.evidence.footage_times.by_owner(
        recipient(desk, request, site), shown, desk.now, CheckMethod.TYPED
    )
    assert prove(desk) == [(CameraStatus.CLOCK, 12), (CameraStatus.CHECKED, 48)]
    desk.now += 10 * MINUTE
    own.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    assert prove(desk) == [(CameraStatus.CHECKED, 60)], "looked again, where the page said"


def prove(desk: Desk) -> list[tuple[CameraStatus, float]]:
    (only,) = desk.services.evidence.coverage_report.of_incident(
        desk.incident.id, OFFICER
    ).coverage.sites
    return [(one.standing, (one.end - one.start) / MINUTE) for one in only.scene]


def test_a_picture_of_a_clock_is_no_footage(desk: Desk) -> None:
    site, owner = add_site(desk.services, [FACING])
    request = ask(desk, occurred(desk), site)
    desk.services.requests.answers.take_answer(request.id, site.id, RecipientState.NOTHING)
    actor = Actor.owner(owner.id)
    picture = Evidence(
        new_id(), request.id, site.id, owner.id, desk.incident.id, FileState.RECEIVING,
        "clock.jpg", "image/jpeg", 9, 9, "", desk.now, kind=EvidenceKind.CLOCK,
    )  # fmt: skip
    desk.services.evidence.store.create(
        picture, custody_draft(actor, CustodyAct.CREATED, FileState.RECEIVING)
    )
    assert prove(desk) == [(CameraStatus.CHECKED, 60)]
    listed = desk.services.evidence.coverage_report.disclosure_of_incident(
        desk.incident.id, OFFICER
    )
    (row,) = csv.DictReader(io.StringIO(listed.csv()))
    assert row["uploads"] == "0"


def test_who_was_chosen_and_not_asked_is_in_the_list_of_the_incident(desk: Desk) -> None:
    whole = occurred(desk)
    one, two = (add_site(desk.services, [FACING])[0] for _ in range(2))
    first = ask(desk, whole, one)
    desk.now += MINUTE
    second = ask(desk, whole, one, two)
    made = desk.services.evidence.coverage_report.disclosure_of_incident(desk.incident.id, OFFICER)
    rows = list(csv.DictReader(io.StringIO(made.csv())))
    assert [(row["request_id"], row["site_id"], row["not_asked_because"]) for row in rows] == [
        (first.id, one.id, ""),
        (second.id, two.id, ""),
        (second.id, one.id, "already_asked"),
    ]
    assert made.file_name == f"disclosure-incident-{desk.incident.id}.csv"


def test_each_look_at_an_incident_is_on_record_before_it_is_given(desk: Desk) -> None:
    proofs, subject = desk.services.evidence.coverage_report, f"incident.{desk.incident.id}"
    found = proofs.of_incident(desk.incident.id, OFFICER).coverage
    assert found.sites == () and [gap.minutes for gap in found.gaps] == [60]
    assert proofs.disclosure_of_incident(desk.incident.id, OFFICER).rows == ()
    taken = [entry["action"] for entry in desk.services.access.audit.of_subject(subject, limit=10)]
    assert taken[:2] == [Action.TOOK_DISCLOSURE.value, Action.VIEWED_COVERAGE.value]
    for look in (proofs.of_incident, proofs.disclosure_of_incident):
        with pytest.raises(NotFound):
            look(new_id(), OFFICER)


# over the wire


@pytest.fixture(scope="module")
def incident_id(stack: RunningStack) -> str:
    """An incident with two requests, each answered by one site."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    incident = add_incident(services)
    for state in (RecipientState.NOTHING, RecipientState.SAVED):
        site, _ = add_site(services, [FACING])
        window = (incident.occurred_from, incident.occurred_to)
        made = services.requests.requests.create_request(
            incident, [site.id], "Look.", *window, OFFICER
        )
        wait_for(services, made.request.id, 1)
        services.requests.answers.take_answer(made.request.id, site.id, state)
    return incident.id


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Visitor]]:
    with signed_in(stack, "investigator") as one, signed_in(stack, "analyst") as other:
        yield {"investigator": one, "analyst": other}


def test_the_api_and_the_console_say_the_same(
    incident_id: str, officers: dict[str, Visitor]
) -> None:
    officer = officers["investigator"]
    bearer = {"Authorization": f"Bearer {officer.bearer()}"}
    answer = officer.send_request(
        "GET", f"/api/v1/incidents/{incident_id}/coverage", headers=bearer
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/geo+json"
    described_models()["IncidentCoverage"].model_validate_json(answer.content)
    made = answer.json()
    assert len(made["requests"]) == 2 and made["incident"]["id"] == incident_id
    assert made["summary"]["checked_minutes"] == made["summary"]["held_minutes"] == 60
    page = officer.open_page(f"/console/incidents/{incident_id}/coverage")
    assert "All 2 requests" in page.text and "60 minutes" in page.text
    assert "What the replies show" in officer.open_page(f"/console/incidents/{incident_id}").text
    for path in (f"/api/v1/incidents/{incident_id}", f"/console/incidents/{incident_id}"):
        listed = officer.send_request("GET", f"{path}/disclosure", headers=bearer)
        rows = list(csv.DictReader(io.StringIO(listed.text)))
        assert sorted(row["answer"] for row in rows) == ["nothing", "saved"]
        assert listed.headers["content-disposition"].endswith(f'-incident-{incident_id}.csv"')


def test_who_may_not_see_places_is_refused(incident_id: str, officers: dict[str, Visitor]) -> None:
    analyst = officers["analyst"]
    bearer = {"Authorization": f"Bearer {analyst.bearer()}"}
    for path in ("coverage", "disclosure"):
        for where in ("/api/v1", "/console"):
            address = f"{where}/incidents/{incident_id}/{path}"
            assert analyst.send_request("GET", address, headers=bearer).status_code == 403
    shown = analyst.send_request("GET", f"/console/incidents/{incident_id}")
    assert "/coverage" not in shown.text
    officer = officers["investigator"]
    known = {"Authorization": f"Bearer {officer.bearer()}"}
    for path in ("coverage", "disclosure"):
        wrong = officer.send_request("GET", f"/api/v1/incidents/{new_id()}/{path}", headers=known)
        assert wrong.status_code == 404
