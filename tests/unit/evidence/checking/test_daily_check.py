"""What the daily check takes in hand, in which order, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from chalicelib.core.ids import id_fraction, new_id
from chalicelib.evidence.checking.custody_check import CustodyReport, FileReport
from chalicelib.evidence.checking.daily_check import CYCLE, Checks, DailyCheck
from chalicelib.evidence.files import ReadTimedOut
from chalicelib.integrity.audit_check import ChainReport
from chalicelib.integrity.check_results import CheckResults, CheckRun, RunKind
from chalicelib.integrity.record_copies import RecordCopies, chain_folder
from chalicelib.telemetry.metrics import Metric
from tests.support.memory_bucket import MemoryBucket

AUDIT = "ACTOR#officer.a{}#2026-10"
FILE = FileReport("v1", 7, "ab" * 32)


class Desk:
    """Everything around the check: a calendar, a bucket, entries of days, and reports to come."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.bucket = MemoryBucket(lambda: self.now)
        self.entries: list[dict[str, str]] = []
        self.audit_problems: dict[str, ChainReport] = {}
        self.done: list[str] = []
        self.read: list[str] = []
        self.large: set[str] = set()
        self.counted: dict[Metric, float] = {}
        results = CheckResults(self.bucket)
        checks = Checks(self, self, RecordCopies(self.bucket), results)  # type: ignore[arg-type] # as both
        self.daily = DailyCheck(self, checks, lambda: self.now, self)  # type: ignore[arg-type] # a table too

    def add(self, metric: Metric, value: float = 1) -> None:
        self.counted[metric] = self.counted.get(metric, 0) + value

    def query(self, day: str, *, index: Any, between: tuple[str, str]) -> Iterator[dict[str, str]]:
        return (e for e in self.entries if e["at"].startswith(day) and e["at"] >= between[0])

    def check(self, chain: str, *_: Any, read_file: bool = False, left: Any = None) -> Any:
        """Checks an audit chain, or a piece of evidence by its id."""
        if chain.startswith("ACTOR#"):
            self.done.append(chain)
            return self.audit_problems.get(chain, ChainReport(chain, 3))
        if read_file and chain in self.large:
            raise ReadTimedOut
        self.done.append(chain)
        if read_file:
            self.read.append(chain)
        return CustodyReport(
            chain, ChainReport(f"EVIDENCE#{chain}", 5), file=FILE if read_file else None
        )

    def copied(self, *chains: str) -> None:
        for chain in chains:
            self.bucket.keep(f"{chain_folder(chain)}0000000001.{'1' * 40}.{'a' * 64}.json", "{}")

    def run(self, seconds: int = 10_000) -> CheckRun:
        """One run, in which each look at the clock takes a second."""
        self.done.clear()
        self.read.clear()
        ticks = iter(range(seconds, -1, -1))
        run = self.daily.go_on(lambda: next(ticks, 0))
        self.now += timedelta(minutes=1)
        return run


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_everything_has_its_turn_once_in_a_cycle(desk: Desk) -> None:
    pieces = [new_id() for _ in range(300)]
    months = [f"20{y}-{m:02d}" for y in (24, 25, 26) for m in range(1, 13)]
    chains = [f"ACTOR#officer.a#{month}" for month in months]
    desk.copied(*chains, *(f"EVIDENCE#{piece}" for piece in pieces))
    read, audited = list[str](), list[str]()
    for _ in range(CYCLE):
        assert desk.run().kind is RunKind.DAY
        read += desk.read
        audited += [one for one in desk.done if one.startswith("ACTOR#")]
        desk.now += timedelta(days=1)
    assert sorted(read) == sorted(pieces) and sorted(audited) == sorted(chains)
    assert desk.counted[Metric.RECORD_CHECKS] == CYCLE


