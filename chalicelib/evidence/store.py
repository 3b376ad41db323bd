"""Evidence and its custody records in the Registry table.

A row never changes without an entry in its custody record: the two are one transaction, on the
condition that the record is still as long as it was read. So whoever comes second of two that
meet here reads again and sees what the first one did.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.access.audit import Actor
from chalicelib.chain import Field
from chalicelib.errors import NotFound, Unavailable
from chalicelib.evidence.custody import Act, Draft, details_of, entries
from chalicelib.evidence.model import Evidence, Kind, State, check_change
from chalicelib.items import ItemKind
from chalicelib.table import (
    NEW,
    ConditionFailed,
    Contended,
    Item,
    Table,
    Value,
    both,
    equals,
)
from chalicelib.times import Clock, iso_micros, parse_iso

LISTING_INDEX = ("Listing", "listing", "listed_at")
WAITING = "EVIDENCE.waiting"
"""Partition of the Listing index with the evidence that something is still to be done for: all
parts were said to be sent, no decision yet. It is small, and emptied by decisions."""
_TRIES = 12

EVIDENCE = ItemKind(
    name="evidence",
    pk=r"REQUEST#[0-9a-z]{16}",
    sk=r"EVIDENCE#[0-9a-z]{16}",
    needed=frozenset(
        {
            *("id", "request_id", "site_id", "owner_id", "incident_id", "state", "created_at"),
            *("file_name", "content_type", "size", "part_size", "upload", "entries", "head"),
        }
    ),
    may=frozenset(
        {
            *("claimed_sha256", "sha256", "version", "received_at", "decided_at", "format"),
            *("reason", "listing", "listed_at"),
            *("kind", "taken_at", "clock_offset_seconds", "clock_checked_at"),
        }
    ),
    personal=frozenset({"file_name"}),
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
ITEMS: tuple[ItemKind, ...] = (EVIDENCE, CUSTODY)

Changes = dict[str, Value]


class EvidenceStore:
    """Reads and writes of evidence. Knows no permissions: its callers ask first."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    # reads

    def get(self, request_id: str, evidence_id: str) -> Evidence | None:
        """The evidence as it now is, or None."""
        item = self._table.get(_pk(request_id), _sk(evidence_id), consistent=True)
        return _evidence(item) if item else None

    def find(self, evidence_id: str) -> Evidence:
        """The evidence with this id, through the first entry of its custody record, which says
        what request it belongs to. Raises NotFound."""
        first = self._table.get(f"EVIDENCE#{evidence_id}", _entry_sk(1), consistent=True)
        found = self.get(str(details_of(first).get("request")), evidence_id) if first else None
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def of_request(self, request_id: str) -> Iterator[Evidence]:
        """Everything that was uploaded, or begun, for a request."""
        for item in self._table.query(_pk(request_id), prefix="EVIDENCE#", consistent=True):
            yield _evidence(item)

    def waiting(self) -> Iterator[tuple[str, str, datetime]]:
        """(request id, evidence id, since when) of what waits for a decision, oldest first."""
        for item in self._table.query(WAITING, index=LISTING_INDEX):
            since = parse_iso(str(item["listed_at"]))
            yield str(item["request_id"]), str(item["id"]), since

    def custody(self, evidence_id: str) -> Iterator[dict[str, Field]]:
        """The custody record, first entry first, as it was chained."""
        found = self._table.query(f"EVIDENCE#{evidence_id}", prefix="CUSTODY#", consistent=True)
        for item in found:
            yield {name: value for name, value in item.items() if name not in ("PK", "SK")}

    # writes

    def create(self, evidence: Evidence, draft: Draft) -> Evidence:
        """Stores new evidence with the first entry of its custody record, or nothing."""
        made, written = self._chain(evidence, [draft])
        row = self._table.put_write(_item(made), when=NEW)
        self._table.transact(row, *(self._table.put_write(e, when=NEW) for e in written))
        return made

    def change(
        self,
        evidence: Evidence,
        decide: Callable[[Evidence], tuple[Changes, Sequence[Draft]] | None],
    ) -> tuple[Evidence, bool]:
        """Changes a row and adds entries to its record, both or nothing.

        decide: gets the evidence as it now is and gives what to set and what to record, or None
        when there is nothing to do any more. It is asked again whenever somebody else was first,
        so it must not act itself. Returns the evidence as it then is, and whether it changed.
        Raises Conflict for a change of state that there is not, NotFound, Unavailable.
        """
        known = evidence
        for attempt in range(_TRIES):
            decision = decide(known)
            if decision is None:
                return known, False
            changes, drafts = decision
            after = State(str(changes.get("state", known.state)))
            if after is not known.state:
                check_change(known.state, after)
            made, written = self._chain(known, drafts)
            try:
                self._table.transact(
                    self._table.update_write(
                        _pk(known.request_id),
                        _sk(known.id),
                        assign={**changes, "entries": made.entries, "head": made.head},
                        when=both(
                            equals("entries", known.entries),
                            equals("head", known.head),
                            equals("state", known.state.value),
                        ),
                    ),
                    *(self._table.put_write(entry, when=NEW) for entry in written),
                )
            except (ConditionFailed, Contended):
                time.sleep(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311  # no secret
                known = self._again(known)
                continue
            return self._again(known), True
        raise Unavailable("The custody record is busy. Nothing was done; try again.")

    def record(self, evidence: Evidence, *drafts: Draft) -> Evidence:
        """Adds entries to the record without changing anything else."""
        return self.change(evidence, lambda _: ({}, drafts))[0]

    def _again(self, evidence: Evidence) -> Evidence:
        found = self.get(evidence.request_id, evidence.id)
        if found is None:
            raise NotFound("There is no such evidence.")
        return found

    def _chain(self, evidence: Evidence, drafts: Sequence[Draft]) -> tuple[Evidence, list[Item]]:
        """The evidence with its record's new length and head, and the entries as items."""
        made = entries(
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


def by(actor: Actor, act: Act, state: State, reason: str = "", **details: str | int) -> Draft:
    """A custody entry to be. state: after the act. details: nothing personal."""
    return Draft(act, f"{actor.kind}.{actor.id}", state, actor.name, reason, details)


def waiting_since(moment: datetime | None) -> Changes:
    """Attributes that put evidence among what waits for a decision, or (None) take it out."""
    if moment is None:
        return {"listing": None, "listed_at": None}
    return {"listing": WAITING, "listed_at": iso_micros(moment)}


def _pk(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def _sk(evidence_id: str) -> str:
    return f"EVIDENCE#{evidence_id}"


def _entry_sk(sequence: int) -> str:
    return f"CUSTODY#{sequence:010d}"


_TIMES = ("created_at", "received_at", "decided_at", "taken_at", "clock_checked_at")


def _item(evidence: Evidence) -> Item:
    plain: dict[str, Any] = {
        name: iso_micros(value) if isinstance(value, datetime) else value
        for name, value in vars(evidence).items()
        if value is not None
    }
    for name in EVIDENCE.may & plain.keys():
        if plain[name] == "":
            del plain[name]
    return {"PK": _pk(evidence.request_id), "SK": _sk(evidence.id), **plain}


def _evidence(item: Item) -> Evidence:
    fields = {name: value for name, value in item.items() if name in Evidence.__dataclass_fields__}
    fields["state"] = State(fields["state"])
    fields["kind"] = Kind(fields.get("kind", Kind.FOOTAGE))
    for name in _TIMES:
        if name in fields:
            fields[name] = parse_iso(fields[name])
    return Evidence(**fields)
