"""The check of an audit chain: its hashes, its sealed heads, the locked copies of its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.access.audit_seals import check_chain
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import Item, Table
from chalicelib.integrity.comparison import Comparison, compare_with_copies
from chalicelib.integrity.record_copies import (
    LATE,
    RecordCopies,
    RecordCopy,
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

    @classmethod
    def of(cls, chain: str, entries: Sequence[Item], own: str, compared: Comparison) -> ChainReport:
        """Report on a chain. own: what is wrong with it without regard to its copies, "" for
        nothing. compared: what the comparison of its entries with their copies found."""
        return cls(
            chain,
            len(entries),
            str(entries[-1].get("hash", "")) if entries else "",
            tuple([own] if own else []) + tuple(compared.problems),
            tuple(compared.notes),
            compared.lost,
            compared.waiting,
        )


class AuditCheck:
    """Checks audit chains."""

    def __init__(self, table: Table, copies: RecordCopies, clock: Clock) -> None:
        self._table = table
        self._copies = copies
        self._clock = clock

    def check(self, chain: str, sealed: Mapping[int, str]) -> ChainReport:
        """Check a chain by its partition key. sealed: hashes by sequence, from the seals."""
        entries, copies = read_with_copies(
            self._copies, chain, lambda: self._table.query(chain, consistent=True)
        )
        broken, _ = check_chain(entries, sealed)
        compared = compare_with_copies(entries, copies, self._copies.read, self._clock())
        return ChainReport.of(chain, entries, broken.why if broken else "", compared)


def read_with_copies(
    copies: RecordCopies, chain: str, read: Callable[[], Iterable[Item]]
) -> tuple[list[Item], list[RecordCopy]]:
    """Read a chain and its copies. An entry that was written and copied between the two readings
    must not look like one that is missing, so the chain is read again when a copy has no entry."""
    entries, kept = list(read()), copies.of_chain(chain)
    places = {entry_place(str(entry["SK"])) for entry in entries}
    if any(copy.digest and copy.place not in places for copy in kept):
        entries = list(read())
    return entries, kept


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
