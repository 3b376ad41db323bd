"""When Cognito does not answer, officers go on for the rest of the minute. Then nobody is let in,
in words and in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from chalicelib.access.presence.account_checks import ASKED_AGAIN_AFTER, TRUSTED_FOR
from chalicelib.core.times import iso_micros
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.access.conftest import Newcomer
from tests.stack.calling import other_settings
from tests.stack.residents import registry
from tests.support.faulty_service import Fault, FaultyService


@pytest.fixture
def directory(stack: RunningStack) -> Iterator[FaultyService]:
    """The way of the API's function to Cognito."""
    with FaultyService(None, stack.target.endpoint or "") as service:
        way = {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": service.url}
        with other_settings(stack, "APIHandler", **way):
            yield service


def checked(newcomer: Newcomer, ago: timedelta) -> None:
    old = iso_micros(datetime.now(UTC) - ago)
    registry(newcomer.stack).update(
        f"OFFICER#{newcomer.sub}", "ACCOUNT", assign={"checked_at": old}
    )


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.TOO_MANY, Fault.CLOSED])
def test_nobody_is_let_in_once_the_minute_is_over(
    directory: FaultyService, newcomer: Newcomer, fault: Fault
) -> None:
    newcomer.join("investigator")
    # A browser that does not repeat what was answered with 503.
    with Visitor(newcomer.stack.base_url, httpx.HTTPTransport()) as visitor:
        visitor.sign_in(newcomer.username, newcomer.password)
        bearer = {"Authorization": f"Bearer {visitor.bearer()}"}

        def answers() -> list[httpx.Response]:
            return [
                visitor.send_request("GET", "/console"),
                visitor.send_request("GET", "/api/v1/incidents", headers=bearer),
            ]

        directory.set_fault(fault)
        checked(newcomer, ASKED_AGAIN_AFTER - timedelta(seconds=20))
        assert [one.status_code for one in answers()] == [200, 200]
        assert not directory.tries, "what was said lately need not be asked again"
        checked(newcomer, TRUSTED_FOR)
        begin = time.monotonic()
        page, call = answers()
        assert time.monotonic() - begin < 2 * 25
        for answer in (page, call):
            assert answer.status_code == 503 and answer.headers["retry-after"] == "60"
            assert "The sign-in service does not answer." in answer.text
        assert "<h1" in page.text and call.json()["type"] == "/problems/unavailable"
        assert directory.tries["AdminGetUser"]
        directory.set_fault(None)
        assert [one.status_code for one in answers()] == [200, 200]
