"""Requests in real time: API, queue, workflow, e-mail and reply page, nothing moved or called
by the test. Deadlines are a few minutes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.cameras.model import Camera
from chalicelib.core.times import parse_iso
from chalicelib.registry.model import Owner
from infra.localstack.visitor import PageRefused, Visitor
from tests.running import RunningStack
from tests.stack.real_time import CAMERAS, TWO, Case, at_work


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Iterator[Case]:
    with at_work(stack) as case:
        yield case


PHONE = "+447700900777"


@dataclass
class Clocks:
    """Requests whose deadline is a few minutes away, under way at the same time."""

    plain: tuple[dict[str, Any], Owner]
    lost: tuple[dict[str, Any], Owner]
    withdrawn: tuple[dict[str, Any], Owner]
    two: tuple[dict[str, Any], Owner]
    """Of two cameras, the second keeps it a minute longer."""


@pytest.fixture(scope="module")
def clocks(case: Case) -> Clocks:
    left = timedelta(seconds=150)

    def begin(
        texts_to: str = "", cameras: tuple[Camera, ...] = CAMERAS
    ) -> tuple[dict[str, Any], Owner]:
        site, owner = case.site(texts_to, cameras)
        return case.ask(site, left=left), owner

    made = Clocks(begin(PHONE), begin(), begin(), begin(cameras=TWO))
    for request, _ in (made.plain, made.lost, made.withdrawn, made.two):
        case.wait_state(request, "notified")
    lost = made.lost[0]
    (running,) = case.stack.wait_for(lambda: case.executions(lost, "RUNNING"), "the execution")
    case.stack.client("stepfunctions").stop_execution(executionArn=running["executionArn"])
    case.officer.json(
        "POST",
        f"/api/v1/requests/{made.withdrawn[0]['id']}/withdrawal",
        {"reason": "Arrest made"},
        token=case.token,
    )
    return made


def test_a_deadline_a_minute_away_gets_its_reminders_and_its_end(
    case: Case, clocks: Clocks
) -> None:
    made, owner = clocks.plain
    ended = case.wait_state(made, "expired")
    deadline = parse_iso(ended["deadline"])
    assert ended["reminders_sent"] >= 2 and ended["reminders_planned"] == []
    sent = [parse_iso(moment) for moment in ended["reminded_at"]]
    assert all(moment < deadline for moment in sent)
    gap = (deadline - parse_iso(ended["notified_at"])) / 10
    assert all(after - before >= gap for before, after in pairwise(sent))
    assert parse_iso(ended["ended_at"]) >= deadline
    subjects = case.subjects(owner)
    assert len(subjects) == 2 + len(sent)
    assert subjects[0].startswith("Please check")
    assert subjects[-1].startswith("The footage we asked for")
    # Text messages go beside all of them but the last, which has nothing to hurry for.
    texts = case.stack.texts_to(PHONE)
    assert len(texts) == 1 + len(sent)
    assert "please check" in texts[0] and "last reminder" in texts[-1]
    (done,) = case.stack.wait_for(
        lambda: case.executions(made, "SUCCEEDED"), "the end of the execution"
    )
    assert case.transitions(done) == (11 if len(sent) == 3 else 8)


def test_the_clock_goes_on_with_the_camera_that_still_has_it(case: Case, clocks: Clocks) -> None:
    made, owner = clocks.two
    first = case.recipient(made)
    ended = case.wait_state(made, "expired")
    if first["later_deadlines"]:  # else the first had passed when this test began
        assert first["later_deadlines"] == [ended["deadline"]]
    assert ended["later_deadlines"] == [] and ended["reminders_planned"] == []
    assert parse_iso(ended["ended_at"]) >= parse_iso(ended["deadline"])
    subjects = case.subjects(owner)
    assert len(subjects) == 2 + ended["reminders_sent"]
    (moved,) = [n for n, one in enumerate(subjects) if "may still be on one of your cameras" in one]
    assert 2 <= moved < len(subjects) - 1
    assert [n for n, one in enumerate(subjects) if one.startswith("The footage we asked for")] == [
        len(subjects) - 1
    ]
    case.stack.wait_for(lambda: case.executions(made, "SUCCEEDED"), "the end of the execution")
    assert case.executions(made, "RUNNING") == []


def test_a_lost_execution_is_started_again_and_nothing_is_said_twice(
    case: Case, clocks: Clocks
) -> None:
    made, owner = clocks.lost

    def ended() -> dict[str, Any] | None:
        case.sweep()
        found = case.recipient(made)
        return found if found["state"] == "expired" else None

    done = case.stack.wait_for(ended, "the deadline", 400)
    assert len(case.subjects(owner)) == 2 + done["reminders_sent"]
    assert len(case.executions(made, "ABORTED")) == 1


def test_a_withdrawal_during_the_wait_is_told_once(case: Case, clocks: Clocks) -> None:
    made, owner = clocks.withdrawn
    assert case.recipient(made)["state"] == "withdrawn"
    # Its execution finds that out by itself, and says nothing more.
    (done,) = case.stack.wait_for(
        lambda: case.executions(made, "SUCCEEDED"), "the end of the clock", 300
    )
    assert case.transitions(done) == 4
    case.sweep()
    assert case.subjects(owner)[1:] == ["You no longer need to look for footage"]
    with Visitor(case.stack.base_url) as visitor:
        page = visitor.open_page(case.stack.link_in_mail(owner.email, "/reply/"), ok=False)
        assert page.answer.status_code == 410
        assert "You do not need to do anything" in page.text
    with pytest.raises(PageRefused) as twice:
        case.officer.json(
            "POST",
            f"/api/v1/requests/{made['id']}/withdrawal",
            {"reason": "again"},
            token=case.token,
        )
    assert twice.value.status == 409


def test_one_message_each_whatever_is_pressed_twice(case: Case) -> None:
    pairs = [case.site() for _ in range(12)]
    sites = [site for site, _ in pairs]
    made = case.ask(*sites, *sites[:3], key="form-7")
    assert made["recipients"] == 12
    case.stack.wait_for(
        lambda: case.request(made)["counts"]["notified"] == 12, "all messages to be sent"
    )
    for _, owner in pairs:
        assert len(case.subjects(owner)) == 1
    assert len(case.executions(made, "RUNNING")) == 12


def test_the_same_key_is_the_same_request(case: Case) -> None:
    site, owner = case.site()
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    answers = [
        case.officer.send_request(
            "POST",
            f"/api/v1/incidents/{case.incident_id}/requests",
            headers={"Authorization": f"Bearer {case.token}", "Idempotency-Key": "once-1"},
            json={
                "site_ids": [site.id],
                "message": "Please look.",
                "from": start.isoformat(),
                "to": (start + timedelta(hours=1)).isoformat(),
            },
        )
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    case.wait_state(answers[0].json(), "notified")
    assert len(case.subjects(owner)) == 1


def test_scanners_change_nothing_and_the_owner_answers_on_the_page(case: Case) -> None:
    site, owner = case.site()
    made = case.ask(site)
    case.wait_state(made, "notified")
    reply = case.stack.link_in_mail(owner.email, "/reply/")
    with Visitor(case.stack.base_url) as visitor:
        for method in ("HEAD", "GET", "GET"):
            assert visitor.send_request(method, reply).status_code == 200
        assert case.recipient(made)["state"] == "notified"
        visitor.json("POST", f"{reply}/seen", {"seen": True})
        assert case.recipient(made)["state"] == "viewed"
        page = visitor.open_page(reply)
        for shown in ("red coat", "12 Test Street", owner.phrase, made["reference"], "days"):
            assert shown in page.text
        nothing = visitor.submit(page, {}, ok=False)
        assert nothing.answer.status_code == 422 and "Select your answer" in nothing.text
        long = visitor.submit(page, {"answer": "saved", "note": "x" * 1001}, ok=False)
        assert long.answer.status_code == 422
        assert long.form()[1]["note"] == "x" * 1001 and long.form()[1]["answer"] == "saved"
        saved = visitor.submit(page, {"answer": "saved", "note": "A man at 2:10. 🙂 שלום"})
        assert "Thank you for saving it" in saved.text
        found = case.recipient(made)
        assert (found["state"], found["note"]) == ("saved", "A man at 2:10. 🙂 שלום")
        again = visitor.open_page(reply)
        assert again.form()[1]["answer"] == "saved" and "You can change your answer" in again.text
        visitor.submit(again, {"answer": "unavailable", "reason": "off", "note": ""})
        found = case.recipient(made)
        assert (found["state"], found["answer"], found["reason"]) == (
            "unavailable",
            "unavailable",
            "off",
        )
        assert found["note"] is None
        markup = visitor.submit(page, {"answer": "nothing", "note": "<script>alert(1)</script>"})
        assert "<script>alert" not in visitor.open_page(reply).answer.text
        assert "Thank you for looking" in markup.text
    assert len(case.subjects(owner)) == 1


def test_links_that_are_not_ours_get_a_clear_sentence(case: Case) -> None:
    with case.stack.http() as http:
        for link in ("/reply/" + "x" * 43, "/reply/short", "/reply/" + "%00" * 5):
            answer = http.get(link)
            assert answer.status_code == 404 and "link" in answer.text
        assert http.post("/reply/" + "x" * 43, data={"answer": "saved"}).status_code in (403, 404)
        assert http.post("/reply/" + "x" * 43 + "/seen", json={}).status_code == 404


def test_a_reference_can_be_checked_by_anybody(case: Case) -> None:
    made = case.ask(case.site()[0])
    with Visitor(case.stack.base_url) as visitor:
        typed = made["reference"].lower()
        good = visitor.open_page(f"/check?reference={typed}")
        assert "is the reference of a request" in good.text
        assert "red coat" not in good.text and "Burglary" not in good.text
        assert "There is no request" in visitor.open_page("/check?reference=0000-0000").text
        for wrong in ("abc", "%3Cscript%3E", "x" * 500):
            assert "Enter the reference" in visitor.open_page(f"/check?reference={wrong}").text
        assert "Enter the reference" not in visitor.open_page("/check").text


@pytest.mark.parametrize(
    "change, field",
    [
        ({"site_ids": []}, "site_ids"),
        ({"site_ids": "all"}, "site_ids"),
        ({"site_ids": [1, 2]}, "site_ids"),
        ({"site_ids": ["0" * 16]}, "site_ids"),
        ({"site_ids": ["../../SITE"]}, "site_ids"),
        ({"message": ""}, "message"),
        ({"message": 7}, "message"),
        ({"message": "x" * 1001}, "message"),
        ({"message": "bell \u0007"}, "message"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-11-20T10:00:00"}, "from"),
        ({"from": "2126-11-20T10:00:00Z", "to": "2126-11-20T11:00:00Z"}, "from"),
        ({"to": None}, "to"),
        ({"to": "2020-01-01T00:00:00Z"}, "to"),
        ({"sites": []}, "sites"),
    ],
)
def test_a_request_that_cannot_be_made_says_why(
    case: Case, change: dict[str, Any], field: str
) -> None:
    start = datetime.now(UTC) - timedelta(hours=2)
    body = {
        "site_ids": ["0" * 16] if field == "site_ids" else [case.site()[0].id],
        "message": "Please look.",
        "from": start.isoformat(),
        "to": (start + timedelta(hours=1)).isoformat(),
        **change,
    }
    with pytest.raises(PageRefused) as refused:
        case.officer.json(
            "POST", f"/api/v1/incidents/{case.incident_id}/requests", body, token=case.token
        )
    assert refused.value.status == 422
    assert field in [error["field"] for error in json.loads(refused.value.text)["errors"]]


def test_roles_that_may_not_ask_are_refused(case: Case) -> None:
    made = case.ask(case.site()[0])
    for role, sees in (("analyst", 200), ("auditor", 200), ("administrator", 403)):
        with Visitor(case.stack.base_url) as visitor:
            officer = case.stack.officer(role)
            visitor.sign_in(officer["username"], officer["password"])
            bearer = {"Authorization": f"Bearer {visitor.bearer()}"}
            asked = visitor.send_request(
                "POST",
                f"/api/v1/incidents/{case.incident_id}/requests",
                headers=bearer,
                json={"site_ids": []},
            )
            assert asked.status_code == 403
            seen = visitor.send_request("GET", f"/api/v1/requests/{made['id']}", headers=bearer)
            assert seen.status_code == sees
    with case.stack.http() as http:
        assert http.get(f"/api/v1/requests/{made['id']}").status_code == 401
    for path in ("/api/v1/requests/0000000000000000", "/api/v1/requests/nothing"):
        with pytest.raises(PageRefused) as missing:
            case.officer.json("GET", path, token=case.token)
        assert missing.value.status == 404


def test_a_bounce_as_ses_tells_it_pauses_the_owner(case: Case) -> None:
    site, owner = case.site()
    made = case.ask(site)
    case.wait_state(made, "notified")
    detail = {
        # As in "Examples of event data that Amazon SES publishes" (Developer Guide), shortened.
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
        "mail": {
            "messageId": "x",
            "tags": {
                "ses:configuration-set": [case.services.settings.mail_configuration_set],
                "kind": ["ask"],
                "request": [made["id"]],
                "site": [site.id],
            },
        },
    }
    # Only AWS itself may put events with the source aws.ses, so the function is called with one.
    case.call("MailEvents", "aws.ses", detail)
    assert case.recipient(made)["state"] == "undeliverable"
    paused = case.services.registry.sites.owner(owner.id)
    assert paused and paused.paused_until
    # The link in the message that may have arrived all the same still takes an answer.
    reply = case.stack.link_in_mail(owner.email, "/reply/")
    with Visitor(case.stack.base_url) as visitor:
        visitor.submit(visitor.open_page(reply), {"answer": "nothing"})
    assert case.recipient(made)["state"] == "nothing"


def test_an_officer_is_on_record_and_no_token_is_in_a_log(case: Case) -> None:
    site, owner = case.site()
    made = case.ask(site)
    case.wait_state(made, "notified")
    token = case.stack.link_in_mail(owner.email, "/reply/").rsplit("/", 1)[1]
    with case.stack.http() as http:
        http.get(f"/reply/{token}")
    entries = list(case.services.access.audit.of_subject(f"request.{made['id']}"))
    assert {entry["action"] for entry in entries} >= {"asked for footage", "looked at a request"}
    logs = case.stack.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            assert token not in event["message"] and owner.email not in event["message"]
