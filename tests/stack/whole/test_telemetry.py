"""What functions leave behind of a request: log lines with one id, figures, and traces, all read
where they arrive. That none of it names anybody is looked for in test_planted_markers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.container import Container
from chalicelib.requests.model import RecipientState
from chalicelib.telemetry.metrics import Metric
from chalicelib.telemetry.traces import ANNOTATIONS
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import Asked, asked
from tests.stack.calling import call_function, event_of, invoke
from tests.stack.left_behind import Daemon, Logs
from tests.support.desk import Desk, Session, settings_of

FILE_NAME = "Frontage at Zebedee Lane.mp4"
CLIP = b"\x00\x00\x00\x20ftypisom" + os.urandom(50_000)


@dataclass
class Story:
    """A request, from two registrations to the officer's digest."""

    world: Asked
    logs: Logs
    daemon: Daemon
    evidence_id: str


@pytest.fixture(scope="module")
def story(stack: RunningStack) -> Iterator[Story]:
    """Two people register, an officer searches and asks them, a clock rings, a message comes back,
    one saves it (and says so twice), one sends a file, the officer is told."""
    daemon = Daemon(stack)
    try:
        logs = Logs(stack)
        with asked(stack) as world:
            ring(world)
            bounce(world)
            saved, sent = world.replies
            for note in ("", "It is on a stick."):
                page = world.somebody.open_page(saved)
                world.somebody.submit(page, {"answer": "saved", "note": note})
            evidence_id = world.somebody.upload(sent, FILE_NAME, CLIP)["evidence_id"]
            world.decided(evidence_id)
            wanted = {"fan_out", "start_reminders", "news"}
            stack.wait_for(
                lambda: tasks(logs, world) >= wanted, "the task that tells the officer", 180
            )
            yield Story(world, logs, daemon, evidence_id)
    finally:
        daemon.close()


def tasks(logs: Logs, world: Asked) -> set[str]:
    return {line["task"] for _, line in logs.of(world.request_id) if "task" in line}


def ring(world: Asked) -> None:
    """Wakes a recipient with what the state machine holds for it; its own time is days away."""
    states = world.stack.client("stepfunctions")

    def look() -> list[dict[str, Any]]:
        pages = states.get_paginator("list_executions").paginate(
            stateMachineArn=world.stack.described["state_machine_arn"]
        )
        found = [one for page in pages for one in page["executions"]]
        return [one for one in found if one["name"].startswith(world.request_id)]

    execution = world.stack.wait_for(look, "an execution")[0]
    held = states.describe_execution(executionArn=execution["executionArn"])["input"]
    assert json.loads(held)["correlation_id"] == world.request_id
    call_function(world.stack, "Remind", json.loads(held))


def bounce(world: Asked) -> None:
    """A mailbox is full. Only AWS may put such events, so the function is called with one."""
    tags = {"correlation": [world.request_id], "request": [world.request_id]}
    address = {"emailAddress": world.emails[0], "status": "4.2.2"}
    detail = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Transient", "bouncedRecipients": [address]},
        "mail": {"destination": [world.emails[0]], "tags": tags},
    }
    call_function(world.stack, "MailEvents", event_of("Email Bounced", "aws.ses", detail))


def test_one_query_follows_a_request_through_every_function(story: Story) -> None:
    found = story.logs.of(story.world.request_id)
    assert {name for name, _ in found} >= {
        "APIHandler", "Deliver", "Remind", "ReceiveUpload", "MailEvents",
    }  # fmt: skip
    routes = {f"{line['method']} {line['route']}" for _, line in found if "route" in line}
    assert routes >= {
        "POST /api/v1/incidents/{incident_id}/requests",
        "GET /api/v1/requests/{request_id}/evidence",
        "POST /reply/{token}",
        "POST /reply/{token}/uploads/{upload_id}/complete",
    }


def test_every_line_carries_an_id_and_lambdas_context(story: Story) -> None:
    for name, lines in story.logs.lines().items():
        for line in lines:
            assert line["correlation_id"], (name, line)
            assert "_aws" in line or line["function_request_id"], (name, line)


def test_no_line_about_the_request_carries_another_id(story: Story) -> None:
    ids = {story.world.request_id, story.evidence_id}
    for name, lines in story.logs.lines().items():
        calls: dict[str, set[str]] = {}
        for line in lines:
            if ids & set(map(str, line.values())):
                assert line["correlation_id"] == story.world.request_id, (name, line)
            if "task" not in line and "message_id" not in line and "_aws" not in line:
                calls.setdefault(line["function_request_id"], set()).add(line["correlation_id"])
        assert all(len(of_call) == 1 for of_call in calls.values()), name


