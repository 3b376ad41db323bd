"""Writes docs/licences.md: what is shipped with the application, and under which licence.

python -m infra.commands.licences            # writes the page
python -m infra.commands.licences --check    # fails when it is old, or a licence is not allowed

Python packages are asked by pip-licenses; those of the browser say theirs in package-lock.json.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.building.steps import run_command
from infra.errors import report_errors
from infra.paths import ROOT

DOCUMENT = ROOT / "docs" / "licences.md"
LOCK = ROOT / "frontend" / "package-lock.json"
MAY_SHIP = {
    "0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause",
    "CC0-1.0", "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "ISC", "MIT", "MIT License",
    "MIT-0", "MIT No Attribution License (MIT-0)", "PSF-2.0", "The Unlicense (Unlicense)",
}  # fmt: skip
"""Whoever runs the application may pass it on under any terms, when it names the authors."""
MAY_BE_A_TOOL = MAY_SHIP | {
    # These ask for the source of what is changed and passed on; tools are neither.
    "BSD-3-Clause and Public-Domain", "CNRI-Python", "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)", "Zlib",
    "GNU Library or Lesser General Public License (LGPL)", "Python Software Foundation License",
}  # fmt: skip

INTRODUCTION = """\
# What is shipped, and under which licence

This page is made by `python -m infra.commands.licences`; `make lint` fails when it is out of date
or a licence is not among those that `infra/commands/licences.py` allows. What an allowed licence
asks for is that its text and the authors' names go with every copy: Python packages carry theirs
within the Lambda package, and the build of the front end keeps the browser's beside the scripts
(`/assets/licences.md`). Tools that build and test are checked too, by a longer list, and not named.
"""


@dataclass(frozen=True, order=True)
class Licensed:
    """One package as its own description has it."""

    name: str
    version: str
    licence: str
    ships: bool

    def refused(self) -> str:
        """Name what is not allowed of its licence; "" when all is.

        Of "A OR B" both have to be allowed, which is stricter than need be and easy to see.
        """
        allowed = MAY_SHIP if self.ships else MAY_BE_A_TOOL
        whole = re.sub(r"^\((.*)\)$", r"\1", self.licence)
        named = re.split(r" AND | OR |; ", whole)
        return ", ".join(one for one in named if one not in allowed)


def python_packages() -> Iterator[Licensed]:
    """Read what is installed here: what requirements.txt names ships, and so does Chalice."""
    program = Path(sys.executable).parent / "pip-licenses"
    asked: list[str | Path] = [program, "--from=mixed", "--format=json"]
    requirements = (ROOT / "requirements.txt").read_text()
    shipped = {_folded(one) for one in re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE)}
    shipped.add("chalice")  # it puts what it needs at run time into the package
    for one in json.loads(run_command(asked, ROOT, "Reading licences (pip-licenses)")):
        name = _folded(one["Name"])
        yield Licensed(name, one["Version"], one["License"], name in shipped)


def node_packages() -> Iterator[Licensed]:
    """Read the lock file: what is not for development alone may end in the browser."""
    for path, one in json.loads(LOCK.read_text())["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            yield Licensed(name, one["version"], one.get("license", "none"), not one.get("dev"))


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def document(python: list[Licensed], node: list[Licensed]) -> str:
    """Make the page."""
    parts = [INTRODUCTION]
    for title, packages in (("In the functions", python), ("In the browser", node)):
        rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in sorted(packages) if p.ships]
        parts.append(
            "\n".join([f"## {title}", "| package | version | licence |", "|---|---|---|", *rows])
        )
    return "\n".join(f"{part}\n" for part in parts).replace("\n\n\n", "\n\n")


def main() -> int:
    """Run the command line: write the page, or check it and the licences."""
    python, node = list(python_packages()), list(node_packages())
    said = [f"{one.name}: {refused}" for one in (*python, *node) if (refused := one.refused())]
    page = document(python, node)
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(page)
    elif DOCUMENT.read_text() != page:
        said.append("docs/licences.md is out of date: run `python -m infra.commands.licences`")
    for line in said:
        print(line)
    return 1 if said else 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
