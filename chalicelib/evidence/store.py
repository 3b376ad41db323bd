"""Evidence and its custody records in the Registry table.

A row never changes without an entry in its custody record: the two are one transaction, on the
condition that the record is still as long as it was read. So whoever comes second of two that
meet here reads again and sees what the first one did.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.access.audit import Actor
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.hash_chain import Field
from chalicelib.core.times import Clock, iso_micros
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

LISTING_INDEX = ("Listing", "listing", "listed_at")
WAITING = "EVIDENCE.waiting"
"""Partition of the Listing index with the evidence that something is still to be done for: all
parts were said to be sent, no decision yet. It is small, and emptied by decisions."""
_TRIES = 12

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
"""Fields of a piece of evidence, by name, and what they become."""


class EvidenceStore:
    """Reads and writes of evidence. Knows no permissions: its callers ask first."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    # reads

    def get(self, request_id: str, evidence_id: str) -> Evidence | None:
        """The evidence as it now is, or None."""
        item = self._table.get(_pk(request_id), _sk(evidence_id), consistent=True)
        return EVIDENCE.read(item) if item else None

    def find(self, evidence_id: str) -> Evidence:
        """The evidence with this id, through the first entry of its custody record, which says
        what request it belongs to. Raises NotFound."""
        first = self._table.get(f"EVIDENCE#{evidence_id}", _entry_sk(1), consistent=True)
        found = self.get(str(entry_details(first).get("request")), evidence_id) if first else None
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def of_request(self, request_id: str) -> Iterator[Evidence]:
        """Everything that was uploaded, or begun, for a request."""
        for item in self._table.query(_pk(request_id), prefix="EVIDENCE#", consistent=True):
            yield EVIDENCE.read(item)

    def list_undecided(self) -> Iterator[tuple[str, str, datetime]]:
        """(request id, evidence id, since when) of what waits for a decision, oldest first."""
        for item in self._table.query(WAITING, index=LISTING_INDEX):
            found = EVIDENCE.read(item)
            if found.waiting_since:
                yield found.request_id, found.id, found.waiting_since

    def custody(self, evidence_id: str) -> Iterator[dict[str, Field]]:
        """The custody record, first entry first, as it was chained."""
        found = self._table.query(f"EVIDENCE#{evidence_id}", prefix="CUSTODY#", consistent=True)
        for item in found:
            yield {name: value for name, value in item.items() if name not in ("PK", "SK")}

    # writes

    def create(self, evidence: Evidence, draft: CustodyDraft) -> Evidence:
        """Stores new evidence with the first entry of its custody record, or nothing."""
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
        """Changes a row and adds entries to its record, both or nothing.

        decide: gets the evidence as it now is and gives what to set and what to record, or None
        when there is nothing to do any more. It is asked again whenever somebody else was first,
        so it must not act itself. with_it: writes without conditions in the same transaction.
        Returns the evidence as it then is, and whether it changed. Raises Conflict for a change of
        state that there is not, NotFound, Unavailable.
        """
        known = evidence
        for attempt in range(_TRIES):
            decision = decide(known)
            if decision is None:
                return known, False
            changes, drafts = decision
            after = EvidenceState(str(changes.get("state", known.state)))
            if after is not known.state:
                check_change(known.state, after)
            made, written = self._chain(known, drafts)
            try:
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
            except (ConditionFailed, Contended):
                time.sleep(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311  # no secret
                known = self._again(known)
                continue
            return self._again(known), True
        raise Unavailable("The custody record is busy. Nothing was done; try again.")

    def add_entries(self, evidence: Evidence, *drafts: CustodyDraft) -> Evidence:
        """Adds entries to the record without changing anything else."""
        return self.change(evidence, lambda _: ({}, drafts))[0]

    def _again(self, evidence: Evidence) -> Evidence:
        found = self.get(evidence.request_id, evidence.id)
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def _chain(
        self, evidence: Evidence, drafts: Sequence[CustodyDraft]
    ) -> tuple[Evidence, list[Item]]:
        """The evidence with its record's new length and head, and the entries as items."""
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
    """A custody entry to be. state: after the act. details: nothing personal."""
    return CustodyDraft(act, f"{actor.kind}.{actor.id}", state, actor.name, reason, details)


def notice_ids(evidence: Evidence) -> dict[str, str]:
    """What names the notice of a decision in the send queue."""
    return {"request_id": evidence.request_id, "evidence_id": evidence.id}


def _pk(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _sk(evidence_id: str) -> str:
    return f"EVIDENCE#{evidence_id}"


def _entry_sk(sequence: int) -> str:
    return f"CUSTODY#{sequence:010d}"
