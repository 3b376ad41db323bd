"""A Chromium for the browser tests: the machine's own, or one fetched into the checkout.

python -m infra.building.browser        # finds or installs one and prints its path
"""

from __future__ import annotations

import os
import shutil
import subprocess  # Lists of our own words, never a shell line. # nosec B404
import sys
from pathlib import Path
from typing import Any

from infra.errors import StackError, report_errors
from infra.paths import BUILD

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCHED = BUILD / "browsers"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Flags by which the tests start Chromium: quiet, and able to run as root in a container."""


def find_chromium() -> Path | None:
    """Find $CHROMIUM, else the system's Chromium, else one fetched before. Raises StackError."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).exists():
            raise StackError(f"CHROMIUM says {named}, and there is no such file.")
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next(iter(sorted(FETCHED.glob("chromium-*/*/chrome"))), None)


def launch_options() -> dict[str, Any]:
    """Make the arguments of Playwright's `chromium.launch`; fetch a Chromium when there is none."""
    return {"executable_path": str(ensure_chromium()), "args": list(FLAGS)}


def ensure_chromium() -> Path:
    """Find, fetch or install a Chromium. Raises StackError when all of these fail."""
    if found := find_chromium():
        return found
    print("There is no Chromium here; fetching one …", flush=True)
    for command in _ways():
        subprocess.run(
            command, check=False, env={**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(FETCHED)}
        )
        if found := find_chromium():
            return found
    raise StackError(
        "The browser tests need Chromium, and it could neither be downloaded nor installed here. "
        "Install it (Debian, Ubuntu: sudo apt-get install chromium), or say where one is: "
        "CHROMIUM=/path/to/chrome make test"
    )


def _ways() -> list[list[str]]:
    """List the commands that can install a Chromium, the least intrusive first."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append(["apt-get", "update"])
        ways.append(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    return ways


def main() -> int:
    """Run the command line: print the path of a Chromium."""
    print(f"Chromium: {ensure_chromium()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
