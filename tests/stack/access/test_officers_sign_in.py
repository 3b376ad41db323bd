"""Officers sign in through Cognito's hosted page, and stay signed in only as long as they may."""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from chalicelib.access.permissions import Role
from chalicelib.access.sessions import Sessions
from chalicelib.core.ids import new_id, new_token, token_hash
from chalicelib.dynamodb.table import decode_item
from infra.commands import end_sessions
from infra.errors import StackError
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.access.conftest import Newcomer
from tests.stack.asking import signed_in
from tests.stack.residents import registry

COOKIE = "__Host-officer"


@pytest.fixture
def visitor(stack: RunningStack) -> Iterator[Visitor]:
    with stack.visitor() as somebody:
        yield somebody


def sign_in(stack: RunningStack, visitor: Visitor, role: str, at: str = "/console") -> VisitedPage:
    officer = stack.officer(role)
    hosted = visitor.open_page(at)
    names = {"username": officer["username"], "password": officer["password"]}
    return visitor.submit(hosted, names, ok=False)


def to_callback(stack: RunningStack, visitor: Visitor, at: str = "/console/sign-in") -> str:
    """Signs in at the hosted page and stops before following it back; gives that address."""
    officer = stack.officer("investigator")
    target, fields = visitor.open_page(at).form()
    fields |= {"username": officer["username"], "password": officer["password"]}
    answer = visitor.send_request("POST", target, data=fields)
    assert answer.status_code in (302, 303)
    return str(answer.headers["location"])


def session_item(stack: RunningStack, token: str) -> dict[str, Any] | None:
    key = {"PK": {"S": f"SESSION#{token_hash(token)}"}, "SK": {"S": "SESSION"}}
    table = str(stack.described["registry_table"])
    found = stack.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    return decode_item(found["Item"]) if "Item" in found else None


def change_session(stack: RunningStack, token: str, **changes: str) -> None:
    registry(stack).update(f"SESSION#{token_hash(token)}", "SESSION", assign=changes)


def records(stack: RunningStack, token: str, subject: str) -> list[dict[str, Any]]:
    with stack.http() as http:
        answer = http.get(
            "/api/v1/audit",
            params={"subject": subject},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


@pytest.mark.parametrize("role", Role)
def test_each_role_signs_in_and_gets_a_token_that_says_so(
    stack: RunningStack, visitor: Visitor, role: str
) -> None:
    page = sign_in(stack, visitor, role)
    assert page.answer.status_code == 200
    assert page.url == f"{stack.base_url}/console"
    answer = visitor.json("GET", "/console/token")
    payload = str(answer["token"]).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims["cognito:groups"] == [role]
    expires = datetime.fromisoformat(answer["expires_at"])
    assert expires == datetime.fromtimestamp(claims["exp"], UTC)
    assert expires > datetime.now(UTC) + timedelta(minutes=9)
    assert set(answer) == {"token", "expires_at"}, "the refresh token stays on the server"


def test_the_wanted_page_is_what_comes_after(stack: RunningStack, visitor: Visitor) -> None:
    page = sign_in(stack, visitor, "auditor", "/console/audit?day=2026-11-20")
    assert page.url == f"{stack.base_url}/console/audit?day=2026-11-20"


@pytest.mark.parametrize(
    "to", ["https%3A%2F%2Fevil.example", "//evil.example", "/register", "%5C%5Ce"]
)
def test_nobody_is_led_away_after_signing_in(
    stack: RunningStack, visitor: Visitor, to: str
) -> None:
    back = to_callback(stack, visitor, f"/console/sign-in?to={to}")
    assert visitor.send_request("GET", back).headers["location"] == "/console"


def test_what_goes_to_the_hosted_page_and_what_comes_back(
    stack: RunningStack, visitor: Visitor
) -> None:
    answer = visitor.send_request("GET", "/console/sign-in")
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["prompt"] == ["login"]
    assert query["redirect_uri"] == [f"{stack.base_url}/console/callback"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    kept = answer.headers["set-cookie"]
    for word in ("__Host-sign-in=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert word in kept
    done = visitor.send_request("GET", to_callback(stack, visitor))
    cookies = done.headers.get_list("set-cookie")
    session = next(line for line in cookies if line.startswith(COOKIE))
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert word in session
    assert "Domain" not in session
    assert any(line.startswith("__Host-sign-in=;") for line in cookies)


def refused(answer: httpx.Response) -> bool:
    made = any(line.startswith(COOKIE) for line in answer.headers.get_list("set-cookie"))
    return answer.status_code == 400 and not made and "could not sign you in" in answer.text


def test_a_callback_works_only_in_the_browser_that_began_it(stack: RunningStack) -> None:
    """Threat: an attacker sends somebody a link that signs them in as the attacker."""
    with stack.visitor() as attacker, stack.visitor() as victim:
        link = to_callback(stack, attacker)
        assert refused(victim.send_request("GET", link))
        victim.send_request("GET", "/console/sign-in")
        assert refused(victim.send_request("GET", link))


def test_a_callback_works_once(stack: RunningStack, visitor: Visitor) -> None:
    link = to_callback(stack, visitor)
    kept = visitor.cookie("__Host-sign-in")
    assert visitor.send_request("GET", link).status_code == 303
    again = {"Cookie": f"__Host-sign-in={kept}"}
    with stack.http() as http:
        assert refused(http.get(link.removeprefix(stack.base_url), headers=again))


def test_a_code_is_bound_to_its_own_attempt(stack: RunningStack, visitor: Visitor) -> None:
    """PKCE: a code that was seen elsewhere is worth nothing with another verifier."""
    code = parse_qs(urlsplit(to_callback(stack, visitor)).query)["code"][0]
    begun = visitor.send_request("GET", "/console/sign-in").headers["location"]
    state = parse_qs(urlsplit(begun).query)["state"][0]
    assert refused(visitor.send_request("GET", f"/console/callback?code={code}&state={state}"))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=a.b.c.d",
        "?error=access_denied&error_description=%3Cscript%3E",
        "?code=%00&state=%00",
    ],
)
def test_a_broken_callback_gets_a_page_and_goes_on_record(
    stack: RunningStack, visitor: Visitor, query: str
) -> None:
    visitor.send_request("GET", "/console/sign-in")
    answer = visitor.send_request("GET", f"/console/callback{query}")
    assert refused(answer)
    assert "<script>" not in answer.text


def test_sign_ins_and_refused_ones_are_on_record(stack: RunningStack) -> None:
    with signed_in(stack, "auditor") as auditor:
        auditor.send_request("GET", "/console/callback?error=access_denied")
        token = auditor.bearer()
    payload = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    own = records(stack, token, f"officer.{payload['sub']}")
    assert own[0]["action"] == "signed in"
    assert own[0]["actor_name"] == "auditor"
    turned_away = records(stack, token, "sign-in")
    assert turned_away[0]["action"] == "was refused"
    assert "access_denied" in turned_away[0]["reason"]


def test_an_account_without_a_role_is_told_what_to_do(
    stack: RunningStack, visitor: Visitor, newcomer: Newcomer
) -> None:
    page = visitor.submit(visitor.open_page("/console"), newcomer.names, ok=False)
    assert page.answer.status_code == 403
    assert "investigator, supervisor" in page.text
    assert not visitor.cookie(COOKIE)
    assert (
        urlsplit(visitor.send_request("GET", "/console").headers["location"]).path
        == "/console/sign-in"
    )


def test_signing_out_ends_the_session_everywhere(stack: RunningStack, visitor: Visitor) -> None:
    page = sign_in(stack, visitor, "investigator")
    kept = visitor.cookie(COOKIE)
    session = Sessions(registry(stack), lambda: datetime.now(UTC)).officer(kept)
    assert session
    refresh = session.tokens(kept).refresh_token
    token = visitor.bearer()
    assert visitor.json("GET", "/api/v1/incidents", token=token)
    end = visitor.submit(page, {}, action="/console/sign-out")
    assert end.url == f"{stack.base_url}/console/signed-out"
    assert not visitor.cookie(COOKIE)
    assert session_item(stack, kept) is None
    with stack.http() as http:
        stale = {"Cookie": f"{COOKIE}={kept}"}
        assert http.get("/console", headers=stale).status_code == 303
        assert http.get("/console/token", headers=stale).status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        assert http.get("/api/v1/incidents", headers=bearer).status_code == 401
    cognito = stack.client("cognito-idp")
    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=str(stack.described["client_id"]),
            AuthParameters={"REFRESH_TOKEN": refresh},
        )


