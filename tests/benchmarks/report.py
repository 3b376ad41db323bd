"""Keeps docs/benchmarks.md: what the search benchmark printed, a section for each size and region.

    python -m tests.benchmarks.search … | tee lines
    python -m tests.benchmarks.report "python -m tests.benchmarks.search …" < lines

A section is replaced when its size was measured again at the same postcodes; the others stay.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.paths import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """# What a search reads and costs

Printed by the search benchmark over real postcodes, beside `dynamodb-geo` (PyPI `dynamodbgeo`)
with the same sites, the same circles and the same cameras in its items. Means over the circles.
Read units are by the AWS rule from real item bytes, eventually consistent; a query that finds
nothing costs half a unit.

- *trips*: how often a search waits for the table, with eight queries at once; nothing is read
  before them
- *ratio*: what was read over what the matches alone would cost in one query
- *cold*: the ratio with each search the first of a process, which knows nothing of how dense
  sites are
- *of theirs*: our read units as a part of dynamodb-geo's
- *plan*: the median time of planning one search, in milliseconds
- *cpu*: processor time of a whole search over that of a bare boto3 Query that returns the items
  which the search read; *ms*: that time

`python -m tests.benchmarks.search --help` says more.
"""

COLUMNS = (
    "radius",
    "matches",
    "queries",
    "trips",
    "read units",
    "ratio",
    "cold",
    "plan",
    "cpu",
    "ms",
    "their queries",
    "their units",
    "their ratio",
    "of theirs",
)

Line = dict[str, Any]


def machine() -> str:
    """What this was measured on, in a line."""
    model = platform.machine()
    names = Path("/proc/cpuinfo")
    if names.exists():
        found = re.search(r"model name\s*: (.*)", names.read_text())
        model = found.group(1) if found else model
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}"


Name = tuple[int, str]
"""Of a section: how many registrations, at which postcodes."""


def sections(lines: Iterable[Line], command: str) -> dict[Name, str]:
    """A section for each number of registrations among the lines."""
    where = re.search(r"--postcodes \S*?([^/\s]+)(?:\s|$)", command)
    place = where.group(1) if where else "?"
    found: dict[int, dict[int, dict[str, Line]]] = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        found[line["registrations"]][line["radius_m"]][line["system"]] = line
    made = {}
    for registrations, radii in found.items():
        rows = [_row(radius, systems) for radius, systems in sorted(radii.items())]
        table = "\n".join([_cells(COLUMNS), "|---" * len(COLUMNS) + "|", *rows])
        said = f"`{command}`\n\non {machine()}"
        title = f"## {registrations:,} registrations, {place}"
        made[registrations, place] = f"{title}\n\n{said}\n\n{table}\n"
    return made


def _cells(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _row(radius: int, systems: dict[str, Line]) -> str:
    ours, theirs = systems.get("sightline", {}), systems.get("dynamodb-geo", {})

    def cell(line: Line, name: str, digits: int = 2) -> str:
        return f"{line[name]:,.{digits}f}" if name in line else "–"

    share = f"{ours['read_units'] / theirs['read_units']:.0%}" if ours and theirs else "–"
    return _cells(
        [
            f"{radius} m",
            cell(ours, "items_matched", 1),
            cell(ours, "queries", 1),
            cell(ours, "round_trips", 1),
            cell(ours, "read_units"),
            cell(ours, "ratio"),
            cell(ours, "cold_ratio"),
            cell(ours, "plan_ms", 1),
            cell(ours, "cpu_ratio"),
            cell(ours, "cpu_ms", 1),
            cell(theirs, "queries", 1),
            cell(theirs, "read_units"),
            cell(theirs, "ratio"),
            share,
        ]
    )


def kept(page: str) -> dict[Name, str]:
    """The sections of a page as it stands."""
    found = {}
    for part in page.split("\n## ")[1:]:
        number, place = part.split("\n", 1)[0].split(" registrations, ")
        found[int(number.replace(",", "")), place] = f"## {part.rstrip()}\n"
    return found


def write(lines: Iterable[Line], command: str) -> None:
    """Brings the page up to date with the lines of one run."""
    before = kept(PAGE.read_text()) if PAGE.exists() else {}
    made = before | sections(lines, command)
    PAGE.write_text("\n".join([HEAD, *(made[name] for name in sorted(made))]))


def main() -> None:
    """Reads the lines from the standard input and writes the page."""
    if len(sys.argv) != 2:
        raise SystemExit((__doc__ or "").strip())
    write((json.loads(line) for line in sys.stdin if line.startswith("{")), sys.argv[1])
    print(f"Written: {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
