"""What all kinds of tests share: one private stack per session, and a count by kind at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from infra import local
from tests.running import RunningStack

KINDS = ("unit", "guards", "stack", "browser")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack that only this session uses. Its data stays between tests: make your own."""
    state = tmp_path_factory.mktemp("stack")
    try:
        yield RunningStack.start(state)
    finally:
        local.clean(state)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of each kind ran, so that a kind that was not collected is seen."""
    ran: Counter[str] = Counter()
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call" or outcome == "error":
                ran[report.nodeid.split("/")[1]] += 1
    skipped = len(terminalreporter.getreports("skipped"))
    counts = " · ".join(f"{ran[kind]} {kind}" for kind in KINDS if ran[kind])
    terminalreporter.write_line(f"Tests that ran: {counts or 'none'}; skipped: {skipped}.")
