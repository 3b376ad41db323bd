"""The API's description and the models that read agree: whatever a schema calls right is read, or
refused by a rule that no schema can say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

import app
from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.plausible import widened
from chalicelib.web.api.openapi import describe_api
from chalicelib.web.api.operations import OPERATIONS
from chalicelib.web.http.forms import parse_json
from chalicelib.web.http.validation import read_json, read_query

assert app.app.routes  # declares what there is to describe

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
CONTEXT = {
    "now": NOW,
    "key": b"k" * 32,
    "bounds": (widened((-2.21, 52.33, -1.42, 52.67)),),
    "country": COUNTRIES["GB"],
}
DESCRIBED = schemathesis.openapi.from_dict(describe_api("https://sightline.example", NOW.date()))
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def named(kind: str) -> list[tuple[str, str]]:
    return [
        key
        for key, operation in OPERATIONS.items()
        if (operation.body if kind == "body" else operation.query.model_fields)
    ]


def generated(method: str, path: str) -> Any:
    return DESCRIBED[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE)


@pytest.mark.parametrize(("method", "path"), named("body"))
def test_a_body_that_its_schema_calls_right_is_never_malformed(method: str, path: str) -> None:
    model = OPERATIONS[method, path].body
    assert model

    @EXAMPLES
    @given(generated(method, path))
    def read(case: Any) -> None:
        body = parse_json(json.dumps(case.body).encode(), "application/json")
        try:
            read_json(model, body, CONTEXT)
        except Refused:
            pass
        except Invalid as error:
            pytest.fail(f"{error.fields} of {body}")

    read()


@pytest.mark.parametrize(("method", "path"), named("query"))
def test_parameters_that_their_schema_calls_right_are_never_malformed(
    method: str, path: str
) -> None:
    model = OPERATIONS[method, path].query

    @EXAMPLES
    @given(generated(method, path))
    def read(case: Any) -> None:
        query = {name: str(value) for name, value in (case.query or {}).items()}
        try:
            read_query(model, query, CONTEXT)
        except Refused:
            pass
        except Invalid as error:
            pytest.fail(f"{error.fields} of {query}")

    read()
