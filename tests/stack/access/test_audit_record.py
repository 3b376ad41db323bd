"""The record as somebody would try to bend it: `verify-audit` names what was touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.access.audit import Action, Actor, AuditLog, audit_partition
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from infra.commands import verify_audit
from infra.paths import ROOT
from tests.running import RunningStack
from tests.stack.calling import run_scheduled
from tests.stack.integrity.rewriting import said_by

Item = dict[str, Any]


@pytest.fixture
def audit(stack: RunningStack) -> AuditLog:
    table = Table(stack.client("dynamodb"), str(stack.described["audit_table"]))
    return AuditLog(table, lambda: datetime.now(UTC))


@pytest.fixture
def chain(stack: RunningStack, audit: AuditLog) -> str:
    """A new chain of four entries."""
    actor = Actor("system", f"test-{new_id()}")
    for number in range(4):
        audit.record_act(
            actor, Action.SEARCHED, f"incident.{new_id()}", f"Look {number} at <b>Ünï🚪</b>"
        )
    return audit_partition(actor, f"{datetime.now(UTC):%Y-%m}")


def verify(stack: RunningStack, chain: str) -> tuple[int, str]:
    """What the command gives and says of one chain: other tests of this stack have bent clocks and
    chains of their own."""
    return said_by(verify_audit, stack, "--quiet", chain.split("#")[1])


def seal(stack: RunningStack) -> str:
    """Runs the daily job, in its own function with its own role; gives the object's key."""
    return str(run_scheduled(stack, "SealAudit")["key"])


def entry(stack: RunningStack, chain: str, sequence: int) -> Item:
    key = {"PK": {"S": chain}, "SK": {"S": f"{sequence:010d}"}}
    found = stack.client("dynamodb").get_item(
        TableName=str(stack.described["audit_table"]), Key=key, ConsistentRead=True
    )
    item: Item = found["Item"]
    return item


@contextmanager
def bent(stack: RunningStack, chain: str, sequence: int, **changes: str | None) -> Iterator[None]:
    """The table with one entry changed (or removed, when nothing is given), for a while."""
    client, table = stack.client("dynamodb"), str(stack.described["audit_table"])
    kept = entry(stack, chain, sequence)
    if changes:
        put = {**kept, **{name: {"S": value} for name, value in changes.items() if value}}
        client.put_item(TableName=table, Item=put)
    else:
        client.delete_item(TableName=table, Key={"PK": kept["PK"], "SK": kept["SK"]})
    try:
        yield
    finally:
        client.put_item(TableName=table, Item=kept)


def test_the_command_says_that_all_is_well_and_ends_with_1_when_it_is_not(
    stack: RunningStack, chain: str
) -> None:
    command = [sys.executable, "-m", "infra.manage", "verify-audit", chain.split("#")[1]]
    environment = {**os.environ, "SIGHTLINE_STATE": str(stack.state)}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    well = run()
    assert (well.returncode, well.stderr) == (0, "")
    assert "as they were written" in well.stdout
    with bent(stack, chain, 1, reason="Another"):
        broken = run()
    assert broken.returncode == 1
    assert f"BROKEN {chain}: entry 1 was changed" in broken.stdout


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", "Another reason"),
        ("actor_name", "somebody.else"),
        ("at", "2026-01-01T00:00:00.000000Z"),
        ("subject", "incident.other"),
        ("note", "added later"),
    ],
)
def test_a_changed_entry_is_named(stack: RunningStack, chain: str, field: str, value: str) -> None:
    with bent(stack, chain, 2, **{field: value}):
        code, said = verify(stack, chain)
    assert code == 1
    assert f"BROKEN {chain}: entry 2 was changed after it was written." in said


def test_a_removed_entry_is_named(stack: RunningStack, chain: str) -> None:
    with bent(stack, chain, 3):
        code, said = verify(stack, chain)
    assert code == 1
    assert f"BROKEN {chain}: entry 3 is missing." in said


def test_a_cut_tail_shows_against_the_seal(stack: RunningStack, chain: str) -> None:
    seal(stack)
    with bent(stack, chain, 4):
        code, said = verify(stack, chain)
    assert code == 1
    assert f"BROKEN {chain}: entry 4 was sealed and is missing." in said
    assert verify(stack, chain) == (0, "")


def test_a_whole_chain_that_is_gone_shows_against_the_seal(stack: RunningStack, chain: str) -> None:
    seal(stack)
    with (
        bent(stack, chain, 4),
        bent(stack, chain, 3),
        bent(stack, chain, 2),
        bent(stack, chain, 1),
    ):
        code, said = verify(stack, chain)
    assert code == 1
    assert f"BROKEN {chain}: entry 4 was sealed and is missing." in said


def test_a_seal_cannot_be_deleted_and_one_put_over_it_does_not_count(
    stack: RunningStack, chain: str
) -> None:
    key, bucket = seal(stack), str(stack.described["audit_bucket"])
    s3 = stack.client("s3")
    (version,) = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    sealed = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    sealed["chains"][chain] = {"sequence": 4, "hash": "0" * 64}
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(sealed), ChecksumAlgorithm="SHA256")
    assert verify(stack, chain) == (0, "")


def test_many_who_write_one_chain_at_once_lose_nothing(
    stack: RunningStack, audit: AuditLog
) -> None:
    actor = Actor("system", f"busy-{new_id()}")
    subject = f"incident.{new_id()}"
    with ThreadPoolExecutor(24) as pool:
        list(
            pool.map(lambda n: audit.record_act(actor, Action.SEARCHED, subject, str(n)), range(48))
        )
    entries = list(audit.of_actor(f"system.{actor.id}", f"{datetime.now(UTC):%Y-%m}"))
    assert [item["sequence"] for item in entries] == list(range(48, 0, -1))
    assert {item["reason"] for item in entries} == {str(n) for n in range(48)}
    assert verify(stack, audit_partition(actor, f"{datetime.now(UTC):%Y-%m}"))[0] == 0


def test_the_applications_role_cannot_change_or_remove_an_entry(stack: RunningStack) -> None:
    """IAM is what keeps an intruder in the function from tidying up; see it in the role itself."""
    iam = stack.client("iam")
    names = [
        role["RoleName"]
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if "sightline" in role["RoleName"]
    ]
    assert names
    table = str(stack.described["audit_table"])
    for name in names:
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                if f"table/{table}" in json.dumps(statement["Resource"]):
                    actions = json.dumps(statement["Action"])
                    for forbidden in ("UpdateItem", "DeleteItem", "BatchWriteItem", "*"):
                        assert forbidden not in actions, (name, statement)
