"""The repository explains itself: what its pages name is there, and nothing outside is named."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`((?:chalicelib|infra|tests|docs|frontend)/[\w./-]+\.(?:py|md|yaml|json|ts))`")
WITHIN = re.compile(
    r"`((?:core|geo|registry|search|requests|evidence|access|cameras|incidents|notifications|web)"
    r"/[\w./-]+\.py)`"
)
FILES = subprocess.run(
    ["git", "ls-files"],  # noqa: S607 - git as whoever runs the tests has it
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
LINKED = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
BUILT = {"chalicelib/web/assets.json"}
"""Made by the front end's build, so not in a checkout that was not built yet."""
PAGES = [name for name in FILES if name.endswith(".md")]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    said = (ROOT / page).read_text()
    missing = [name for name in {*NAMED.findall(said)} - BUILT if not (ROOT / name).exists()]
    missing += [name for name in WITHIN.findall(said) if not (ROOT / "chalicelib" / name).exists()]
    here = (ROOT / page).parent
    missing += [link for link in LINKED.findall(said) if not (here / link).exists()]
    assert not missing


def test_nothing_refers_to_a_page_outside_the_repository() -> None:
    own = Path(__file__).name
    for name in FILES:
        if name.endswith((".py", ".md", ".html", ".yaml", ".toml", ".ts")) and own not in name:
            assert "DESIGN" not in (ROOT / name).read_text(), name
