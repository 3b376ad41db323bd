"""Finds where the code goes another way because of an error of AWS."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

OF_AWS = {"ClientError", "BotoCoreError", "ReadTimeoutError", "EndpointConnectionError"}
"""Errors of botocore that are named as such; NoCredentialsError says nothing of AWS's answer."""
MODELLED = {"exceptions", "errors"}
"""What a client's own errors are read from: `client.exceptions.X`, or a variable for it."""


def branches(path: Path, module: str) -> set[str]:
    """Name the functions of a file that catch an error of AWS, as `module:Class.function`."""
    found: set[str] = set()
    _visit(ast.parse(path.read_text()), module + ":", found)
    return found


def _visit(node: ast.AST, place: str, found: set[str]) -> None:
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            inner = f"{place}{'' if place.endswith(':') else '.'}{child.name}"
        if isinstance(child, ast.ExceptHandler) and child.type and _of_aws(child.type):
            found.add(place)
        if isinstance(child, ast.Call) and any(_of_aws(one) for one in _caught_by_call(child)):
            found.add(place)
        _visit(child, inner, found)


def _caught_by_call(call: ast.Call) -> Iterator[ast.expr]:
    """What `suppress(X)`, `isinstance(error, X)` and `retry(…, on=X)` are about."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "suppress":
        yield from call.args
    elif name == "isinstance":
        yield from call.args[1:]
    elif name == "retry":
        yield from (one.value for one in call.keywords if one.arg == "on")


def _of_aws(kind: ast.expr) -> bool:
    for node in ast.walk(kind):
        if isinstance(node, ast.Name) and node.id in OF_AWS:
            return True
        if isinstance(node, ast.Attribute):
            if node.attr in OF_AWS:
                return True
            owner = node.value
            named = getattr(owner, "attr", getattr(owner, "id", ""))
            if named in MODELLED:
                return True
    return False
