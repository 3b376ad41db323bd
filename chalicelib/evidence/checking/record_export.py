"""All that an auditor or a court needs to check one piece of evidence without us, in one JSON file.

It holds the evidence's row, its custody record entry by entry as it was hashed, each locked copy
with its key, version and time in the bucket, and what checks found. docs/check_custody_record.py
checks it, and the file, with nothing of ours; docs/evidence.md says how.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.times import Clock, iso_micros
from chalicelib.evidence.checking.custody_check import CustodyCheck
from chalicelib.evidence.checking.daily_check import result_of_piece
from chalicelib.evidence.custody import CustodyAct
from chalicelib.evidence.model import Evidence
from chalicelib.evidence.store import EvidenceStore, custody_draft
from chalicelib.integrity.check_results import CheckResults
from chalicelib.integrity.record_copies import RecordCopies

FORMAT = "Sightline custody record, version 1"
_NOT_OF_THE_FILE = ("upload", "waiting_since", "notice_due_at", "parts_at")
"""Fields of a row that are of use only while a file is received."""


class RecordExport:
    """Writes down the record of a piece of evidence, and that it was taken."""

    def __init__(
        self,
        store: EvidenceStore,
        check: CustodyCheck,
        copies: RecordCopies,
        results: CheckResults,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._check = check
        self._copies = copies
        self._results = results
        self._audit = audit
        self._clock = clock

    def export(self, officer: Officer, evidence_id: str) -> str:
        """Return the record as JSON, once it is on record that the officer took it. The entry about
        this is not in what they take: it has no copy yet. Raises NotFound."""
        evidence = self._store.find(evidence_id)
        who = Actor.officer(officer)
        self._audit.record_act(
            who,
            Action.EXPORTED_RECORD,
            f"evidence.{evidence.id}",
            incident=evidence.incident_id,
        )
        made = self._written_down(evidence)
        self._store.add_entries(evidence, custody_draft(who, CustodyAct.EXPORTED, evidence.state))
        return json.dumps(made, indent=1, ensure_ascii=False)

    def _written_down(self, evidence: Evidence) -> dict[str, Any]:
        now = self._clock()
        report = self._check.check(evidence.id, evidence.request_id)
        row = report.evidence or evidence
        said = {
            name: iso_micros(value) if isinstance(value, datetime) else value
            for name, value in asdict(row).items()
            if name not in _NOT_OF_THE_FILE
        }
        texts = self._copies.read_texts(report.copies)
        return {
            "format": FORMAT,
            "exported_at": iso_micros(now),
            "evidence": {**said, "key": row.key},
            "custody": report.entries[: row.entries],
            "copies": [
                {
                    "key": copy.kept.key,
                    "version": copy.kept.version,
                    "stored_at": iso_micros(copy.at),
                    "text": text,
                }
                for copy, text in zip(report.copies, texts, strict=True)
            ],
            "checks": [
                {"checked_at": iso_micros(now), **result_of_piece(report)},
                *self._results.of_piece(evidence.id),
            ],
        }
