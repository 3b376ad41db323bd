"""The custody record: everything that happened to one piece of evidence, in order. Pure.

Each piece of evidence has a hash chain like the audit's (core.hash_chain). Besides the chain's own
fields an entry holds: evidence (its id, so that a chain cannot be passed off as another's), at,
actor, actor_name, act, state (after the act), reason, details (JSON text). The evidence's row
holds the chain's length and last hash, written in the same transaction, so that a cut tail shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core.hash_chain import GENESIS, ChainBreak, Entry, Field, chain_entry, first_break
from chalicelib.core.times import iso_seconds, parse_iso
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState, evidence_may_follow

CLOCK_OFFSET = "clock_offset_seconds"
"""The detail of an entry in which a check of the recorder's clock stores its result, in seconds."""
NAME = "name_sha256"
"""The detail of an entry that holds the hash of the file's name."""

_STATES = {state.value: state for state in EvidenceState}


class CustodyAct(StrEnum):
    """What can happen to evidence, in the words that its custody record shows."""

    CREATED = "upload begun"
    RESTARTED = "upload begun again"
    COMPLETED = "all parts sent"
    QUARANTINED = "received and quarantined"
    VERIFIED = "hash recomputed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CLOCK_CHECKED = "recorder's clock checked"
    VIEWED = "record viewed"
    CUSTODY_VIEWED = "custody record viewed"
    PLAYED = "played"
    DOWNLOADED = "downloaded"
    EXPORTED = "exported"


@dataclass(frozen=True)
class CustodyDraft:
    """An entry of a custody record before it is chained. actor: `kind.id`, as in the audit."""

    act: CustodyAct
    actor: str
    state: EvidenceState
    actor_name: str = ""
    reason: str = ""
    details: Mapping[str, str | int] | None = None


def chain_entries(
    evidence_id: str, after: int, head: str, drafts: Sequence[CustodyDraft], at: str
) -> list[dict[str, Field]]:
    """Chain the drafts as entries that follow entry number `after`, whose hash is `head`.

    after: 0 and head: "" for a record that has no entry yet. at: ISO 8601, UTC.
    """
    made: list[dict[str, Field]] = []
    previous = head or GENESIS
    for number, draft in enumerate(drafts, start=after + 1):
        details = json.dumps(draft.details, sort_keys=True) if draft.details else ""
        entry = chain_entry(
            previous,
            number,
            {
                "evidence": evidence_id,
                "at": at,
                "actor": draft.actor,
                "actor_name": draft.actor_name,
                "act": draft.act.value,
                "state": draft.state.value,
                "reason": draft.reason,
                "details": details,
            },
        )
        made.append(entry)
        previous = str(entry["hash"])
    return made


def entry_details(entry: Entry) -> dict[str, str | int]:
    """Read the details of an entry, which are stored as JSON text."""
    text = str(entry.get("details", ""))
    found: dict[str, str | int] = json.loads(text) if text else {}
    return found


def first_problem(
    evidence_id: str, chain: Iterable[Entry], length: int | None = None, head: str = ""
) -> ChainBreak | None:
    """Find the first entry of a custody record that is not as it was written; None when all are.

    chain: every entry, in order. length, head: what the evidence's row says of the record; None
    and "" when there is no row to compare with. Besides the hashes, each entry must be of this
    evidence, and each change of state must be one that evidence can make.
    """
    known = list(chain)
    broken = first_break(known)
    state: EvidenceState | None = None
    for number, entry in enumerate(known, start=1):
        if broken and broken.sequence <= number:
            return broken
        if entry.get("evidence") != evidence_id:
            return ChainBreak(number, f"entry {number} is of other evidence")
        said = _STATES.get(str(entry.get("state")))
        if said is None or not _follows(state, said):
            return ChainBreak(number, f"entry {number} has a state that cannot follow")
        state = said
    if length is not None and length != len(known):
        return ChainBreak(len(known) + 1, f"{length} entries were written, {len(known)} are there")
    if head and known and known[-1].get("hash") != head:
        return ChainBreak(len(known), "the last entry is not the one that was written")
    return None


def _follows(before: EvidenceState | None, after: EvidenceState) -> bool:
    if before is None:
        return after is EvidenceState.RECEIVING
    return after is before or evidence_may_follow(before, after)


ONCE = frozenset(
    {
        CustodyAct.CREATED,
        CustodyAct.COMPLETED,
        CustodyAct.QUARANTINED,
        CustodyAct.VERIFIED,
        CustodyAct.ACCEPTED,
        CustodyAct.REJECTED,
    }
)
"""What happens to a piece of evidence at most once. What these entries say of it stands."""
_TOGETHER = timedelta(minutes=1)
"""Within this a row and its entry, written together, may differ in when they were written."""


@dataclass(frozen=True)
class BoundFact:
    """Something that an evidence's row says and its custody record says too. what: in words."""

    what: str
    row: str | int | None
    record: str | int | None


