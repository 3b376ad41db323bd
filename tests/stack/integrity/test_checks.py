"""The daily check as it is deployed, what auditors see of it, and the record that a court gets."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.access.audit import Action, Actor, AuditLog, audit_partition
from chalicelib.core.hash_chain import entry_hash
from chalicelib.core.ids import new_id
from chalicelib.core.times import parse_iso
from chalicelib.dynamodb.table import Table
from chalicelib.integrity.check_results import CheckResults, CheckRun, RunKind
from chalicelib.integrity.locked_bucket import LockedBucket
from infra.commands import verify_audit
from infra.paths import ROOT
from infra.records.checking import every_item
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.stack.calling import run_scheduled
from tests.stack.integrity.rewriting import (
    RawTable,
    forget_chain,
    said_by,
    wait_until_copied,
)

SCRIPT = ROOT / "docs" / "check_custody_record.py"
CLIP = mp4()
Record = dict[str, Any]


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


@pytest.fixture(scope="module")
def evidence_id(stack: RunningStack, world: Asked) -> str:
    receipt = world.somebody.upload(world.replies[0], "clip ü.mp4", CLIP)
    found = str(world.decided(receipt["evidence_id"])["id"])
    wait_until_copied(stack, f"EVIDENCE#{found}", 5)
    return found


def check_now(stack: RunningStack) -> CheckRun:
    """Runs the check in its own function with its own role; gives what it kept."""
    run_scheduled(stack, "VerifyRecord")
    bucket = LockedBucket(stack.client("s3"), str(stack.described["audit_bucket"]))
    newest = max(bucket.objects("checks/runs/"), key=lambda one: one.key)
    return CheckRun.read(bucket.read(newest))


def test_what_is_new_is_checked_at_once_and_the_days_share_ends(
    stack: RunningStack, evidence_id: str
) -> None:
    first = check_now(stack)
    assert first.chains and first.evidence and first.entries > 5
    bucket = LockedBucket(stack.client("s3"), str(stack.described["audit_bucket"]))
    _, ended = CheckResults(bucket).last(datetime.now(UTC))
    assert ended and ended.kind is RunKind.DAY
    again = check_now(stack)
    assert again.kind is RunKind.NEW_ENTRIES, "the day's share is checked once a day"
    assert again.evidence, "and what is new every time"


def test_what_was_changed_is_a_finding_that_auditors_see(stack: RunningStack) -> None:
    name = str(stack.described["audit_table"])
    table = RawTable(stack, name)
    audit = AuditLog(Table(stack.client("dynamodb"), name), lambda: datetime.now(UTC))
    actor = Actor.system(f"test-{new_id()}")
    for number in range(3):
        audit.record_act(actor, Action.SEARCHED, f"incident.{new_id()}", f"Look {number}")
    pk = audit_partition(actor, f"{datetime.now(UTC):%Y-%m}")
    wait_until_copied(stack, pk, 3)
    table.put({**table.partition(pk)[1], "reason": "Another"})
    run = check_now(stack)
    forget_chain(stack, table, pk)
    (found,) = [one for one in run.findings if actor.id in one.subject]
    assert any("entry 2 is not as it was written" in problem for problem in found.problems)
    with signed_in(stack, "auditor") as auditor:
        page = auditor.open_page("/console/audit/checks").text
    assert "Sightline" in page and "Entry 2 is not as it was written" in page


def test_the_state_is_for_who_may_read_the_audit_and_looking_is_on_record(
    stack: RunningStack,
) -> None:
    with signed_in(stack, "auditor") as auditor:
        page = auditor.open_page("/console/audit/checks").text
        assert "Last check" in page and "As written" in page
        token = auditor.bearer()
        newest = auditor.json("GET", "/api/v1/audit?limit=20", token=token)["entries"]
    assert any(one["details"].get("wanted") == "checks" for one in newest)
    with signed_in(stack, "investigator") as officer:
        assert officer.send_request("GET", "/console/audit/checks").status_code == 403


def export(stack: RunningStack, evidence_id: str) -> Record:
    with signed_in(stack, "auditor") as auditor:
        answer = auditor.send_request("GET", f"/console/evidence/{evidence_id}/record")
    assert answer.status_code == 200
    said = answer.headers["content-disposition"]
    assert said == f'attachment; filename="custody-{evidence_id}.json"'
    made: Record = answer.json()
    return made


@pytest.fixture(scope="module")
def record(stack: RunningStack, evidence_id: str) -> Record:
    return export(stack, evidence_id)


def check_alone(record: Record, folder: Path, file: bytes | None = None) -> tuple[int, str]:
    """What the script of docs/ says, in a Python that finds nothing of ours."""
    (folder / "record.json").write_text(json.dumps(record))
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "record.json")]
    if file is not None:
        (folder / "file").write_bytes(file)
        command.append(str(folder / "file"))
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_an_exported_record_holds_by_the_script_alone(record: Record, tmp_path: Path) -> None:
    code, said = check_alone(record, tmp_path, CLIP)
    assert (code, said.split(" entries hold")[0]) == (0, str(len(record["custody"])))
    assert record["evidence"]["head"] in said
    assert record["evidence"]["file_name"] == "clip ü.mp4"
    assert len(record["copies"]) == len(record["custody"])
    assert record["checks"][0]["problems"] == []
    assert parse_iso(record["copies"][0]["stored_at"]) < parse_iso(record["exported_at"])


def rechain(record: Record) -> None:
    """Make every hash of the record hold again, and the row fit it."""
    previous = "0" * 64
    for number, entry in enumerate(record["custody"], start=1):
        entry |= {"previous": previous, "sequence": number}
        previous = entry["hash"] = entry_hash({n: v for n, v in entry.items() if n != "hash"})
    record["evidence"] |= {"head": previous, "entries": len(record["custody"])}


def change_an_entry(record: Record) -> None:
    record["custody"][1]["at"] = "2020-01-01T00:00:00.000000Z"


def write_all_anew(record: Record) -> None:
    record["custody"][3]["details"] = "{}"
    rechain(record)


def remove_an_entry(record: Record) -> None:
    del record["custody"][2]
    rechain(record)


def cut_the_tail(record: Record) -> None:
    del record["custody"][-1]
    rechain(record)


def exchange_two(record: Record) -> None:
    one, two, *more = record["custody"]
    record["custody"] = [two, one, *more]
    rechain(record)


def remove_the_copies(record: Record) -> None:
    record["copies"] = []


def change_a_copy(record: Record) -> None:
    record["copies"][0]["text"] = record["copies"][0]["text"].replace("owner.", "owner.0", 1)


def in_row(name: str, value: Any) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        record["evidence"][name] = value

    change.__name__ = f"{name}_in_the_row"
    return change


CHANGES: list[tuple[Callable[[Record], None], str]] = [
    (change_an_entry, "entry 2 is not as it was written"),
    (write_all_anew, "entry 4 is not what was copied"),
    (remove_an_entry, "was copied and is missing"),
    (cut_the_tail, "was copied and is missing"),
    (exchange_two, "entry 1 is not what was copied"),
    (remove_the_copies, "entry 1 is not what was copied"),
    (change_a_copy, "the copy of entry 1 is not what its name says"),
    (in_row("file_name", "holiday.mp4"), "the name_sha256 of the file is not the one on record"),
    (in_row("format", "AVI"), "the format of the file is not the one on record"),
    (in_row("size", 1), "the size of the file is not the one on record"),
    (in_row("sha256", "cd" * 32), "the sha256 of the file is not the one on record"),
    (in_row("version", "v"), "the version of the file is not the one on record"),
    (in_row("request_id", "0" * 16), "the request of the file is not the one on record"),
    (in_row("owner_id", "0" * 16), "sender, state, last hash or number of entries"),
    (in_row("entries", 3), "sender, state, last hash or number of entries"),
]


@pytest.mark.parametrize(("change", "named"), CHANGES, ids=[c.__name__ for c, _ in CHANGES])
def test_the_script_names_every_change(
    record: Record, tmp_path: Path, change: Callable[[Record], None], named: str
) -> None:
    changed = copy.deepcopy(record)
    change(changed)
    code, said = check_alone(changed, tmp_path)
    assert code == 1 and named in said, said


def test_the_script_notes_what_was_removed_and_put_back(record: Record, tmp_path: Path) -> None:
    changed = copy.deepcopy(record)
    folder = record["copies"][0]["key"].rpartition("/")[0]
    for place in ("0000000002", "row"):
        key = f"{folder}/{place}.{'9' * 40}.removed.json"
        changed["copies"].append({**record["copies"][0], "key": key, "text": "{}"})
    code, said = check_alone(changed, tmp_path, CLIP)
    assert code == 0 and " entries hold. " in said
    at = record["copies"][0]["stored_at"]
    assert all(f"NOTE {what} was removed at {at}" in said for what in ("entry 2", "the row"))
    del changed["custody"][:]
    assert check_alone(changed, tmp_path)[0] == 1


def test_another_file_is_not_the_one_on_record(record: Record, tmp_path: Path) -> None:
    code, said = check_alone(record, tmp_path, CLIP + b"more")
    assert (code, said) == (1, "the file has another SHA-256 than the one on record\n")


def test_taking_the_record_is_on_record(stack: RunningStack, world: Asked, record: Record) -> None:
    evidence_id = record["evidence"]["id"]
    again = world.api(f"evidence/{evidence_id}/record")
    acts = [(entry["act"], entry["actor_name"]) for entry in again["custody"]]
    assert ("exported", stack.officer("auditor")["username"]) in acts
    with signed_in(stack, "auditor") as auditor:
        about = f"/api/v1/audit?subject=evidence.{evidence_id}"
        listed = auditor.json("GET", about, token=auditor.bearer())["entries"]
    assert [one["action"] for one in listed].count("downloaded a custody record") >= 2


def test_the_page_of_a_piece_says_what_was_checked(
    stack: RunningStack, world: Asked, evidence_id: str
) -> None:
    page = world.officer.open_page(f"/console/evidence/{evidence_id}").text
    assert "Every entry is as it was written" in page
    assert "Download the record for a court" in page


def test_the_record_of_all_who_acted_here_holds(stack: RunningStack, world: Asked) -> None:
    """Of others on this stack nothing is said: a test that moves the clock of its own services
    writes entries of hours to come, which are rightly called broken."""
    items = every_item(stack.client("dynamodb"), str(stack.described["audit_table"]))
    actors = {str(item["actor"]) for item in items if item.get("case") == world.incident_id}
    people = {actor for actor in actors if actor.startswith(("officer.", "owner."))}
    assert len(people) >= 2
    for actor in sorted(people):
        assert said_by(verify_audit, stack, "--quiet", actor) == (0, "")
