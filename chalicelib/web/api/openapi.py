"""The OpenAPI 3.1 description of the API, made from the declared routes and from the models that
read and write their bodies, so that no route can be missing from it."""

from __future__ import annotations

import importlib
import json
import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalice import Response

from chalicelib.core import errors
from chalicelib.web.api.paths import PREFIX
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import (
    DECLARED,
    Audience,
    Route,
    Routes,
    json_reply,
    problem_json,
)
from chalicelib.web.http.validation import JSON_SENTENCE

if TYPE_CHECKING:
    from pydantic import BaseModel

    from chalicelib.web.api.operations import Operation
    from chalicelib.web.api.response_examples import ResponseExamples

routes = Routes("api.openapi", "api")

_REF = "#/components/schemas/{model}"


@routes.json("GET", "/api/v1/openapi.json", Audience.PUBLIC)
def openapi(call: RequestContext) -> Response:
    """Describe this API (OpenAPI 3.1). Needs no token: the description holds no stored data."""
    response = json_reply(describe_api(call.services.settings.base_url, call.now.date()))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def described_models() -> dict[str, type[BaseModel]]:
    """Return every model that an operation takes or answers, by the model's name."""
    from chalicelib.web.api.operations import OPERATIONS
    from chalicelib.web.models.response_models import Problem

    found: dict[str, type[BaseModel]] = {"Problem": Problem}
    for operation in OPERATIONS.values():
        for model in (operation.body, *operation.answers.values()):
            if isinstance(model, type):
                found[model.__name__] = model
    return found


@lru_cache(maxsize=1)
def describe_api(base_url: str, today: date) -> dict[str, Any]:
    """Build the document. base_url: the public origin. today: the day that examples are for."""
    from chalicelib.web.api.response_examples import ResponseExamples

    examples = ResponseExamples(today)
    paths: dict[str, dict[str, Any]] = {}
    for route in DECLARED:
        if route.path.startswith(PREFIX):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, examples)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline",
            "version": "1",
            "description": "Find cameras near an incident, ask their owners for footage before it "
            "is deleted, and receive it. Times are ISO 8601 in UTC; positions are [longitude, "
            "latitude]. Sign in at /console/sign-in as a person does, then take a token from "
            "/console/token. An error is a problem (RFC 9457). Of those with the status 422, the "
            "type /problems/invalid says that a call is not as this document describes it; "
            "/problems/refused, that it is, and a rule that no schema can say does not allow it: "
            "a time in the future, a site that is not registered, a place far outside the force's "
            "area.",
        },
        "servers": [{"url": base_url}],
        "security": [{"officer": []}],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "securitySchemes": {
                "officer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The ID token from /console/token",
                }
            },
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Any]:
    from pydantic.json_schema import models_json_schema

    _, definitions = models_json_schema(
        [(model, "validation") for model in described_models().values()], ref_template=_REF
    )
    found: dict[str, Any] = plain_schema(definitions["$defs"])
    # pydantic also defines models that it then describes inline, so nothing refers to them.
    text = json.dumps(found)
    used = {name for name in found if f'"{_REF.format(model=name)}"' in text}
    return {name: found[name] for name in sorted({*described_models(), *used})}


def plain_schema(schema: Any) -> Any:
    """Return a schema without the titles that pydantic makes of names and without the defaults
    that only stand for "not sent"."""
    if isinstance(schema, list):
        return [plain_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: plain_schema(part)
        for name, part in schema.items()
        if name not in ("title", "default")
    }
    # Members of an object may themselves be called "title" or "default" and must stay.
    for name in ("properties", "patternProperties"):
        if name in schema:
            kept[name] = {member: plain_schema(part) for member, part in schema[name].items()}
    return kept


def _operation(route: Route, examples: ResponseExamples) -> dict[str, Any]:
    from chalicelib.web.api.operations import OPERATIONS

    declared = OPERATIONS[route.method, route.path]
    module, _, name = route.view.rpartition(".")
    said = (getattr(importlib.import_module(module), name).__doc__ or "").strip()
    operation: dict[str, Any] = {
        "operationId": route.view.rpartition(".")[2],
        "summary": said.partition("\n")[0].rstrip("."),
        "responses": {
            **{
                str(status): _answer(status, model, declared, examples)
                for status, model in declared.answers.items()
            },
            **_problems(route, declared),
        },
    }
    if route.permission:
        operation["description"] = f"Needs the right to: {route.permission.value}."
    if route.audience is Audience.PUBLIC:
        operation["security"] = []
    if parameters := _parameters(route, declared):
        operation["parameters"] = parameters
    if declared.body:
        schema = {"$ref": _REF.format(model=declared.body.__name__)}
        media = {"schema": schema, "example": examples.of(declared.body)}
        operation["requestBody"] = {"required": True, "content": {"application/json": media}}
    return operation


