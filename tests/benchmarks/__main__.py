"""`make bench`: every benchmark, small enough to wait for; each prints JSON lines. What is
printed of searches, asking and mutants also goes into docs/benchmarks.md, docs/benchmarks-asking.md
and docs/benchmarks-mutation.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from infra.paths import ROOT, SHARED_DATA
from tests.benchmarks import report

POSTCODES = SHARED_DATA / "postcodes" / "west_midlands_wgs84.csv"


def main() -> int:
    """Runs them one after the other; the exit status is that of the worst."""
    worst = max(
        _run(name).returncode for name in ("cold_start", "package_size", "presence", "compression")
    )
    for name in ("fan_out", "mutation"):
        worst = max(worst, _run(name, "--write").returncode)
    if not POSTCODES.exists():
        print("The search benchmark needs ../shared/data/postcodes; left out.", file=sys.stderr)
        return worst
    arguments = ["--postcodes", os.path.relpath(POSTCODES, ROOT), "--registrations", "20000"]
    search = _run("search", *arguments, kept=True)
    print(search.stdout, end="")
    if search.returncode == 0:
        command = " ".join(["python -m tests.benchmarks.search", *arguments])
        report.write(map(json.loads, search.stdout.splitlines()), command)
    return max(worst, search.returncode)


def _run(name: str, *arguments: str, kept: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]
    output = subprocess.PIPE if kept else None
    return subprocess.run(command, cwd=ROOT, check=False, text=True, stdout=output)


if __name__ == "__main__":
    raise SystemExit(main())
