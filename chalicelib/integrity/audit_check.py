"""The check of an audit chain: its hashes, its sealed heads, the locked copies of its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.access.audit_seals import check_chain
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import Item, Table
from chalicelib.integrity.comparison import compare_with_copies
from chalicelib.integrity.record_copies import (
    LATE,
    RecordCopies,
    chain_folder,
    copied_text,
    copy_digest,
    copy_key,
    entry_place,
)


@dataclass(frozen=True)
class ChainReport:
    """What the check of one chain found. chain: its partition key. head: the hash of its last
    entry, "" when there is none. problems: what is not as it was written, in words. notes: what was
    changed once and is as it was written again. lost: entries that should have a copy and have
    none. waiting: entries so new that their copy may still come."""

    chain: str
    entries: int = 0
    head: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lost: Sequence[Item] = field(default=(), repr=False)
    waiting: int = 0


class AuditCheck:
    """Checks audit chains."""

    def __init__(self, table: Table, copies: RecordCopies, clock: Clock) -> None:
        self._table = table
        self._copies = copies
        self._clock = clock

    def check(self, chain: str, sealed: Mapping[int, str]) -> ChainReport:
        """Check a chain by its partition key. sealed: hashes by sequence, from the seals."""
        # What is copied between the two readings is in the second, so the table is read first; the
        # read is consistent, as an entry written meanwhile must not look like a missing one.
        entries = list(self._table.query(chain, consistent=True))
        copies = self._copies.of_chain(chain)
        if len(copies) > len(entries):
            entries = list(self._table.query(chain, consistent=True))
        broken, _ = check_chain(entries, sealed)
        compared = compare_with_copies(entries, copies, self._copies.read, self._clock())
        return ChainReport(
            chain,
            len(entries),
            str(entries[-1].get("hash", "")) if entries else "",
            tuple([broken.why] if broken else []) + tuple(compared.problems),
            tuple(compared.notes),
            compared.lost,
            compared.waiting,
        )


def copy_lost(copies: RecordCopies, entries: Sequence[Item]) -> int:
    """Copy entries that the stream lost, marked as late; return how many had no copy till now."""
    return sum(
        copies.keep(
            copy_key(
                chain_folder(str(entry["PK"])),
                entry_place(str(entry["SK"])),
                LATE,
                copy_digest(entry),
            ),
            copied_text(entry),
        )
        for entry in entries
    )