def _parameters(route: Route, declared: Operation) -> list[dict[str, Any]]:
    from chalicelib.web.api.response_examples import PATH
    from chalicelib.web.fields.case_field_types import ID_SCHEMA

    of_path = [
        {"name": name, "in": "path", "required": True, "schema": ID_SCHEMA, "example": PATH[name]}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    of_headers: list[dict[str, Any]] = []
    for header in declared.headers:
        schema = {"type": "string", **({"pattern": header.pattern} if header.pattern else {})}
        of_headers.append(
            {
                "name": header.name,
                "in": "header",
                "schema": schema,
                "description": header.description,
            }
        )
    return [*of_path, *_of_query(declared), *of_headers]


def _of_query(declared: Operation) -> list[dict[str, Any]]:
    from chalicelib.web.api.response_examples import PARAMETERS

    described = plain_schema(declared.query.model_json_schema())
    found = []
    for name, schema in described.get("properties", {}).items():
        parameter = {"name": name, "in": "query", "required": name in described.get("required", ())}
        parameter |= {"description": schema.pop("description", ""), "schema": schema}
        if name in PARAMETERS:
            parameter["example"] = PARAMETERS[name]
        found.append(parameter)
    return found


def _answer(
    status: int, model: Any, declared: Operation, examples: ResponseExamples
) -> dict[str, Any]:
    if status == 304:
        return {"description": "The caller has the answer already"}
    if model == "":
        location = {"schema": {"type": "string", "format": "uri"}}
        return {"description": "Follow the Location header", "headers": {"Location": location}}
    if isinstance(model, str):
        schema = {"type": {"text": "string"}.get(model, model)}
    else:
        schema = {"$ref": _REF.format(model=model.__name__)}
    media: dict[str, Any] = {"schema": schema}
    if (example := examples.of(model)) is not None:
        media["example"] = example
    return {"description": "Done", "content": {declared.content: media}}


_SAID = {
    400: "The body cannot be read",
    401: "No token, or one that is not valid any more",
    403: "The officer's role does not allow it",
    404: "There is no such thing",
    409: "It is too late: somebody or something else changed it first",
    413: "The body is too large",
    415: "The body is not application/json",
    422: "Something cannot be used as it is; `errors` names each field. The type tells what is not "
    "as described here (/problems/invalid) from what a rule does not allow (/problems/refused)",
    429: "Too many calls; wait a little",
    500: "Something went wrong on our side; read what was to be changed before trying again",
    503: "A part that this depends on does not answer, or is busy; try again after the seconds in "
    "the header Retry-After",
}
_PROBLEMS = (
    errors.Malformed("The body is not JSON."),
    errors.SignInNeeded("Send the ID token as a Bearer token."),
    errors.Forbidden("Your role does not let you do this."),
    errors.NotFound("There is no incident with this id."),
    errors.Conflict("This incident is closed."),
    errors.TooLarge("The body is larger than 524288 bytes."),
    errors.WrongType("Send this as application/json."),
    errors.Invalid(JSON_SENTENCE, [("limit", "The limit must be a whole number from 1 to 200")]),
    errors.Refused(JSON_SENTENCE, [("occurred_from", "The start must not be in the future")]),
    errors.TooMany("Wait a little and try again."),
    errors.DomainError("Something went wrong on our side."),
    errors.Unavailable("The record is busy; try again."),
)
"""An example of each kind of problem, for the description of each status."""


def _problems(route: Route, declared: Operation) -> dict[str, Any]:
    statuses = {422, 429, 500, 503}
    statuses |= {401, 403} if route.permission else set()
    statuses |= {404} if "{" in route.path else set()
    statuses |= {400, 413, 415} if declared.body else set()
    statuses |= {409} if declared.conflict else set()
    schema = {"$ref": _REF.format(model="Problem")}
    found = {}
    for status in sorted(statuses):
        examples = {
            error.code: {"value": problem_json(error).body}
            for error in _PROBLEMS
            if error.status == status
        }
        found[str(status)] = {
            "description": _SAID[status],
            "content": {"application/problem+json": {"schema": schema, "examples": examples}},
        }
    return found
