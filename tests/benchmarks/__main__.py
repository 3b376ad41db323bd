"""`make bench`: every benchmark, small enough to wait for; each prints JSON lines."""

from __future__ import annotations

import subprocess
import sys

from infra.paths import ROOT, SHARED_DATA

POSTCODES = SHARED_DATA / "postcodes" / "west_midlands_wgs84.csv"


def main() -> int:
    """Runs them one after the other; the exit status is that of the worst."""
    runs = [["cold_start"], ["package_size"]]
    if POSTCODES.exists():
        search = ["search", "--postcodes", str(POSTCODES), "--registrations", "20000"]
        runs.append([*search, "--centres", "20"])
    else:
        print("The search benchmark needs ../shared/data/postcodes; left out.", file=sys.stderr)
    return max(
        subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments], cwd=ROOT, check=False
        ).returncode
        for name, *arguments in runs
    )


if __name__ == "__main__":
    raise SystemExit(main())
