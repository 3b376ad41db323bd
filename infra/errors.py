"""What goes wrong with stacks, in a sentence that says what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable


class StackError(Exception):
    """Something about a stack, a build or the emulator that the person at the keyboard can mend."""


def report_errors(main: Callable[[], int]) -> int:
    """Run a command's `main`; a StackError becomes one sentence and exit status 1."""
    try:
        return main()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Running the same command again carries on.", file=sys.stderr)
        return 130
