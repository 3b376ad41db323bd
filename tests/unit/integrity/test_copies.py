"""Copies of entries as a stream tells of them, and chains compared with what was copied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.hash_chain import GENESIS, chain_entry
from chalicelib.dynamodb.attributes import encode_item
from chalicelib.integrity.audit_check import copy_lost
from chalicelib.integrity.comparison import (
    Comparison,
    compare_with_copies,
    differing_fields,
)
from chalicelib.integrity.record_copies import (
    RecordCopies,
    chain_folder,
    chain_of_folder,
    copy_digest,
    entry_place,
)
from chalicelib.integrity.stream_copier import StreamCopier
from chalicelib.telemetry.metrics import Metric
from tests.support.memory_bucket import MemoryBucket

Item = dict[str, Any]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
AT = "2026-11-20T10:00:00.000000Z"
PK = "ACTOR#officer.ab-1#2026-11"


def chain(length: int, at: str = AT) -> list[Item]:
    made: list[Item] = []
    previous = GENESIS
    for sequence in range(1, length + 1):
        entry = chain_entry(previous, sequence, {"at": at, "reason": f"Look {sequence}"})
        previous = str(entry["hash"])
        made.append({"PK": PK, "SK": f"{sequence:010d}", **entry})
    return made


class World:
    """A bucket, a clock, and a stream that tells of changes in order."""

    def __init__(self) -> None:
        self.now = NOW
        self.bucket = MemoryBucket(lambda: self.now)
        self.copies = RecordCopies(self.bucket)
        self.counted: dict[Metric, float] = {}
        self.copier = StreamCopier(self.copies, self)
        self.told = 0

    def add(self, metric: Metric, value: float = 1) -> None:
        self.counted[metric] = self.counted.get(metric, 0) + value

    def record(self, event: str, item: Item) -> Item:
        self.told += 1
        keys = encode_item({"PK": item["PK"], "SK": item["SK"]})
        new = {} if event == "REMOVE" else {"NewImage": encode_item(item)}
        told = {"Keys": keys, "SequenceNumber": f"{self.told:030d}", **new}
        return {"eventName": event, "dynamodb": told}

    def tell(self, event: str, *items: Item) -> int:
        return self.copier.copy_all([self.record(event, item) for item in items])

    def compare(self, entries: list[Item], pk: str = PK) -> Comparison:
        return compare_with_copies(entries, self.copies.of_chain(pk), self.copies.read, self.now)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("pk", "folder"),
    [
        (PK, "copies/audit/2026-11/officer.ab-1/"),
        ("EVIDENCE#0123456789abcdef", "copies/custody/0123456789abcdef/"),
    ],
)
def test_a_chain_and_its_folder_lead_to_each_other(pk: str, folder: str) -> None:
    assert chain_folder(pk) == folder and chain_of_folder(folder) == pk


def test_what_is_no_chain_of_ours_has_a_folder_too() -> None:
    strange = chain_folder("ACTOR#../../x#2026-11")
    assert strange.startswith("copies/other/") and ".." not in strange
    assert strange != chain_folder("ACTOR#../../y#2026-11") and chain_of_folder(strange) == ""
    assert entry_place("CUSTODY#0000000007") == entry_place("0000000007") == "0000000007"
    assert entry_place("a/b.c").startswith("other-") and "/" not in entry_place("a/b.c")


def test_every_item_has_a_key_that_s3_takes(world: World) -> None:
    """One that has none would hold up the copies of all that comes after it in its stream."""
    pk, sk = f"ACTOR#{'a' * 2000}#2026-11", "z" * 1000
    world.tell("INSERT", {"PK": pk, "SK": sk, "at": AT})
    (key,) = world.bucket.kept
    assert len(key) < 300 and len(world.copies.of_chain(pk)) == 1


def test_what_was_copied_holds_and_a_repeat_changes_nothing(world: World) -> None:
    entries = chain(3)
    records = [world.record("INSERT", entry) for entry in entries]
    assert world.copier.copy_all(records) == world.copier.copy_all(records) == 0
    assert len(world.bucket.kept) == 3 and not world.counted
    assert world.compare(entries) == Comparison()
    (first, *_) = world.copies.of_chain(PK)
    assert world.copies.read(first) == entries[0] and first.digest == copy_digest(entries[0])


def test_a_change_is_kept_beside_the_first_and_counted(world: World) -> None:
    entries = chain(3)
    world.tell("INSERT", *entries)
    changed = {**entries[1], "reason": "Another"}
    assert world.tell("MODIFY", changed) == 1
    assert world.counted == {Metric.RECORD_CHANGED: 1}
    found = world.compare([entries[0], changed, entries[2]])
    assert found.problems == [
        "entry 2 is not as it was written at 2026-11-20T10:00:00Z: reason differs"
    ]
    world.tell("MODIFY", entries[1])
    again = world.compare(entries)
    assert again.problems == [] and "entry 2 was changed or removed at" in again.notes[0]


def test_a_removal_is_kept_and_counted(world: World) -> None:
    entries = chain(4)
    world.tell("INSERT", *entries)
    assert world.tell("REMOVE", *entries[2:]) == 2
    assert world.compare(entries[:2]).problems == [
        "entry 3 was written and is missing", "entry 4 was written and is missing",
    ]  # fmt: skip
    assert world.compare([]).problems == ["all of its entries were removed (4)"]


def test_a_row_that_is_removed_is_noted_without_its_content(world: World) -> None:
    row = {"PK": "REQUEST#r", "SK": "EVIDENCE#0123456789abcdef", "file_name": "pat.mp4"}
    assert world.tell("REMOVE", row) == 1
    ((key, (_, body)),) = world.bucket.kept.items()
    assert key.startswith("copies/custody/0123456789abcdef/row.") and b"pat" not in body
    found = world.compare([], "EVIDENCE#0123456789abcdef")
    assert found.problems == [] and found.notes == ["its row was removed at 2026-11-20T10:00:00Z"]


def test_an_entry_without_a_copy_waits_and_then_is_lost(world: World) -> None:
    entries = chain(2)
    world.tell("INSERT", entries[0])
    assert (world.compare(entries).waiting, world.compare(entries).lost) == (1, [])
    world.now += timedelta(minutes=11)
    found = world.compare(entries)
    assert (found.waiting, found.lost, found.problems) == (0, [entries[1]], [])
    assert copy_lost(world.copies, found.lost) == 1 and copy_lost(world.copies, found.lost) == 0
    assert world.compare(entries) == Comparison()
    assert world.copies.of_chain(PK)[1].late


def test_the_streams_own_copy_goes_before_one_that_was_made_late(world: World) -> None:
    """Threat: an entry is changed while the stream stands still, and copied late as it is then."""
    entries = chain(1)
    changed = {**entries[0], "reason": "Another"}
    copy_lost(world.copies, [changed])
    world.tell("INSERT", entries[0])
    assert "reason differs" in world.compare([changed]).problems[0]


@pytest.mark.parametrize(
    ("at", "copied_after", "said"),
    [
        (AT, timedelta(hours=24), False),
        (AT, timedelta(hours=26), True),
        ("2026-11-20T11:00:00.000000Z", timedelta(), True),
        ("yesterday", timedelta(), True),
    ],
)
def test_an_entry_says_when_it_was_written(
    world: World, at: str, copied_after: timedelta, said: bool
) -> None:
    world.now += copied_after
    entries = chain(1, at)
    world.tell("INSERT", *entries)
    assert bool(world.compare(entries).problems) is said


def test_an_entry_that_was_copied_late_may_be_old(world: World) -> None:
    world.now += timedelta(days=40)
    copy_lost(world.copies, chain(1))
    assert world.compare(chain(1)).problems == []


def test_many_differences_are_counted_after_twenty(world: World) -> None:
    entries = chain(30)
    world.tell("INSERT", *entries)
    found = world.compare([{**entry, "reason": "Another"} for entry in entries])
    assert len(found.problems) == 21
    assert found.problems[-1] == "10 more entries are not as they were written"
    assert world.compare(entries[:2]).problems[-1] == "8 more entries are missing"


def test_fields_are_named_and_those_of_the_chain_only_alone() -> None:
    one = {"reason": "a", "hash": "x", "details": '{"a": 1, "b": 2}'}
    assert differing_fields(one, {**one, "reason": "b", "hash": "y"}) == ["reason"]
    assert differing_fields(one, {**one, "hash": "y"}) == ["hash"]
    assert differing_fields(one, {**one, "details": '{"a": 1, "b": 3}'}) == ["details.b"]
    assert differing_fields(one, {**one, "details": "broken"}) == ["details.a", "details.b"]
    assert differing_fields({**one, "details": "{"}, {**one, "details": "["}) == ["details"]


def test_a_copy_that_is_not_what_its_key_says_is_refused(world: World) -> None:
    world.tell("INSERT", *chain(1))
    (one,) = world.copies.of_chain(PK)
    world.bucket.kept[one.kept.key] = (NOW, b"{}")
    with pytest.raises(ValueError, match="not what its key says"):
        world.copies.read(one)


def test_a_batch_that_fails_raises_after_the_others_were_copied(world: World) -> None:
    entries = chain(3)
    records = [world.record("INSERT", entry) for entry in entries]
    del records[0]["dynamodb"]["NewImage"]
    with pytest.raises(KeyError):
        world.copier.copy_all(records)
    assert len(world.bucket.kept) == 2
