"""The people who are tried against every route, what each may, and two cases to try them on.

The table of people is here; which role has which permission is written out in
tests/unit/access/test_permissions.py, and which permission a route needs in its declaration.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

import httpx
import pytest

from chalicelib.access.form_drafts import FormDrafts
from chalicelib.access.permissions import Permission, Role
from chalicelib.access.presence.account_checks import TRUSTED_FOR
from chalicelib.core.ids import new_id
from chalicelib.core.times import iso_micros
from chalicelib.web.http.routing import Audience, Route, RouteKind
from infra.localstack.officers import OTHER_UNIT, UNIT
from infra.localstack.visitor import Visitor
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.stack.residents import registry
from tests.unit.access.test_permissions import EXPECTED

PEOPLE = """
who                        role           unit    sees the case   when it is restricted
in charge                  investigator   own     yes             yes
in the team                investigator   other   yes             yes
of the unit                investigator   own     yes             no
of another unit            investigator   other   no              no
analyst of the unit        analyst        own     yes             no
administrator of the unit  administrator  own     yes             no
auditor of the unit        auditor        own     yes             no
supervisor of the unit     supervisor     own     yes             no
supervisor elsewhere       supervisor     other   no              no
supervisor who entered     supervisor     other   yes             yes
somebody who left          investigator   own     out             out
an owner                   -              -       out             out
another owner              -              -       out             out
holder of a link           -              -       out             out
nobody                     -              -       out             out
"""
"""Who is who, and whether they see a case of the unit. Whoever is out must sign in first."""

SAMPLE = {
    "in charge": "investigator",
    "of the unit": "investigator2",
    "of another unit": "investigator3",
    "analyst of the unit": "analyst",
    "administrator of the unit": "administrator",
    "auditor of the unit": "auditor",
    "supervisor of the unit": "supervisor",
}
"""Whom the stack has already, by user name."""

MAP_GRANTED = {"in charge", "supervisor of the unit"}
"""Who was granted the map of all sites, which no role brings with it."""


class Outcome(Enum):
    """What becomes of a call."""

    IN = "the view runs"
    ROLE = "refused: the role has not the permission"
    NOT_THERE = "not found"
    SIGN_IN = "sign in first"


@dataclass(frozen=True)
class Person:
    """A line of the table."""

    name: str
    role: Role | None
    unit: str
    sees: bool
    sees_restricted: bool
    out: bool

    def may(self, permission: Permission | None) -> bool:
        if permission is Permission.VIEW_MAP:
            return self.name in MAP_GRANTED
        return self.role is not None and permission in EXPECTED[self.role]


def people() -> list[Person]:
    lines = [re.split(r" {2,}", line) for line in PEOPLE.strip().splitlines()[1:]]
    return [
        Person(
            name,
            None if role == "-" else Role(role),
            {"own": UNIT, "other": OTHER_UNIT}.get(unit, ""),
            sees == "yes",
            restricted == "yes",
            sees == "out",
        )
        for name, role, unit, sees, restricted in lines
    ]


def expected(person: Person, route: Route, restricted: bool) -> Outcome:
    """What the table and the declaration say."""
    if person.out:
        return Outcome.SIGN_IN
    if not person.may(route.permission):
        return Outcome.ROLE
    sees = person.sees_restricted if restricted else person.sees
    return Outcome.IN if sees or not route.leads_from_case else Outcome.NOT_THERE


def outcome(route: Route, answer: httpx.Response) -> Outcome:
    """What an answer says became of the call. Forms are sent without their token and API calls with
    a field that no call has, so that nobody who gets in changes anything."""
    assert answer.status_code < 500, answer.text
    to = answer.headers.get("location", "")
    if answer.status_code == 401 or (answer.status_code == 303 and "/sign-in" in to):
        return Outcome.SIGN_IN
    if answer.status_code == 403:
        lacks_token = "did not come from our page" in answer.text
        return Outcome.IN if lacks_token else Outcome.ROLE
    return Outcome.NOT_THERE if answer.status_code == 404 else Outcome.IN


@dataclass
class Case:
    """A case with a request and a piece of evidence, and the ids in its addresses."""

    asked: Asked
    ids: dict[str, str]
    search_id: str

    @classmethod
    def of(cls, made: Asked) -> Case:
        receipt = made.somebody.upload(made.replies[0], "clip.mp4", mp4())
        (wording, *_) = made.api("wordings")["wordings"]
        ids = {
            "incident_id": made.incident_id,
            "request_id": made.request_id,
            "site_id": made.api(f"requests/{made.request_id}")["recipients"][0]["site_id"],
            "evidence_id": made.decided(receipt["evidence_id"])["id"],
            "wording_id": wording["id"],
        }
        (search, *_) = made.api(f"incidents/{made.incident_id}")["searches"]
        return cls(made, ids, search["search_id"])

    def address(self, route: Route) -> str:
        """The route's address; what is not of the case has an id that exists nowhere."""
        path = re.sub(r"{(\w+)}", lambda found: self.ids.get(found[1], new_id()), route.path)
        composing = route.method == "GET" and path.endswith("/compose")
        return f"{path}?search={self.search_id}" if composing else path


