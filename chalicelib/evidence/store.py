"""Evidence and its custody records in the Registry table.

A change of a row and the entries in its custody record are one transaction, on the condition that
the record is still as long as it was read. So the second of two changes at the same time reads the
row again and sees what the first one did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.access.audit import Actor
from chalicelib.core.errors import NotFound
from chalicelib.core.hash_chain import Field
from chalicelib.core.retries import retry
from chalicelib.core.times import Clock, iso_micros
from chalicelib.dynamodb.attributes import LISTING_INDEX
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.outbox import EntryKind, filed_under
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import (
    NEW,
    ConditionFailed,
    Contended,
    Item,
    Table,
    Write,
    all_of,
    equals,
)
from chalicelib.evidence.custody import CustodyAct, CustodyDraft, chain_entries, entry_details
from chalicelib.evidence.model import Evidence, EvidenceState, check_change
from chalicelib.notifications.send_queue import SendTask

WAITING = "EVIDENCE.waiting"
"""Partition of the Listing index with the evidence that waits for a decision because all its parts
were said to be sent. It is small, as every decision takes the evidence out of it."""
_TRIES, _LONGEST_PAUSE = 12, 0.25  # the pauses in seconds: a person may wait for the answer

EVIDENCE = StoredRecord(
    "evidence",
    Evidence,
    "REQUEST#{request_id}",
    "EVIDENCE#{id}",
    derived=[
        Derived(
            "listing",
            ("waiting_since",),
            lambda one: WAITING if one.waiting_since else None,
            always=False,
        ),
        filed_under("UPLOAD", "notice_due_at"),
    ],
)
CUSTODY = ItemKind(
    name="custody entry",
    pk=r"EVIDENCE#[0-9a-z]{16}",
    sk=r"CUSTODY#\d{10}",
    needed=frozenset(
        {
            *("evidence", "at", "actor", "actor_name", "act", "state", "reason", "details"),
            *("previous", "sequence", "hash"),
        }
    ),
)
ITEMS: tuple[DeclaredItem, ...] = (EVIDENCE, CUSTODY)
UPLOAD_NOTICES = EntryKind(
    "UPLOAD", lambda item: [(SendTask.UPLOAD_NOTICE, notice_ids(EVIDENCE.read(item)))]
)

Changes = Mapping[str, object]
"""New values of fields of a piece of evidence, by the fields' names."""


