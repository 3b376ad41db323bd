"""Loads a local stack's postcodes and the force's boundary, once for each version of the files."""

from __future__ import annotations

import json
import os
import subprocess  # Lists of our own words, never a shell line. # nosec B404
import sys
from pathlib import Path

from infra.building.hashing import content_hash
from infra.errors import StackError
from infra.paths import ROOT, SHARED_DATA

AREA = {
    "load-postcodes": SHARED_DATA / "postcodes" / "codepo_gb_west_midlands.zip",
    "load-force-area": SHARED_DATA / "boundaries" / "west-midlands_force.geojson",
}
"""Commands of infra.manage, each with the file it loads; a file that is missing is skipped."""


def load_area(state: Path) -> None:
    """Run each loading command whose file this stack has not yet taken in."""
    note = state / "loaded.json"
    loaded: dict[str, str] = json.loads(note.read_text()) if note.exists() else {}
    for command, file in AREA.items():
        if not file.exists():
            continue
        wanted = content_hash(file.parent, [file])
        if loaded.get(command) == wanted:
            continue
        finished = subprocess.run(
            [sys.executable, "-m", "infra.manage", command, str(file)],
            cwd=ROOT,
            env={**os.environ, "SIGHTLINE_STATE": str(state)},
            check=False,
        )
        if finished.returncode:
            raise StackError(f"`infra.manage {command}` failed; the stack runs without that data.")
        loaded[command] = wanted
        note.write_text(json.dumps(loaded, indent=2))
