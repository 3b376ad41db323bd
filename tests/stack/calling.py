"""Calling the stack's functions, each with its own role, as a schedule or another event does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.running import RunningStack


def functions(stack: RunningStack) -> dict[str, str]:
    """Name in the template → name of the function."""
    pages = stack.client("lambda").get_paginator("list_functions").paginate()
    names = [one["FunctionName"] for page in pages for one in page["Functions"]]
    own = f"{stack.target.stack}-"
    return {n.removeprefix(own).partition("-")[0]: n for n in names if n.startswith(own)}


def invoke(
    stack: RunningStack, function: str, event: Any, kind: str = "RequestResponse"
) -> dict[str, Any]:
    """Lambda's answer to a call. kind: "Event" for a call that does not wait for the function."""
    answer: dict[str, Any] = stack.client("lambda").invoke(
        FunctionName=functions(stack)[function],
        InvocationType=kind,
        Payload=json.dumps(event).encode(),
    )
    return answer


def call_function(stack: RunningStack, function: str, event: Any) -> Any:
    """What a function returns; it must not fail."""
    answer = invoke(stack, function, event)
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def event_of(kind: str, source: str, detail: Any) -> dict[str, Any]:
    """An event as EventBridge sends it."""
    return {
        "version": "0", "id": "1", "detail-type": kind, "source": source,
        "account": "000000000000", "time": "2026-11-20T10:00:00Z", "region": "eu-west-2",
        "resources": [], "detail": detail,
    }  # fmt: skip


def run_scheduled(stack: RunningStack, function: str) -> Any:
    """Have a function do what it does on its schedule, now."""
    return call_function(stack, function, event_of("Scheduled Event", "aws.events", {}))


@contextmanager
def other_settings(stack: RunningStack, function: str, **variables: str) -> Iterator[None]:
    """Have a function run with other environment variables for a while. One that is called by an
    alias, as the API's, gets a version with them: a change of the function alone reaches nobody."""
    client, name = stack.client("lambda"), functions(stack)[function]
    before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    aliases = client.list_aliases(FunctionName=name)["Aliases"]
    client.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**before, **variables}}
    )
    if aliases:
        version = client.publish_version(FunctionName=name)["Version"]
        for alias in aliases:
            client.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment={"Variables": before})
        for alias in aliases:
            client.update_alias(
                FunctionName=name, Name=alias["Name"], FunctionVersion=alias["FunctionVersion"]
            )
