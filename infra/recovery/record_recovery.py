"""Puts back entries of the audit and custody records that a restored table lacks, from the locked
copies that were made as they were written (chalicelib.integrity.record_copies).

What a copy holds is what was written, to the byte, so a chain that was put back holds again, with
its hashes and its seals. Nothing is put over an entry that is there. What has no copy is lost with
the table; the checks say so, as a seal or a row names more than is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.hash_chain import Entry
from chalicelib.core.times import parse_iso
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, equals
from chalicelib.evidence.custody import bound_facts, contradiction, first_problem
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.store import EVIDENCE, EvidenceStore
from chalicelib.integrity.record_copies import (
    AUDIT_COPIES,
    CUSTODY_COPIES,
    ROW,
    RecordCopies,
    RecordCopy,
    entry_place,
)
from chalicelib.telemetry.workers import Workers

AT_ONCE = 16
_EARLIER = timedelta(days=1)
"""By how much the months that are looked at begin before the moment: entries of its last minutes
may have been written and not been in the backup."""


@dataclass(frozen=True)
class RecoveredEntries:
    """What was put back of one chain. chain: its partition key. put: entries that were put back.
    problems: what could not be, in words."""

    chain: str
    put: int = 0
    problems: tuple[str, ...] = ()


def audit_chains_since(copies: RecordCopies, moment: datetime) -> list[str]:
    """List the audit chains to which entries may have been added since a moment."""
    first = f"{moment - _EARLIER:%Y-%m}"
    months = [month for month in copies.months() if month >= first]
    return [chain for month in months for chain in copies.chains(f"{AUDIT_COPIES}{month}/")]


def custody_chains(copies: RecordCopies) -> list[str]:
    """List the custody records of which there are copies."""
    return list(copies.chains(CUSTODY_COPIES))


def put_back_entries(
    table: Table, copies: RecordCopies, chains: Iterable[str]
) -> list[RecoveredEntries]:
    """Put back what each chain lacks; a repeat does what is left. Returns the chains of which
    something was put back or could not be."""
    with Workers(AT_ONCE) as pool:
        done = pool.map(lambda chain: _put_back(table, copies, chain), chains)
        return [one for one in done if one.put or one.problems]


def _put_back(table: Table, copies: RecordCopies, chain: str) -> RecoveredEntries:
    kept: dict[str, RecordCopy] = {}
    for copy in copies.of_chain(chain):
        if copy.digest and copy.place != ROW:
            kept.setdefault(copy.place, copy)  # the first of a place is as it was first written
    there = {entry_place(str(one["SK"])) for one in table.query(chain, consistent=True)}
    put, problems = 0, []
    for place, copy in sorted(kept.items()):
        if place in there:
            continue
        try:
            entry = dict(copies.read(copy))
            table.put(entry, when=NEW)
            put += 1
        except ConditionFailed:
            continue  # written by another run of this command, or by the stage
        except ValueError as error:
            problems.append(f"the copy of entry {place} of {chain} cannot be used: {error}")
    return RecoveredEntries(chain, put, tuple(problems))


# A piece of evidence whose record goes on after its row: the row follows.

_FOLLOWS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "state": ("state", EvidenceState),
    "format": ("format", str),
    "size": ("size", int),
    "version": ("version", str),
    "SHA-256": ("sha256", str),
    "SHA-256 from the sender": ("claimed_sha256", str),
    "structure": ("structure", Structure),
    "reason": ("reason", str),
    "recorder's clock": ("clock_offset_seconds", int),
    "time of the clock's check": ("clock_checked_at", parse_iso),
    "arrival": ("received_at", parse_iso),
    "time of the decision": ("decided_at", parse_iso),
}
"""What of a row follows from its record (custody.bound_facts), by the fact's name."""


def bring_rows_forward(
    table: Table, store: EvidenceStore, rows: Iterable[tuple[str, str]], now: datetime
) -> tuple[list[str], list[str]]:
    """Have each row say what its record says; without that nothing could be added to the record.

    rows: (request id, evidence id). Returns the ids of rows that were brought forward, and what is
    wrong with those that could not be. A repeat does what is left.
    """
    forward, problems = [], []
    for request_id, evidence_id in rows:
        row = store.get(request_id, evidence_id)
        chain = list(store.custody(evidence_id))
        if row is None or len(chain) <= row.entries:
            continue
        after = row_of_record(row, chain, now)
        if after is None or (wrong := contradiction(after, chain)):
            said = wrong if after else "its record does not hold"
            problems.append(f"evidence {evidence_id} of request {request_id}: {said}")
            continue
        try:
            table.put(EVIDENCE.item(after), when=equals("entries", row.entries))
            forward.append(evidence_id)
        except ConditionFailed:
            continue
    return forward, problems


def row_of_record(row: Evidence, chain: Sequence[Entry], now: datetime) -> Evidence | None:
    """Return an evidence's row as it follows from its record; None when the record does not
    hold."""
    if first_problem(row.id, chain) or first_problem(
        row.id, chain[: row.entries], row.entries, row.head
    ):
        return None
    changes: dict[str, Any] = {"entries": len(chain), "head": str(chain[-1]["hash"])}
    for fact in bound_facts(row, chain):
        if fact.what in _FOLLOWS and fact.row != fact.record:
            name, read = _FOLLOWS[fact.what]
            changes[name] = None if fact.record is None else read(fact.record)
    after = replace(row, **changes)
    # A file that waits for a decision is found by the sweep; one that was decided waits no more.
    waits = after.state is EvidenceState.QUARANTINED or (
        after.state is EvidenceState.RECEIVING and row.waiting_since is not None
    )
    return replace(after, waiting_since=(row.waiting_since or now) if waits else None)