@dataclass
class Desk:
    """Somebody at a browser, with a Bearer token where they have one."""

    visitor: Visitor
    token: str = ""

    def send(self, route: Route, address: str) -> httpx.Response:
        """Send what changes nothing: a form without its token, a call with an unknown field."""
        if route.kind is RouteKind.FORM:
            return self.visitor.send_request("POST", address, data={"reason": "none"})
        if route.audience is Audience.CONSOLE:
            return self.visitor.send_request("GET", address)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {} if route.method == "GET" else {"json": {"unknown": ""}}
        return self.visitor.send_request(route.method, address, headers=headers, **body)


def make_account(stack: RunningStack, person: Person) -> tuple[str, str, str]:
    """Make an officer in the directory; return user name, password and id."""
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    name, password = f"matrix.{new_id()}", f"Aa1-{secrets.token_hex(12)}"
    made = cognito.admin_create_user(
        UserPoolId=pool,
        Username=name,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "custom:units", "Value": person.unit}],
    )["User"]
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=person.role)
    return name, password, next(a["Value"] for a in made["Attributes"] if a["Name"] == "sub")


@dataclass
class World:
    """The two cases, and everybody at their desks."""

    case: Case
    restricted: Case
    desks: dict[str, Desk]


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[World]:
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    accounts: list[str] = []
    with ExitStack() as left:
        cases = [Case.of(left.enter_context(asked(stack))) for _ in range(2)]
        desks: dict[str, Desk] = {}
        for person in people():
            if person.role is None:
                desks[person.name] = Desk(left.enter_context(stack.visitor()))
                continue
            if name := SAMPLE.get(person.name):
                visitor = left.enter_context(signed_in(stack, name))
            else:
                name, password, officer_id = make_account(stack, person)
                accounts.append(name)
                visitor = left.enter_context(stack.visitor())
                visitor.sign_in(name, password)
            desks[person.name] = Desk(visitor, visitor.bearer())
            if person.name == "in the team":
                add_to_team(cases, name)
            if person.name == "supervisor who entered":
                enter(cases, desks[person.name])
            if person.name == "somebody who left":
                cognito.admin_disable_user(UserPoolId=pool, Username=name)
                a_minute_ago = iso_micros(datetime.now(UTC) - TRUSTED_FOR - timedelta(seconds=1))
                registry(stack).update(
                    f"OFFICER#{officer_id}", "ACCOUNT", assign={"checked_at": a_minute_ago}
                )
        sign_in_owners(stack, cases[0].asked, desks)
        yield World(cases[0], cases[1], desks)
        forget_drafts(stack, desks["of the unit"])
    for name in accounts:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)


def forget_drafts(stack: RunningStack, desk: Desk) -> None:
    """Remove the forms that others sent from this officer's page: every sign-in of the hour would
    lead to them."""
    payload = desk.token.split(".")[1]
    officer_id = json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"]
    drafts = FormDrafts(registry(stack), lambda: datetime.now(UTC))
    drafts.remove_drafts(f"officer.{officer_id}")


def add_to_team(cases: list[Case], name: str) -> None:
    """The officer in charge adds an officer to both cases, and restricts the second."""
    for number, case in enumerate(cases):
        team = {"officers": [name], "units": [], "restricted": number == 1}
        address = f"/api/v1/incidents/{case.asked.incident_id}/team"
        case.asked.officer.json("PUT", address, team, token=case.asked.token)


def enter(cases: list[Case], desk: Desk) -> None:
    """A supervisor gives a reason for entering both cases."""
    for case in cases:
        address = f"/api/v1/incidents/{case.asked.incident_id}/access"
        reason = {"reason": "The officer in charge is ill and an owner rang us"}
        desk.visitor.json("POST", address, reason, token=desk.token)


def sign_in_owners(stack: RunningStack, made: Asked, desks: dict[str, Desk]) -> None:
    for name, email in zip(("an owner", "another owner"), made.emails, strict=True):
        visitor = desks[name].visitor
        visitor.submit(visitor.open_page("/sign-in"), {"email": email}, action="/sign-in")
        visitor.press_button(stack.link_in_mail(email, "/sign-in/confirm"))
    desks["holder of a link"].visitor.open_page(made.replies[1])
