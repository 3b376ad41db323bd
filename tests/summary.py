"""What a run says at its end: how many tests of each kind ran, in which files the time went, and
what was asked again because the machine was too busy to answer."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest

from infra.localstack.patience import logger

KINDS = ("unit", "guards", "stack", "browser")
WORTH_TELLING = 10
"""Seconds that a file takes."""
FILES = 20
ASKED_AGAIN = "asked_again"


class Summary(logging.Handler):
    """A pytest plugin that counts; a worker hands over what only that knows."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__()
        self.config = config
        self.asked_again: Counter[str] = Counter()
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Counts what the test visitor logs when it asks again."""
        self.asked_again[record.getMessage()] += 1

    def pytest_sessionfinish(self) -> None:
        logger.removeHandler(self)
        # pytest-xdist takes to the other process whatever a worker puts here.
        handed_over: dict[str, Any] = getattr(self.config, "workeroutput", {})
        handed_over[ASKED_AGAIN] = dict(self.asked_again)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over the counts of a worker that ended; a worker that crashed hands over nothing."""
        self.asked_again.update(getattr(node, "workeroutput", {}).get(ASKED_AGAIN, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self._lines(terminalreporter):
            terminalreporter.write_line(line)

    def _lines(self, reporter: pytest.TerminalReporter) -> list[str]:
        outcomes = {one: reporter.getreports(one) for one in ("passed", "failed", "error")}
        slowest = [
            f"  {seconds:4.0f} s  {file}"
            for file, seconds in seconds_by_file(chain(*outcomes.values())).most_common(FILES)
            if seconds >= WORTH_TELLING
        ]
        again = [f"  {times} ×  {what}" for what, times in self.asked_again.most_common()]
        skipped = len(reporter.getreports("skipped"))
        return [
            *(["Files that take longest:", *slowest] if slowest else ()),
            *(["Answers that did not come in time, on a busy machine:", *again] if again else ()),
            f"Tests that ran: {how_many_ran(outcomes)}; skipped: {skipped}.",
        ]


def seconds_by_file(reports: Iterable[Any]) -> Counter[str]:
    """Sum the seconds of each file's tests and of what was prepared for them."""
    found: Counter[str] = Counter()
    for report in reports:
        found[report.nodeid.partition("::")[0]] += getattr(report, "duration", 0)
    return found


def how_many_ran(outcomes: dict[str, list[Any]]) -> str:
    """Tests of each kind, each once, so that a kind that was not collected is seen."""
    ran = {
        report.nodeid
        for outcome, reports in outcomes.items()
        for report in reports
        if report.when == "call" or outcome == "error"
    }
    by_kind = Counter(nodeid.split("/")[1] for nodeid in ran if "::" in nodeid)
    return " · ".join(f"{by_kind[kind]} {kind}" for kind in KINDS if by_kind[kind]) or "none"
