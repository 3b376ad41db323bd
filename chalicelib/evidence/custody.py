"""The custody record: everything that happened to one piece of evidence, in order. Pure.

Each piece of evidence has a hash chain like the audit's (core.hash_chain). Besides the chain's own
fields an entry holds: evidence (its id, so that a chain cannot be passed off as another's), at,
actor, actor_name, act, state (after the act), reason, details (JSON text). The evidence's row
holds the chain's length and last hash, written in the same transaction, so that a cut tail shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.core.hash_chain import GENESIS, ChainBreak, Entry, Field, chain_entry, first_break
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState, evidence_may_follow

CLOCK_OFFSET = "clock_offset_seconds"
"""The detail of an entry in which a check of the recorder's clock stores its result, in seconds."""

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


def _last_offset(chain: Sequence[Entry]) -> str | int | None:
    """Find the offset of the recorder's clock that was recorded last; None when there is none."""
    said = [entry_details(entry).get(CLOCK_OFFSET) for entry in chain]
    return next((offset for offset in reversed(said) if offset is not None), None)


def contradiction(evidence: Evidence, chain: Sequence[Entry]) -> str:
    """Say where the evidence's row differs from its custody record; "" when they agree.

    Threat: somebody changes the row (another hash, another version of the object) and leaves
    the record alone.
    """
    if not chain:
        return "it has no custody record"
    said = {str(entry["act"]): entry_details(entry) for entry in chain}
    expected = {
        "state": (evidence.state.value, chain[-1]["state"]),
        "request": (evidence.request_id, said.get(CustodyAct.CREATED, {}).get("request")),
        "site": (evidence.site_id, said.get(CustodyAct.CREATED, {}).get("site")),
        "version": (evidence.version, said.get(CustodyAct.QUARANTINED, {}).get("version", "")),
        "SHA-256": (evidence.sha256, said.get(CustodyAct.VERIFIED, {}).get("sha256", "")),
        "kind": (
            evidence.kind.value,
            said.get(CustodyAct.CREATED, {}).get("kind", EvidenceKind.FOOTAGE.value),
        ),
        "recorder's clock": (evidence.clock_offset_seconds, _last_offset(chain)),
    }
    wrong = [name for name, (row, record) in expected.items() if row != record]
    return f"its {' and '.join(wrong)} differ from the custody record" if wrong else ""
