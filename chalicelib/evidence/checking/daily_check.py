"""The check of everything, a share of it each day, by a job that may stop at any moment.

Each run first checks the chains that got entries since the last run, so that what a stream lost is
copied within the hour. Then it goes on with the day's share: in CYCLE days every audit chain and
every piece of evidence with its file has had its day. Which day is whose follows from the calendar
and from ids alone, so nothing has to be remembered but how far the day's share is; and that stands
with the results, in the bucket that nobody can change. A share that takes longer than its day is
ended before the next one begins.

One chain or file is held at a time, a file a megabyte at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.access.audit import DAY_INDEX
from chalicelib.core.ids import id_fraction, is_id
from chalicelib.core.times import Clock, iso_micros
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.checking.custody_check import CustodyCheck, CustodyReport
from chalicelib.evidence.files import ReadTimedOut
from chalicelib.integrity.audit_check import AuditCheck, ChainReport, copy_lost
from chalicelib.integrity.check_results import CheckFinding, CheckResults, CheckRun, RunKind
from chalicelib.integrity.record_copies import AUDIT_COPIES, CUSTODY_COPIES, RecordCopies
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

CYCLE = 28
"""Days in which everything is checked once: all within a month."""
OVERLAP = timedelta(minutes=20)
"""How far a run looks back behind the last one: longer than an entry may be without a copy."""
LOOK_BACK = timedelta(days=2)
"""How far a run looks back when there was none for long; the shares of days have the rest."""
CUSTODY_STEP = "custody"

Left = Callable[[], float]
"""Gives the remaining seconds."""


@dataclass(frozen=True)
class Checks:
    """The checks of one chain and of one piece of evidence, and where results are kept."""

    audit: AuditCheck
    custody: CustodyCheck
    copies: RecordCopies
    results: CheckResults


class DailyCheck:
    """Does what is left of the day's check."""

    def __init__(
        self, table: Table, checks: Checks, clock: Clock, counts: Counts = UNCOUNTED
    ) -> None:
        """table: the audit table."""
        self._table = table
        self._checks = checks
        self._clock = clock
        self._counts = counts

    def go_on(self, left: Left) -> CheckRun:
        """Check what is new, then go on with the day's share until it ends or time is up; keep and
        return what was found."""
        now, results = self._clock(), self._checks.results
        run = CheckRun(began_at=iso_micros(now))
        ended, share = results.last(now)
        self._check_new(run, ended, now, left)
        self._check_share(run, share, now.date(), left)
        run.ended_at = iso_micros(self._clock())
        results.keep_run(run)
        if run.findings:
            self._counts.add(Metric.RECORD_FINDINGS, len(run.findings))
        if run.copied_late:
            self._counts.add(Metric.RECORD_COPIED_LATE, run.copied_late)
        if run.kind is RunKind.DAY:
            self._counts.add(Metric.RECORD_CHECKS)
        return run

    def _check_new(self, run: CheckRun, last: datetime | None, now: datetime, left: Left) -> None:
        """Check the chains, and the pieces of evidence, that entries were written for."""
        since = max(last - OVERLAP, now - LOOK_BACK) if last else now - LOOK_BACK
        chains, pieces = dict[str, None](), dict[str, None]()
        for back in range((now.date() - since.date()).days, -1, -1):
            day = f"{now.date() - timedelta(days=back)}"
            between = (iso_micros(since), "~")
            for entry in self._table.query(day, index=DAY_INDEX, between=between):
                chains[str(entry["PK"])] = None
                kind, _, subject_id = str(entry["subject"]).partition(".")
                if kind == "evidence" and is_id(subject_id):
                    pieces[subject_id] = None
        for chain in chains:
            if left() <= 0:
                return
            self._note_chain(run, self._checks.audit.check(chain, {}))
        for piece in pieces:
            if left() <= 0:
                return
            self._note_piece(run, self._checks.custody.check(piece), keep=False)

    def _check_share(self, run: CheckRun, last: CheckRun | None, today: date, left: Left) -> None:
        """Go on with the share of the day whose turn it is; nothing when today's has ended."""
        day, step, after = today, "", ""
        if last:
            day = date.fromisoformat(last.day)
            if last.kind is RunKind.DAY:
                day += timedelta(days=1)
            else:
                step, after = last.step, last.after
        if day > today:
            return
        run.day, run.kind, run.step, run.after = f"{day}", RunKind.PART, step, after
        steps = [f"audit {month}" for month in self._months_of(day)] + [CUSTODY_STEP]
        if step not in steps:
            step, after = steps[0], ""
        for name in steps[steps.index(step) :]:
            for chain in self._chains_of(day, name, after):
                if left() <= 0 or not self._check_one(run, name, chain, left):
                    return
                run.step, run.after = name, chain
            after = ""
        run.kind = RunKind.DAY

    def _check_one(self, run: CheckRun, step: str, chain: str, left: Left) -> bool:
        """Check one chain of the share; False when time was up before it was done."""
        if step != CUSTODY_STEP:
            self._note_chain(run, self._checks.audit.check(chain, {}))
            return True
        evidence_id, began = chain.removeprefix("EVIDENCE#"), run.evidence
        try:
            report = self._checks.custody.check(evidence_id, read_file=True, left=left)
        except ReadTimedOut:
            if began:  # the next run begins with it, and has more time
                return False
            report = self._checks.custody.check(evidence_id)
            run.findings.append(
                CheckFinding(
                    "custody", evidence_id, ("its file takes longer to read than a run lasts",)
                )
            )
        self._note_piece(run, report, keep=True)
        return True

    def _months_of(self, day: date) -> Iterator[str]:
        """List the months whose audit chains have their turn on a day."""
        for month in self._checks.copies.months():
            year, _, number = month.partition("-")
            if (int(year) * 12 + int(number)) % CYCLE == day.toordinal() % CYCLE:
                yield month

    def _chains_of(self, day: date, step: str, after: str) -> Iterator[str]:
        """List the chains of a step of a day's share, those behind `after`."""
        copies = self._checks.copies
        if step != CUSTODY_STEP:
            yield from copies.chains(f"{AUDIT_COPIES}{step.removeprefix('audit ')}/", after)
            return
        turn = day.toordinal() % CYCLE
        for chain in copies.chains(CUSTODY_COPIES, after):
            place = id_fraction(chain.removeprefix("EVIDENCE#")) * CYCLE
            if place >= turn + 1:
                return
            if place >= turn:
                yield chain

    def _note_chain(self, run: CheckRun, report: ChainReport) -> None:
        actor, _, month = report.chain.removeprefix("ACTOR#").rpartition("#")
        run.chains += 1
        self._note(run, "audit", f"{actor} {month}", report)

    def _note_piece(self, run: CheckRun, report: CustodyReport, *, keep: bool) -> None:
        run.evidence += 1
        self._note(run, "custody", report.evidence_id, report.chain, report.problems)
        if report.file:
            run.files += 1
            run.file_bytes += report.file.size
        if keep or report.problems:
            self._checks.results.keep_piece(
                report.evidence_id, self._clock(), result_of_piece(report)
            )

    def _note(
        self,
        run: CheckRun,
        about: str,
        subject: str,
        report: ChainReport,
        problems: tuple[str, ...] | None = None,
    ) -> None:
        run.entries += report.entries
        found = report.problems if problems is None else problems
        if found:
            run.findings.append(CheckFinding(about, subject, found))
        notes = list(report.notes)
        if late := copy_lost(self._checks.copies, report.lost):
            run.copied_late += late
            notes.append(f"{late} entries had no locked copy, and were copied late")
        if notes:
            run.notes.append(CheckFinding(about, subject, tuple(notes)))


def result_of_piece(report: CustodyReport) -> dict[str, object]:
    """Write down what the check of a piece of evidence found, as it is kept and exported."""
    file = report.file
    return {
        "entries": report.chain.entries,
        "head": report.chain.head,
        "copies": len(report.copies),
        "file": {"version": file.version, "size": file.size, "sha256": file.sha256}
        if file
        else None,
        "problems": list(report.problems),
        "notes": list(report.chain.notes),
    }
