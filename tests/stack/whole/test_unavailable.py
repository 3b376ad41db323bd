"""When AWS hangs, throttles or is gone, every page and API call says so in time, with 503 and
Retry-After. The application runs here, through real clients and sockets, against a service in
trouble in place of the emulator."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest

from app import app
from chalicelib.clients import TRIES
from chalicelib.container import services
from chalicelib.core.ids import new_id, new_token
from chalicelib.core.settings import OPTIONAL, Settings
from chalicelib.telemetry.logs import SERVICE
from chalicelib.telemetry.metrics import Metric
from chalicelib.web.http import routing
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind
from tests.support.faulty_service import Fault, FaultyService

ENVIRONMENT = {one.name.upper(): "x" for one in fields(Settings) if one.name not in OPTIONAL} | {
    "BASE_URL": "https://sightline.example",
    "EVIDENCE_ORIGIN": "https://x.s3.example",
    "TIME_ZONE": "Europe/London",
    "STATE_MACHINE_ARN": "arn:aws:states:eu-west-2:000000000000:stateMachine:x",
    "DIRECT_CALLS": "allowed",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-2",
}
TOKEN = new_token()


class Context:
    """What Lambda gives a function."""

    aws_request_id = "call-1"
    function_name = "APIHandler"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn"

    def __init__(self, seconds: float = 29) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    services.cache_clear()
    yield
    services.cache_clear()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


@pytest.fixture
def in_trouble(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyService]:
    with FaultyService(fault) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
        monkeypatch.setenv("SIGN_IN_URL", service.url)
        if fault in (Fault.SILENT, Fault.HALF):
            monkeypatch.setenv("ANSWER_SECONDS", "0.1")
        yield service


def call(route: Route, body: str = "", **more: Any) -> dict[str, Any]:
    """Send what API Gateway would send."""
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    claims = {
        "sub": new_id(), "aud": "x", "token_use": "id", "cognito:username": "pc.lane",
        "cognito:groups": "investigator,supervisor,auditor,administrator",
    }  # fmt: skip
    kind = "application/json"
    if route.kind is RouteKind.FORM:
        kind = "application/x-www-form-urlencoded"
    sent = {
        "Content-Type": kind,
        "Cookie": f"__Host-owner={TOKEN}; __Host-officer={TOKEN}",
        "Idempotency-Key": new_id(),
    }
    context: dict[str, Any] = {
        "resourcePath": route.path,
        "httpMethod": route.method,
        "path": route.path,
    }
    if route.audience is Audience.API:
        context |= {"authorizer": {"claims": claims}}
    answer: dict[str, Any] = app(
        {
            "requestContext": {**context, **more},
            "httpMethod": route.method,
            "path": route.path,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "multiValueQueryStringParameters": None,
            "pathParameters": {n: TOKEN if n == "token" else new_id() for n in names},
            "stageVariables": None,
            "body": body,
            "isBase64Encoded": False,
        },
        Context(),
    )
    return answer


def sent_headers(answer: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in answer["headers"].items()}


def route_of(method: str, path: str) -> Route:
    return next(one for one in DECLARED if (one.method, one.path) == (method, path))


def assert_unavailable(answer: Mapping[str, Any], route: Route) -> None:
    """The answer is 503, in the words of a page or of a problem, and says when to try again."""
    said = sent_headers(answer)
    assert answer["statusCode"] == 503, answer["body"][:300]
    assert said["retry-after"] == "60" and said["cache-control"] == "no-store"
    if route.kind is RouteKind.JSON:
        problem = json.loads(answer["body"])
        assert (problem["type"], problem["status"]) == ("/problems/unavailable", 503)
        sentence = problem["detail"]
    else:
        assert "<h1" in answer["body"] and "Sorry, " in answer["body"]
        sentence = answer["body"]
    assert "ry again in a minute" in sentence
    assert ("what you sent was saved" in sentence) == (route.method != "GET")


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


ASKING = [route for route in DECLARED if route.path != "/time"]
"""Every page and call but the only one that asks nobody."""
SOME = [
    route_of("GET", "/account"),
    route_of("POST", "/register"),
    route_of("GET", "/console"),
    route_of("GET", "/reply/{token}"),
    route_of("GET", "/api/v1/incidents"),
    route_of("POST", "/api/v1/incidents"),
    route_of("POST", "/reply/{token}/uploads"),
]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.THROTTLED])
@pytest.mark.parametrize("route", ASKING, ids=name)
def test_every_page_and_call_says_that_it_is_unavailable(
    route: Route, in_trouble: FaultyService, no_pauses: list[float]
) -> None:
    assert_unavailable(call(route, "{}"), route)


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.LOST, Fault.CANCELLED}))
@pytest.mark.parametrize("route", SOME, ids=name)
def test_whatever_is_wrong_with_aws(
    route: Route, in_trouble: FaultyService, no_pauses: list[float]
) -> None:
    assert_unavailable(call(route, "{}"), route)


@pytest.mark.parametrize("fault", [Fault.SILENT])
def test_a_page_that_waited_too_long_at_the_gateway_asks_nobody(in_trouble: FaultyService) -> None:
    route = route_of("GET", "/account")
    took = (time.time() - 26) * 1000
    answer = call(route, requestTimeEpoch=took)
    assert_unavailable(answer, route)
    assert "this is taking too long" in answer["body"]
    assert not in_trouble.tries


@pytest.mark.parametrize("fault", [Fault.BROKEN])
@pytest.mark.parametrize("ago", [-3600, 3600])
def test_clocks_that_differ_take_no_time_from_a_page(
    in_trouble: FaultyService, no_pauses: list[float], ago: float
) -> None:
    call(route_of("GET", "/account"), requestTimeEpoch=(time.time() - ago) * 1000)
    assert in_trouble.tries["GetItem"] == TRIES


@pytest.mark.parametrize("fault", [Fault.THROTTLED])
def test_it_is_counted_and_logged_without_anybody_s_data(
    in_trouble: FaultyService, no_pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Metric] = []
    lines: list[logging.LogRecord] = []
    noting = logging.Handler()
    monkeypatch.setattr(noting, "emit", lines.append)
    monkeypatch.setattr(routing, "counts", lambda: SimpleNamespace(add=counted.append))
    logging.getLogger(SERVICE).addHandler(noting)
    call(route_of("GET", "/reply/{token}"))
    logging.getLogger(SERVICE).removeHandler(noting)
    assert counted == [Metric.ANSWERED_UNAVAILABLE]
    refused = next(vars(line) for line in lines if line.getMessage() == "no answer")
    assert (refused["levelname"], refused["code"]) == ("WARNING", "ThrottlingException")
    assert refused["event"] == "dynamodb.GetItem"
    assert not [line for line in lines if TOKEN in str(vars(line))]


@pytest.mark.parametrize("fault", [Fault.LIMIT])
def test_a_missing_permission_is_a_fault_of_ours(
    in_trouble: FaultyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the error page itself would need what may not be read."""
    monkeypatch.setattr(in_trouble, "fault", "AccessDeniedException")
    answer = call(route_of("GET", "/register"))
    assert answer["statusCode"] == 500 and "Sorry, there is a problem" in answer["body"]
    assert "Retry-After" not in answer["headers"]