def bound_facts(evidence: Evidence, chain: Sequence[Entry]) -> list[BoundFact]:
    """List all that an evidence's row says that its record says too: everything but what is of use
    only while it is received (S3's id of the upload, until when somebody waits or is to be told).

    The file's name is personal and can be taken out of the row; the record, which nothing can be
    taken out of, has its hash.
    """
    said: dict[str, Entry] = {}
    for entry in chain:
        said.setdefault(str(entry["act"]), entry)

    def stated(name: str, *acts: CustodyAct, otherwise: str | int | None = "") -> str | int | None:
        found = (entry_details(said[act]).get(name) for act in acts if act in said)
        return next((value for value in found if value is not None), otherwise)

    def last(name: str) -> str | int | None:
        found = (entry_details(entry).get(name) for entry in reversed(chain))
        return next((value for value in found if value is not None), None)

    def moment(row: datetime | None, *acts: CustodyAct) -> tuple[str | None, str | None]:
        record = next((str(said[act]["at"]) for act in acts if act in said), None)
        shown = iso_seconds(row) if row else None
        if row and record and abs(parse_iso(record) - row) < _TOGETHER:
            return shown, shown
        return shown, record

    created, arrived = CustodyAct.CREATED, CustodyAct.QUARANTINED
    decided = (CustodyAct.ACCEPTED, CustodyAct.REJECTED)
    decision = next((said[act] for act in decided if act in said), {})
    checked_at, taken_at = evidence.clock_checked_at, evidence.taken_at
    return [
        BoundFact("state", evidence.state.value, chain[-1]["state"]),
        BoundFact("request", evidence.request_id, stated("request", created)),
        BoundFact("site", evidence.site_id, stated("site", created)),
        BoundFact("incident", evidence.incident_id, stated("incident", created)),
        BoundFact("sender", f"owner.{evidence.owner_id}", chain[0]["actor"]),
        BoundFact(
            "file name", name_hash(evidence.file_name), stated(NAME, CustodyAct.VERIFIED, created)
        ),
        BoundFact("type", evidence.content_type, stated("content_type", created)),
        BoundFact("format", evidence.format, stated("format", *decided)),
        BoundFact(
            "size",
            evidence.size,
            stated("size", arrived, CustodyAct.COMPLETED, created, otherwise=0),
        ),
        BoundFact("size of a part", evidence.part_size, stated("part_size", created, otherwise=0)),
        BoundFact("version", evidence.version, stated("version", arrived)),
        BoundFact("SHA-256", evidence.sha256, stated("sha256", CustodyAct.VERIFIED)),
        BoundFact(
            "SHA-256 from the sender",
            evidence.claimed_sha256,
            stated("sender_sha256", CustodyAct.COMPLETED),
        ),
        BoundFact(
            "structure",
            evidence.structure.value,
            stated("structure", CustodyAct.VERIFIED, otherwise=Structure.NOT_READ.value),
        ),
        BoundFact("reason", evidence.reason, decision.get("reason", "")),
        BoundFact(
            "kind",
            evidence.kind.value,
            stated("kind", created, otherwise=EvidenceKind.FOOTAGE.value),
        ),
        BoundFact("recorder's clock", evidence.clock_offset_seconds, last(CLOCK_OFFSET)),
        BoundFact(
            "time of the clock's check",
            iso_seconds(checked_at) if checked_at else None,
            last("clock_checked_at"),
        ),
        BoundFact(
            "time at which it was taken",
            iso_seconds(taken_at) if taken_at else None,
            stated("taken_at", created, otherwise=None),
        ),
        BoundFact("beginning", *moment(evidence.created_at, created)),
        BoundFact("arrival", *moment(evidence.received_at, CustodyAct.COMPLETED, arrived)),
        BoundFact("time of the decision", *moment(evidence.decided_at, *decided)),
    ]


def name_hash(file_name: str) -> str:
    """Return the hash by which a custody record knows a file's name (SHA-256 of its UTF-8, hex)."""
    return hashlib.sha256(file_name.encode()).hexdigest()


def contradiction(evidence: Evidence, chain: Sequence[Entry]) -> str:
    """Say where the evidence's row differs from its custody record; "" when they agree.

    Threat: somebody changes the row (another hash, another version of the object, another name)
    and leaves the record alone, or adds to the record what makes the change look right.
    """
    if not chain:
        return "it has no custody record"
    acts = [str(entry["act"]) for entry in chain]
    again = [act for act in ONCE if acts.count(act) > 1]
    if again:
        second = next(
            int(entry["sequence"])
            for number, entry in enumerate(chain)
            if entry["act"] in again and entry["act"] in acts[:number]
        )
        return f"entry {second} says again what happens only once: {acts[second - 1]}"
    wrong = [fact.what for fact in bound_facts(evidence, chain) if fact.row != fact.record]
    return f"its {' and '.join(wrong)} differ from the custody record" if wrong else ""
