"""The custody record: a chain that belongs to one file, and a row that must agree with it."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.hash_chain import GENESIS, entry_hash
from chalicelib.core.ids import new_id
from chalicelib.evidence.custody import (
    CLOCK_OFFSET,
    ONCE,
    CustodyAct,
    CustodyDraft,
    chain_entries,
    contradiction,
    entry_details,
    first_problem,
    name_hash,
)
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState
from chalicelib.evidence.receiving.senders import first_details
from tests.unit.evidence.evidence_row import EVIDENCE, ROW


def life() -> list[dict[str, str | int]]:
    drafts = [
        CustodyDraft(
            CustodyAct.CREATED,
            "owner.o",
            EvidenceState.RECEIVING,
            details={"request": "r", "size": 3},
        ),
        CustodyDraft(
            CustodyAct.COMPLETED, "owner.o", EvidenceState.RECEIVING, details={"parts": 1}
        ),
        CustodyDraft(CustodyAct.QUARANTINED, "system.s", EvidenceState.QUARANTINED),
        CustodyDraft(
            CustodyAct.VERIFIED,
            "system.s",
            EvidenceState.QUARANTINED,
            details={"sha256": "ab" * 32},
        ),
        CustodyDraft(CustodyAct.ACCEPTED, "system.s", EvidenceState.ACCEPTED),
        CustodyDraft(
            CustodyAct.DOWNLOADED, "officer.p", EvidenceState.ACCEPTED, "pc1", "for the file ✓"
        ),
    ]
    first = chain_entries(EVIDENCE, 0, "", drafts[:3], "2026-11-20T10:00:00.000000Z")
    head = str(first[-1]["hash"])
    return first + chain_entries(EVIDENCE, 3, head, drafts[3:], "2026-11-20T11:00:00.000000Z")


def test_a_whole_record_holds_and_says_where_it_belongs() -> None:
    chain = life()
    assert first_problem(EVIDENCE, chain) is None
    assert first_problem(EVIDENCE, chain, 6, str(chain[-1]["hash"])) is None
    assert entry_details(chain[0]) == {"request": "r", "size": 3}


def test_anybody_can_recompute_a_hash_from_the_published_rule() -> None:
    entry = dict(life()[0])
    claimed = entry.pop("hash")
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == claimed


@given(st.integers(0, 5), st.sampled_from(["at", "actor", "act", "state", "reason", "details"]))
def test_a_changed_entry_is_named(position: int, field: str) -> None:
    chain = copy.deepcopy(life())
    chain[position][field] = "another"
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 1


@given(st.integers(0, 4))
def test_a_changed_entry_with_a_new_hash_breaks_the_next(position: int) -> None:
    chain = copy.deepcopy(life())
    chain[position]["reason"] = "rewritten"
    chain[position]["hash"] = entry_hash(chain[position])
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 2


@given(st.integers(0, 4))
def test_a_removed_entry_is_named(position: int) -> None:
    chain = life()
    del chain[position]
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 1


def test_a_cut_tail_shows_against_the_row() -> None:
    chain = life()
    head = str(chain[-1]["hash"])
    assert first_problem(EVIDENCE, chain[:-1]) is None
    broken = first_problem(EVIDENCE, chain[:-1], 6, head)
    assert broken is not None
    assert broken.sequence == 6


def test_a_rewritten_tail_shows_against_the_row() -> None:
    chain = life()
    head = str(chain[-1]["hash"])
    chain[-1]["reason"] = "rewritten"
    chain[-1]["hash"] = entry_hash(chain[-1])
    assert first_problem(EVIDENCE, chain) is None
    assert first_problem(EVIDENCE, chain, 6, head) is not None


def test_a_chain_of_other_evidence_is_not_taken_for_this_one() -> None:
    broken = first_problem("fedcba9876543210", life())
    assert broken is not None
    assert broken.sequence == 1


def test_a_state_that_cannot_follow_is_named_even_when_the_hashes_hold() -> None:
    leap = [
        CustodyDraft(CustodyAct.CREATED, "owner.o", EvidenceState.RECEIVING),
        CustodyDraft(CustodyAct.ACCEPTED, "owner.o", EvidenceState.ACCEPTED),
    ]
    broken = first_problem(EVIDENCE, chain_entries(EVIDENCE, 0, "", leap, "2026-11-20T10:00:00Z"))
    assert broken is not None
    assert broken.sequence == 2


def test_a_row_whose_clock_offset_is_not_on_record_is_found() -> None:
    """Threat: somebody moves footage by an hour by changing one number."""
    row = Evidence(
        new_id(),
        new_id(),
        new_id(),
        new_id(),
        new_id(),
        EvidenceState.RECEIVING,
        "clip.mp4",
        "video/mp4",
        5,
        5,
        "u",
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    first = CustodyDraft(
        CustodyAct.CREATED, f"owner.{row.owner_id}", EvidenceState.RECEIVING,
        details={**first_details(row), "size": 5, "part_size": 5},
    )  # fmt: skip
    checks = [
        CustodyDraft(
            CustodyAct.CLOCK_CHECKED,
            "owner.x",
            EvidenceState.RECEIVING,
            details={CLOCK_OFFSET: offset},
        )
        for offset in (3600, 432)
    ]
    chain = chain_entries(row.id, 0, "", [first, *checks], "2026-11-20T10:00:00Z")
    assert "clock" in contradiction(row, chain)
    assert "clock" in contradiction(replace(row, clock_offset_seconds=3600), chain)
    assert contradiction(replace(row, clock_offset_seconds=432), chain) == ""
    assert contradiction(row, chain[:1]) == ""
    assert "kind" in contradiction(replace(row, kind=EvidenceKind.CLOCK), chain[:1])


def test_entries_say_all_that_a_draft_says_and_are_numbered_on() -> None:
    first, second, third = life()[:3]
    assert [entry["sequence"] for entry in life()] == [1, 2, 3, 4, 5, 6]
    assert first["previous"] == GENESIS and second["previous"] == first["hash"]
    assert first["details"] == '{"request": "r", "size": 3}' and third["details"] == ""
    assert entry_details(third) == {} and entry_details({}) == {}
    opened = life()[5]
    assert (opened["actor"], opened["actor_name"], opened["act"], opened["state"]) == (
        "officer.p", "pc1", "downloaded", "accepted",
    )  # fmt: skip
    assert opened["reason"] == "for the file ✓" and opened["evidence"] == EVIDENCE
    assert opened["at"] == "2026-11-20T11:00:00.000000Z"


def test_a_row_that_knows_another_length_or_head_is_said_so() -> None:
    chain = life()
    head = str(chain[-1]["hash"])
    assert first_problem(EVIDENCE, chain, 6) is None
    longer = first_problem(EVIDENCE, chain, 7, head)
    assert longer and (longer.sequence, longer.why) == (7, "7 entries were written, 6 are there")
    shorter = first_problem(EVIDENCE, chain, 5)
    assert shorter and "5 entries were written" in shorter.why
    none = first_problem(EVIDENCE, [], 0, "")
    assert none is None and first_problem(EVIDENCE, []) is None
    lost = first_problem(EVIDENCE, [], 2, head)
    assert lost and lost.sequence == 1
    other = first_problem(EVIDENCE, chain, 6, "0" * 64)
    assert other and other.sequence == 6 and "not the one that was written" in other.why


def states(*names: EvidenceState) -> list[dict[str, str | int]]:
    drafts = [CustodyDraft(CustodyAct.VERIFIED, "system.s", state) for state in names]
    return chain_entries(EVIDENCE, 0, "", drafts, "2026-11-20T10:00:00Z")


def test_a_record_begins_with_receiving_and_ends_with_a_decision() -> None:
    for state in EvidenceState:
        assert (first_problem(EVIDENCE, states(state)) is None) == (
            state is EvidenceState.RECEIVING
        )
    begun = (
        EvidenceState.RECEIVING,
        EvidenceState.RECEIVING,
        EvidenceState.QUARANTINED,
        EvidenceState.QUARANTINED,
    )
    assert (
        first_problem(EVIDENCE, states(*begun, EvidenceState.REJECTED, EvidenceState.REJECTED))
        is None
    )
    for after in (EvidenceState.RECEIVING, EvidenceState.QUARANTINED, EvidenceState.REJECTED):
        broken = first_problem(EVIDENCE, states(*begun, EvidenceState.ACCEPTED, after))
        assert broken and broken.sequence == 6
    unknown = states(EvidenceState.RECEIVING)
    unknown[0]["state"] = "lost"
    unknown[0]["hash"] = entry_hash(unknown[0])
    broken = first_problem(EVIDENCE, unknown)
    assert broken and broken.why == "entry 1 has a state that cannot follow"


def test_the_first_of_two_faults_is_the_one_that_is_named() -> None:
    chain = copy.deepcopy(life())
    chain[4]["reason"] = "changed"
    chain[1]["evidence"] = "f" * 16
    chain[1]["hash"] = entry_hash(chain[1])
    broken = first_problem(EVIDENCE, chain)
    assert broken and (broken.sequence, broken.why) == (2, "entry 2 is of other evidence")


def record_of(row: Evidence) -> list[dict[str, str | int]]:
    made = {**first_details(row), "size": row.size, "part_size": row.part_size}
    owner, quarantined = f"owner.{row.owner_id}", EvidenceState.QUARANTINED
    drafts = [
        CustodyDraft(CustodyAct.CREATED, owner, EvidenceState.RECEIVING, details=made),
        CustodyDraft(
            CustodyAct.COMPLETED,
            owner,
            quarantined,
            details={"size": row.size, "sender_sha256": row.claimed_sha256},
        ),
        CustodyDraft(
            CustodyAct.QUARANTINED,
            "system.s",
            quarantined,
            details={"version": row.version, "size": row.size},
        ),
        CustodyDraft(
            CustodyAct.VERIFIED,
            "system.s",
            quarantined,
            details={
                "sha256": row.sha256,
                "name_sha256": name_hash(row.file_name),
                "structure": row.structure.value,
            },
        ),
        CustodyDraft(
            CustodyAct.ACCEPTED,
            "system.s",
            EvidenceState.ACCEPTED,
            reason=row.reason,
            details={"format": row.format},
        ),
    ]
    return chain_entries(row.id, 0, "", drafts, "2026-11-20T10:00:20.000000Z")


WHOLE = replace(
    ROW,
    claimed_sha256="ab" * 32,
    received_at=ROW.created_at,
    decided_at=ROW.created_at,
    format="MP4",
    reason="It seems to be cut short.",
    structure=Structure.CUT_SHORT,
    taken_at=ROW.created_at,
    clock_offset_seconds=60,
    clock_checked_at=ROW.created_at,
    kind=EvidenceKind.CLOCK,
)
"""A row in which everything is said that one can say."""
LATER = ROW.created_at + timedelta(hours=1)
CHANGES: dict[str, tuple[Any, str]] = {
    "state": (EvidenceState.REJECTED, "state"),
    "request_id": ("x" * 16, "request"),
    "site_id": ("x" * 16, "site"),
    "incident_id": ("x" * 16, "incident"),
    "owner_id": ("x" * 16, "sender"),
    "file_name": ("other.mp4", "file name"),
    "content_type": ("video/webm", "type"),
    "format": ("AVI", "format"),
    "size": (6, "size"),
    "part_size": (6, "size of a part"),
    "version": ("v8", "version"),
    "sha256": ("cd" * 32, "SHA-256"),
    "claimed_sha256": ("cd" * 32, "SHA-256 from the sender"),
    "structure": (Structure.WHOLE, "structure"),
    "reason": ("", "reason"),
    "kind": (EvidenceKind.FOOTAGE, "kind"),
    "clock_offset_seconds": (0, "recorder's clock"),
    "clock_checked_at": (LATER, "time of the clock's check"),
    "taken_at": (LATER, "time at which it was taken"),
    "created_at": (LATER, "beginning"),
    "received_at": (LATER, "arrival"),
    "decided_at": (LATER, "time of the decision"),
}
"""Every field of a row that somebody may want to change → another value, and how it is named."""
OF_RECEIVING = {"id", "upload", "entries", "head", "waiting_since", "notice_due_at", "parts_at"}
"""Fields that say nothing of the file: the id is in every entry, the record's length and last hash
are compared with the record, and the others are of use only until the decision is told."""


@pytest.mark.parametrize("field", CHANGES)
def test_a_row_that_says_other_than_its_record_is_named(field: str) -> None:
    value, named = CHANGES[field]
    chain = record_of(WHOLE)
    assert contradiction(WHOLE, chain) == ""
    said = contradiction(replace(WHOLE, **{field: value}), chain)
    assert said == f"its {named} differ from the custody record"


def test_every_field_of_a_row_is_bound_or_says_nothing_of_the_file() -> None:
    assert CHANGES.keys() | OF_RECEIVING == {one.name for one in fields(Evidence)}
    assert not CHANGES.keys() & OF_RECEIVING


def test_all_that_differs_is_named() -> None:
    said = contradiction(replace(WHOLE, version="", sha256=""), record_of(WHOLE))
    assert said == "its version and SHA-256 differ from the custody record"


@pytest.mark.parametrize("act", sorted(ONCE))
def test_what_happens_once_cannot_be_said_again(act: CustodyAct) -> None:
    """Threat: an entry is added that makes a changed row look right."""
    chain = record_of(WHOLE)
    later = CustodyDraft(act, "system.s", EvidenceState.ACCEPTED, details={"sha256": "cd" * 32})
    if act is CustodyAct.REJECTED:
        later = replace(later, act=CustodyAct.ACCEPTED)
    longer = chain + chain_entries(
        WHOLE.id, len(chain), str(chain[-1]["hash"]), [later], "2026-11-20T11:00:00.000000Z"
    )
    said = contradiction(replace(WHOLE, sha256="cd" * 32), longer)
    assert said == f"entry 6 says again what happens only once: {later.act}"


def test_a_row_without_a_record_contradicts_it() -> None:
    assert contradiction(ROW, []) == "it has no custody record"
    begun = replace(ROW, state=EvidenceState.RECEIVING, sha256="", version="")
    assert contradiction(begun, record_of(ROW)[:1]) == ""
    picture = replace(begun, kind=EvidenceKind.CLOCK)
    assert contradiction(picture, record_of(picture)[:1]) == ""
