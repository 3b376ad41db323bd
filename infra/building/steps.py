"""Helpers of the build steps: a lock for one builder at a time, and commands that run quietly."""

from __future__ import annotations

import fcntl
import os
import subprocess  # Lists of our own words, never a shell line. # nosec B404
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.errors import StackError
from infra.paths import BUILD


@contextmanager
def one_at_a_time(name: str, folder: Path = BUILD) -> Iterator[None]:
    """Hold a lock file in the folder, so that two commands at once do not tread on each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_command(
    command: Sequence[str | Path],
    cwd: Path,
    what: str,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a build command; return its output, or raise StackError with the end of it."""
    try:
        finished = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise StackError(f"{what} needs `{command[0]}`, which is not installed.") from error
    if finished.returncode:
        raise StackError(f"{what} failed:\n{finished.stdout[-4000:]}")
    return finished.stdout
