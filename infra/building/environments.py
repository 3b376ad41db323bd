"""Programs in virtual environments of their own, under build/: what they pin fits nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.building.hashing import content_hash
from infra.building.steps import one_at_a_time, run_command
from infra.paths import BUILD, ROOT


def install_environment(name: str, what: str) -> Path:
    """Install build/NAME from requirements-NAME.txt unless it is there; return its bin folder.

    what: the program's name in words.
    """
    home, requirements = BUILD / name, ROOT / f"requirements-{name}.txt"
    wanted = content_hash(ROOT, [requirements], sys.version)
    stamp = home / "installed"
    with one_at_a_time(name):
        if not (stamp.exists() and stamp.read_text() == wanted):
            print(f"Installing {what} …", flush=True)
            run_command([sys.executable, "-m", "venv", "--clear", home], ROOT, f"Making {home}")
            pip: list[str | Path] = [home / "bin" / "python", "-m", "pip", "install", "--quiet"]
            pip += ["--require-hashes", "-r", requirements]
            run_command(pip, ROOT, f"Installing {what}")
            stamp.write_text(wanted)
    return home / "bin"
