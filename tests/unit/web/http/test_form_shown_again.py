"""A form that a failing service could not take is shown again as it was typed."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice import Response

from chalicelib.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from chalicelib.web.http import csrf, routing
from chalicelib.web.http.declarations import Audience
from chalicelib.web.http.forms import FORM_BYTES, SHOWN_AGAIN_BYTES, SubmittedForm
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Route, RouteKind

LETTER = SubmittedForm({"message": ["Please look."]})


def shown(call: RequestContext, error: DomainError) -> Response:
    """Stands for a page with the form."""
    said = f"{error.sentence} {call.form.typed('message')}"
    return Response(body=said, status_code=error.status)


def route(again: Any) -> Route:
    return Route("POST", "/x", Audience.LINK, RouteKind.FORM, None, "", again=again)


def call(form: SubmittedForm) -> RequestContext:
    none: Any = None
    return RequestContext(
        none, "POST", "/x", "/x", {}, {}, {}, b"", datetime(2026, 11, 20, tzinfo=UTC), form=form
    )


@pytest.mark.parametrize("error", [Unavailable("Busy."), TooMany("Busy."), DomainError("Busy.")])
def test_it_is_shown_with_what_was_typed(error: DomainError) -> None:
    answer = routing._again(error, "resident", route(shown), call(LETTER))
    assert answer and answer.status_code == error.status
    assert answer.body == "Busy. Please look."


@pytest.mark.parametrize("error", [NotFound("No."), Forbidden("No."), Conflict("No.")])
def test_what_the_sender_may_not_do_or_find_has_its_own_page(error: DomainError) -> None:
    assert routing._again(error, "resident", route(shown), call(LETTER)) is None


def test_without_a_form_to_show_there_is_the_page_of_the_error() -> None:
    busy = Unavailable("Busy.")
    assert routing._again(busy, "resident", route(None), call(LETTER)) is None
    assert routing._again(busy, "resident", route(shown), call(SubmittedForm({}))) is None
    assert routing._again(busy, "resident", route(shown), None) is None


def test_a_page_that_fails_as_well_gives_way_to_the_page_of_the_error() -> None:
    def broken(_: RequestContext, __: DomainError) -> Response:
        raise RuntimeError("the table is gone")

    assert routing._again(Unavailable("Busy."), "resident", route(broken), call(LETTER)) is None


BASE_URL = "https://sightline.example"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def sent(letter: str, token: str, origin: str = BASE_URL) -> RequestContext:
    own: Any = SimpleNamespace(
        clients=SimpleNamespace(key=b"key"), settings=SimpleNamespace(base_url=BASE_URL)
    )
    body = urlencode({"message": letter, csrf.FIELD: token}).encode()
    told = {"content-type": "application/x-www-form-urlencoded", "origin": origin}
    return RequestContext(own, "POST", "/x", "/x", {}, {}, told, body, NOW)


def answered(call: RequestContext) -> Response | None:
    with pytest.raises(TooLarge) as refused:
        routing._parsed_form(call, route(shown))
    return routing._again(refused.value, "resident", route(shown), call)


@pytest.fixture
def page_of_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(error: DomainError, *_: object) -> Response:
        return Response(body=error.sentence, status_code=error.status)

    monkeypatch.setattr(routing, "_problem", told)


def test_what_is_too_long_is_shown_again_to_be_shortened() -> None:
    letter = "Please look. " * 6000
    answer = answered(sent(letter, csrf.make_csrf_token(b"key", "", NOW)))
    assert answer and answer.status_code == 413
    assert answer.body == f"What you entered is too long. Shorten it. {letter}"


@pytest.mark.usefixtures("page_of_the_error")
def test_what_no_page_can_show_again_has_the_page_of_the_error() -> None:
    letter = "x" * (SHOWN_AGAIN_BYTES + 1)
    answer = answered(sent(letter, csrf.make_csrf_token(b"key", "", NOW)))
    assert answer and answer.status_code == 413 and "xxx" not in answer.body


def test_what_another_site_sends_is_not_shown() -> None:
    assert answered(sent("x" * FORM_BYTES, "made up")) is None
    with pytest.raises(Forbidden):
        routing._parsed_form(sent("x", "", "https://other.example"), route(shown))
