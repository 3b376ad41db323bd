"""The rules of the house: who may import what, and nothing happens at import time."""

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
    "chalicelib.access.federation.directory_roles",
    "chalicelib.access.permissions",
    "chalicelib.cameras",
    "chalicelib.core.hash_chain",
    "chalicelib.core.quiet_hours",
    "chalicelib.evidence.custody",
    "chalicelib.evidence.model",
    "chalicelib.geo",
    "chalicelib.limits.acts",
    "chalicelib.limits.asker",
    "chalicelib.limits.client_address",
    "chalicelib.integrity.comparison",
    "chalicelib.registry.model",
    "chalicelib.requests.model",
    "chalicelib.requests.recipients.camera_view",
    "chalicelib.requests.reminder_schedule",
    "chalicelib.requests.recorder_clock",
    "chalicelib.requests.threads.model",
}
"""Modules, and packages with all in them, that read no clock and no environment and reach nothing
outside: what the tests without an emulator stand on."""

MAY_BOTO = {
    "chalicelib.access.officers",
    "chalicelib.access.presence.officer_directory",
    "chalicelib.clients",
    "chalicelib.evidence.files",
    "chalicelib.notifications.channels",
}

LAYERS = (
    "core",
    "telemetry",
    "dynamodb",
    "clients",
    "geo",
    "notifications",
    "access",
    "limits",
    "oversight",
    "integrity",
    "cameras",
    "registry",
    "search",
    "incidents",
    "requests",
    "evidence",
    "container",
    "web",
    "jobs",
)
"""From the ground up: a room imports from those before it and from itself, and from nothing else,
`TYPE_CHECKING` included. Two are single files: `clients` is what services are made with, and
`container` holds the services of all rooms, which each room puts together in its `services`."""

REQUESTS = (
    "model",
    "records recorder_clock reminder_schedule standings told_words",
    "recipient_states",
    "store",
    "closing digest",
    "recipients",
    "replies reminders",
    "coverage threads",
    "overviews",
    "sending request_service withdrawals",
)
"""The rooms of requests and their modules on floors: one imports from those below its own."""

LARGEST_ROOM = 14
"""Modules in one folder, besides its `__init__`; about twelve are meant."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that the file imports: at the top, inside a function, or for types alone."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))


def imported_tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(ast.parse(path.read_text()))}


def is_pure(path: Path) -> bool:
    return any(module_name(path) == one or module_name(path).startswith(one + ".") for one in PURE)


def room(path: Path) -> str:
    """Its layer: the package, or the file at the top."""
    return path.relative_to(ROOT / "chalicelib").with_suffix("").parts[0]


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_libraries_stay_where_the_design_puts_them(path: Path) -> None:
    tops = imported_tops(path)
    if tops & {"boto3", "botocore"}:
        assert module_name(path) in MAY_BOTO, "boto3 belongs in a channel, a store or the wiring"
    if "chalice" in tops:
        assert path.name == "app.py" or room(path) in ("web", "jobs"), "chalice is for entry points"
    if "h3" in tops:
        assert module_name(path) == "chalicelib.geo.h3_cells"


@pytest.mark.parametrize("path", [p for p in SOURCES if is_pure(p)], ids=module_name)
def test_the_pure_core_touches_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text())
    # urllib.parse only takes texts apart.
    tops = {one.split(".")[0] for one in imports(tree) if not one.startswith("urllib.parse")}
    assert not tops & {"boto3", "botocore", "chalice", "os", "time", "requests", "urllib"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
            value = node.value
            assert not (isinstance(value, ast.Name) and value.id in ("datetime", "date")), (
                f"line {node.lineno} reads the clock"
            )


HOUSE = [path for path in SOURCES if path.name not in ("app.py", "__init__.py")]


@pytest.mark.parametrize("path", HOUSE, ids=module_name)
def test_rooms_import_downwards_only(path: Path) -> None:
    own = LAYERS.index(room(path))
    for name in imports(ast.parse(path.read_text())):
        pieces = name.split(".")
        if pieces[0] == "chalicelib" and len(pieces) > 1:
            assert LAYERS.index(pieces[1]) <= own, f"{room(path)} must not import {name}"


def test_no_two_modules_need_each_other() -> None:
    """A circle cannot be read from top to bottom, nor imported in any order."""
    names = {module_name(path) for path in HOUSE}
    needs = {
        module_name(path): {one for one in imports(ast.parse(path.read_text())) if one in names}
        for path in HOUSE
    }
    done: set[str] = set()
    while ready := {name for name in names - done if needs[name] <= done | {name}}:
        done |= ready
    assert not names - done, "these are in a circle or stand on one"


def test_rooms_of_requests_import_downwards_only() -> None:
    requests = ROOT / "chalicelib" / "requests"
    order = {name: floor for floor, names in enumerate(REQUESTS) for name in names.split()}
    for path in sorted(requests.rglob("*.py")):
        own = path.relative_to(requests).with_suffix("").parts[0]
        for name in imports(ast.parse(path.read_text())):
            pieces = name.split(".")
            if pieces[:2] == ["chalicelib", "requests"] and len(pieces) > 2:
                other = pieces[2]
                if other in order and own in order and other != own:
                    assert order[other] < order[own], f"{path} imports {name}"
    there = {p.name for p in requests.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert there <= set(order), "a room without a floor"


def test_every_room_can_be_looked_over_and_says_what_it_is_for() -> None:
    for folder in {path.parent for path in HOUSE} - {ROOT / "chalicelib"}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= LARGEST_ROOM, folder
        said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
        assert said and len(said.splitlines()) >= 2, f"{folder} does not say what lives there"


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
        "for name in ('phonenumbers', 'email_validator', 'idna', 'dns'):\n"
        "    assert name not in sys.modules, f'{name} loaded at import'\n"
        "read = 'chalicelib.cameras.catalogue_file'\n"
        "assert read not in sys.modules, 'the catalogue of makes loaded at import'\n"
        # A function is started with the whole application; a job must not pay for these.
        "api = 'models.answers api.operations models.coverage_models models.evidence_models '"
        "'models.incident_models models.map_models models.message_models models.record_models '"
        "'models.request_models models.search_models models.wording_models'\n"
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