def test_the_days_share_is_done_once_and_what_is_new_every_time(desk: Desk) -> None:
    assert desk.run().kind is RunKind.DAY
    evidence = new_id()
    about = f"evidence.{evidence}"
    desk.entries = [
        {"PK": AUDIT.format(1), "at": "2026-11-20T10:00:30.000000Z", "subject": about},
        {"PK": AUDIT.format(1), "at": "2026-11-20T10:00:31.000000Z", "subject": "evidence.../x"},
        {"PK": AUDIT.format(2), "at": "2026-11-20T08:00:00.000000Z", "subject": "incident.x"},
    ]  # fmt: skip
    again = desk.run()
    assert again.kind is RunKind.NEW_ENTRIES and again.day == ""
    assert desk.done == [AUDIT.format(1), evidence], "what came since, with a piece it was about"
    assert desk.read == [], "files have their own day"


def pieces_of(day: date, count: int) -> list[str]:
    turn = day.toordinal() % CYCLE
    of_day = (one for one in iter(new_id, "") if int(id_fraction(one) * CYCLE) == turn)
    return sorted(islice(of_day, count))


def test_a_share_goes_on_where_it_stopped_also_on_the_next_day(desk: Desk) -> None:
    pieces = pieces_of(desk.now.date(), 6)
    desk.copied(*(f"EVIDENCE#{piece}" for piece in pieces))
    first = desk.run(2)
    assert (first.kind, first.day, desk.read) == (RunKind.PART, "2026-11-20", pieces[:2])
    desk.now += timedelta(days=1)
    second = desk.run()
    assert (second.kind, second.day, desk.read) == (RunKind.DAY, "2026-11-20", pieces[2:])
    third = desk.run()
    assert (third.kind, third.day) == (RunKind.DAY, "2026-11-21")
    assert desk.run().kind is RunKind.NEW_ENTRIES


def test_a_file_that_does_not_fit_is_tried_with_a_whole_run_and_then_named(desk: Desk) -> None:
    small, large = pieces_of(desk.now.date(), 2)
    desk.copied(f"EVIDENCE#{small}", f"EVIDENCE#{large}")
    desk.large.add(large)
    assert desk.run().kind is RunKind.PART and desk.read == [small]
    run = desk.run()
    assert run.kind is RunKind.DAY and desk.done == [large]
    ((about, problems),) = [(one.subject, one.problems) for one in run.findings]
    assert about == large and "longer to read" in problems[0]


def test_findings_are_kept_counted_and_read_back(desk: Desk) -> None:
    chain = AUDIT.format(1)
    desk.entries = [{"PK": chain, "at": "2026-11-20T09:59:00.000000Z", "subject": "x"}]
    broken = ChainReport(chain, 3, problems=("entry 2 is missing",), notes=("was changed",))
    lost = {"PK": chain, "SK": "0000000004", "at": "2026-11-20T09:00:00.000000Z"}
    desk.audit_problems[chain] = replace(broken, lost=[lost])
    run = desk.run()
    assert desk.counted[Metric.RECORD_FINDINGS] == desk.counted[Metric.RECORD_COPIED_LATE] == 1
    assert any(key.endswith(".json") and ".late." in key for key in desk.bucket.kept)
    state = CheckResults(desk.bucket).read_state(desk.now)
    assert state.runs == [run] and state.last == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert run.findings[0].subject == "officer.a1 2026-10"
    assert run.notes[0].problems[-1] == "1 entries had no locked copy, and were copied late"


def test_each_file_that_was_read_leaves_a_result(desk: Desk) -> None:
    (piece,) = pieces_of(desk.now.date(), 1)
    desk.copied(f"EVIDENCE#{piece}")
    desk.run()
    (result,) = CheckResults(desk.bucket).of_piece(piece)
    assert result["file"] == {"version": "v1", "size": 7, "sha256": "ab" * 32}
    assert (result["problems"], result["checked_at"]) == ([], "2026-11-20T10:00:00.000000Z")


def test_no_check_was_made_yet(desk: Desk) -> None:
    results = CheckResults(desk.bucket)
    state = results.read_state(desk.now)
    assert (state.last, state.runs, results.last(desk.now)) == (None, [], (None, None))
    assert results.of_piece(new_id()) == []
