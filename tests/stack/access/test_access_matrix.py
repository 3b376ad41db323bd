"""Every officer route, tried by every role: whoever may not is told so, and it is on record."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import app
from chalicelib.access.form_drafts import FormDrafts
from chalicelib.access.permissions import ALLOWED, GRANTED, Permission, Role
from chalicelib.core.ids import new_id
from chalicelib.web.http import csrf
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind
from infra.officers import SEE_MAP
from infra.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.residents import registry

assert app.app.routes  # declares the routes

API = [route for route in DECLARED if route.audience is Audience.API]
PAGES = [r for r in DECLARED if r.audience is Audience.CONSOLE and r.kind is RouteKind.PAGE]
FORMS = [r for r in DECLARED if r.audience is Audience.CONSOLE and r.kind is RouteKind.FORM]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route) -> str:
    """The route's address with ids that exist nowhere."""
    return re.sub(r"{\w+}", lambda _: new_id(), route.path)


def no_entry(role: Role, route: Route) -> int:
    """The status of a form whose token is wrong, from an officer with this role. The gate of the
    case comes first, and there is no case with an id that exists nowhere."""
    return 404 if allowed(role, route) and route.leads_from_case else 403


def allowed(role: Role, route: Route) -> bool:
    if route.permission in GRANTED:
        return role.value in SEE_MAP
    return isinstance(route.permission, Permission) and route.permission in ALLOWED[role]


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[Role, Visitor]]:
    with ExitStack() as signed:
        visitors = {role: signed.enter_context(signed_in(stack, role.value)) for role in Role}
        payload = visitors[Role.AUDITOR].bearer().split(".")[1]
        person = f"officer.{json.loads(base64.urlsafe_b64decode(payload + '=='))['sub']}"
        yield visitors
    # Forms that others send from the auditor's page are kept for the auditor; every sign-in of
    # the hour would lead to them.
    FormDrafts(registry(stack), lambda: datetime.now(UTC)).remove_drafts(person)


@pytest.fixture(scope="module")
def bearers(officers: dict[Role, Visitor]) -> dict[Role, str]:
    return {role: officer.bearer() for role, officer in officers.items()}


def send(visitor: Visitor, route: Route, token: str) -> httpx.Response:
    body: dict[str, Any] = {"json": {}} if route.method in ("POST", "PUT") else {}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return visitor.send_request(route.method, address(route), headers=headers, **body)


@pytest.mark.parametrize("route", API, ids=name)
def test_the_api_lets_each_role_do_what_it_may(
    officers: dict[Role, Visitor], bearers: dict[Role, str], route: Route
) -> None:
    for role, officer in officers.items():
        answer = send(officer, route, bearers[role])
        assert answer.status_code < 500
        assert (answer.status_code == 403) != allowed(role, route), (role, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("route", API, ids=name)
def test_the_api_is_closed_to_strangers_and_to_cookies(
    officers: dict[Role, Visitor], route: Route
) -> None:
    """A cookie alone opens nothing here: another site could make a browser send it."""
    assert send(officers[Role.SUPERVISOR], route, "").status_code == 401
    assert send(officers[Role.SUPERVISOR], route, "not.a.token").status_code == 401


@pytest.mark.parametrize("route", PAGES, ids=name)
def test_the_console_lets_each_role_see_what_it_may(
    officers: dict[Role, Visitor], route: Route
) -> None:
    for role, officer in officers.items():
        answer = officer.send_request("GET", address(route))
        assert answer.status_code < 500
        assert (answer.status_code == 403) != allowed(role, route), (role, answer.text)


@pytest.mark.parametrize("route", FORMS, ids=name)
def test_forms_of_the_console_need_the_right_and_a_token_of_this_session(
    officers: dict[Role, Visitor], route: Route
) -> None:
    _, of_another = officers[Role.AUDITOR].open_page("/console").form("sign-out")
    for role, officer in officers.items():
        if route.path == "/console/sign-out" and role is Role.AUDITOR:
            continue  # its own token would be right, and end the session
        for fields in ({"reason": "none"}, of_another if role is not Role.AUDITOR else {"a": "b"}):
            answer = officer.send_request("POST", address(route), data=fields)
            assert answer.status_code == no_entry(role, route), (role, answer.text)
            if answer.status_code == 404:
                continue
            # What was typed on somebody else's page is kept for them, and said to be.
            kept = route.again and csrf.FIELD in fields
            foreign = "opened by somebody else" if kept else "did not come from our page"
            assert (foreign if allowed(role, route) else "Your role") in answer.text


def test_a_refusal_is_on_record(officers: dict[Role, Visitor], bearers: dict[Role, str]) -> None:
    officers[Role.ANALYST].send_request("GET", "/console/audit")
    entries = officers[Role.AUDITOR].json(
        "GET", "/api/v1/audit?limit=500", token=bearers[Role.AUDITOR]
    )["entries"]
    found = [
        entry
        for entry in entries
        if entry["actor_name"] == "analyst" and entry["subject"] == "route.GET /console/audit"
    ]
    assert found[0]["action"] == "was refused"
    assert found[0]["reason"] == Permission.VIEW_AUDIT.value


def test_other_tokens_of_the_pool_are_no_bearer(stack: RunningStack) -> None:
    """Only an ID token says which groups somebody is in; one that another application of the
    pool was given is not for us."""
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    name, password = f"direct.{new_id()}", f"Aa1-{new_id()}"
    cognito.admin_create_user(
        UserPoolId=pool, Username=name, TemporaryPassword=password, MessageAction="SUPPRESS"
    )
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=name, ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    try:
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=name, Password=password, Permanent=True
        )
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="investigator")
        tokens = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )["AuthenticationResult"]
        with stack.http() as http:
            for kind in ("AccessToken", "RefreshToken", "IdToken"):
                bearer = {"Authorization": f"Bearer {tokens[kind]}"}
                assert http.get("/api/v1/incidents", headers=bearer).status_code == 401
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client)
        cognito.admin_delete_user(UserPoolId=pool, Username=name)
