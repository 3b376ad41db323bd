"""What all kinds of tests share: one private stack per session or worker, and a count by kind at
the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import local
from tests.running import RunningStack
from tests.stored_rightly import found_wrong
from tests.workers import Workers

KINDS = ("unit", "guards", "stack", "browser")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Workers())


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack that only this session uses. Its data stays between tests: make your own.

    At the end everything in it must be stored as declared; what is not fails the last test.
    """
    state = tmp_path_factory.mktemp("stack")
    try:
        stack = RunningStack.start(state)
        yield stack
        wrong = found_wrong(stack)
    finally:
        local.clean(state)
    if wrong:
        told = "The tests that used this stack left behind what must not be:\n"
        pytest.fail(told + "\n".join(wrong), pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of each kind ran, so that a kind that was not collected is seen."""
    ran: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.getreports(outcome):
            kind = (*report.nodeid.split("/"), "")[1]
            if kind in ran and (report.when == "call" or outcome == "error"):
                ran[kind].add(report.nodeid)
    skipped = len(terminalreporter.getreports("skipped"))
    counts = " · ".join(f"{len(ran[kind])} {kind}" for kind in KINDS if ran[kind])
    terminalreporter.write_line(f"Tests that ran: {counts or 'none'}; skipped: {skipped}.")
