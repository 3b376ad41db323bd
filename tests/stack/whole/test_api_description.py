"""The API holds to its own description (`/api/v1/openapi.json`): schemathesis makes calls out of
it, right ones and wrong ones, and holds every answer against it.

Bounded: a few calls for each operation and role, always the same ones, half of them about things
that exist.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import app
from chalicelib.access.permissions import ALLOWED, GRANTED, Permission, Role
from chalicelib.core.ids import new_id
from chalicelib.web.api.operations import OPERATIONS
from chalicelib.web.http.routing import DECLARED
from infra.localstack.officers import SEE_MAP
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in

assert app.app.routes  # declares the routes

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PERMISSION = {(route.method, route.path): route.permission for route in DECLARED}
KEYS = list(OPERATIONS)
FEW, SOME = 3, 12
"""Calls of a role beside the first that may do it, and of that one."""


@dataclass
class World:
    """The API as it runs, and things in it. bearers: a token for each role."""

    base_url: str
    host: str
    described: Any
    bearers: dict[Role, str]
    asked: Asked
    evidence_id: str
    site_ids: list[str]
    session: requests.Session

    def ids(self, path: str) -> dict[str, str]:
        """Ids of things that exist. What ends an incident or a request has one of its own."""
        found = {
            "incident_id": self.asked.incident_id,
            "request_id": self.asked.request_id,
            "site_id": self.site_ids[0],
            "evidence_id": self.evidence_id,
        }
        if path.endswith(("/closing", "/reopening", "/withdrawal")):
            found |= self._ending
        return {name: one for name, one in found.items() if f"{{{name}}}" in path}

    @property
    def _ending(self) -> dict[str, str]:
        incident = self.called("POST", "/api/v1/incidents").json()["id"]
        body = {**self.example("POST", "/api/v1/incidents/{incident_id}/requests")}
        # Owners are asked no more than a few times a month, but for a supervisor's reason.
        body |= {"site_ids": self.site_ids, "override_reason": "To end it again"}
        path = "/api/v1/incidents/{incident_id}/requests"
        made = self.called("POST", path, {"incident_id": incident}, body).json()
        return {"incident_id": incident, "request_id": made["id"]}

    def operation(self, method: str, path: str) -> Any:
        return self.described[path][method]

    def example(self, method: str, path: str) -> Any:
        """The body that the description gives as an example."""
        body = self.operation(method, path).definition.raw.get("requestBody", {})
        return body.get("content", {}).get("application/json", {}).get("example")

    def called(
        self, method: str, path: str, ids: dict[str, str] | None = None, body: Any = None
    ) -> requests.Response:
        """A call by hand, for what the calls under test are about."""
        answer = self.session.request(
            method,
            self.base_url + path.format(**(ids or {})),
            json=body or self.example(method, path),
            headers=self.headers(Role.SUPERVISOR),
            timeout=60,
        )
        assert answer.ok, answer.text
        return answer

    def headers(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearers[role]}", "Host": self.host}

    def send(self, case: Case[Any], role: Role, *more: Any) -> Response:
        """One call, its answer held against the description."""
        headers = self.headers(role)
        answer = case.call(self.base_url, self.session, headers, allow_redirects=False, timeout=60)
        case.validate_response(answer, checks=[*CHECKS, *more], headers=headers)
        return answer


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[World]:
    with ExitStack() as open_things:
        made = open_things.enter_context(asked(stack))
        # Whose unit the example of a team names.
        open_things.enter_context(signed_in(stack, "investigator3"))
        bearers = {
            role: open_things.enter_context(signed_in(stack, role.value)).bearer() for role in Role
        }
        content = b"\x00\x00\x00\x20ftypisom" + os.urandom(50_000)
        made.somebody.upload(made.replies[0], "clip.mp4", content)
        (evidence,) = made.evidence()
        made.decided(evidence["id"])
        overview = made.api(f"requests/{made.request_id}")
        asked_sites = [one["site_id"] for one in overview["recipients"]]
        document = made.somebody.json("GET", "/api/v1/openapi.json")
        parts = urlsplit(stack.base_url)
        # Python's resolver does not know *.localhost; browsers do (RFC 6761).
        local = (parts.hostname or "").endswith(".localhost")
        reachable = parts._replace(netloc=f"localhost:{parts.port}") if local else parts
        yield World(
            reachable.geturl(),
            parts.netloc,
            schemathesis.openapi.from_dict(document),
            bearers,
            made,
            str(evidence["id"]),
            asked_sites,
            open_things.enter_context(requests.Session()),
        )


def allowed(role: Role, key: tuple[str, str]) -> bool:
    permission = PERMISSION[key]
    if permission in GRANTED:
        return role.value in SEE_MAP
    return not isinstance(permission, Permission) or permission in ALLOWED[role]


def first_that_may(key: tuple[str, str]) -> Role:
    order = [Role.SUPERVISOR, Role.INVESTIGATOR, Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR]
    return next(role for role in order if allowed(role, key))


def for_each(
    world: World,
    key: tuple[str, str],
    mode: GenerationMode,
    number: int,
    test: Callable[[Case[Any]], None],
) -> None:
    """Runs a test with some cases that schemathesis makes, the same ones each time."""
    made = world.operation(*key).as_strategy(generation_mode=mode)
    few = settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    drawing: Any = given(made)
    run: Any = few(drawing(test))
    run()


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_an_example_works_as_it_stands(world: World, key: tuple[str, str]) -> None:
    """With ids that the caller has."""
    method, path = key
    ids = world.ids(path)
    if path.endswith("/reopening"):
        world.called("POST", "/api/v1/incidents/{incident_id}/closing", ids)
    body = world.example(method, path)
    if isinstance(body, dict):
        if "site_ids" in body:
            body = {**body, "site_ids": world.site_ids}
        if "site_id" in body:
            body = {**body, "site_id": world.site_ids[0]}
        if "officers" in body:
            people = {"officers": ["investigator2"], "officer_in_charge": "investigator"}
            body = {**body, **people}
    described = world.operation(method, path)
    query = {
        one["name"]: one["example"]
        for one in described.definition.raw.get("parameters", [])
        if one["in"] == "query" and "example" in one
    }
    more: dict[str, Any] = {"body": body, "media_type": "application/json"} if body else {}
    case = described.Case(path_parameters=ids, query=query, **more)
    answer = world.send(case, first_that_may(key))
    assert answer.status_code < 400, answer.content


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_what_the_description_calls_right_is_never_malformed(
    world: World, key: tuple[str, str]
) -> None:
    ids = world.ids(key[1])
    for role in Role:
        number = SOME if role is first_that_may(key) else FEW
        for_each(world, key, GenerationMode.POSITIVE, number, _right_call(world, key, role, ids))


def _right_call(
    world: World, key: tuple[str, str], role: Role, ids: dict[str, str]
) -> Callable[[Case[Any]], None]:
    turn = count()

    def call(case: Case[Any]) -> None:
        if next(turn) % 2 == 0:
            _about_what_exists(case, ids, world)
        answer = world.send(case, role)
        assert (answer.status_code == 403) != allowed(role, key), answer.content
        if answer.status_code in (400, 422):
            assert answer.json()["type"] == "/problems/refused", (case.body, answer.content)

    return call


def _about_what_exists(case: Case[Any], ids: dict[str, str], world: World) -> None:
    if ids:
        case.path_parameters = dict(ids)
    body: Any = case.body
    if isinstance(body, dict):
        real = {"site_ids": world.site_ids, "site_id": world.site_ids[0]}
        case.body = body | {name: one for name, one in real.items() if name in body}


def takes_something(key: tuple[str, str]) -> bool:
    operation = OPERATIONS[key]
    return bool(operation.body or operation.query.model_fields or "{" in key[1])


@pytest.mark.parametrize("key", [key for key in KEYS if takes_something(key)], ids=" ".join)
def test_what_the_description_calls_wrong_is_refused(world: World, key: tuple[str, str]) -> None:
    role = first_that_may(key)

    def call(case: Case[Any]) -> None:
        world.send(case, role, negative_data_rejection)

    for_each(world, key, GenerationMode.NEGATIVE, SOME, call)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/audit?page=MDAwMDAwMDAwMQ", None, 422),
        ("GET", "/api/v1/audit?page=MDAwMS0wMS0wMlQwMDowMDowMFo", None, 422),
        ("GET", "/api/v1/incidents?page=MDAwMDAwMDAwMQ", None, 422),
        ("GET", "/api/v1/incidents?page=MDAwMS0wMS0wMlQwMDowMDowMFo", None, 422),
        ("GET", "/api/v1/audit?day=", None, 422),
        ("GET", "/api/v1/audit?subject=%ED%A0%80", None, 422),
        ("GET", "/api/v1/audit?actor=officer.%00", None, 422),
        ("GET", "/api/v1/incidents?crime_reference=%FF", None, 422),
        ("GET", "/api/v1/map?bbox=%00&zoom=1e999", None, 422),
        ("GET", "/api/v1/incidents/%ED%A0%80", None, 404),
        ("POST", "/api/v1/incidents/{}/requests", rb'{"site_ids":["\ud800"]}', 422),
        ("POST", "/api/v1/incidents/{}/requests/check", rb'{"site_ids":["\ud800"]}', 422),
        ("POST", "/api/v1/incidents/{}/searches", rb'{"area":{"\udfff":1},"reason":"\ud800"}', 422),
        ("POST", "/api/v1/incidents", rb'{"offence":"\ud800"}', 422),
    ],
)
def test_what_was_once_an_error_of_ours_is_the_callers(
    world: World, method: str, path: str, body: bytes | None, status: int
) -> None:
    answer = world.session.request(
        method,
        world.base_url + path.format(world.asked.incident_id),
        data=body,
        headers={**world.headers(Role.SUPERVISOR), "Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_pages_go_on_where_the_one_before_ended(world: World) -> None:
    """Tokens are opaque, and of one list alone."""
    bearer = world.headers(Role.SUPERVISOR)

    def page(path: str, **query: str) -> requests.Response:
        address = world.base_url + path
        return world.session.get(address, params=query, headers=bearer, timeout=60)

    world.called("POST", "/api/v1/incidents")
    world.called("POST", "/api/v1/incidents")
    lists: list[tuple[str, str, Callable[[Any], Any]]] = [
        ("/api/v1/incidents", "incidents", lambda one: one["id"]),
        ("/api/v1/audit", "entries", lambda one: (one["actor"], one["sequence"])),
    ]
    tokens = []
    for path, name, key in lists:
        first = page(path, limit="1").json()
        second = page(path, limit="1", page=first["next_page"]).json()
        assert key(first[name][0]) != key(second[name][0])
        tokens.append(first["next_page"])
    for (path, _, _), other in zip(lists, reversed(tokens), strict=True):
        assert page(path, page=other).status_code == 422
    assert page("/api/v1/audit", subject=f"incident.{new_id()}", page=tokens[1]).status_code == 422
