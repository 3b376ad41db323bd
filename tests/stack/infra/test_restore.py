"""The drill: a table is really deleted, and the stage works on one that was made from a backup.

On a stack of its own, because everybody else's would stand still meanwhile. The emulator has
backups and CloudFormation's import of resources, and no state of an earlier moment: it restores a
moment as the table is now, and makes no backup of its own when a table is deleted. So the drill
begins with a backup on demand. Not shown: that AWS finds the right moment, and how long it takes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.web.http.headers import OWNER_COOKIE
from infra import local
from infra.commands import recount, restore, verify_audit, verify_custody
from infra.deployment.target import Target
from infra.errors import StackError
from infra.localstack.visitor import PageRefused
from infra.recovery.sources import of_export, wait_for_import
from infra.recovery.stage_table import read_stage_table
from infra.recovery.switching import TableSwitch
from infra.recovery.table_settings import complete_table, open_stream
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.stack.residents import Resident, audit_of, registry, store
from tests.stored_rightly import found_wrong

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack whose table may be lost."""
    state = tmp_path_factory.mktemp("drill")
    try:
        yield RunningStack.start(state)
    finally:
        local.remove_stack(state)


def command(target: Target, *typed: str) -> int:
    parser = argparse.ArgumentParser()
    restore.arguments(parser)
    return restore.run(parser.parse_args(typed), target)


def backed_up(stack: RunningStack, table: str) -> str:
    made = stack.client("dynamodb").create_backup(TableName=table, BackupName="before-the-loss")
    return str(made["BackupDetails"]["BackupArn"])


def leave(stack: RunningStack, email: str) -> str:
    """An owner has everything removed; returns their id."""
    with stack.visitor() as visitor:
        resident = Resident(stack, visitor, email)
        resident.sign_in()
        owner_id = resident.owner_id
        visitor.submit(visitor.open_page("/account/remove"), {}, action="/account/remove")
    assert store(stack).owner_id_of(email) is None
    return owner_id


def look_at_footage(world: Asked, evidence_id: str) -> None:
    answer = world.officer.send_request(
        "GET",
        f"/api/v1/evidence/{evidence_id}/content?reason=for+the+file",
        headers={"Authorization": f"Bearer {world.token}"},
    )
    assert answer.status_code == 302


def works(stack: RunningStack) -> None:
    """Register, search, ask, answer: the whole way, by people who are new."""
    with asked(stack) as world:
        page = world.somebody.open_page(world.replies[0])
        world.somebody.submit(page, {"answer": "saved", "note": "I have 20 minutes of it."})
        recipients = world.api(f"requests/{world.request_id}")["recipients"]
        assert "saved" in {one["state"] for one in recipients}


def checked(stack: RunningStack) -> None:
    """Both chains, every file and the counts of the map are right, by the usual commands."""
    quiet: dict[str, Any] = {"quiet": True}
    assert verify_audit.run(argparse.Namespace(actor="", month="", **quiet), stack.target) == 0
    files = argparse.Namespace(evidence_id="", files=True, **quiet)
    assert verify_custody.run(files, stack.target) == 0
    assert recount.run(argparse.Namespace(check=True, **quiet), stack.target) == 0


