"""Asking owners through the API, the queue and the functions: who is skipped and why, what a
supervisor may do, and tasks that nobody can do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.core.times import parse_iso
from chalicelib.registry.model import Owner, Site
from chalicelib.web.api.openapi import described_models
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import Session, add_incident, add_site, settings_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUTE = "/api/v1/incidents/{}/requests"


@dataclass
class Program:
    """An officer's program; holds what it is answered against what the API says of itself."""

    visitor: Visitor
    token: str

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.token}", **headers}
        return self.visitor.send_request("POST", path, json=body, headers=bearer)

    def request(self, request_id: str) -> dict[str, Any]:
        found = self.visitor.json("GET", f"/api/v1/requests/{request_id}", token=self.token)
        described_models()["RequestOverviewModel"].model_validate(found)
        return found


@dataclass
class Case:
    stack: RunningStack
    services: Container
    investigator: Program
    supervisor: Program

    def ask(
        self, sites: Sequence[Site], incident: str = "", by: Program | None = None, **more: Any
    ) -> httpx.Response:
        """By default for an incident of its own."""
        incident = incident or add_incident(self.services).id
        who = by or self.investigator
        return who.post(ROUTE.format(incident), body(sites, **more))

    def asked(self, sites: Sequence[Site], **more: Any) -> dict[str, Any]:
        answer = self.ask(sites, **more)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        described_models()["CreatedRequestModel"].model_validate(made)
        return made

    def settled(self, made: dict[str, Any]) -> dict[str, Any]:
        """The request when nobody waits for a first message any more."""

        def look() -> dict[str, Any] | None:
            found = self.investigator.request(made["id"])
            return None if found["counts"]["pending"] else found

        return self.stack.wait_for(look, "every message to go out", 120)


def body(sites: Sequence[Site], **more: Any) -> dict[str, Any]:
    until = datetime.now(UTC).replace(microsecond=0)
    return {
        "site_ids": [site.id for site in sites],
        "message": "Please look for a person in a red coat.",
        "from": (until - 2 * HOUR).isoformat(),
        "to": until.isoformat(),
        **more,
    }


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Iterator[Case]:
    services = Container(settings_of(stack), session=Session(stack))
    with signed_in(stack, "investigator") as one, signed_in(stack, "supervisor") as other:
        yield Case(stack, services, Program(one, one.bearer()), Program(other, other.bearer()))


def site_of(case: Case) -> tuple[Site, Owner]:
    return add_site(case.services)


def test_the_search_the_request_and_the_message_name_one_time(case: Case) -> None:
    """A doorbell that keeps three hours and faces away hurries nobody, and ends no reminders."""
    sees = Camera(1, CameraKind.FIXED, retention_minutes=28 * 24 * 60, bearing=221, angle=100)
    away = Camera(2, CameraKind.DOORBELL, bearing=41, angle=100, range_m=20)
    site, owner = add_site(case.services, (sees, away))
    incident = add_incident(case.services)
    centre = [incident.longitude_e6 / 1e6, incident.latitude_e6 / 1e6]
    area = {"type": "circle", "centre": centre, "radius_m": 100}
    path = f"/api/v1/incidents/{incident.id}/searches"
    found = case.investigator.post(path, {"area": area, "reason": "Beside it", "limit": 500}).json()
    (listed,) = [one for one in found["sites"] if one["id"] == site.id]
    times: dict[str, Any] = {
        "from": incident.occurred_from.isoformat(),
        "to": incident.occurred_to.isoformat(),
    }
    made = case.ask([site], incident.id, **times).json()
    # At once, before the job has written anything, and after it.
    asked = [case.investigator.request(made["id"]), case.settled(made)]
    assert [one["recipients"][0]["deadline"] for one in asked] == [listed["deadline"]] * 2
    assert parse_iso(listed["deadline"]) == incident.occurred_from + 28 * DAY
    (mail,) = case.stack.mails_to(owner.email)
    day = parse_iso(listed["deadline"]).astimezone(ZoneInfo("Europe/London"))
    assert f"{day.day} {day:%B %Y}" in mail["BodyText"]
    assert "probably deleted" not in mail["BodyText"]
    assert len(asked[1]["recipients"][0]["reminders_planned"]) == 3


def test_the_fifth_request_of_a_month_skips_the_owner_and_says_why(case: Case) -> None:
    (often, owner), (other, _) = site_of(case), site_of(case)
    for _ in range(4):
        case.settled(case.asked([often]))
    made = case.asked([often, other])
    assert made["recipients"] == 1
    (passed,) = made["skipped"]
    assert passed["site_id"] == often.id and passed["why"] == "asked_often"
    assert "30 days" in passed["sentence"]
    shown = case.settled(made)
    assert shown["skipped"] == [passed] and shown["counts"]["total"] == 1
    refused = case.ask([often])
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "site_ids"
    assert "Nobody is left to ask" in refused.json()["detail"]
    assert len(case.stack.mails_to(owner.email)) == 4

    page = case.investigator.visitor.open_page(f"/console/requests/{made['id']}")
    assert "Chosen and left out: 1" in page.text and "30 days" in page.text

    reason = "A child is missing since this morning."
    assert case.ask([often], override_reason=reason).status_code == 403
    agreed = case.asked([often], by=case.supervisor, override_reason=reason)
    assert case.settled(agreed)["override_reason"] == reason
    assert len(case.stack.mails_to(owner.email)) == 5
    entries = list(case.services.access.audit.of_subject(f"request.{agreed['id']}"))
    assert entries[-1]["reason"] == reason and '"beyond_limits": 1' in entries[-1]["details"]