class EvidenceStore:
    """Reads and writes evidence and its custody records. Callers check the permissions."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    # reads

    def get(self, request_id: str, evidence_id: str) -> Evidence | None:
        """Read a piece of evidence, or None when there is none with these ids."""
        item = self._table.get(_pk(request_id), _sk(evidence_id), consistent=True)
        return EVIDENCE.read(item) if item else None

    def find(self, evidence_id: str) -> Evidence:
        """Find evidence by its id alone, through the first entry of its custody record, which says
        what request it belongs to. Raises NotFound."""
        first = self._table.get(f"EVIDENCE#{evidence_id}", _entry_sk(1), consistent=True)
        found = self.get(str(entry_details(first).get("request")), evidence_id) if first else None
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def of_request(self, request_id: str) -> Iterator[Evidence]:
        """Read the evidence of a request, with uploads that were only begun."""
        for item in self._table.query(_pk(request_id), prefix="EVIDENCE#", consistent=True):
            yield EVIDENCE.read(item)

    def of_recipient(self, request_id: str, site_id: str) -> list[Evidence]:
        """Read what was sent or begun with one reply link, the recorder's pictures included."""
        return [one for one in self.of_request(request_id) if one.site_id == site_id]

    def list_undecided(self) -> Iterator[tuple[str, str, datetime]]:
        """List (request id, evidence id, since when) of files that wait for a decision, oldest
        first."""
        for item in self._table.query(WAITING, index=LISTING_INDEX):
            found = EVIDENCE.read(item)
            if found.waiting_since:
                yield found.request_id, found.id, found.waiting_since

    def custody(self, evidence_id: str) -> Iterator[dict[str, Field]]:
        """Read the entries of a custody record, the first one first."""
        for item in self.custody_items(evidence_id):
            yield custody_entry(item)

    def custody_items(self, evidence_id: str) -> Iterator[Item]:
        """Read all that is stored of a custody record, with its keys."""
        return self._table.query(f"EVIDENCE#{evidence_id}", consistent=True)

    # writes

    def create(self, evidence: Evidence, draft: CustodyDraft) -> Evidence:
        """Store new evidence with the first entry of its custody record, in one transaction."""
        made, written = self._chain(evidence, [draft])
        row = self._table.put_write(EVIDENCE.item(made), when=NEW)
        self._table.transact(row, *(self._table.put_write(e, when=NEW) for e in written))
        return made

    def change(
        self,
        evidence: Evidence,
        decide: Callable[[Evidence], tuple[Changes, Sequence[CustodyDraft]] | None],
        with_it: Sequence[Write] = (),
    ) -> tuple[Evidence, bool]:
        """Change a row of evidence and add entries to its custody record, in one transaction.

        decide: gets the evidence as it is stored and returns what to set and what to record, or
        None when nothing is left to do. It is called again whenever somebody else was first, so it
        must not have effects. with_it: writes without conditions in the same transaction. Returns
        the evidence as it is stored now, and whether it changed. Raises Conflict for a change of
        state that evidence cannot make, NotFound, and Unavailable when others are always first.
        """
        as_given = [evidence]  # what the first attempt goes by; the others read it again

        def attempt() -> tuple[Evidence, bool]:
            known = as_given.pop() if as_given else self._again(evidence)
            decision = decide(known)
            if decision is None:
                return known, False
            self._write(known, *decision, with_it)
            return self._again(known), True

        return retry(
            attempt,
            on=(ConditionFailed, Contended),
            most=_TRIES,
            otherwise="The custody record is busy. Nothing was done; try again.",
            longest_pause=_LONGEST_PAUSE,
        )

    def _write(
        self,
        known: Evidence,
        changes: Changes,
        drafts: Sequence[CustodyDraft],
        with_it: Sequence[Write],
    ) -> None:
        """Raises Conflict for a change of state that evidence cannot make, and ConditionFailed or
        Contended when the evidence is not as it is known."""
        after = EvidenceState(str(changes.get("state", known.state)))
        if after is not known.state:
            check_change(known.state, after)
        made, written = self._chain(known, drafts)
        self._table.transact(
            self._table.update_write(
                *EVIDENCE.key(known),
                assign=EVIDENCE.changes(**changes, entries=made.entries, head=made.head),
                when=all_of(
                    equals("entries", known.entries),
                    equals("head", known.head),
                    equals("state", known.state.value),
                ),
            ),
            *(self._table.put_write(entry, when=NEW) for entry in written),
            *with_it,
        )

    def add_entries(self, evidence: Evidence, *drafts: CustodyDraft) -> Evidence:
        """Add entries to the custody record without changing anything else of the evidence."""
        return self.change(evidence, lambda _: ({}, drafts))[0]

    def _again(self, evidence: Evidence) -> Evidence:
        found = self.get(evidence.request_id, evidence.id)
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def _chain(
        self, evidence: Evidence, drafts: Sequence[CustodyDraft]
    ) -> tuple[Evidence, list[Item]]:
        """Return the evidence with its record's new length and head, and the entries as items."""
        made = chain_entries(
            evidence.id, evidence.entries, evidence.head, drafts, iso_micros(self._clock())
        )
        items: list[Item] = [
            {"PK": f"EVIDENCE#{evidence.id}", "SK": _entry_sk(int(entry["sequence"])), **entry}
            for entry in made
        ]
        if not made:
            return evidence, items
        last = made[-1]
        return replace(evidence, entries=int(last["sequence"]), head=str(last["hash"])), items


def custody_draft(
    actor: Actor, act: CustodyAct, state: EvidenceState, reason: str = "", **details: str | int
) -> CustodyDraft:
    """Draft a custody entry. state: of the evidence after the act. details: nothing personal."""
    return CustodyDraft(act, f"{actor.kind}.{actor.id}", state, actor.name, reason, details)


def custody_entry(item: Item) -> dict[str, Field]:
    """Give the entry of a custody record that an item holds: all but its keys."""
    return {name: value for name, value in item.items() if name not in ("PK", "SK")}


def notice_ids(evidence: Evidence) -> dict[str, str]:
    """Give the ids that the send queue's message about a decision on this evidence carries."""
    return {"request_id": evidence.request_id, "evidence_id": evidence.id}


def _pk(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _sk(evidence_id: str) -> str:
    return f"EVIDENCE#{evidence_id}"


def _entry_sk(sequence: int) -> str:
    return f"CUSTODY#{sequence:010d}"