def test_a_deleted_registry_is_made_anew_and_the_stage_goes_on(
    own: RunningStack, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = str(own.described["registry_table"])
    with asked(own) as world:
        sent = world.somebody.upload(world.replies[0], "door.mp4", mp4())
        evidence_id = world.decided(sent["evidence_id"])["id"]
        with own.visitor() as visitor:
            stays = Resident(own, visitor, world.emails[0])
            stays.sign_in()
            session = visitor.cookie(OWNER_COOKIE)
            backup = backed_up(own, lost)
            # What happens after the backup: a look at the file, an answer, a removal, a newcomer.
            look_at_footage(world, evidence_id)
            world.somebody.submit(
                world.somebody.open_page(world.replies[1]), {"answer": "nothing", "note": ""}
            )
            gone = leave(own, world.emails[1])
            with own.visitor() as other:
                newcomer = Resident(own, other)
                newcomer.register(postcode="B1 1AY")
            own.client("dynamodb").delete_table(TableName=lost)
            with pytest.raises(PageRefused) as refused:
                world.api("incidents")
            assert refused.value.status in (500, 503)

            assert command(own.target, "registry", "--backup", backup, "--plan") == 0
            assert f"{lost} stays" in capsys.readouterr().out
            interrupted(own, backup, monkeypatch)
            assert "sessions" in capsys.readouterr().out
            assert command(own.target, "registry", "--backup", backup) == 0
            told = capsys.readouterr().out
            assert session and visitor.send_request("GET", "/account").status_code == 303
        assert "aliases" not in told
        # A later deployment finds the table as its own, and changes nothing of it.
        own.described = local.start_stack(own.state)
        assert own.described["registry_table"] != lost
        # Who left has not come back, and who stayed is there, with the file and its whole record.
        assert store(own).owner(gone) is None
        assert store(own).owner_id_of(world.emails[1]) is None
        assert store(own).owner_id_of(world.emails[0])
        assert store(own).owner_id_of(newcomer.email) is None
        entries = list(registry(own).query(f"EVIDENCE#{evidence_id}"))
        assert "downloaded" in {entry["act"] for entry in entries}
        assert audit_of(own, "table.registry") == ["restored a table"]
        with pytest.raises(PageRefused) as ended:
            world.api("incidents")
        assert ended.value.status == 401
    checked(own)
    works(own)
    assert command(own.target, "registry", "--backup", backup) == 0
    assert found_wrong(own) == []


def interrupted(stack: RunningStack, backup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is stopped after the stage uses the new table, which its stack does not have yet:
    the most dangerous moment, because a deployment would make an empty table."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(TableSwitch, "take_in", stop)
        with pytest.raises(KeyboardInterrupt):
            command(stack.target, "registry", "--backup", backup)
    with pytest.raises(StackError, match="A restore is under way"):
        local.start_stack(stack.state)


def test_a_deleted_audit_record_is_made_anew_from_backup_and_copies(
    own: RunningStack, capsys: Told
) -> None:
    lost = str(own.described["audit_table"])
    backup = backed_up(own, lost)
    works(own)
    before = {(one["PK"], one["SK"]) for one in audit_items(own, lost)}
    checked(own)  # by now every entry has its copy
    own.client("dynamodb").delete_table(TableName=lost)
    assert command(own.target, "audit", "--backup", backup) == 0
    assert "put back" in capsys.readouterr().out
    fresh = own.target.outputs()["AuditTable"]
    assert fresh != lost
    own.described = {**own.described, "audit_table": fresh}
    assert before <= {(one["PK"], one["SK"]) for one in audit_items(own, fresh)}
    checked(own)
    with signed_in(own, "investigator") as officer:  # who could not look at anything unrecorded
        assert officer.json("GET", "/api/v1/incidents", token=officer.bearer())
    assert found_wrong(own) == []


def audit_items(stack: RunningStack, table: str) -> list[dict[str, Any]]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [
        {name: item[name]["S"] for name in ("PK", "SK")} for page in pages for item in page["Items"]
    ]


def test_an_export_in_s3_becomes_a_table_as_the_template_wants_it(own: RunningStack) -> None:
    """The files are written here as DynamoDB exports a table, because the emulator's export writes
    none."""
    client, s3 = own.client("dynamodb"), own.client("s3")
    present = str(own.described["audit_table"])
    pages = client.get_paginator("scan").paginate(TableName=present)
    items = [item for page in pages for item in page["Items"]]
    lines = "".join(f"{json.dumps({'Item': item})}\n" for item in items)
    folder, now = "nightly/AWSDynamoDB/01700000000000-abcdef01", datetime.now(UTC)
    manifest = {
        "exportTime": f"{now:%Y-%m-%dT%H:%M:%S.000Z}",
        "exportType": "FULL_EXPORT",
        "outputFormat": "DYNAMODB_JSON",
    }
    bucket = str(own.described["assets_bucket"])
    body = json.dumps(manifest).encode()
    s3.put_object(Bucket=bucket, Key=f"{folder}/manifest-summary.json", Body=body)
    body = gzip.compress(lines.encode())
    s3.put_object(Bucket=bucket, Key=f"{folder}/data/abcdef.json.gz", Body=body)

    table = read_stage_table(own.target, "audit", None)
    source = of_export(client, s3, table, f"s3://{bucket}/{folder}")
    source.start("imported")
    made = client.describe_table(TableName="imported")["Table"]
    wait_for_import(client, made["TableArn"])
    assert "index" not in " ".join(complete_table(client, "imported", table))
    described = open_stream(client, "imported", table)
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert described["SSEDescription"]["KMSMasterKeyArn"] == table.key
    again = client.get_paginator("scan").paginate(TableName="imported")
    assert sum(len(page["Items"]) for page in again) == len(items)
    days = Table(client, "imported").query(f"{now:%Y-%m-%d}", index=("Day", "day", "at"), limit=1)
    assert next(days, None)


def test_what_cannot_be_restored_is_told_in_words(own: RunningStack) -> None:
    with pytest.raises(StackError, match="--deleted is for a table that is gone"):
        command(own.target, "registry", "--deleted")
    with pytest.raises(StackError, match="There is no such backup"):
        command(own.target, "registry", "--backup", f"arn:aws:dynamodb:eu-west-2:0:{new_id()}")
    with pytest.raises(StackError, match=r"DynamoDB has .* as it was between"):
        command(own.target, "registry", "--moment", "2020-01-01T00:00:00Z")
    with pytest.raises(StackError, match="no readable"):
        command(own.target, "audit", "--export", "s3://nowhere/AWSDynamoDB/1")
    with pytest.raises(StackError, match="Say what to restore from"):
        command(own.target, "audit")
