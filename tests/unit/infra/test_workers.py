"""How the suite is divided among workers, and what its summary counts."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
import pytest

from infra.localstack.patience import PAUSES, PatientTransport, gave_up
from infra.paths import ROOT
from tests.summary import how_many_ran
from tests.workers import LONGEST


def test_files_that_are_handed_out_first_are_there() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []


def test_a_test_whose_stack_was_left_wrong_counts_once() -> None:
    def report(nodeid: str, when: str) -> SimpleNamespace:
        return SimpleNamespace(nodeid=nodeid, when=when)

    ran = {
        "passed": [report("tests/stack/test_a.py::test_b", "call")],
        "failed": [report("tests/unit/test_a.py::test_b", "call")],
        "error": [report("tests/stack/test_a.py::test_b", "teardown"), report("gw0", "collect")],
    }
    assert how_many_ran(ran) == "1 unit · 1 stack"


BUSY = httpx.Response(504), httpx.Response(503), httpx.Response(502, text="Task timed out after 29")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of a gateway that answers twice that it is too busy."""
    seen: list[str] = []

    def handle(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(504 if len(seen) <= 2 else 200)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr("infra.localstack.patience.time.sleep", lambda _: None)
    monkeypatch.setattr(
        "infra.localstack.patience.logger.disabled", True
    )  # the summary tells of real ones
    return seen


@pytest.mark.parametrize(
    ("method", "path", "headers", "times"),
    [
        ("GET", "/console", {}, 3),
        ("POST", "/api/v1/incidents", {"Idempotency-Key": "a"}, 3),
        ("POST", "/api/v1/incidents", {}, 1),
        ("POST", "/api/v1/incidents", {"Idempotency-Key": ""}, 1),
        ("GET", "/console/callback?code=once&state=x", {}, 1),
    ],
)
def test_only_what_may_be_repeated_is_asked_again(
    asked: list[str], method: str, path: str, headers: dict[str, str], times: int
) -> None:
    with httpx.Client(base_url="http://busy.test", transport=PatientTransport()) as client:
        answer = client.request(method, path, headers=headers)
    assert len(asked) == times <= len(PAUSES)
    assert answer.status_code == (200 if times == 3 else 504)


@pytest.mark.parametrize("answer", BUSY, ids=["504", "503", "502"])
def test_a_busy_function_is_told_from_a_broken_one(answer: httpx.Response) -> None:
    assert gave_up(answer)
    assert not gave_up(httpx.Response(502, text="Internal server error"))
    assert not gave_up(httpx.Response(500, text="Task timed out"))