def test_an_administrator_ends_every_session_of_somebody_who_left(
    stack: RunningStack, newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    newcomer.join("analyst")
    with stack.visitor() as desk, stack.visitor() as laptop:
        for visitor in (desk, laptop):
            visitor.submit(visitor.open_page("/console"), newcomer.names)
            assert visitor.send_request("GET", "/console").status_code == 200
        asked = argparse.Namespace(username=newcomer.username)
        assert end_sessions.run(asked, stack.target) == 0
        assert "Ended 2 sessions" in capsys.readouterr().out
        for visitor in (desk, laptop):
            assert visitor.send_request("GET", "/console").status_code == 303
    with pytest.raises(StackError, match="Nobody called"):
        end_sessions.run(argparse.Namespace(username=new_id()), stack.target)


def test_another_site_cannot_sign_anybody_out(stack: RunningStack, visitor: Visitor) -> None:
    sign_in(stack, visitor, "investigator")
    assert visitor.send_request("POST", "/console/sign-out", data={"x": "y"}).status_code == 403
    page = visitor.open_page("/console")
    _, fields = page.form("/console/sign-out")
    elsewhere = {"Origin": "https://evil.example"}
    answer = visitor.send_request("POST", "/console/sign-out", data=fields, headers=elsewhere)
    assert answer.status_code == 403
    assert visitor.send_request("GET", "/console").status_code == 200


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 43, '"', "../../x", pytest.param(new_token(), id="of nobody")]
)
def test_a_made_up_session_leads_to_sign_in(stack: RunningStack, cookie: str) -> None:
    with stack.http() as http:
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        page = http.get("/console/incidents/new", headers=headers)
        assert page.status_code == 303
        assert page.headers["location"] == "/console/sign-in?to=%2Fconsole%2Fincidents%2Fnew"
        token = http.get("/console/token", headers=headers)
    assert token.status_code == 401
    assert token.headers["content-type"] == "application/problem+json"


def test_an_owners_session_is_not_an_officers(stack: RunningStack) -> None:
    token = Sessions(registry(stack), lambda: datetime.now(UTC)).create_owner(new_id())
    with stack.http() as http:
        assert http.get("/console", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 303


def test_a_token_about_to_end_is_renewed(stack: RunningStack, visitor: Visitor) -> None:
    sign_in(stack, visitor, "supervisor")
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="seconds")
    before = visitor.bearer()
    change_session(stack, visitor.cookie(COOKIE), token_expires_at=soon)
    after = visitor.json("GET", "/console/token")
    assert after["token"] != before
    assert datetime.fromisoformat(after["expires_at"]) > datetime.now(UTC) + timedelta(minutes=30)
    assert visitor.json("GET", "/api/v1/incidents", token=after["token"])
