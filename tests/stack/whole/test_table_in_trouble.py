"""The running application, whose table is in trouble: it goes through a service that can be made to
hang, to throttle, or to lose its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chalicelib.core.ids import new_id
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.calling import other_settings
from tests.stack.officer_program import Officer, circle, incident_body, new_incident
from tests.stack.residents import audit_of, filled, new_email
from tests.support.faulty_service import Fault, FaultyService


@pytest.fixture(scope="module")
def detour(stack: RunningStack) -> Iterator[FaultyService]:
    """The way of the API's function to its tables, while these tests run."""
    with (
        FaultyService(None, stack.target.endpoint or "") as service,
        other_settings(stack, "APIHandler", AWS_ENDPOINT_URL_DYNAMODB=service.url),
    ):
        yield service


@pytest.fixture(scope="module")
def signed_in(stack: RunningStack, detour: FaultyService) -> Iterator[Officer]:
    """A supervisor whose browser does not repeat what was answered with 503."""
    account = stack.officer("supervisor")
    with Visitor(stack.base_url, httpx.HTTPTransport()) as visitor:
        visitor.sign_in(account["username"], account["password"])
        yield Officer(visitor)


@pytest.fixture
def table(detour: FaultyService) -> Iterator[FaultyService]:
    yield detour
    detour.set_fault(None)


def assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text[:300]
    assert answer.headers["retry-after"] == "60"
    assert "ry again" in answer.text


def test_pages_and_calls_say_that_the_table_is_busy(
    table: FaultyService, signed_in: Officer
) -> None:
    table.set_fault(Fault.THROUGHPUT)
    page = signed_in.visitor.send_request("GET", "/console")
    assert_unavailable(page)
    assert "Sorry, the service is unavailable" in page.text and "<html" in page.text
    assert_unavailable(signed_in.send("GET", "/api/v1/incidents"))
    problem = signed_in.post("/api/v1/incidents", incident_body())
    assert_unavailable(problem)
    assert problem.json()["type"] == "/problems/unavailable"
    assert "We do not know if what you sent was saved" in problem.json()["detail"]


def test_a_table_that_never_answers_holds_a_page_no_longer_than_its_deadline(
    table: FaultyService, signed_in: Officer
) -> None:
    """The gateway's own answer, after 29 seconds, would have neither the words nor the header."""
    table.set_fault(Fault.SILENT)
    page = signed_in.visitor.send_request("GET", "/console")
    assert_unavailable(page)
    assert "Sorry, this" in page.text or "Sorry, the service is unavailable" in page.text
    assert sum(table.tries.values()) <= 4


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.CANCELLED, Fault.BROKEN, Fault.CLOSED])
def test_what_could_not_be_written_can_be_sent_again(
    table: FaultyService, signed_in: Officer, fault: Fault
) -> None:
    body, key = incident_body(), {"Idempotency-Key": new_id()}
    table.set_fault(fault, "TransactWriteItems")
    assert_unavailable(signed_in.send("POST", "/api/v1/incidents", json=body, headers=key))
    table.set_fault(None)
    again = signed_in.send("POST", "/api/v1/incidents", json=body, headers=key)
    assert again.status_code == 201
    assert found(signed_in, body) == [again.json()["id"]]


def test_what_was_written_although_the_answer_was_lost_is_there_once(
    table: FaultyService, signed_in: Officer
) -> None:
    body, key = incident_body(), {"Idempotency-Key": new_id()}
    table.set_fault(Fault.LOST, "TransactWriteItems")
    unsure = signed_in.send("POST", "/api/v1/incidents", json=body, headers=key)
    assert_unavailable(unsure)
    assert "We do not know if what you sent was saved" in unsure.json()["detail"]
    table.set_fault(None)
    again = signed_in.send("POST", "/api/v1/incidents", json=body, headers=key)
    assert again.status_code in (200, 201)
    assert found(signed_in, body) == [again.json()["id"]]


def test_an_incident_that_could_not_be_put_on_record_is_when_it_is_sent_again(
    stack: RunningStack, table: FaultyService, signed_in: Officer
) -> None:
    body, key = incident_body(), {"Idempotency-Key": new_id()}
    table.set_fault(Fault.THROTTLED, "PutItem")
    assert_unavailable(signed_in.send("POST", "/api/v1/incidents", json=body, headers=key))
    table.set_fault(None)
    for _ in range(3):
        again = signed_in.send("POST", "/api/v1/incidents", json=body, headers=key)
    assert audit_of(stack, f"incident.{again.json()['id']}").count("recorded an incident") == 1


def test_a_look_whose_record_was_written_at_the_first_try_is_on_record_once(
    stack: RunningStack, table: FaultyService, signed_in: Officer
) -> None:
    made = new_incident(signed_in)["id"]
    table.set_fault(Fault.LOST, "PutItem", times=1)
    route = "/api/v1/incidents/{incident_id}"
    shown = signed_in.send("GET", f"/api/v1/incidents/{made}", route)
    assert shown.status_code == 200 and table.tries["PutItem"] == 2
    assert audit_of(stack, f"incident.{made}").count("looked at an incident") == 1


def test_a_look_that_cannot_be_put_on_record_shows_nothing(
    stack: RunningStack, table: FaultyService, signed_in: Officer
) -> None:
    made = new_incident(signed_in)["id"]
    table.set_fault(Fault.THROTTLED, "PutItem")
    assert_unavailable(
        signed_in.send("GET", f"/api/v1/incidents/{made}", "/api/v1/incidents/{incident_id}")
    )
    assert_unavailable(
        signed_in.search(made, area=circle(500), reason="Somebody may have seen them.")
    )
    assert "looked at an incident" not in audit_of(stack, f"incident.{made}")


def test_a_resident_who_registers_meanwhile_is_told_and_can_do_it_again(
    stack: RunningStack, area_data: None, table: FaultyService
) -> None:
    email = new_email()
    with Visitor(stack.base_url, httpx.HTTPTransport()) as visitor:
        form = visitor.open_page("/register")
        table.set_fault(Fault.THROTTLED)
        refused: Any = visitor.submit(form, filled(email), action="/register", ok=False)
        assert_unavailable(refused.answer)
        assert "<html" in refused.answer.text
        table.set_fault(None)
        visitor.submit(form, filled(email), action="/register")
    assert stack.link_in_mail(email, "/register/confirm")


def found(officer: Officer, body: dict[str, Any]) -> list[str]:
    """The ids of the incidents that have this body's crime reference."""
    query = httpx.QueryParams({"crime_reference": body["crime_reference"]})
    answer = officer.send("GET", f"/api/v1/incidents?{query}").json()
    return [incident["id"] for incident in answer["incidents"]]
