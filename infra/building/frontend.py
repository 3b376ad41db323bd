"""The pages' scripts and styles: `npm ci` and `vite build`, only when something changed.

python -m infra.building.frontend       # installs and builds
"""

from __future__ import annotations

from pathlib import Path

from infra.building.hashing import content_hash, files_under
from infra.building.steps import one_at_a_time, run_command
from infra.errors import report_errors
from infra.paths import BUILD, ROOT

FRONTEND = ROOT / "frontend"
ASSETS = BUILD / "assets"
MANIFEST = ROOT / "chalicelib" / "web" / "assets.json"
"""The assets' names for the templates. The Lambda package contains it, so Vite runs before."""


def build_frontend(rebuild: bool = True) -> Path | None:
    """Build the scripts and styles; return their folder, or None when there is none.

    rebuild: False uses what was built last, for work that touches only Python.
    """
    if not rebuild:
        return ASSETS if ASSETS.is_dir() else None
    with one_at_a_time("frontend"):
        install_node_packages()
        # A change in tests of the front end changes no asset.
        sources = [f for f in files_under(FRONTEND) if "test" not in f.relative_to(FRONTEND).parts]
        stamp = BUILD / "assets.inputs"
        wanted = content_hash(ROOT, sources)
        built = MANIFEST.exists() and ASSETS.is_dir() and stamp.exists()
        if not built or stamp.read_text() != wanted:
            print("Building the front end …", flush=True)
            run_command(
                ["npm", "run", "--silent", "build"], FRONTEND, "Building the front end (vite build)"
            )
            stamp.write_text(wanted)
    return ASSETS


def install_node_packages() -> None:
    """`npm ci` into frontend/node_modules unless it holds just what the lock file says."""
    wanted = content_hash(ROOT, [FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    stamp = FRONTEND / "node_modules" / ".sightline-inputs"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the front end's packages …", flush=True)
    run_command(
        ["npm", "ci", "--no-audit", "--no-fund"], FRONTEND, "Installing Node packages (npm ci)"
    )
    stamp.write_text(wanted)


def main() -> int:
    """Run the command line: build the scripts and styles."""
    build_frontend()
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
