"""The API's description of itself (OpenAPI 3.1), made from the routes' declarations and the
models of `api_models`, so that it cannot forget a route."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalice import Response

from chalicelib.web.call import Call
from chalicelib.web.routing import DECLARED, Audience, Route, Routes, json_reply

if TYPE_CHECKING:
    from pydantic import BaseModel

routes = Routes("api_openapi", "api")

PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Operation:
    """What a route takes and gives, as model names. answers: model name by status, "" for an
    answer without a body. query: name → schema and description. content: its type."""

    answers: dict[int, str]
    body: str = ""
    query: dict[str, tuple[dict[str, Any], str]] | None = None
    headers: dict[str, str] | None = None
    content: str = "application/json"


def _text(said: str, **more: Any) -> tuple[dict[str, Any], str]:
    return ({"type": "string", **more}, said)


def _limit(most: int) -> tuple[dict[str, Any], str]:
    return ({"type": "integer", "minimum": 1, "maximum": most}, "How many at most")


_PAGE = _text("`next_page` of the part before")
_KEY = {"Idempotency-Key": "Sent again with the same content, it is the same act"}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/api/v1/incidents"): Operation(
        {201: "Incident", 200: "Incident"}, "NewIncident", headers=_KEY
    ),
    ("GET", "/api/v1/incidents"): Operation(
        {200: "Incidents"},
        query={
            "limit": _limit(200),
            "page": _PAGE,
            "crime_reference": _text("Only the incidents of this crime"),
        },
    ),
    ("GET", "/api/v1/incidents/{incident_id}"): Operation({200: "IncidentWithSearches"}),
    ("POST", "/api/v1/incidents/{incident_id}/searches"): Operation(
        {200: "SearchResult"}, "NewSearch"
    ),
    ("POST", "/api/v1/incidents/{incident_id}/contacts"): Operation({200: "Contact"}, "NewContact"),
    ("POST", "/api/v1/incidents/{incident_id}/requests"): Operation(
        {201: "MadeRequest", 200: "MadeRequest"}, "NewRequest", headers=_KEY
    ),
    ("POST", "/api/v1/incidents/{incident_id}/closing"): Operation({200: "Incident"}, "NewClosing"),
    ("POST", "/api/v1/incidents/{incident_id}/reopening"): Operation(
        {200: "Incident"}, "NewReopening"
    ),
    ("POST", "/api/v1/incidents/{incident_id}/requests/check"): Operation(
        {200: "Check"}, "NewCheck"
    ),
    ("GET", "/api/v1/requests/{request_id}"): Operation({200: "RequestOverview"}),
    ("POST", "/api/v1/requests/{request_id}/withdrawal"): Operation(
        {200: "Request"}, "NewWithdrawal"
    ),
    ("GET", "/api/v1/requests/{request_id}/coverage"): Operation(
        {200: "Coverage"}, content="application/geo+json"
    ),
    ("GET", "/api/v1/requests/{request_id}/disclosure"): Operation(
        {200: "object"}, content="text/csv"
    ),
    ("GET", "/api/v1/incidents/{incident_id}/coverage"): Operation(
        {200: "IncidentCoverage"}, content="application/geo+json"
    ),
    ("GET", "/api/v1/incidents/{incident_id}/disclosure"): Operation(
        {200: "object"}, content="text/csv"
    ),
    ("GET", "/api/v1/requests/{request_id}/recipients/{site_id}/messages"): Operation(
        {200: "Thread"}
    ),
    ("POST", "/api/v1/requests/{request_id}/recipients/{site_id}/messages"): Operation(
        {201: "ThreadMessage"}, "NewMessage", headers=_KEY
    ),
    ("GET", "/api/v1/requests/{request_id}/evidence"): Operation({200: "EvidenceList"}),
    ("GET", "/api/v1/evidence/{evidence_id}"): Operation({200: "Evidence"}),
    ("GET", "/api/v1/evidence/{evidence_id}/custody"): Operation({200: "Custody"}),
    ("GET", "/api/v1/evidence/{evidence_id}/content"): Operation(
        {302: ""}, query={"reason": _text("Why, for the custody record", maxLength=200)}
    ),
    ("GET", "/api/v1/wordings"): Operation({200: "Wordings"}),
    ("GET", "/api/v1/map"): Operation(
        {200: "SiteMap", 304: ""},
        query={
            "bbox": _text("west,south,east,north in degrees; west > east crosses 180°"),
            "zoom": (
                {"type": "number", "minimum": 0, "maximum": 22},
                "Of a web map with tiles of 512 pixels; sites are shown singly from 14 on",
            ),
        },
        headers={"If-None-Match": "The ETag of the answer that the caller has"},
    ),
    ("GET", "/api/v1/audit"): Operation(
        {200: "AuditPage"},
        query={
            "subject": _text("Kind and id, like incident.4f0c2m8k1n5p7q9r"),
            "actor": _text("Kind and id, as entries name their actor"),
            "month": _text("The actor's month, like 2026-11; this month without it"),
            "day": _text("Everybody's entries of one day (UTC)", format="date"),
            "limit": _limit(500),
            "page": _PAGE,
        },
    ),
    ("GET", "/api/v1/statistics"): Operation({200: "Statistics"}, query={"limit": _limit(400)}),
    ("GET", "/api/v1/openapi.json"): Operation({200: "object"}),
}


@routes.json("GET", "/api/v1/openapi.json", Audience.PUBLIC)
def openapi(call: Call) -> Response:
    """Describe this API (OpenAPI 3.1). Needs no token: it holds nothing but what it says."""
    response = json_reply(document(call.services.settings.base_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def models() -> dict[str, type[BaseModel]]:
    """Every model by name. Imports pydantic, which no other route needs."""
    from pydantic import BaseModel

    from chalicelib.web import api_coverage_models, api_models, api_request_models

    return {
        name: value
        for module in (api_models, api_request_models, api_coverage_models)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and name != "BaseModel"
    }


@lru_cache(maxsize=1)
def document(base_url: str) -> dict[str, Any]:
    """The description. base_url: the public origin."""
    paths: dict[str, dict[str, Any]] = {}
    for route in DECLARED:
        if route.path.startswith(PREFIX):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline",
            "version": "1",
            "description": "Find cameras near an incident, ask their owners for footage before it "
            "is overwritten, and receive it. Times are ISO 8601 in UTC; positions are [longitude, "
            "latitude]. Sign in at /console/sign-in as a person does, then take a token from "
            "/console/token.",
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
        [(model, "validation") for model in models().values()],
        ref_template="#/components/schemas/{model}",
    )
    return dict(sorted(definitions["$defs"].items()))


def _operation(route: Route) -> dict[str, Any]:
    declared = OPERATIONS[route.method, route.path]
    module, _, name = route.view.rpartition(".")
    said = (getattr(importlib.import_module(module), name).__doc__ or "").strip()
    operation: dict[str, Any] = {
        "operationId": route.view.removeprefix("chalicelib.web.api_").replace(".", "_"),
        "summary": said.partition("\n")[0].rstrip("."),
        "responses": {
            **{
                str(status): _answer(status, name, declared.content)
                for status, name in declared.answers.items()
            },
            **_problems(route, bool(declared.body)),
        },
    }
    if route.permission:
        operation["description"] = f"Needs the right to: {route.permission.value}."
    if route.audience is Audience.PUBLIC:
        operation["security"] = []
    if parameters := _parameters(route, declared):
        operation["parameters"] = parameters
    if declared.body:
        schema = {"$ref": f"#/components/schemas/{declared.body}"}
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route, declared: Operation) -> list[dict[str, Any]]:
    of_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    of_query = [
        {"name": name, "in": "query", "schema": schema, "description": said}
        for name, (schema, said) in (declared.query or {}).items()
    ]
    of_headers = [
        {"name": name, "in": "header", "schema": {"type": "string"}, "description": said}
        for name, said in (declared.headers or {}).items()
    ]
    return of_path + of_query + of_headers


def _answer(status: int, model: str, content: str) -> dict[str, Any]:
    if status == 304:
        return {"description": "The caller has the answer already"}
    if not model:
        return {
            "description": "Follow the Location header",
            "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
        }
    plain = {"type": "string" if content.startswith("text/") else "object"}
    schema = plain if model == "object" else {"$ref": f"#/components/schemas/{model}"}
    return {"description": "Done", "content": {content: {"schema": schema}}}


_SAID = {
    400: "The body cannot be read",
    401: "No token, or one that is not valid any more",
    403: "The officer's role does not allow it",
    404: "There is no such thing",
    409: "Somebody or something else changed it first",
    413: "The body is too large",
    415: "The body is not application/json",
    422: "Fields cannot be used as they are; `errors` names each",
}


def _problems(route: Route, body: bool) -> dict[str, Any]:
    statuses = [401, 403] if route.permission else []
    statuses += [404] if "{" in route.path else []
    statuses += [400, 409, 413, 415] if body else []
    statuses += [422] if route.permission else []
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {
        **{str(n): {"description": _SAID[n], "content": content} for n in sorted(statuses)},
        "default": {"description": "Try again later", "content": content},
    }
