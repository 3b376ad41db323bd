"""What the check of a piece of evidence reads, and that it finds its row by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.evidence.checking.custody_check import CustodyCheck
from chalicelib.evidence.custody import CustodyAct, CustodyDraft, chain_entries
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.integrity.locked_bucket import LockedObject
from chalicelib.integrity.record_copies import (
    RecordCopies,
    chain_folder,
    copied_text,
    copy_digest,
    copy_key,
    entry_place,
)
from tests.support.memory_bucket import MemoryBucket
from tests.unit.evidence.evidence_row import EVIDENCE, ROW

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PK = f"EVIDENCE#{EVIDENCE}"


class CountingBucket(MemoryBucket):
    """A bucket that says what was read of it."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.bodies: list[str] = []

    def read(self, one: LockedObject) -> bytes:
        self.bodies.append(one.key)
        return super().read(one)


@dataclass
class Store:
    """The table, with one piece of evidence whose four entries are copied."""

    bucket: CountingBucket = field(default_factory=CountingBucket)
    items: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        details: Mapping[str, str | int] = {"request": ROW.request_id}
        drafts = [
            CustodyDraft(CustodyAct.CREATED, "owner.o", EvidenceState.RECEIVING, "", "", details)
        ]
        drafts += [CustodyDraft(CustodyAct.RESTARTED, "owner.o", EvidenceState.RECEIVING)] * 3
        entries = chain_entries(EVIDENCE, 0, "", drafts, "2026-11-20T10:00:00.000000Z")
        for number, entry in enumerate(entries, start=1):
            sk = f"CUSTODY#{number:010d}"
            item = {"PK": PK, "SK": sk, **entry}
            key = copy_key(chain_folder(PK), entry_place(sk), f"{number}", copy_digest(item))
            self.bucket.keep(key, copied_text(item))
            self.items.append(item)

    def custody_items(self, evidence_id: str) -> Iterator[dict[str, Any]]:
        assert evidence_id == EVIDENCE
        return iter(self.items)

    def get(self, request_id: str, _: str) -> Evidence:
        if request_id != ROW.request_id:
            raise ValueError("no such row")
        return ROW

    def check(self) -> CustodyCheck:
        copies = RecordCopies(self.bucket)
        return CustodyCheck(self, None, copies, lambda: NOW)  # type: ignore[arg-type]  # Reads no file.


@pytest.fixture
def store() -> Store:
    return Store()


def test_no_copy_is_read_where_nothing_differs(store: Store) -> None:
    """Listing them is enough; reading each would cost as much as there are entries."""
    report = store.check().check(EVIDENCE)
    assert report.evidence == ROW and store.bucket.bodies == []
    assert [entry["sequence"] for entry in report.entries] == [1, 2, 3, 4]
    assert not any("as it was written" in problem for problem in report.problems)


def test_the_row_of_a_record_that_is_gone_is_found_by_the_first_copy_alone(store: Store) -> None:
    store.items.clear()
    report = store.check().check(EVIDENCE)
    assert report.evidence == ROW
    assert [key.partition(".")[0].rpartition("/")[2] for key in store.bucket.bodies] == [
        "0000000001"
    ]
    assert "all of its entries were removed (4)" in report.problems
