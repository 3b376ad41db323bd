"""A piece of evidence rewritten by somebody with every right on the table that holds its row and
record: each way is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.core.ids import new_id
from infra.commands import verify_custody
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked
from tests.stack.calling import call_function, event_of
from tests.stack.integrity.rewriting import (
    RawTable,
    chained,
    forget_chain,
    said_by,
    wait_until_copied,
)

Item = dict[str, Any]
OTHER = "cd" * 32


@dataclass
class Piece:
    """A piece of evidence that was accepted, all of whose record is copied."""

    table: RawTable
    id: str
    request_id: str

    @property
    def row(self) -> Item:
        return self.table.get(f"REQUEST#{self.request_id}", f"EVIDENCE#{self.id}")

    @property
    def entries(self) -> list[Item]:
        return self.table.partition(f"EVIDENCE#{self.id}")

    def change_row(self, **changes: Any) -> None:
        self.table.put({**self.row, **changes})

    def rewrite(self, entries: list[Item], **row: Any) -> None:
        """Put entries in the place of all, with hashes that hold, and a row that fits them."""
        made = chained(entries, "CUSTODY#")
        self.table.replace(f"EVIDENCE#{self.id}", made)
        self.change_row(entries=len(made), head=made[-1]["hash"], **row)

    def restate(self, act: str, **details: Any) -> list[Item]:
        """The entries, with other details in the one of an act."""
        entries = self.entries
        entry = next(one for one in entries if one["act"] == act)
        entry["details"] = json.dumps({**json.loads(entry["details"]), **details}, sort_keys=True)
        return entries


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


@pytest.fixture
def piece(stack: RunningStack, world: Asked) -> Iterator[Piece]:
    """A new clip for each way: a record that was attacked never holds again."""
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", mp4() + new_id().encode())
    evidence_id = world.decided(receipt["evidence_id"])["id"]
    table = RawTable(stack, str(stack.described["registry_table"]))
    made = Piece(table, evidence_id, world.request_id)
    kept = made.row
    wait_until_copied(stack, f"EVIDENCE#{evidence_id}", len(made.entries))
    assert said_by(verify_custody, stack, evidence_id, "--files", "--quiet") == (0, "")
    yield made
    table.delete(kept)  # First: the stream tells of it, and a copy of that is kept too.
    forget_chain(stack, table, f"EVIDENCE#{evidence_id}")


def change_an_entry(piece: Piece) -> None:
    entry = piece.entries[2]
    piece.table.put({**entry, "at": "2020-01-01T00:00:00.000000Z"})


def write_record_and_row_anew(piece: Piece) -> None:
    piece.rewrite(piece.restate("hash recomputed", sha256=OTHER), sha256=OTHER)


def write_another_name_into_both(piece: Piece) -> None:
    name = hashlib.sha256(b"holiday.mp4").hexdigest()
    entries = piece.restate("upload begun", name_sha256=name)
    verified = next(one for one in entries if one["act"] == "hash recomputed")
    verified["details"] = json.dumps({**json.loads(verified["details"]), "name_sha256": name})
    piece.rewrite(entries, file_name="holiday.mp4")


def write_another_format_into_both(piece: Piece) -> None:
    piece.rewrite(piece.restate("accepted", format="AVI"), format="AVI")


def add_what_makes_another_row_look_right(piece: Piece) -> None:
    entries = piece.entries
    verified = next(one for one in entries if one["act"] == "hash recomputed")
    details = json.dumps({**json.loads(verified["details"]), "sha256": OTHER})
    added = {**entries[-1], "act": "hash recomputed", "details": details}
    piece.rewrite([*entries, added], sha256=OTHER)


def remove_an_entry_and_close_up(piece: Piece) -> None:
    entries = piece.entries
    del entries[1]
    piece.rewrite(entries)


def cut_the_tail_and_fit_the_row(piece: Piece) -> None:
    piece.rewrite(piece.entries[:-1], state="quarantined", format="", reason="")


def exchange_two(piece: Piece) -> None:
    one, two, *more = piece.entries
    piece.rewrite([two, one, *more])


def remove_the_row(piece: Piece) -> None:
    piece.table.delete(piece.row)


def remove_the_record(piece: Piece) -> None:
    piece.table.delete(*piece.entries)


def remove_all(piece: Piece) -> None:
    piece.table.delete(piece.row, *piece.entries)


def move_it_to_another_request(piece: Piece) -> None:
    row, request = piece.row, new_id()
    piece.table.delete(row)
    entries = piece.restate("upload begun", request=request)
    piece.table.replace(f"EVIDENCE#{piece.id}", made := chained(entries, "CUSTODY#"))
    moved = {**row, "PK": f"REQUEST#{request}", "request_id": request, "head": made[-1]["hash"]}
    piece.table.put(moved)
    piece.request_id = request


def write_details_that_are_none(piece: Piece) -> None:
    entries = piece.entries
    entries[0]["details"] = "{"
    piece.rewrite(entries)


def write_a_row_that_cannot_be_read(piece: Piece) -> None:
    piece.change_row(size="many")


def change_in_row(name: str, value: Any) -> Callable[[Piece], None]:
    def change(piece: Piece) -> None:
        piece.change_row(**{name: value})

    change.__name__ = f"change_{name}_in_the_row"
    return change


ANEW = "is not as it was written at"
ATTACKS: list[tuple[Callable[[Piece], None], list[str]]] = [
    (change_an_entry, ["entry 3: entry 3 was changed", f"entry 3 {ANEW}", "at differs"]),
    (write_record_and_row_anew, [ANEW, "details.sha256 differs"]),
    (write_another_name_into_both, [f"entry 1 {ANEW}", "details.name_sha256 differs"]),
    (write_another_format_into_both, [ANEW, "details.format differs"]),
    (add_what_makes_another_row_look_right, ["says again what happens only once"]),
    (remove_an_entry_and_close_up, [
        "entry 2 is what was written as entry 3", "was written and is missing",
    ]),
    (cut_the_tail_and_fit_the_row, ["was written and is missing"]),
    (exchange_two, ["entry 1 is what was written as entry 2"]),
    (remove_the_row, ["its row is gone"]),
    (remove_the_record, ["all of its entries were removed (5)"]),
    (remove_all, ["its row is gone", "all of its entries were removed (5)"]),
    (move_it_to_another_request, [f"entry 1 {ANEW}", "details.request differs"]),
    (write_details_that_are_none, [f"entry 1 {ANEW}"]),
    (write_a_row_that_cannot_be_read, ["its row is gone, or cannot be read"]),
    (change_in_row("file_name", "holiday.mp4"), ["its file name differ from the custody record"]),
    (change_in_row("format", "AVI"), ["its format differ from the custody record"]),
    (change_in_row("size", 7), ["its size differ from the custody record"]),
    (change_in_row("sha256", OTHER), ["its SHA-256 differ from the custody record"]),
    (change_in_row("version", "another"), ["its version differ from the custody record"]),
    (change_in_row("owner_id", "0" * 16), ["its sender differ from the custody record"]),
    (change_in_row("site_id", "0" * 16), ["its site differ from the custody record"]),
    (change_in_row("incident_id", "0" * 16), ["its incident differ from the custody record"]),
]  # fmt: skip
"""Each way to rewrite a piece of evidence, and what the check says of it."""


@pytest.mark.parametrize(("attack", "named"), ATTACKS, ids=[a.__name__ for a, _ in ATTACKS])
def test_each_way_to_rewrite_evidence_is_named(
    stack: RunningStack, piece: Piece, attack: Callable[[Piece], None], named: list[str]
) -> None:
    kept = piece.row
    attack(piece)
    code, said = said_by(verify_custody, stack, piece.id)
    of_all, said_of_all = said_by(verify_custody, stack, "--quiet")
    if piece.request_id != kept["PK"].removeprefix("REQUEST#"):
        piece.table.delete(piece.row)
    assert (code, of_all) == (1, 1)
    for words in named:
        assert words in said and words in said_of_all, said
    assert all(f"BROKEN evidence {piece.id}: " in line for line in said.splitlines()[:-1])


def test_a_row_put_under_another_request_is_named(stack: RunningStack, piece: Piece) -> None:
    """Footage of one case shown in another, beside the row that is right."""
    planted = {**piece.row, "PK": f"REQUEST#{'0' * 16}", "request_id": "0" * 16}
    piece.table.put(planted)
    code, said = said_by(verify_custody, stack, piece.id)
    piece.table.delete(planted)
    assert code == 1
    assert f"evidence {piece.id}: its request differ from the custody record" in said


def test_a_file_without_a_record_is_named(stack: RunningStack, piece: Piece) -> None:
    s3, bucket = stack.client("s3"), str(stack.described["evidence_bucket"])
    key = f"requests/{piece.request_id}/{new_id()}"
    put = s3.put_object(Bucket=bucket, Key=key, Body=b"x", ChecksumAlgorithm="SHA256")
    code, said = said_by(verify_custody, stack, "--files")
    s3.delete_object(
        Bucket=bucket, Key=key, VersionId=put["VersionId"], BypassGovernanceRetention=True
    )
    assert code == 1 and f"BROKEN the file {key} belongs to no piece of evidence." in said


def test_what_guardduty_does_in_the_bucket_is_no_change_of_a_file(
    stack: RunningStack, piece: Piece
) -> None:
    """A scan for malware tags originals and puts an object of its own beside them."""
    s3, bucket = stack.client("s3"), str(stack.described["evidence_bucket"])
    before = piece.row
    s3.put_object_tagging(
        Bucket=bucket,
        Key=f"requests/{piece.request_id}/{piece.id}",
        Tagging={"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": "THREATS_FOUND"}]},
    )
    own = {"Bucket": bucket, "Key": verify_custody.GUARDDUTYS_OWN}
    put = s3.put_object(**own, Body=b"x", ChecksumAlgorithm="SHA256")
    arrived = {"bucket": {"name": bucket}, "object": {"key": own["Key"], "etag": "x"}}
    call_function(stack, "ReceiveUpload", event_of("Object Created", "aws.s3", arrived))
    _, said = said_by(verify_custody, stack, "--files", "--quiet")
    s3.delete_object(**own, VersionId=put["VersionId"], BypassGovernanceRetention=True)
    assert own["Key"] not in said and piece.id not in said
    assert piece.row == before


def test_a_file_that_is_gone_or_another_is_named(stack: RunningStack, piece: Piece) -> None:
    """Somebody with rights of the account has bypassed the lock of the bucket."""
    s3, bucket = stack.client("s3"), str(stack.described["evidence_bucket"])
    row = piece.row
    where = {"Bucket": bucket, "Key": f"requests/{piece.request_id}/{piece.id}"}
    s3.delete_object(**where, VersionId=row["version"], BypassGovernanceRetention=True)
    code, said = said_by(verify_custody, stack, piece.id, "--files")
    assert code == 1 and f"evidence {piece.id}: its stored original is gone" in said


def test_one_piece_that_never_was_is_said_to_be_none(stack: RunningStack) -> None:
    assert said_by(verify_custody, stack, new_id())[0] == 1
