"""How many wrong programs the unit tests notice: `make bench` tries a hundred, chosen at random.

`python -m tests.benchmarks.mutation [--mutants 100] [--seed 1] [--module geo/] [--write]` prints a
JSON line for each mutant that survived and one for the whole. With --module it only changes modules
whose path holds these letters; with --write it also writes docs/benchmarks-mutation.md.

A mutant is the program with one change: a comparison, an operator, a number, a condition or what a
function returns. It is killed when a unit test fails, or when the tests never end. Those of the
mirrored folder run first, and all others only when these notice nothing. The changes are made in a
copy of the checkout.

The runner of cosmic-ray, which makes the changes (tests/benchmarks/mutants.py), is not used: it
would run all tests for each of them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from infra.errors import report_errors
from infra.paths import ROOT
from tests.benchmarks.mutants import Mutant, sample

LIMIT = 0.93
PAGE = ROOT / "docs" / "benchmarks-mutation.md"
HEAD = """# How many wrong programs the unit tests notice

`make bench` changes one thing in a module with rules of its own (a comparison, an operator, a
number, a condition, or what a function returns), runs the unit tests alone, and counts how often
one of them fails. At least 93 of 100 have to. `tests/benchmarks/mutants.py` says which modules
these are, and which are tried against the emulator instead.

Every seed chooses other mutants, of about 7,000. What is listed is what a seed found when it was
first tried; tests that its survivors led to came afterwards. A run of fewer than 100 was ended
early:

| seed | mutants | killed |
| --- | --- | --- |"""
NEAR_S, ALL_S = 150, 600
"""Processor time of the mirrored tests, which take half a minute at most, and of all unit tests,
which take a minute and a half: however busy the machine is, whoever needs more never ends."""


class Trial:
    """A copy of the checkout in which mutants are tried, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "checkout"
        left_out = shutil.ignore_patterns(".*", "build", "node_modules", "__pycache__", "pictures")
        shutil.copytree(ROOT, self._root, ignore=left_out)
        self._tried = 0

    def unchanged_passes(self) -> bool:
        """Whether the tests pass without a mutant, without which nothing is measured."""
        return self._pass(ALL_S, "tests/unit")

    def kills(self, mutant: Mutant) -> bool:
        """Whether a unit test fails."""
        target = self._root / mutant.path
        before = target.stat()
        target.write_text(mutant.changed)
        # A time of its own, so that no compiled file of another program is taken for this one.
        self._tried += 1
        os.utime(target, (self._tried, self._tried))
        try:
            near = self._mirrored(mutant.path)
            passed = self._pass(NEAR_S, near)
            return not (passed and self._pass(ALL_S, "tests/unit", f"--ignore={near}"))
        finally:
            target.write_text(mutant.original)
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _mirrored(self, path: Path) -> str:
        """The module's own tests, or those of the nearest folder that has any."""
        near = Path("tests/unit", *path.parts[1:]).with_name(f"test_{path.name}")
        while not (self._root / near).exists():
            near = near.parent
        return str(near)

    def _pass(self, seconds: int, *tests: str) -> bool:
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *arguments, *tests],
                cwd=self._root,
                env={**os.environ, "SIGHTLINE_HYPOTHESIS": "mutation"},
                check=False,
                capture_output=True,
                timeout=20 * seconds,  # for who waits without working
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def write(seed: int, number: int, survived: Sequence[Mutant]) -> None:
    """Puts one run into the page, which keeps those of other seeds."""
    text = PAGE.read_text() if PAGE.exists() else ""
    rows = {
        int(row.split("|")[1]): row for row in text.splitlines() if row[:3].strip("| ").isdigit()
    }
    rows[seed] = f"| {seed} | {number} | {number - len(survived)} |"
    PAGE.write_text("\n".join([HEAD, *(rows[one] for one in sorted(rows)), ""]))


def main() -> int:
    """Prints JSON lines; the exit status says whether enough were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.module and options.write:
        parser.error("The page is of all modules: --write goes without --module.")
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        if not trial.unchanged_passes():
            raise SystemExit("The unit tests fail without a mutant: mend them first.")
        survived = []
        chosen = sample(options.mutants, options.seed, options.module)
        for mutant in chosen:
            if not trial.kills(mutant):
                survived.append(mutant)
                place = f"{mutant.path}:{mutant.line}"
                line = {"survived": place, "operator": mutant.operator, "diff": mutant.diff}
                print(json.dumps({"benchmark": "mutation", **line}), flush=True)
    killed = len(chosen) - len(survived)
    ratio = killed / len(chosen)
    tried = {"seed": options.seed, "mutants": len(chosen), "killed": killed}
    print(json.dumps({"benchmark": "mutation", **tried, "ratio": ratio, "allowed": LIMIT}))
    if options.write:
        write(options.seed, options.mutants, survived)
    return int(ratio < LIMIT)


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
