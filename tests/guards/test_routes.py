"""Nobody can add a route that does not say who may use it, or that Chalice serves undeclared."""

from __future__ import annotations

import ast
import importlib
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from pydantic import BaseModel

import app
from chalicelib.access.permissions import ALLOWED, GRANTED, Permission
from chalicelib.core.countries import COUNTRIES
from chalicelib.limits.acts import BUDGETS
from chalicelib.web.api.openapi import describe_api, described_models
from chalicelib.web.api.operations import OPERATIONS
from chalicelib.web.api.paths import PREFIX
from chalicelib.web.api.response_examples import ResponseExamples
from chalicelib.web.http import routing
from chalicelib.web.http.declarations import LEADS_FROM_CASE
from chalicelib.web.http.route_table import PAGES
from chalicelib.web.http.routing import DECLARED, Audience, Route, RouteKind, Routes

WEB = Path(routing.__file__).parents[1]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_chalice_serves_exactly_what_is_declared() -> None:
    served = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    declared = {(route.method, route.path) for route in DECLARED}
    assert served == declared
    assert len(declared) == len(DECLARED), "a route is declared twice"


def test_every_group_of_routes_is_registered() -> None:
    groups = {
        "chalicelib.web." + ".".join(file.relative_to(WEB).with_suffix("").parts)
        for file in WEB.rglob("*.py")
        if any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Routes"
            for node in ast.walk(ast.parse(file.read_text()))
        )
    }
    assert {group.blueprint._import_name for group in PAGES} == groups


@pytest.mark.parametrize("route", DECLARED, ids=name)
def test_officers_routes_name_a_permission_and_others_do_not(route: Route) -> None:
    officers = route.audience in (Audience.CONSOLE, Audience.API)
    assert isinstance(route.permission, Permission) == officers
    if route.permission:
        needed = GRANTED.get(route.permission, route.permission)
        assert any(needed in allowed for allowed in ALLOWED.values()), "nobody may"


OF_NO_CASE = {"wording_id", "draft_id", "address_id"}
"""Parameters of officers' paths that lead from no incident. A draft is its own officer's, and the
page that it is shown on is one of these routes. An address is looked at by administrators, who see
no case."""


@pytest.mark.parametrize("route", DECLARED, ids=name)
def test_every_officers_path_with_an_id_passes_the_gate_of_its_case(route: Route) -> None:
    if route.audience not in (Audience.CONSOLE, Audience.API):
        assert not route.leads_from_case
        return
    named = set(re.findall(r"{(\w+)}", route.path)) - OF_NO_CASE
    assert named <= {*LEADS_FROM_CASE, "site_id"}, "say which incident it leads from"
    assert route.entrance == (bool(named) and route.permission is Permission.ENTER_INCIDENT)
    assert route.leads_from_case == (bool(named) and not route.entrance)


@pytest.mark.parametrize("route", DECLARED, ids=name)
def test_addresses_and_audiences_agree(route: Route) -> None:
    if route.path.startswith("/console"):
        open_pages = {"sign-in", "callback", "signed-out"}
        public = route.path.removeprefix("/console/") in open_pages
        assert route.audience is (Audience.PUBLIC if public else Audience.CONSOLE)
    elif route.path.startswith("/api/"):
        described = route.path == "/api/v1/openapi.json"
        assert route.audience is (Audience.PUBLIC if described else Audience.API)
        assert route.kind is RouteKind.JSON
    elif route.path.startswith("/account"):
        assert route.audience is Audience.OWNER
    else:
        assert route.audience not in (Audience.CONSOLE, Audience.API)


UNCOUNTED = {"POST /place": "reads what was typed and asks nothing that is stored"}
"""What strangers may send that is not counted, and why."""


@pytest.mark.parametrize("route", DECLARED, ids=name)
def test_what_strangers_send_is_counted(route: Route) -> None:
    """Whoever needs no session, or only a link, is counted by client before the view runs."""
    strangers = route.audience in (Audience.PUBLIC, Audience.LINK) and route.method != "GET"
    if strangers:
        assert (route.act is None) == (name(route) in UNCOUNTED)
    if route.act:
        # Where a form stands behind it, a proof of work can be asked; a program is only refused.
        assert BUDGETS[route.act].proof == (route.kind is RouteKind.FORM)
        # The page that asks for one carries on the whole form.
        assert not (route.files or route.large)


