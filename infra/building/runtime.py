"""The Python and the processor that functions run on, and how pip is asked for wheels that fit.

A deployment to AWS builds for `CHOSEN`, whoever deploys and whatever their computer is. The local
emulator runs functions with the Python of this machine, so there the package is built for that.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from infra.errors import StackError

OFFERED = ("3.11", "3.12", "3.13", "3.14")
"""The versions of Python for which Lambda has a runtime and all requirements have wheels."""
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""By Lambda's name of a processor the one in the names of wheels."""


@dataclass(frozen=True)
class Runtime:
    """A version of Python, as 3.13, and a processor, as Lambda names it."""

    python: str
    architecture: str

    @property
    def name(self) -> str:
        """Lambda's name of the runtime."""
        return f"python{self.python}"

    @property
    def in_words(self) -> str:
        return f"Python {self.python} on {self.architecture}"

    def pip_options(self) -> list[str]:
        """List the options by which pip takes only wheels that this runtime can load.

        Lambda's Linux is Amazon Linux 2 with glibc 2.26 up to Python 3.11, and Amazon Linux 2023
        with glibc 2.34 from 3.12 on. pip takes each `--platform` as it stands, so all are named.
        """
        newest = 26 if self.python == "3.11" else 34
        names = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, newest + 1))]
        machine = MACHINES[self.architecture]
        return [
            "--only-binary=:all:",
            "--implementation=cp",
            f"--python-version={self.python}",
            *(f"--platform={name}_{machine}" for name in names),
        ]


CHOSEN = Runtime("3.13", "x86_64")
"""What runs in AWS. docs/decisions/0029 says why; a change here is a deployment like any other."""


def machine_runtime() -> Runtime:
    """Describe this machine, whose Python runs the functions of the local emulator.

    Raises StackError when Lambda knows no such runtime: what runs here would run nowhere else.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    machine = platform.machine().lower()
    architecture = {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine)
    if python not in OFFERED or architecture not in MACHINES:
        raise StackError(
            f"The local stack runs functions with this machine's Python, which is {python} on "
            f"{machine}. It must be one of {', '.join(OFFERED)} on {' or '.join(MACHINES)}: make "
            "the environment anew with such a Python (rm -r .venv build; make up PYTHON=…)."
        )
    return Runtime(python, architecture)
