"""Every check of style and types: `python -m infra.lint`. Runs them all, fails if one does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from infra.errors import told
from infra.frontend import FRONTEND, build_frontend
from infra.package import build_package
from infra.paths import ROOT

BIN = Path(sys.executable).parent


def main() -> int:
    """The command line."""
    build_frontend()
    template = build_package().directory / "template.json"  # as deployed, merged by Chalice
    checks: dict[str, tuple[list[str | Path], Path]] = {
        "ruff check": ([BIN / "ruff", "check", "."], ROOT),
        "ruff format": ([BIN / "ruff", "format", "--check", "--quiet", "."], ROOT),
        "mypy --strict": ([BIN / "mypy"], ROOT),
        "cfn-lint": ([BIN / "cfn-lint", template, ROOT / "infra" / "edge.yaml"], ROOT),
        "tsc": (["npm", "run", "--silent", "check"], FRONTEND),
    }
    failed = []
    for name, (command, folder) in checks.items():
        print(f"── {name}", flush=True)
        if subprocess.run([str(part) for part in command], cwd=folder, check=False).returncode:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(told(main))
