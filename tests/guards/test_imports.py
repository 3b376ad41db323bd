"""The import rules of DESIGN §3: who may import what, and nothing happens at import time."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted(p for p in (ROOT / "chalicelib").rglob("*.py")), ROOT / "app.py"]

PURE = {
    "model",
    "deadlines",
    "retention",
    "permissions",
    "custody",
    "chain",
    "clock_check",
    "thread_model",
} | {
    "makes",
    "makes_apps",
    "makes_cards",
    "makes_recorders",
}
MAY_BOTO = {"store", "files", "sender", "clients"}
ABOVE: dict[str, set[str]] = {
    # What each feature may import of the others (DESIGN §3: downwards only).
    "geo": set(),
    "registry": {"geo", "access", "notify"},
    "requests": {"geo", "registry", "access", "notify"},
    "evidence": {"geo", "registry", "requests", "access", "notify"},
    "access": {"notify"},
    "notify": set(),
}
FEATURES = set(ABOVE)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that the file imports, at the top or inside a function, but not those under
    `if TYPE_CHECKING`, which never run."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt) and is_type_checking(node):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))


def imported_tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(ast.parse(path.read_text()))}


def is_pure(path: Path) -> bool:
    return path.stem in PURE or path.parent.name == "geo"


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_libraries_stay_where_the_design_puts_them(path: Path) -> None:
    tops = imported_tops(path)
    feature = path.parent.name
    if tops & {"boto3", "botocore"}:
        assert path.stem in MAY_BOTO or feature == "access", "boto3 belongs in a store"
    if "chalice" in tops:
        assert path.name == "app.py" or feature in ("web", "jobs"), "chalice belongs in web or jobs"
    if "h3" in tops:
        assert path.stem == "cells", "h3 belongs in geo/cells.py"


@pytest.mark.parametrize("path", [p for p in SOURCES if is_pure(p)], ids=module_name)
def test_the_pure_core_touches_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text())
    tops = imported_tops(path)
    assert not tops & {"boto3", "botocore", "chalice", "os", "time", "requests", "urllib"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
            value = node.value
            assert not (isinstance(value, ast.Name) and value.id in ("datetime", "date")), (
                f"line {node.lineno} reads the clock"
            )


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_features_import_downwards_only(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    if len(parts) < 3 or parts[1] not in FEATURES:
        return
    feature = parts[1]
    for name in imports(ast.parse(path.read_text())):
        pieces = name.split(".")
        if pieces[0] != "chalicelib" or len(pieces) < 2:
            continue
        other = pieces[1]
        if other in FEATURES and other != feature:
            assert other in ABOVE[feature], f"{feature} must not import {other}"
        above = ("web", "jobs", "bootstrap", "asking", "groundwork", "clients")
        assert other not in above, f"{feature} must not import {other}"


def test_the_application_imports_without_any_aws_environment() -> None:
    """A cold start must not read the environment or make a client before it is asked."""
    bare = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "")}
    script = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise SystemExit('a socket was opened at import')\n"
        "socket.socket.connect = refuse\n"
        "import app\n"
        "print(len(app.app.routes))\n"
        "assert 'h3' not in sys.modules, 'h3 loaded at import'\n"
        "assert 'jinja2' not in sys.modules, 'jinja2 loaded at import'\n"
        # A function is started with the whole application; a job must not pay for these.
        "api = 'answers api_operations coverage_models evidence_models incident_models map_models '"
        "'message_models record_models request_models search_models wording_models'\n"
        "loaded = [name for name in api.split() if f'chalicelib.web.{name}' in sys.modules]\n"
        "assert not loaded, f'models of the API loaded at import: {loaded}'\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_the_entry_point_stays_small() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 60


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_files_have_one_subject(path: Path) -> None:
    """Small rooms: a file is seldom over 300 lines; 400 is where it must be divided."""
    assert len(path.read_text().splitlines()) <= 400
