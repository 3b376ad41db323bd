"""Entries put back from their copies, and rows of evidence that follow their record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.access.audit import Action, Actor, AuditLog, audit_partition
from chalicelib.dynamodb.attributes import encode_item
from chalicelib.dynamodb.table import Table
from chalicelib.evidence.custody import CustodyAct, CustodyDraft, contradiction, name_hash
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.store import EVIDENCE as STORED_EVIDENCE
from chalicelib.evidence.store import EvidenceStore
from chalicelib.integrity.audit_check import AuditCheck
from chalicelib.integrity.record_copies import RecordCopies
from chalicelib.integrity.stream_copier import StreamCopier
from infra.recovery.record_recovery import (
    audit_chains_since,
    bring_rows_forward,
    custody_chains,
    put_back_entries,
    row_of_record,
)
from tests.support.memory_bucket import MemoryBucket
from tests.support.memory_client import MemoryClient

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OFFICER = Actor("officer", "ab-1", "dana", ("North",))
CHAIN = audit_partition(OFFICER, "2026-11")


class World:
    """A table whose stream is copied, and a bucket of copies."""

    def __init__(self) -> None:
        self.client = MemoryClient()
        self.table = Table(self.client, "t")
        self.bucket = MemoryBucket(lambda: NOW)
        self.copies = RecordCopies(self.bucket)
        self.told = 0

    def copy_all(self) -> None:
        """The stream tells of all that is in the table."""
        for pk, sk in sorted(self.client.items):
            if not pk.startswith(("ACTOR#", "EVIDENCE#")):
                continue
            self.told += 1
            record = {
                "eventName": "INSERT",
                "dynamodb": {
                    "Keys": {"PK": {"S": pk}, "SK": {"S": sk}},
                    "NewImage": self.client.items[pk, sk],
                    "SequenceNumber": f"{self.told}",
                },
            }
            StreamCopier(self.copies).copy_all([record])


@pytest.fixture
def world() -> World:
    return World()


def write_looks(world: World, number: int) -> None:
    audit = AuditLog(world.table, lambda: NOW)
    for one in range(number):
        audit.record_act(OFFICER, Action.SEARCHED, "incident.i", f"Look {one} ü", total=one)


def lose(world: World, *numbers: int) -> dict[tuple[str, str], Any]:
    before = dict(world.client.items)
    for number in numbers:
        del world.client.items[CHAIN, f"{number:010d}"]
    return before


def test_what_was_lost_is_put_back_to_the_byte_and_holds(world: World) -> None:
    write_looks(world, 5)
    world.copy_all()
    before = lose(world, 4, 5)
    chains = audit_chains_since(world.copies, NOW)
    (done,) = put_back_entries(world.table, world.copies, chains)
    assert (done.chain, done.put, done.problems) == (CHAIN, 2, ())
    assert world.client.items == before
    check = AuditCheck(world.table, world.copies, lambda: NOW)
    sealed = {5: before[CHAIN, f"{5:010d}"]["hash"]["S"]}
    assert check.check(CHAIN, sealed).problems == ()
    assert put_back_entries(world.table, world.copies, chains) == []


def test_an_interrupted_run_is_gone_on_with(world: World) -> None:
    write_looks(world, 5)
    world.copy_all()
    before = lose(world, 2, 3, 4, 5)
    world.client.items[CHAIN, f"{2:010d}"] = before[CHAIN, f"{2:010d}"]
    (done,) = put_back_entries(world.table, world.copies, [CHAIN])
    assert done.put == 3 and world.client.items == before


def test_what_is_there_is_not_written_over(world: World) -> None:
    write_looks(world, 3)
    world.copy_all()
    changed = world.client.items[CHAIN, f"{3:010d}"] | {"reason": {"S": "another"}}
    world.client.items[CHAIN, f"{3:010d}"] = changed
    assert put_back_entries(world.table, world.copies, [CHAIN]) == []
    assert world.client.items[CHAIN, f"{3:010d}"] == changed


def test_the_first_copy_of_a_place_is_what_was_written(world: World) -> None:
    write_looks(world, 2)
    world.copy_all()
    before = dict(world.client.items)
    key = CHAIN, f"{2:010d}"
    world.client.items[key] = before[key] | {"reason": {"S": "rewritten"}}
    world.copy_all()
    del world.client.items[key]
    put_back_entries(world.table, world.copies, [CHAIN])
    assert world.client.items == before


def test_a_copy_that_was_tampered_with_is_named_and_not_used(world: World) -> None:
    write_looks(world, 1)
    world.copy_all()
    ((key, (at, body)),) = world.bucket.kept.items()
    world.bucket.kept[key] = at, body.replace(b"Look", b"Book")
    lose(world, 1)
    (done,) = put_back_entries(world.table, world.copies, [CHAIN])
    assert done.put == 0 and "is not what its key says" in done.problems[0]
    assert world.client.items == {}


def test_only_chains_of_the_months_since_are_read(world: World) -> None:
    write_looks(world, 1)
    world.copy_all()
    assert audit_chains_since(world.copies, datetime(2026, 12, 1, 12, tzinfo=UTC)) == [CHAIN]
    assert audit_chains_since(world.copies, datetime(2026, 12, 3, tzinfo=UTC)) == []


# Evidence

EVIDENCE = Evidence(
    "0123456789abcdef",
    "r" * 16,
    "s" * 16,
    "o" * 16,
    "i" * 16,
    EvidenceState.RECEIVING,
    "clip.mp4",
    "video/mp4",
    5,
    5,
    "u",
    NOW,
)


def uploaded(world: World) -> tuple[Evidence, Evidence]:
    """A file that was begun before a backup, and accepted and looked at after it."""
    store = EvidenceStore(world.table, lambda: NOW)
    begun: dict[str, str | int] = {
        "request": EVIDENCE.request_id,
        "site": EVIDENCE.site_id,
        "incident": EVIDENCE.incident_id,
        "name_sha256": name_hash(EVIDENCE.file_name),
        "content_type": "video/mp4",
        "size": 5,
        "part_size": 5,
    }
    owner, receiving = f"owner.{EVIDENCE.owner_id}", EvidenceState.RECEIVING
    row = store.create(EVIDENCE, CustodyDraft(CustodyAct.CREATED, owner, receiving, details=begun))
    quarantined, accepted = EvidenceState.QUARANTINED, EvidenceState.ACCEPTED
    arrived = {"version": "v7"}
    steps = [
        (
            {"state": quarantined, "version": "v7", "received_at": NOW, "waiting_since": NOW},
            CustodyDraft(CustodyAct.QUARANTINED, "system.x", quarantined, details=arrived),
        ),
        (
            {"sha256": "ab" * 32},
            CustodyDraft(
                CustodyAct.VERIFIED, "system.x", quarantined, details={"sha256": "ab" * 32}
            ),
        ),
        (
            {"state": accepted, "format": "MP4", "decided_at": NOW, "waiting_since": None},
            CustodyDraft(CustodyAct.ACCEPTED, "system.x", accepted, details={"format": "MP4"}),
        ),
        ({}, CustodyDraft(CustodyAct.DOWNLOADED, "officer.a", accepted, reason="for the file")),
    ]
    after = row
    for changes, draft in steps:
        after, _ = store.change(after, lambda _, c=changes, d=draft: (c, [d]))  # type: ignore[misc]  # bound
    return row, after


def test_a_row_follows_its_record(world: World) -> None:
    before, after = uploaded(world)
    world.copy_all()
    store = EvidenceStore(world.table, lambda: NOW)
    row_key = f"REQUEST#{before.request_id}", f"EVIDENCE#{before.id}"
    whole = dict(world.client.items)
    for key in list(world.client.items):
        if key[0].startswith("EVIDENCE#") and not key[1].endswith("1"):
            del world.client.items[key]
    world.client.items[row_key] = encode_item(STORED_EVIDENCE.item(before))
    assert custody_chains(world.copies) == [f"EVIDENCE#{before.id}"]
    put_back_entries(world.table, world.copies, custody_chains(world.copies))
    rows = [(before.request_id, before.id)]
    assert bring_rows_forward(world.table, store, rows, NOW) == ([before.id], [])
    assert store.get(before.request_id, before.id) == after
    assert world.client.items == whole
    assert bring_rows_forward(world.table, store, rows, NOW) == ([], [])


def test_a_row_whose_record_does_not_hold_stays_and_is_named(world: World) -> None:
    before, after = uploaded(world)
    chain = list(EvidenceStore(world.table, lambda: NOW).custody(before.id))
    assert (found := row_of_record(before, chain, NOW)) and contradiction(found, chain) == ""
    assert row_of_record(before, [*chain[:2], {**chain[2], "reason": "x"}, *chain[3:]], NOW) is None
    assert row_of_record(replace(before, head="another"), chain, NOW) is None
    assert after.waiting_since is None


def test_a_file_that_was_not_decided_waits_for_the_sweep(world: World) -> None:
    before, _ = uploaded(world)
    chain = list(EvidenceStore(world.table, lambda: NOW).custody(before.id))[:2]
    found = row_of_record(before, chain, NOW)
    assert found and found.state is EvidenceState.QUARANTINED and found.waiting_since == NOW
