"""Whatever the audit and custody records can hold has words for the people who read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from chalicelib.access.audit import Action
from chalicelib.access.audit_words import (
    DETAILS,
    ROUTES,
    SUBJECTS,
    VALUES,
    actor_words,
    detail_words,
    subject_words,
)
from chalicelib.evidence.custody import CustodyAct
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import EvidenceKind
from chalicelib.requests.model import ANSWERS, RecipientState
from chalicelib.requests.recorder_clock import CheckMethod
from chalicelib.web.http.routing import DECLARED

PACKAGE = Path(__file__).parents[2] / "chalicelib"
WRITERS = {"record_act", "custody_draft"}


def entries() -> Iterator[tuple[Path, ast.Call]]:
    """Every call that writes an entry of the audit record or of a custody record."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(node, "func", None)
            if getattr(called, "attr", getattr(called, "id", "")) in WRITERS:
                assert isinstance(node, ast.Call)
                yield file, node


def test_every_route_that_can_refuse_somebody_has_words_and_none_has_them_in_vain() -> None:
    assert app.app.routes
    refusing = {f"{route.method} {route.path}" for route in DECLARED if route.permission}
    assert set(ROUTES) == refusing


@pytest.mark.parametrize("words", [*Action, *CustodyAct, *ROUTES.values(), *SUBJECTS.values()])
def test_words_are_no_values_of_programs(words: str) -> None:
    assert words == words.strip() and "_" not in words and "/" not in words and "{" not in words


def test_every_detail_has_words() -> None:
    named = {
        keyword.arg
        for _, call in entries()
        for keyword in call.keywords
        if keyword.arg and keyword.arg != "reason"
    }
    assert len(named) > 20, "the guard looks for the wrong calls"
    assert named - set(DETAILS) == set()


def test_every_kind_of_subject_has_words() -> None:
    found = set()
    for _, call in entries():
        subject = call.args[2] if len(call.args) > 2 else None
        if isinstance(subject, ast.JoinedStr) and isinstance(subject.values[0], ast.Constant):
            found.add(str(subject.values[0].value).split(".")[0])
        elif isinstance(subject, ast.Constant) and isinstance(subject.value, str) and subject.value:
            found.add(subject.value)
    assert {"incident", "request", "site", "owner", "route", "sign-in"} <= found
    assert found - {"route"} - set(SUBJECTS) == set()


@pytest.mark.parametrize(
    "detail, values",
    [
        ("answer", {*ANSWERS, RecipientState.UPLOADED}),
        ("how", set(CheckMethod)),
        ("kind", set(EvidenceKind)),
        ("structure", set(Structure)),
    ],
)
def test_every_value_that_is_a_state_has_words(detail: str, values: set[str]) -> None:
    assert {str(value) for value in values} == set(VALUES[detail])


@pytest.mark.parametrize(
    "subject, words",
    [
        ("incident.4f0c", ("Incident", "4f0c")),
        ("evidence.4f0c", ("Footage", "4f0c")),
        ("route.GET /console/map", ("Map page", "")),
        ("route.POST /api/v1/incidents", ("API: recording an incident", "")),
        ("map.sites", ("Sites on the map", "")),
        ("sign-in", ("Sign-in", "")),
        ("audit", ("Audit record", "")),
        ("unheard.of", ("unheard.of", "")),
    ],
)
def test_what_an_entry_is_about(subject: str, words: tuple[str, str]) -> None:
    assert subject_words(subject) == words


def test_who_did_something() -> None:
    assert actor_words("officer.4f", "dana") == "dana"
    assert actor_words("officer.4f") == "Officer 4f" and actor_words("owner.4f") == "Owner 4f"
    assert actor_words("system.sign-in-3f") == actor_words("system.receive.4f") == "Sightline"


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("answer", "nothing", ("Answer", "nothing to see")),
        ("cameras", "1 saved, 2 unavailable", ("Cameras", "1 saved the footage, 2 cannot help")),
        ("cameras", "2", ("Cameras", "2")),
        ("beyond_limits", "0", ("Over the limits", "no")),
        ("of_later", "x", ("of later", "x")),
    ],
)
def test_details(name: str, value: str, said: tuple[str, str]) -> None:
    assert detail_words(name, value) == said
