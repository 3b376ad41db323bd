"""Constructors take what belongs together: whoever makes a service sees at once what it needs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "chalicelib"

MOST = 6

DECLARATIONS = {"StoredRecord"}
"""No services: what they are given is said once, by name, where a record is declared."""


def _classes() -> dict[str, ast.ClassDef]:
    found: dict[str, ast.ClassDef] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found[f"{path.relative_to(HOUSE)} {node.name}"] = node
    return found


def _services() -> set[str]:
    """The classes of which the features' `services` modules make objects."""
    return {
        node.func.id
        for path in HOUSE.rglob("services.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


CLASSES, SERVICES = _classes(), _services()


def arguments(made: ast.ClassDef) -> list[str]:
    """What its constructor takes; of a service without one, which is a dataclass, its fields."""
    for node in made.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return [one.arg for one in (*node.args.args[1:], *node.args.kwonlyargs)]
    if made.name not in SERVICES:
        return []
    fields = [node.target for node in made.body if isinstance(node, ast.AnnAssign)]
    return [one.id for one in fields if isinstance(one, ast.Name)]


@pytest.mark.parametrize("place", CLASSES)
def test_no_constructor_takes_more_than_six_arguments(place: str) -> None:
    made = CLASSES[place]
    if made.name not in DECLARATIONS:
        assert len(arguments(made)) <= MOST, f"{place} takes {', '.join(arguments(made))}"


def test_what_may_take_more_does_so() -> None:
    """An exception that is not needed any more is taken off the list."""
    taking_more = {made.name for made in CLASSES.values() if len(arguments(made)) > MOST}
    assert taking_more == DECLARATIONS


def test_services_are_found() -> None:
    assert {"SiteStore", "RequestService", "Mailer", "CoverageReport"} <= SERVICES
