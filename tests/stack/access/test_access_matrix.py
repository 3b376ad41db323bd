"""Every route of officers, tried by everybody: who gets in, who is told that their role may not,
who must sign in, and to whom a case looks as if it were not there. All with real ids.

The table of people is in `matrix`; which role has which permission is written out in
tests/unit/access/test_permissions.py, and which permission a route needs in its declaration.
"""

from __future__ import annotations

import re

import pytest

import app
from chalicelib.access.permissions import Permission, Role
from chalicelib.core.ids import new_id
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind
from tests.running import RunningStack
from tests.stack.access.matrix import Desk, Outcome, World, expected, outcome, people
from tests.stack.access.matrix import world as world  # the fixture

assert app.app.routes  # declares the routes


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


LEAVES = ("in the team", "POST /api/v1/incidents/{incident_id}/leaving")
"""The one call that does something without being told anything."""

OFFICERS = [r for r in DECLARED if r.audience in (Audience.CONSOLE, Audience.API)]


@pytest.mark.parametrize("route", OFFICERS, ids=named)
def test_the_matrix(world: World, route: Route) -> None:
    """One route, everybody, and both cases; differences from the table are listed together."""
    wrong = []
    for case in (world.case, world.restricted):
        restricted = case is world.restricted
        if restricted and not route.leads_from_case:
            continue  # no case, no difference
        for person in people():
            if person.name == "holder of a link" and route.audience is Audience.API:
                continue  # who brings no token there is nobody
            if (person.name, named(route)) == LEAVES:
                continue  # and is then no longer in the team
            answer = world.desks[person.name].send(route, case.address(route))
            found = outcome(route, answer)
            if re.search("draft_id|address_id", route.path) and found is Outcome.NOT_THERE:
                # Drafts are their own person's, and no address waits to be looked at.
                found = Outcome.IN
            wanted = expected(person, route, restricted)
            if found is not wanted:
                wrong.append((person.name, restricted, wanted, found, answer.text[:300]))
    assert not wrong


def test_the_table_has_everybody_whom_the_routes_tell_apart() -> None:
    roles = {person.role for person in people()}
    assert roles == {*Role, None}
    seen = {(person.sees, person.sees_restricted) for person in people() if not person.out}
    assert seen == {(True, True), (True, False), (False, False)}


OWNERS = [r for r in DECLARED if r.audience is Audience.OWNER and "sign-out" not in r.path]


@pytest.mark.parametrize("route", OWNERS, ids=named)
def test_owners_see_their_own_and_nobody_else_does(world: World, route: Route) -> None:
    """Of the sites and requests of the first owner. A second owner sends forms that would be taken
    if they were theirs."""
    made = world.case.asked
    ids = {**world.case.ids, "site_id": site_of(world, "an owner"), "number": "1"}
    address = route.path.format_map({**ids, "draft_id": new_id()})
    of_a_site = "{site_id}" in route.path
    for name, desk in world.desks.items():
        if name == "another owner" and of_a_site and route.kind is RouteKind.FORM:
            _, fields = desk.visitor.open_page("/account/details").form("/account/details")
            answer = desk.visitor.send_request("POST", address, data=fields)
        else:
            answer = desk.send(route, address)
        found = outcome(route, answer)
        if name == "an owner":
            wanted = Outcome.NOT_THERE if "{draft_id}" in route.path else Outcome.IN
            assert found in (wanted, Outcome.IN), answer.text
        elif name == "another owner":
            assert found is (Outcome.NOT_THERE if of_a_site else found), answer.text
            assert found is not Outcome.SIGN_IN
            assert made.emails[0] not in answer.text
        else:
            assert found is Outcome.SIGN_IN, (name, answer.text)


def site_of(world: World, name: str) -> str:
    """The id of the site that is on an owner's account page."""
    page = world.desks[name].visitor.open_page("/account")
    found = re.search(r"/account/sites/([0-9a-z]{16})/", page.answer.text)
    assert found
    return found[1]


LINKS = [r for r in DECLARED if r.audience is Audience.LINK]


@pytest.mark.parametrize("route", LINKS, ids=named)
def test_a_link_opens_its_own_request_and_upload(world: World, route: Route) -> None:
    """The upload is that of the first owner; the second holds a link of the same request."""
    made = world.case.asked
    stranger = world.desks["nobody"]
    for link in (made.replies[1], f"/reply/{'A' * 43}"):
        token = link.rpartition("/")[2]
        address = route.path.format_map(
            {"token": token, "upload_id": world.case.ids["evidence_id"]}
        )
        answer = stranger.send(route, address)
        made_up = link != made.replies[1]
        if made_up and route.kind is not RouteKind.FORM:
            assert answer.status_code in (404, 410), answer.text
        if "{upload_id}" in route.path:
            assert answer.status_code in (404, 410), answer.text
        assert answer.status_code < 500
        assert made.emails[0] not in answer.text and made.emails[0][:6] not in answer.text


API = [r for r in DECLARED if r.audience is Audience.API]
FORMS = [r for r in DECLARED if r.audience is Audience.CONSOLE and r.kind is RouteKind.FORM]


@pytest.mark.parametrize("route", API, ids=named)
def test_the_api_is_closed_to_strangers_and_to_cookies(world: World, route: Route) -> None:
    """A cookie alone opens nothing here: another site could make a browser send it."""
    visitor = world.desks["supervisor of the unit"].visitor
    for token in ("", "not.a.token"):
        answer = Desk(visitor, token).send(route, world.case.address(route))
        assert answer.status_code == 401


@pytest.mark.parametrize("route", FORMS, ids=named)
def test_a_form_needs_a_token_of_this_session(world: World, route: Route) -> None:
    """What was typed on somebody else's page is kept for them where a form can be shown again."""
    _, of_another = world.desks["of the unit"].visitor.open_page("/console").form("sign-out")
    for name in ("in charge", "supervisor of the unit", "administrator of the unit"):
        desk = world.desks[name]
        if not next(one for one in people() if one.name == name).may(route.permission):
            continue
        answer = desk.visitor.send_request("POST", world.case.address(route), data=of_another)
        assert answer.status_code == 403, answer.text
        foreign = "opened by somebody else" if route.again else "did not come from our page"
        assert foreign in answer.text


def test_a_refusal_is_on_record(world: World) -> None:
    world.desks["analyst of the unit"].visitor.send_request("GET", "/console/audit")
    auditor = world.desks["auditor of the unit"]
    address = "/api/v1/audit?subject=route.GET+/console/audit"
    entries = auditor.visitor.json("GET", address, token=auditor.token)["entries"]
    (found, *_) = [entry for entry in entries if entry["actor_name"] == "analyst"]
    assert found["action"] == "was refused"
    assert found["reason"] == Permission.VIEW_AUDIT.value


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