def test_nobody_outside_chooses_the_id(stack: RunningStack) -> None:
    logs, chosen = Logs(stack), "0123456789abcdef"
    names = ("X-Correlation-Id", "X-Request-Id", "x-amzn-RequestId", "x-amz-request-id")
    with Visitor(stack.base_url) as visitor:
        answer = visitor.send_request("GET", "/privacy", headers=dict.fromkeys(names, chosen))
        assert answer.status_code == 200
    line = stack.wait_for(
        lambda: [one for one in logs.lines()["APIHandler"] if one.get("route") == "/privacy"],
        "the line",
    )[0]
    assert line["correlation_id"] == line["function_request_id"] != chosen


def test_figures_say_what_was_done_once_each(story: Story) -> None:
    about = story.logs.measured(story.world.request_id)
    minutes = about.pop("MinutesLeftAtAnswer")
    # At the same place there may be people of other tests.
    own = Container(settings_of(story.world.stack), session=Session(story.world.stack))
    recipients = own.requests.store.recipients(story.world.request_id)
    owners = {one.owner_id for one in recipients if one.notified_at}
    assert sum(about.pop("OwnersAsked")) == len(owners) >= 2
    assert about == {
        "RequestsSent": [1],
        "AnswersSaved": [1],
        "AnswersUploaded": [1],
        "FootageSaved": [1, 1],
        "UploadBytes": [len(CLIP)],
    }
    assert len(minutes) == 2 and all(60 < one < 60 * 24 * 365 for one in minutes)
    whole = story.logs.measured()
    assert whole["RegistrationsConfirmed"] == [1, 1]
    assert whole["Searches"] == [1]


class Kept:
    """Counts for a test."""

    def __init__(self) -> None:
        self.values: dict[Metric, list[float]] = {}

    def add(self, metric: Metric, value: float = 1) -> None:
        self.values.setdefault(metric, []).append(value)


def test_what_is_done_again_is_not_counted_again(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept()
    monkeypatch.setattr("chalicelib.clients.counts", lambda: kept)
    desk = Desk(stack)
    request, site, _ = desk.ask(left=timedelta(hours=2))
    desk.fan_out(request)
    assert kept.values == {Metric.REQUESTS_SENT: [1], Metric.OWNERS_ASKED: [1]}
    kept.values.clear()
    desk.now += timedelta(hours=3)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: desk.wake(request, site), range(3)))
    assert desk.recipient(request, site).state is RecipientState.EXPIRED
    assert kept.values == {Metric.FOOTAGE_LOST: [1]}
    kept.values.clear()
    for answer in (RecipientState.NOTHING, RecipientState.NOTHING, RecipientState.SAVED):
        desk.services.requests.answers.take_answer(request.id, site.id, answer)
    assert kept.values == {
        Metric.ANSWERS_NOTHING: [1],
        Metric.ANSWERS_SAVED: [1],
        Metric.FOOTAGE_SAVED: [1],
        Metric.MINUTES_LEFT_AT_ANSWER: [0],
    }


def test_figures_are_by_service_and_stage_alone(story: Story) -> None:
    seen = 0
    for lines in story.logs.lines().values():
        for line in lines:
            if "_aws" in line:
                seen += 1
                (group,) = line["_aws"]["CloudWatchMetrics"]
                assert group["Namespace"] == "Sightline"
                assert [sorted(one) for one in group["Dimensions"]] == [["service", "stage"]]
                assert (line["service"], line["stage"]) == ("sightline", "local")
    assert seen >= 10


def test_traces_show_every_service_by_route_outcome_and_cold_start(story: Story) -> None:
    documents = story.daemon.documents()
    operations = {(one["name"], one["aws"]["operation"]) for one in documents if "aws" in one}
    assert operations >= {
        ("dynamodb", "Query"),
        ("dynamodb", "TransactWriteItems"),
        ("s3", "CreateMultipartUpload"),
        ("s3", "GetObject"),
        ("email", "SendBulkEmail"),
        ("states", "StartExecution"),
        ("sqs", "SendMessageBatch"),
        ("secretsmanager", "GetSecretValue"),
    }
    said = [one["annotations"] for one in documents if "annotations" in one]
    assert {(one.get("Route"), one["Outcome"]) for one in said} >= {
        ("POST /api/v1/incidents/{incident_id}/requests", "2xx"),
        ("POST /reply/{token}", "3xx"),
        (None, "done"),
    }
    assert {one["ColdStart"] for one in said} == {True, False}
    assert all(set(one) <= ANNOTATIONS for one in said)


def test_what_nobody_foresaw_is_counted_and_not_repeated(stack: RunningStack) -> None:
    logs = Logs(stack)
    answer = invoke(stack, "Remind", {"request_id": "pat.zebedee@example.test"})
    assert answer["FunctionError"]
    failed = "ValidationError"

    def look() -> list[dict[str, Any]]:
        return [one for one in logs.lines()["Remind"] if one.get("exception_name") == failed]

    (line,) = stack.wait_for(look, "the line")
    assert line["level"] == "ERROR"
    assert line["correlation_id"] == line["function_request_id"]
    assert logs.measured(line["correlation_id"]) == {"UnexpectedErrors": [1]}
    assert not [text for text in logs.texts()["Remind"] if "zebedee" in text]