@pytest.mark.parametrize("route", DECLARED, ids=name)
def test_what_changes_something_cannot_be_sent_by_another_site(route: Route) -> None:
    """A form is checked for its CSRF token by the routing before its view runs; JSON needs a
    Bearer token or the secret in the path, which no browser sends by itself."""
    if route.method == "GET":
        assert route.kind is not RouteKind.FORM
        return
    if route.kind is RouteKind.JSON:
        # Never CONSOLE or OWNER: there a cookie alone would authorize it.
        if route.audience is Audience.PUBLIC:
            assert route.path == "/place", "it only reads what was typed, whoever sends it"
        else:
            assert route.audience in (Audience.API, Audience.LINK)
    else:
        assert route.kind is RouteKind.FORM


def test_a_route_without_permission_cannot_even_be_declared() -> None:
    routes = Routes("nowhere", "console")
    for audience in (Audience.CONSOLE, Audience.API):
        with pytest.raises(TypeError, match="must name a permission"):
            routes.page("/console/open", audience)


def test_every_view_says_what_it_does() -> None:
    for route in DECLARED:
        module, _, view = route.view.rpartition(".")
        assert getattr(importlib.import_module(module), view).__doc__, route.view


def test_every_form_template_carries_the_token() -> None:
    """A POST form without the CSRF field would always be refused; found here, not by a person."""
    for file in (WEB / "templates").rglob("*.html"):
        text = file.read_text()
        for piece in text.split("<form")[1:]:
            form = piece.partition("</form>")[0]
            # Footage goes straight to S3, which has its own signature.
            to_s3 = 'action="{{ form_url }}"' in form
            if 'method="post"' in form and not to_s3:
                fields = ("csrf_field()", "{{ csrf_name }}")
                assert any(field in form for field in fields), f"{file.name}: {form[:80]}"


TODAY = date(2026, 11, 30)
API = [route for route in DECLARED if route.path.startswith(PREFIX)]


@pytest.mark.parametrize("route", API, ids=name)
def test_the_api_describes_every_route(route: Route) -> None:
    assert (route.method, route.path) in OPERATIONS
    operation = describe_api("https://sightline.example", TODAY)["paths"][route.path][
        route.method.lower()
    ]
    assert operation["summary"]
    assert ("security" in operation) == (route.audience is Audience.PUBLIC)
    if route.permission:
        assert route.permission.value in operation["description"]
    assert route.query == bool(OPERATIONS[route.method, route.path].query.model_fields)


def test_the_description_names_only_what_exists() -> None:
    described = describe_api("https://sightline.example", TODAY)
    assert {(m.upper(), p) for p, ms in described["paths"].items() for m in ms} == set(OPERATIONS)
    for operation in OPERATIONS.values():
        for model in (operation.body, *operation.answers.values()):
            assert model in (None, "", "object", "text") or isinstance(model, type)
    names = {entry["operationId"] for ms in described["paths"].values() for entry in ms.values()}
    assert len(names) == len(OPERATIONS)


def test_every_error_of_a_route_is_described() -> None:
    for (_, path), operation in OPERATIONS.items():
        method = next(m for m, p in OPERATIONS if p == path and OPERATIONS[m, p] is operation)
        answers = describe_api("https://sightline.example", TODAY)["paths"][path][method.lower()]
        described = set(answers["responses"])
        assert {"422", "429", "500", "503"} <= described
        assert ("404" in described) == ("{" in path)
        assert ({"400", "413", "415"} <= described) == bool(operation.body)
        assert "default" not in described


@pytest.mark.parametrize("model", described_models().values(), ids=described_models())
def test_every_example_is_what_its_model_says(model: type[BaseModel]) -> None:
    example = ResponseExamples(TODAY).of(model)
    if model.__name__ == "Problem":
        return  # each status has an example of its own
    assert example
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    context = {"now": now, "bounds": None, "country": COUNTRIES["GB"]}
    model.model_validate_json(json.dumps(example), context=context)


def test_every_example_is_what_its_schema_says() -> None:
    described = describe_api("https://sightline.example", TODAY)
    checked = 0
    for operation in (one for methods in described["paths"].values() for one in methods.values()):
        answers = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (one for answer in answers for one in answer.get("content", {}).values()):
            schema = {**media["schema"], "components": described["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            examples = [one["value"] for one in media.get("examples", {}).values()]
            for example in [*examples, *([media["example"]] if "example" in media else [])]:
                validator.validate(example)
                checked += 1
    assert checked > 200
