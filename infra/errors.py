"""The error of the stack commands, which tells the person at the keyboard what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable


class StackError(Exception):
    """Something about a stack, a build or the emulator that the person at the keyboard can mend."""


def report_errors(main: Callable[[], int]) -> int:
    """Run a command's `main`; print a StackError as one sentence and return exit status 1."""
    try:
        return main()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Running the same command again carries on.", file=sys.stderr)
        return 130
