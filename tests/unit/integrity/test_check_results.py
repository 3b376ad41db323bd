"""What is shown of how the checks stand, however often they found the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.core.times import iso_micros
from chalicelib.integrity.check_results import CheckFinding, CheckResults, CheckRun, RunKind
from tests.support.memory_bucket import MemoryBucket

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def keep(results: CheckResults, ended: datetime, subject: str) -> None:
    found = [CheckFinding("audit", subject, ("entry 2 is missing",))]
    results.keep_run(
        CheckRun(
            iso_micros(ended), ended_at=iso_micros(ended), kind=RunKind.NEW_ENTRIES, findings=found
        )
    )


def test_what_is_found_every_hour_hides_nothing_that_was_found_before() -> None:
    """Threat: somebody rewrites a chain that is written to all day, so that its findings push those
    of another off the page."""
    results = CheckResults(MemoryBucket(lambda: NOW))
    keep(results, NOW - timedelta(days=20), "officer.one 2026-10")
    keep(results, NOW - timedelta(days=40), "officer.long-ago 2026-10")
    for hour in range(200):
        keep(results, NOW - timedelta(hours=hour), "officer.busy 2026-11")
    state = results.read_state(NOW)
    subjects = [run.findings[0].subject for run in state.runs]
    assert subjects == ["officer.busy 2026-11"] * 200 + ["officer.one 2026-10"]
    assert state.last == NOW
