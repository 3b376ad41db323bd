"""The checks of style and types: `python -m infra.lint [CHECK …]`.

Runs the checks that are named, or all, as many at a time as there are cores, and fails when one
does. Each hook of .pre-commit-config.yaml names one check.
"""

from __future__ import annotations

import json
import os
import subprocess  # Lists of our own words, never a shell line. # nosec B404
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.building.environments import install_environment
from infra.building.frontend import FRONTEND, build_frontend
from infra.building.package import build_package
from infra.building.templates import EDGE, EDGE_ALARMS, FIREWALL
from infra.deployment.target import SUPPORTED_REGIONS
from infra.errors import report_errors
from infra.paths import BUILD, ROOT, TEMPLATES

BIN = Path(sys.executable).parent

Command = tuple[list[str | Path], Path]
"""The arguments of a command, and the folder to run it in."""


def _bandit() -> Command:
    ours = ["app.py", "chalicelib", "infra"]
    return [BIN / "bandit", "--quiet", "--configfile", "pyproject.toml", "-r", *ours], ROOT


def _licences() -> Command:
    return [sys.executable, "-m", "infra.commands.licences", "--check"], ROOT


def _cfn_lint() -> Command:
    build_frontend()
    template = build_package().directory / "template.json"  # as deployed, merged by Chalice
    return [
        BIN / "cfn-lint",
        "--regions",
        *SUPPORTED_REGIONS,
        "--template",
        template,
        EDGE,
        FIREWALL,
        EDGE_ALARMS,
    ], ROOT


def _checkov() -> Command:
    build_frontend()
    template = build_package().template
    # The API's 200 paths take a minute to read, and it has no rule for what stands in them.
    del template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    looked_at = BUILD / "checkov-template.json"
    looked_at.write_text(json.dumps(template, indent=1))
    program = install_environment("checkov", "checkov, which looks at the templates") / "checkov"
    command: list[str | Path] = [
        program,
        "--config-file",
        TEMPLATES / "checkov.yaml",
    ]
    return [*command, "--file", looked_at, EDGE, EDGE_ALARMS], ROOT


def _tsc() -> Command:
    build_frontend()  # installs what it needs
    return ["npm", "run", "--silent", "check"], FRONTEND


CHECKS: dict[str, Callable[[], Command]] = {
    "ruff-check": lambda: ([BIN / "ruff", "check", "."], ROOT),
    "ruff-format": lambda: ([BIN / "ruff", "format", "--check", "--quiet", "."], ROOT),
    "mypy": lambda: ([BIN / "mypy"], ROOT),
    "bandit": _bandit,
    "licences": _licences,
    "cfn-lint": _cfn_lint,
    "checkov": _checkov,
    "tsc": _tsc,
}
"""By check a function that builds what the check needs and returns the command to run."""


def _run(name: str) -> subprocess.CompletedProcess[str]:
    command, folder = CHECKS[name]()
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def main() -> int:
    """Run the command line: run the named checks, or all."""
    wanted = sys.argv[1:] or list(CHECKS)
    if unknown := sorted(set(wanted) - set(CHECKS)):
        print(f"No such check: {', '.join(unknown)}. There are {', '.join(CHECKS)}.")
        return 2
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done in zip(wanted, pool.map(_run, wanted), strict=True):
            print(f"── {name}\n{done.stdout}", end="", flush=True)
            if done.returncode:
                failed.append(name)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
