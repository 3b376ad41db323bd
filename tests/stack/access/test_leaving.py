"""An officer who was disabled, moved to another role, removed or signed out is out within a minute,
on every route of the console and with a Bearer token that was given before."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

import app
from chalicelib.access.permissions import Role
from chalicelib.access.sessions import OFFICER_IDLE
from chalicelib.core.ids import new_id, token_hash
from chalicelib.core.times import iso_seconds
from chalicelib.web.http.headers import OFFICER_COOKIE
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind
from infra.commands import end_sessions
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.access.conftest import Newcomer
from tests.stack.asking import signed_in
from tests.stack.residents import registry

assert app.app.routes  # declares the routes

OFFICERS = [route for route in DECLARED if route.audience in (Audience.API, Audience.CONSOLE)]
CHANGES = ["disabled", "removed", "without a role"]


@contextmanager
def a_session(newcomer: Newcomer) -> Iterator[tuple[Visitor, str]]:
    """The newcomer's browser, signed in, and a Bearer token that it was given."""
    with newcomer.stack.visitor() as visitor:
        visitor.submit(visitor.open_page("/console"), newcomer.names)
        yield visitor, visitor.bearer()


def send(visitor: Visitor, route: Route, token: str) -> httpx.Response:
    address = re.sub(r"{\w+}", lambda _: new_id(), route.path)
    bearer = {"Authorization": f"Bearer {token}"} if route.audience is Audience.API else {}
    body: dict[str, Any] = {}
    if route.method == "POST":
        body = {"data": {"a": "b"}} if route.kind is RouteKind.FORM else {"json": {}}
    return visitor.send_request(route.method, address, headers=bearer, **body)


def is_out(visitor: Visitor, token: str) -> bool:
    """Whether neither the cookie nor the Bearer token opens anything."""
    page = visitor.send_request("GET", "/console")
    call = send(visitor, next(r for r in OFFICERS if r.path == "/api/v1/incidents"), token)
    outs = {page.status_code == 303, call.status_code == 401}
    assert len(outs) == 1, "one is out and the other not"
    return outs.pop()


def change(newcomer: Newcomer, what: str) -> None:
    if what == "disabled":
        newcomer.directory("admin_disable_user")
    elif what == "removed":
        newcomer.directory("admin_delete_user")
    else:
        newcomer.leave("supervisor")


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_left_is_out_of_every_route(newcomer: Newcomer, what: str) -> None:
    newcomer.join("supervisor")
    with a_session(newcomer) as (visitor, token):
        assert not is_out(visitor, token)
        change(newcomer, what)
        newcomer.wait_a_minute()
        for route in OFFICERS:
            answer = send(visitor, route, token)
            if route.kind is RouteKind.JSON:
                assert answer.status_code == 401, (route, answer.text)
                assert answer.json()["detail"].startswith("Your session has ended.")
            else:
                assert answer.status_code == 303, (route, answer.text)
                assert answer.headers["location"].startswith("/console/sign-in")


