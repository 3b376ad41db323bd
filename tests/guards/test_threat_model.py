"""Each threat that the threat model names has tests that there are, or says why it has none."""

from __future__ import annotations

import ast
import re

import pytest

from infra.paths import ROOT

DOCUMENT = ROOT / "docs" / "threat-model.md"
HEADING = re.compile(r"^\|.*\| shown by \|$")
NAMED = re.compile(r"`([\w/]*(?:test_\w+|stored_rightly)(?:::\w+)?)`")
UNTESTED = re.compile(r"not tested: \w+ \w+")
MODULES = {
    path.relative_to(ROOT / "tests").with_suffix("").as_posix(): path
    for path in (ROOT / "tests").rglob("*.py")
}


def lines() -> list[tuple[str, str]]:
    """What each line of the tables is about, and its cell that says what shows it."""
    found, inside = [], False
    for line in DOCUMENT.read_text().splitlines():
        if HEADING.match(line):
            inside = True
        elif inside and line.startswith("| "):
            _, about, _, cell, _ = re.split(r" *\| *", line)
            found.append((about, cell))
        elif not line.startswith("|---"):
            inside = False
    return found


LINES = lines()


def said_wrong(cell: str) -> list[str]:
    """What is wrong with a cell that names tests."""
    wrong = [] if NAMED.search(cell) or UNTESTED.search(cell) else ["names no test"]
    for name in NAMED.findall(cell):
        module, _, function = name.partition("::")
        there = [path for one, path in MODULES.items() if f"/{one}".endswith(f"/{module}")]
        if len(there) != 1:
            wrong.append(f"{module} is the name of {len(there)} modules")
        elif function and function not in functions_in(there[0].read_text()):
            wrong.append(f"{module} has no {function}")
    return wrong


def functions_in(source: str) -> set[str]:
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("about", "cell"), LINES, ids=[about for about, _ in LINES])
def test_each_threat_has_tests_that_there_are(about: str, cell: str) -> None:
    assert said_wrong(cell) == []


def test_every_table_of_threats_is_read() -> None:
    text = DOCUMENT.read_text()
    assert len(re.findall(r"^\| threat \|", text, re.MULTILINE)) == 5 and len(LINES) > 55


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("`test_threat_model`, `guards/test_telemetry`", []),
        ("`test_threat_model::test_each_threat_has_tests_that_there_are`", []),
        ("not tested: the emulator has no web ACL", []),
        ("requests tests", ["names no test"]),
        ("not tested: later", ["names no test"]),
        ("`test_telemetry`", ["test_telemetry is the name of 3 modules"]),
        ("`test_gone`", ["test_gone is the name of 0 modules"]),
        ("`test_threat_model::test_gone`", ["test_threat_model has no test_gone"]),
    ],
)
def test_a_line_that_promises_too_much_is_found(cell: str, wrong: list[str]) -> None:
    assert said_wrong(cell) == wrong
