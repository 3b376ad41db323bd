"""What documents say of the code is true: paths exist, drawings are of today, lists are whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from chalicelib.web.api.operations import OPERATIONS
from infra import lint
from infra.commands import architecture

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = ("chalicelib/", "infra/", "tests/", "frontend/src/")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def kept() -> list[Path]:
    """The repository's files: those that git has, or would have."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for one in done.stdout.split("\0") if one and (path := ROOT / one).is_file()]


FILES = {name(path) for path in kept()}
BUILT = {"chalicelib/web/assets.json"}
"""Made by the front end's build, so not in a checkout that was not built yet."""
TESTS = {Path(one).stem for one in FILES if one.startswith("tests/")}


def named_paths(text: str) -> list[str]:
    """What a document names as a file or folder of ours, with or without the first folder."""
    spans = [span.removesuffix("/") for span in re.findall(r"`([\w./*-]+)`", text)]
    code = [span for span in spans if span.endswith((".py", ".yaml")) or span.startswith(OURS)]
    links = re.findall(r"\]\((?:\.\./)*((?:chalicelib|infra|tests)/[^)#]+)\)", text)
    return [*code, *links]


def exists(path: str) -> bool:
    """True when a file has this path, or ends with it, or is in this folder; * is any name."""
    if path in BUILT:
        return True
    pattern = re.escape(path).replace(r"\*", r"[^/]*")
    return any(re.search(rf"(?:^|/){pattern}(?:$|/)", one) for one in FILES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    assert [path for path in named_paths(document.read_text()) if not exists(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_test_that_a_document_names_exists(document: Path) -> None:
    named = re.findall(r"`(?:\w+/)*(test_\w+)`", document.read_text())
    assert [one for one in named if one not in TESTS] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", document.read_text())
    assert [one for one in links if not (document.parent / one).exists()] == []


def test_nothing_refers_to_a_page_outside_the_repository() -> None:
    own = name(Path(__file__))
    for one in FILES - {own}:
        if one.endswith((".py", ".md", ".html", ".yaml", ".toml", ".ts")):
            assert "DESIGN" not in (ROOT / one).read_text(), one


def test_the_house_is_drawn_as_it_stands() -> None:
    told = "run `python -m infra.commands.architecture`"
    assert architecture.DOCUMENT.read_text() == architecture.document(), told


def test_a_drawing_shows_each_way_once() -> None:
    needed = {"top": {"middle", "ground"}, "middle": {"ground"}, "ground": set[str]()}
    assert architecture.rooms_by_floor(needed) == [["ground"], ["middle"], ["top"]]
    assert architecture.direct_imports(needed)["top"] == {"middle"}


def test_a_circle_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="a, b"):
        architecture.rooms_by_floor({"a": {"b"}, "b": {"a"}, "c": set()})


def test_where_to_change_something_counts_the_files_that_it_names() -> None:
    row = re.compile(r"^\| (.+?) \| (\d+) \| (.+) \|$", re.MULTILINE)
    found = row.findall(architecture.DOCUMENT.read_text())
    rows = [(what, int(count), which) for what, count, which in found if "/" in which]
    assert len(rows) >= 7
    for what, count, which in rows:
        assert len(re.findall(r"`[\w./]+/[\w.]+`", which)) == count, what


def test_the_interface_has_every_call_of_the_api() -> None:
    told = (ROOT / "docs" / "interface.md").read_text()
    named = set(re.findall(r"`(GET|POST|PUT|DELETE|PATCH) (/api/v1/[^`?]+)`", told))
    assert named == set(OPERATIONS)


def test_the_index_names_every_document() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    others = [path for path in (ROOT / "docs").rglob("*.md") if path.name != "README.md"]
    assert [one for one in others if f"({one.relative_to(ROOT / 'docs')})" not in index] == []


def test_the_hooks_before_a_commit_are_the_checks_of_make_lint() -> None:
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert {repo["repo"] for repo in configuration["repos"]} == {"local"}, "hooks from the network"
    hooks = [hook for repo in configuration["repos"] for hook in repo["hooks"]]
    assert [hook["id"] for hook in hooks] == list(lint.CHECKS)
    for hook in hooks:
        assert hook["entry"] == f".venv/bin/python -m infra.lint {hook['id']}"
