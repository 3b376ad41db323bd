"""What comes from outside is what was looked at: packages by their hashes, licences that allow it,
and one tool for each rule of security. docs/decisions/0027-supply-chain.md says why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infra.commands.licences import MAY_BE_A_TOOL, MAY_SHIP, Licensed
from infra.commands.requirements import LISTS
from infra.paths import ROOT

ENTRY = re.compile(
    r"^([\w.-]+)==([\w.]+)((?: ;[^\\]+)?)((?: \\\n {4}--hash=sha256:[0-9a-f]{64})+)\n"
)
VIA = re.compile(r"(?: {4}# .*\n)+")


def asked(name: str) -> dict[str, str]:
    """What requirements*.in asks for, each with the comment above it."""
    found, said = {}, ""
    for line in (ROOT / f"{name}.in").read_text().splitlines():
        if line.startswith("#"):
            said += line
        elif line.startswith("-") or not line:
            said = ""
        else:
            found[folded(re.split(r"[\[=<>~ ]", line)[0])], said = said, ""
    return found


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(name: str) -> list[tuple[str, str, str]]:
    """By package its version and on whose account it is there; fails on anything without a hash."""
    rest = re.sub(r"^(#.*\n)+", "", (ROOT / f"{name}.txt").read_text())
    found = []
    while rest:
        entry = ENTRY.match(rest)
        assert entry, f"{name}.txt has a package without a hash: {rest[:60]}"
        via = VIA.match(rest, entry.end())
        assert via, f"{name}.txt does not say why {entry[1]} is there"
        found.append((folded(entry[1]), entry[2], via[0]))
        rest = rest[via.end() :]
    return found


@pytest.mark.parametrize("name", LISTS)
def test_every_package_has_a_version_hashes_and_a_reason(name: str) -> None:
    direct = {one for one, _, via in entries(name) if re.search(rf"-r {name}\.in\b", via)}
    assert direct == set(asked(name)), "run `python -m infra.commands.requirements`"
    assert [one for one, said in asked(name).items() if not said] == []


def test_every_list_is_made_and_installed_by_its_hashes() -> None:
    assert {path.stem for path in ROOT.glob("requirements*.txt")} == set(LISTS)
    assert {path.stem for path in ROOT.glob("requirements*.in")} == set(LISTS)
    for place in ("Makefile", "infra/building/package.py", "infra/building/environments.py"):
        assert (ROOT / place).read_text().count("require-hashes") == 1, place
    others = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "infra").rglob("*.py")
        if re.search(r'"pip", "(install|download)"', path.read_text())
    ]
    assert sorted(others) == ["infra/building/environments.py", "infra/building/package.py"]


def test_what_is_tested_is_what_is_shipped() -> None:
    shipped = {(name, version) for name, version, _ in entries("requirements")}
    assert shipped <= {(name, version) for name, version, _ in entries("requirements-dev")}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_where_packages_come_from(name: str) -> None:
    for end in ("in", "txt"):
        assert "://" not in (ROOT / f"{name}.{end}").read_text()


def test_a_package_of_another_content_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    (listed,) = re.findall(
        r"^six==.*(?:\n {4}--hash.*)+", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    (tmp_path / "six.txt").write_text(f"{listed}\n")
    wheels = tmp_path / "wheels"
    subprocess.run([*command, "-r", tmp_path / "six.txt", "-d", wheels], check=True)
    wheel = next(wheels.glob("six-*.whl"))
    (tmp_path / wheel.name).write_bytes(wheel.read_bytes() + b" ")
    answers = []
    for source in (wheels, tmp_path):
        to = tmp_path / f"to-{source.name}"
        done = subprocess.run(
            [*command, "--no-index", "--find-links", source, "-r", tmp_path / "six.txt", "-d", to],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        answers.append((done.returncode == 0, "DO NOT MATCH THE HASHES" in done.stderr))
    assert answers == [(True, False), (False, True)]


def test_npm_takes_only_what_its_lock_file_has_by_hash() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert [name for name, one in packages.items() if name and not one.get("integrity")] == []
    assert '["npm", "ci",' in (ROOT / "infra" / "building" / "frontend.py").read_text()


@pytest.mark.parametrize(
    ("licence", "ships", "refused"),
    [
        ("MIT", True, ""),
        ("(MIT OR Apache-2.0)", True, ""),
        ("MPL-2.0 AND MIT", True, "MPL-2.0"),
        ("MPL-2.0 AND MIT", False, ""),
        ("The Unlicense (Unlicense)", True, ""),
        ("GPL-3.0-only", False, "GPL-3.0-only"),
        ("UNKNOWN", False, "UNKNOWN"),
        ("none", False, "none"),
    ],
)
def test_a_licence_is_allowed_by_name(licence: str, ships: bool, refused: str) -> None:
    assert Licensed("a", "1", licence, ships).refused() == refused
    assert MAY_SHIP < MAY_BE_A_TOOL


def told(program: str, *arguments: str) -> str:
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_each_rule_of_bandit_is_held_by_one_tool() -> None:
    known = json.loads(told("ruff", "rule", "--all", "--output-format", "json"))
    by_ruff = {
        f"B{rule['code'][1:]}"
        for rule in known
        if re.fullmatch(r"S\d{3}", rule["code"] or "") and "Stable" in rule["status"]
    }
    every = set(re.findall(r"^\s+(B\d{3})\s", told("bandit", "--help"), re.MULTILINE))
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert "S" in settings["ruff"]["lint"]["select"]
    assert set(settings["bandit"]["tests"]) == every - by_ruff