def test_a_disabled_account_that_is_enabled_again_signs_in_again(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (visitor, token):
        assert not is_out(visitor, token)
        newcomer.directory("admin_disable_user")
        newcomer.wait_a_minute()
        assert is_out(visitor, token)
        newcomer.directory("admin_enable_user")
        newcomer.wait_a_minute()
        assert is_out(visitor, token)
        with a_session(newcomer) as (again, fresh):
            assert not is_out(again, fresh)
            assert is_out(visitor, token)


def test_an_officer_with_another_role_has_its_rights_at_once(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (visitor, token):
        assert visitor.send_request("GET", "/console/incidents/new").status_code == 200
        newcomer.leave("investigator")
        newcomer.join("analyst")
        newcomer.wait_a_minute()
        assert visitor.send_request("GET", "/console/incidents/new").status_code == 403
        bearer = {"Authorization": f"Bearer {token}"}
        body = {"site_id": new_id(), "reason": "Whose camera is this?"}
        at = f"/api/v1/incidents/{new_id()}/contacts"
        refused = visitor.send_request("POST", at, headers=bearer, json=body)
        assert refused.status_code == 403 and "see an owner" in refused.json()["detail"]
        newcomer.join("supervisor")
        newcomer.wait_a_minute()
        assert visitor.send_request("GET", "/console/audit").status_code == 200
        assert visitor.json("GET", "/api/v1/audit", token=token)


def test_who_signs_in_after_a_change_need_not_wait(newcomer: Newcomer) -> None:
    newcomer.join("analyst")
    with a_session(newcomer) as (visitor, _):
        assert visitor.send_request("GET", "/console/incidents/new").status_code == 403
        newcomer.join("investigator")
        with a_session(newcomer) as (again, token):
            assert again.send_request("GET", "/console/incidents/new").status_code == 200
            assert again.json("GET", "/api/v1/incidents", token=token)


def test_signing_out_ends_the_bearer_tokens_of_that_session_alone(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (desk, of_desk), a_session(newcomer) as (phone, of_phone):
        kept = desk.cookie(OFFICER_COOKIE)
        desk.submit(desk.open_page("/console"), {}, action="/console/sign-out")
        desk.set_cookie(OFFICER_COOKIE, kept)
        assert is_out(desk, of_desk) and not is_out(phone, of_phone)


def test_an_officer_ends_one_session_of_the_list(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (desk, of_desk), a_session(newcomer) as (phone, of_phone):
        listed = desk.open_page("/console/sessions")
        assert listed.text.count("This session") == 1
        assert listed.text.count("another program") >= 2
        assert desk.cookie(OFFICER_COOKIE) not in listed.text
        assert token_hash(desk.cookie(OFFICER_COOKIE)) not in listed.text
        after = desk.submit(listed, {}, action="/console/sessions/end")
        assert "That session has ended" in after.text
        assert is_out(phone, of_phone) and not is_out(desk, of_desk)
        again = desk.submit(listed, {}, action="/console/sessions/end", ok=False)
        assert again.answer.status_code == 404
    assert of_officer(newcomer)[0]["action"] == "ended a session"


def test_an_officer_ends_no_session_of_another(stack: RunningStack, newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (visitor, token), signed_in(stack, "supervisor") as other:
        partition = f"OFFICER#{newcomer.sub}"
        (listed,) = registry(stack).query(partition, prefix="SIGN-IN#")
        wanted = {"session": str(listed["SK"]).removeprefix("SIGN-IN#")}
        _, form = other.open_page("/console/sessions").form("/console/sessions/end-all")
        refused = other.send_request("POST", "/console/sessions/end", data={**form, **wanted})
        assert refused.status_code == 404
        assert not is_out(visitor, token)


def test_signing_out_everywhere_ends_every_session_and_token(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (desk, of_desk), a_session(newcomer) as (phone, of_phone):
        kept = desk.cookie(OFFICER_COOKIE)
        page = desk.open_page("/console/sessions")
        end = desk.submit(page, {}, action="/console/sessions/end-all")
        assert end.url.endswith("/console/signed-out")
        desk.set_cookie(OFFICER_COOKIE, kept)
        assert is_out(desk, of_desk) and is_out(phone, of_phone)
    with a_session(newcomer) as (again, token):
        assert not is_out(again, token)
    assert "ended every session" in [act["action"] for act in of_officer(newcomer)]


def test_an_administrator_ends_every_session_and_token(
    stack: RunningStack, newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (desk, of_desk), a_session(newcomer) as (phone, of_phone):
        asked = argparse.Namespace(username=newcomer.username)
        assert end_sessions.run(asked, stack.target) == 0
        assert "Ended 2 sessions" in capsys.readouterr().out
        assert is_out(desk, of_desk) and is_out(phone, of_phone)
    (act,) = [act for act in of_officer(newcomer) if act["action"] == "ended every session"]
    assert act["actor"] == "system.end-sessions"


def of_officer(newcomer: Newcomer) -> list[dict[str, Any]]:
    """The entries about the newcomer, newest first."""
    with signed_in(newcomer.stack, "auditor") as auditor:
        at = f"/api/v1/audit?subject=officer.{newcomer.sub}"
        entries: list[dict[str, Any]] = auditor.json("GET", at, token=auditor.bearer())["entries"]
    return entries


# not used for a while


def leave_alone(stack: RunningStack, visitor: Visitor, idle: timedelta) -> None:
    """Let the last use of a session be so long ago."""
    partition = f"SESSION#{token_hash(visitor.cookie(OFFICER_COOKIE))}"
    old = iso_seconds(datetime.now(UTC) - idle)
    registry(stack).update(partition, "SESSION", assign={"seen_at": old})


def test_a_session_that_nobody_uses_ends_with_its_tokens(stack: RunningStack) -> None:
    with signed_in(stack, "investigator") as visitor:
        token = visitor.bearer()
        leave_alone(stack, visitor, OFFICER_IDLE)
        assert is_out(visitor, token)


def test_use_keeps_a_session_and_what_a_page_fetches_by_itself_does_not(
    stack: RunningStack, newcomer: Newcomer
) -> None:
    newcomer.join("investigator")
    nearly = OFFICER_IDLE - timedelta(seconds=30)
    by_script = {"Sec-Fetch-Mode": "cors"}
    with a_session(newcomer) as (visitor, token):
        bearer = {"Authorization": f"Bearer {token}"}
        _, form = visitor.open_page("/console").form("sign-out")

        def seen(method: str, at: str, **more: Any) -> bool:
            """Whether a call counts as use."""
            leave_alone(stack, visitor, nearly)
            answer = visitor.send_request(method, at, **more)
            assert answer.status_code in (200, 201, 404), answer.text
            partition = f"SESSION#{token_hash(visitor.cookie(OFFICER_COOKIE))}"
            item = registry(stack).get(partition, "SESSION", consistent=True)
            assert item is not None
            age = datetime.now(UTC) - datetime.fromisoformat(item["seen_at"])
            return age < timedelta(seconds=30)

        assert seen("GET", "/console")
        assert seen("POST", "/console/stay", data=form)
        assert seen("POST", "/console/stay", data=form, headers=by_script)
        assert seen("GET", "/api/v1/incidents", headers=bearer), "a program at work"
        assert not seen("GET", "/api/v1/incidents", headers={**bearer, **by_script})
        assert not seen("GET", "/console/token", headers=by_script)
        typed = {**form, "form_action": "/console/incidents/new", "offence": "Burglary"}
        assert not seen("POST", "/console/drafts", data=typed, headers=by_script)


def test_what_was_typed_is_kept_before_the_session_ends(newcomer: Newcomer) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (visitor, _):
        _, form = visitor.open_page("/console/incidents/new").form("/console/incidents/new")
        typed = {**form, "form_action": "/console/incidents/new", "offence": "Burg"}
        first = visitor.send_request("POST", "/console/drafts", data=typed).json()
        more = {**typed, "offence": "Burglary of a shop", "draft": first["draft"]}
        kept = visitor.send_request("POST", "/console/drafts", data=more).json()
        assert visitor.send_request("GET", first["kept_at"]).status_code == 410, "one is enough"
        page = visitor.open_page("/console")
        visitor.submit(page, {"away": "yes"}, action="/console/sign-out")
        visitor.sign_in(newcomer.username, newcomer.password)
        back = visitor.open_page(kept["kept_at"])
        assert back.form("/console/incidents/new")[1]["offence"] == "Burglary of a shop"
        assert "nothing has been sent" in back.text


@pytest.mark.parametrize("at", ["/console/sign-out", "/register", "//evil.example/", "", "x"])
def test_only_forms_of_the_console_that_can_be_shown_again_are_kept(
    stack: RunningStack, at: str
) -> None:
    with signed_in(stack, "investigator") as visitor:
        _, form = visitor.open_page("/console").form("sign-out")
        sent = {**form, "form_action": at, "reason": "x"}
        assert visitor.send_request("POST", "/console/drafts", data=sent).status_code == 404


def test_a_page_that_signs_out_because_nobody_was_there_says_so_on_record(
    newcomer: Newcomer,
) -> None:
    newcomer.join("investigator")
    with a_session(newcomer) as (visitor, token):
        page = visitor.open_page("/console")
        visitor.submit(page, {"away": "yes"}, action="/console/sign-out")
        assert is_out(visitor, token)
    act = of_officer(newcomer)[0]
    assert (act["action"], act["reason"]) == ("signed out", "The page was left alone.")


def test_every_role_has_a_list_of_sessions(stack: RunningStack) -> None:
    for role in Role:
        with signed_in(stack, role.value) as visitor:
            assert "This session" in visitor.open_page("/console/sessions").text
