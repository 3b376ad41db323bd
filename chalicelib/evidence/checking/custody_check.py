"""The check of a piece of evidence: its custody record's hashes, the locked copies of its entries,
its row against the record, and its stored file against the hash on record.

The record is read from the table, the copies from the audit bucket, the file from the evidence
bucket. None of the three can be changed so that it agrees with the others without rights on all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.hash_chain import Entry
from chalicelib.core.times import Clock
from chalicelib.dynamodb.stored_record import RecordMismatch
from chalicelib.dynamodb.table import Item
from chalicelib.evidence.custody import contradiction, entry_details, first_problem
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.store import EvidenceStore, custody_entry
from chalicelib.integrity.audit_check import ChainReport, read_with_copies
from chalicelib.integrity.comparison import compare_with_copies
from chalicelib.integrity.record_copies import RecordCopies, RecordCopy


@dataclass(frozen=True)
class FileReport:
    """What reading a stored original found. sha256: hex, over the bytes as they are stored."""

    version: str
    size: int
    sha256: str
    problem: str = ""


@dataclass(frozen=True)
class CustodyReport:
    """What the check of a piece of evidence found. evidence: its row, None when there is none.
    file: None when the stored original was not read. entries, copies: what was checked."""

    evidence_id: str
    chain: ChainReport
    evidence: Evidence | None = None
    file: FileReport | None = None
    entries: Sequence[Entry] = field(default=(), repr=False)
    copies: Sequence[RecordCopy] = field(default=(), repr=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is not as it was recorded."""
        of_file = (self.file.problem,) if self.file and self.file.problem else ()
        return (*self.chain.problems, *of_file)

    @property
    def waiting(self) -> int:
        """How many entries are so new that their copy may still come."""
        return self.chain.waiting


class CustodyCheck:
    """Checks pieces of evidence."""

    def __init__(
        self, store: EvidenceStore, files: EvidenceBucket, copies: RecordCopies, clock: Clock
    ) -> None:
        self._store = store
        self._files = files
        self._copies = copies
        self._clock = clock

    def check(
        self,
        evidence_id: str,
        request_id: str = "",
        *,
        read_file: bool = False,
        left: Callable[[], float] | None = None,
    ) -> CustodyReport:
        """Check one piece of evidence.

        request_id: where its row was seen; else its record or a copy of it says where it must be.
        left: gives the remaining seconds. Raises ReadTimedOut when the file takes longer.
        """
        # The row is read first: entries that came after it are checked by their hashes alone.
        row = self._row(request_id, evidence_id) if request_id else None
        pk = f"EVIDENCE#{evidence_id}"
        items, copies = read_with_copies(
            self._copies, pk, lambda: self._store.custody_items(evidence_id)
        )
        if row is None:
            row = self._row_of(evidence_id, items, copies)
        entries = [custody_entry(item) for item in items]
        own = _own_problem(evidence_id, row, entries)
        compared = compare_with_copies(items, copies, self._copies.read, self._clock())
        chain = ChainReport.of(pk, items, own, compared)
        file = None
        if read_file and row is not None and row.version:
            file = self._file(row, left)
        return CustodyReport(evidence_id, chain, row, file, entries, copies)

    def _row_of(
        self, evidence_id: str, items: Sequence[Item], copies: Sequence[RecordCopy]
    ) -> Evidence | None:
        """Find a row by the request that the record, or the first copy of it, names."""
        for first in self._firsts(items, copies):
            with suppress(*_UNREADABLE):
                request = str(entry_details(first).get("request", ""))
                if request and (row := self._row(request, evidence_id)):
                    return row
        return None

    def _firsts(
        self, items: Sequence[Item], copies: Sequence[RecordCopy]
    ) -> Iterator[Mapping[str, Any]]:
        """Give the first entry and then the first copy, which is read only when it is asked for."""
        yield from items[:1]
        copy = next((copy for copy in copies if copy.digest), None)
        if copy:
            with suppress(ValueError):
                yield self._copies.read(copy)

    def _row(self, request_id: str, evidence_id: str) -> Evidence | None:
        """Read a row; None when there is none that can be read."""
        with suppress(*_UNREADABLE):
            return self._store.get(request_id, evidence_id)
        return None

    def _file(self, evidence: Evidence, left: Callable[[], float] | None) -> FileReport:
        """Read a stored original and compare it with what is on record."""
        hashed, size = hashlib.sha256(), 0
        try:
            for chunk in self._files.read_object(evidence.key, evidence.version, left):
                hashed.update(chunk)
                size += len(chunk)
        except ObjectNotFound:
            return FileReport(evidence.version, 0, "", "its stored original is gone")
        found, problem = hashed.hexdigest(), ""
        if size != evidence.size:
            problem = f"its stored original has {size} bytes instead of {evidence.size}"
        # In quarantine there is no hash of ours yet.
        elif evidence.state in _DECIDED and found != evidence.sha256:
            problem = "its stored original has another SHA-256"
        return FileReport(evidence.version, size, found, problem)


_UNREADABLE = (AttributeError, KeyError, RecordMismatch, TypeError, ValueError)
"""What reading raises of something that no code of ours wrote, but somebody with rights on the
table: it is a finding, and must not stop the check of all others."""
_DECIDED = (EvidenceState.ACCEPTED, EvidenceState.REJECTED)


def _own_problem(evidence_id: str, row: Evidence | None, entries: Sequence[Entry]) -> str:
    """Say what is wrong with a record by its own hashes and its row; "" when nothing is."""
    broken = first_problem(evidence_id, entries)
    if broken is None and row is None:
        return "its row is gone, or cannot be read"
    if broken is None and row is not None:
        known = entries[: row.entries]
        broken = first_problem(evidence_id, known, row.entries, row.head)
        if broken is None:
            try:
                return contradiction(row, known)
            except _UNREADABLE:
                return "its record cannot be read"
    return f"entry {broken.sequence}: {broken.why}" if broken else ""
