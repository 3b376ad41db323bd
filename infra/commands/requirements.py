"""Makes requirements*.txt of requirements*.in: every package pinned, each file by its SHA-256.

python -m infra.commands.requirements                         # what a changed .in needs, no more
python -m infra.commands.requirements --upgrade               # the newest of everything
python -m infra.commands.requirements --upgrade-package NAME  # the newest of one

Threat: a package that was taken over sends another file under a version that we know. pip refuses
it, because its hash is not in the list. docs/decisions/0027-supply-chain.md has the rest.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infra.building.steps import run_command
from infra.errors import report_errors
from infra.paths import ROOT

LISTS = (
    "requirements",
    "requirements-dev",
    "requirements-emulator",
    "requirements-checkov",
    "requirements-opinion",
)
"""In this order, because requirements-dev.in takes the versions of requirements.txt."""
OLDEST_PYTHON = "3.11"


def compile_list(name: str, options: list[str]) -> None:
    """Make one list. Versions that stand in it stay unless the options say otherwise."""
    uv = Path(sys.executable).parent / "uv"
    command: list[str | Path] = [uv, "pip", "compile", "--quiet", f"{name}.in"]
    command += ["--output-file", f"{name}.txt", "--generate-hashes"]
    # One list for every system and Python that the README names.
    command += ["--universal", "--python-version", OLDEST_PYTHON]
    command += ["--custom-compile-command", "python -m infra.commands.requirements"]
    run_command([*command, *options], ROOT, f"Making {name}.txt")


def main() -> int:
    """Run the command line: make every list; what is given is passed on to `uv pip compile`."""
    for name in LISTS:
        print(f"{name}.txt …", flush=True)
        compile_list(name, sys.argv[1:])
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
