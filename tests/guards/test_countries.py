"""Nothing but chalicelib/core/countries.py says how a country writes its postcodes and telephones,
or takes a place to be in one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = ROOT / "chalicelib" / "core" / "countries.py"

NAMED = re.compile(
    r"""Britain | British | United\ Kingdom | \bEngland\b | \bLondon\b | police\.uk | \bOfcom\b |
    (?<!org\.)\bUK\b(?!\ GDPR) | \bGMT\b | \bBST\b | \+44 | 0044 | \b07700 | \bB1\ 1AY\b |
    \bZIP\ code | \b5[0-9]\.[0-9]{3,} """,
    re.VERBOSE | re.IGNORECASE,
)
"""Of a country: names, words, clocks, numbers, a position in it."""

EXAMPLES = {"api/response_examples.py", "models/map_models.py"}
"""Positions in the API's description; a reader sees that they are examples."""

TEXTS = sorted(
    path
    for folder in ("web/templates", "notifications/templates")
    for path in (ROOT / "chalicelib" / folder).rglob("*")
    if path.suffix in (".html", ".txt")
)
SOURCES = sorted(
    path
    for path in (ROOT / "chalicelib").rglob("*.py")
    if path != OWN and "/".join(path.parts[-2:]) not in EXAMPLES
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _values(tree: ast.Module) -> Iterator[str]:
    """Texts and numbers that the program works with; what explains it may name a country."""
    explains = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in explains:
            yield str(node.value)
        elif isinstance(node, ast.Name):
            yield node.id.replace("_", " ")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name.replace("_", " ")


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_code_names_a_country(path: Path) -> None:
    found = [text for text in _values(ast.parse(path.read_text())) if NAMED.search(text)]
    assert found == []


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_no_page_and_no_message_names_a_country(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert NAMED.findall(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "BRITAIN",
        "Enter a full UK postcode",
        "is uk mobile",
        "+447700900000",
        "BST",
        "52.4800",
        "ZIP code",
    ],
)
def test_the_guard_sees_what_it_looks_for(text: str) -> None:
    assert NAMED.search(text)
