"""Writes docs/benchmarks.md from what the benchmarks printed.

    python -m tests.benchmarks.search … > lines; python -m tests.benchmarks.report "COMMAND" < lines

Lines of several runs may be given together; each line says how many registrations it is about.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.paths import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = """# What a search reads and costs

Printed by the search benchmark; `python -m tests.benchmarks.search --help` says how it measures. Means
over the circles; *ratio* is what was read over what the matches alone would cost in one query. *of
dynamodb-geo* is our read units over theirs. *cpu* is our processor time for a whole search over that of a
bare boto3 Query returning the items that the search read.
"""


def machine() -> str:
    """What this was measured on, in a line."""
    model = platform.machine()
    names = Path("/proc/cpuinfo")
    if names.exists():
        for row in names.read_text().splitlines():
            if row.startswith("model name"):
                model = row.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}"


def page(lines: Iterable[dict[str, Any]], command: str) -> str:
    """The whole page."""
    found: dict[int, dict[int, dict[str, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        if "system" in line:
            found[line["registrations"]][line["radius_m"]][line["system"]] = line
    parts = [HEAD, f"Machine: {machine()}. Command:\n\n    {command}\n"]
    for registrations, radii in sorted(found.items()):
        parts.append(f"\n## {registrations:,} registrations\n")
        parts.append(
            "| radius | matches | queries | read units | counts read | ratio | their queries | "
            "their read units | their ratio | of dynamodb-geo | cpu | ms |\n" + "|---" * 12 + "|"
        )
        parts += [_row(radius, systems) for radius, systems in sorted(radii.items())]
    return "\n".join(parts) + "\n"


def _row(radius: int, systems: dict[str, dict[str, Any]]) -> str:
    ours, theirs = systems.get("sightline", {}), systems.get("dynamodb-geo", {})

    def cell(line: dict[str, Any], name: str, digits: int = 2) -> str:
        return f"{line[name]:,.{digits}f}" if name in line else "–"

    share = f"{ours['read_units'] / theirs['read_units']:.0%}" if ours and theirs else "–"
    cells = [
        f"{radius} m",
        cell(ours, "items_matched", 1),
        cell(ours, "queries", 1),
        cell(ours, "read_units"),
        cell(ours, "count_read_units"),
        cell(ours, "ratio"),
        cell(theirs, "queries", 1),
        cell(theirs, "read_units"),
        cell(theirs, "ratio"),
        share,
        cell(ours, "cpu_ratio"),
        cell(ours, "cpu_ms", 1),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Reads the lines from the standard input and writes the page."""
    lines = [json.loads(line) for line in sys.stdin if line.startswith("{")]
    PAGE.write_text(page(lines, sys.argv[1] if len(sys.argv) > 1 else "make bench"))
    print(f"Written: {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