def test_a_paused_owner_and_one_asked_already_are_skipped(case: Case) -> None:
    incident = add_incident(case.services).id
    (first, _), (resting, sleeper), (new, _) = (site_of(case) for _ in range(3))
    made = case.asked([first], incident=incident)
    case.services.requests.bounces.record_bounce(
        made["id"], first.id, "none"
    )  # no such recipient changes nothing
    other = case.settled(case.asked([resting]))
    case.services.requests.bounces.record_bounce(other["id"], resting.id, "bounce")
    found = case.asked([first, resting, new], incident=incident)
    assert found["recipients"] == 1
    why = {one["site_id"]: one["why"] for one in found["skipped"]}
    assert why == {first.id: "already_asked", resting.id: "paused"}
    assert len(case.stack.mails_to(sleeper.email)) == 1


def test_looking_first_sends_nothing(case: Case) -> None:
    incident = add_incident(case.services).id
    (one, owner), (two, _) = site_of(case), site_of(case)
    day = body([one, two])
    day["from"] = (datetime.now(UTC) - DAY).isoformat()
    del day["message"]
    path = f"{ROUTE.format(incident)}/check"
    for who, may in ((case.investigator, False), (case.supervisor, True)):
        answer = who.post(path, day)
        assert answer.status_code == 200, answer.text
        described_models()["RequestCheckModel"].model_validate(answer.json())
        assert answer.json() == {
            "recipients": 2,
            "owners": 2,
            "skipped": [],
            "too_long": ["to"],
            "needs_reason": True,
            "may_override": may,
        }
    assert case.investigator.post(path, {**day, "message": "no"}).status_code == 422
    assert case.stack.mails_to(owner.email) == []


def test_a_whole_day_is_too_long_but_for_a_supervisor(case: Case) -> None:
    site, _ = site_of(case)
    long: dict[str, Any] = {"from": (datetime.now(UTC) - DAY).isoformat()}
    refused = case.ask([site], **long)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["to"]
    assert "12 hours" in refused.json()["errors"][0]["message"]
    made = case.asked([site], by=case.supervisor, override_reason="Nobody knows when.", **long)
    assert case.settled(made)["counts"]["notified"] == 1


def test_the_contact_stands_in_the_message_and_in_the_request(case: Case) -> None:
    site, owner = site_of(case)
    made = case.asked([site], contact_name="DS Priya Nair", contact_phone="0121 496 0777")
    shown = case.settled(made)
    assert (shown["contact_name"], shown["contact_phone"]) == ("DS Priya Nair", "0121 496 0777")
    (mail,) = case.stack.mails_to(owner.email)
    for said in (mail["BodyText"], mail["BodyHtml"]):
        assert "DS Priya Nair" in said and "0121 496 0777" in said
        assert made["reference"] in said and f"{case.stack.base_url}/check" in said
        assert owner.phrase in said and case.services.settings.force_phone in said
    wrong = case.ask([site], contact_phone="ring me")
    assert [one["field"] for one in wrong.json()["errors"]] == ["contact_phone"]


def test_the_same_form_sent_at_once_is_one_request(case: Case) -> None:
    site, owner = site_of(case)
    incident, sent = add_incident(case.services).id, body([site])

    def send(key: str) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return case.investigator.post(ROUTE.format(incident), sent, **headers)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, ["form-1"] * 4))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    case.settled(answers[0].json())
    # From another tab, without the key.
    assert send("").status_code == 422
    assert len(case.stack.mails_to(owner.email)) == 1


def test_everybody_is_there_from_the_first_moment_and_hears_once(case: Case) -> None:
    with ThreadPoolExecutor(4) as pool:
        pairs = list(pool.map(lambda _: site_of(case), range(70)))
    made = case.asked([site for site, _ in pairs])
    shown = case.investigator.request(made["id"])
    assert len(shown["recipients"]) == made["recipients"] == 70
    assert all(one["deadline"] for one in shown["recipients"])
    case.investigator.visitor.json(
        "POST",
        f"/api/v1/requests/{made['id']}/withdrawal",
        {"reason": "Arrest made"},
        token=case.investigator.token,
    )

    def over() -> bool:
        whole = case.services.requests.recipient_batches.read_request(made["id"])
        assert whole
        done = all(part.written for part in whole.parts) and len(whole.recipients) == 70
        return done and all(one.next_wake is None for one in whole.recipients)

    case.stack.wait_for(over, "the withdrawal to be told", 120)
    assert case.investigator.request(made["id"])["counts"]["withdrawn"] == 70
    recipients = case.services.requests.store.recipients(made["id"])
    asked = {one.site_id for one in recipients if one.notified_at}
    for site, owner in pairs:
        assert len(case.stack.mails_to(owner.email)) == (2 if site.id in asked else 0)


def test_an_task_that_cannot_be_read_reaches_the_failure_queue_alone(case: Case) -> None:
    site, owner = site_of(case)
    sqs, outputs = case.stack.client("sqs"), case.stack.target.outputs()
    poison = json.dumps({"task": "dance", "request_id": "0" * 16})
    sqs.send_message(QueueUrl=outputs["SendQueueUrl"], MessageBody=poison)
    case.settled(case.asked([site]))
    assert len(case.stack.mails_to(owner.email)) == 1

    def failed() -> list[str]:
        found = sqs.receive_message(QueueUrl=outputs["SendFailuresUrl"], MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    assert case.stack.wait_for(failed, "the task in the failure queue", 120) == [poison]
