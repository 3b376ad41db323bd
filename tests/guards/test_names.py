"""A name means one thing: who searches for a class or a public function finds one place."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(file for top in ("chalicelib", "infra") for file in (ROOT / top).rglob("*.py"))

MAY_RECUR = {
    "arguments": "what a command of infra.commands takes; infra.manage calls it by this name",
    "document": "the whole page that a command of infra.commands makes",
    "prove": "what a check of infra.first_day does; infra.first_day.running calls it by this name",
    "main": "where a program that is started by its name begins",
    "run": "what a command of infra.commands does; infra.manage calls it by this name",
}
"""Public functions that stand more than once, and why."""

BARE_VERBS = {
    "again", "answer", "ask", "begin", "change", "check", "close", "confirm", "create", "do",
    "find", "get", "go", "listing", "look", "make", "new", "note", "open", "put", "read",
    "remind", "remove", "reopen", "said", "say", "search", "see", "send", "show", "some", "stop",
    "take", "tell", "told", "together", "use", "view", "wait", "withdraw", "write",
}  # fmt: skip
"""As the whole name of a public function these say nothing of what is done to what."""

BARE_METHODS = {
    "again", "ask", "look", "note", "said", "some", "take", "tell", "together", "told",
}  # fmt: skip
"""The same of methods, where the class seldom says it either. The others are fine beside the name
of a class: `Table.get`, `Mailer.send`."""

AS_THEY_ARE = {
    "remind": "the function of AWS that the state machine calls has this name",
}
"""Functions that have a bare verb for a name, and why."""


def _place(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield _place(file), node


def _functions() -> Iterator[tuple[str, str]]:
    for file in FILES:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                yield _place(file), node.name


def _twice(found: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = defaultdict(list)
    for place, name in found:
        places[name].append(place)
    return {name: those for name, those in places.items() if len(those) > 1}


def test_a_class_name_stands_once() -> None:
    assert _twice((place, node.name) for place, node in _classes()) == {}


def test_the_name_of_a_public_function_stands_once() -> None:
    twice = _twice(_functions())
    assert {name: places for name, places in twice.items() if name not in MAY_RECUR} == {}
    assert set(twice) == set(MAY_RECUR), "no longer needs to be listed"


def test_public_functions_say_what_they_do_to_what() -> None:
    bare = {name: place for place, name in _functions() if name in BARE_VERBS}
    assert set(bare) == set(AS_THEY_ARE), bare


@pytest.mark.parametrize("word", sorted(BARE_METHODS))
def test_methods_say_what_they_do_to_what(word: str) -> None:
    found = [
        f"{place}: {owner.name}.{word}"
        for place, owner in _classes()
        for node in owner.body
        if isinstance(node, ast.FunctionDef) and node.name == word
    ]
    assert found == []
