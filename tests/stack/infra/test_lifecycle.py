"""The local stack from `up` to `clean`, and what it says when something is in the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import local
from infra.deployment.target import GLOBAL_REGION, REGION, Target
from infra.errors import StackError
from infra.localstack.emulator import Emulator, free_port
from infra.stacks.applying import apply_stack
from tests.running import RunningStack


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator with nothing deployed."""
    emulator = Emulator(tmp_path / "state", free_port())
    yield emulator
    emulator.stop()


def test_up_again_changes_nothing(stack: RunningStack) -> None:
    client, own = stack.target.client, stack.target
    regions = {
        own.stack: own.region, own.edge_stack: own.region,
        own.firewall_stack: GLOBAL_REGION, own.edge_alarms_stack: GLOBAL_REGION,
    }  # fmt: skip

    def events() -> list[str]:
        return [
            event["EventId"]
            for name, region in regions.items()
            for event in client("cloudformation", region).describe_stack_events(StackName=name)[
                "StackEvents"
            ]
        ]

    before, described = events(), (stack.state / "stack.json").read_bytes()
    local.start_stack(stack.state)
    assert (stack.state / "stack.json").read_bytes() == described
    assert events() == before


def test_down_and_up_loses_nothing(stack: RunningStack) -> None:
    table, bucket = stack.described["registry_table"], stack.described["evidence_bucket"]
    item = {"PK": {"S": "TEST#lifecycle"}, "SK": {"S": "TEST"}}
    stack.client("dynamodb").put_item(TableName=table, Item=item)
    stack.client("s3").put_object(Bucket=bucket, Key="test/lifecycle", Body=b"kept")
    before = dict(stack.described)

    stack.put_down()
    assert "Not running" in local.stack_status(stack.state)
    stack.bring_up()

    assert dict(stack.described) == before
    kept = stack.client("dynamodb").get_item(
        TableName=table, Key={"PK": item["PK"], "SK": item["SK"]}
    )
    assert kept["Item"] == item
    # It is no kind of item that the application knows, so it must not stay.
    stack.client("dynamodb").delete_item(TableName=table, Key={"PK": item["PK"], "SK": item["SK"]})
    body = stack.client("s3").get_object(Bucket=bucket, Key="test/lifecycle")["Body"]
    assert body.read() == b"kept"
    with stack.http() as http:
        assert http.get("/").status_code == 200
    officer = stack.officer("investigator")
    with stack.visitor() as visitor:
        visitor.sign_in(officer["username"], officer["password"])


def test_stack_json_is_what_other_programs_rely_on(stack: RunningStack) -> None:
    assert {
        "base_url",
        "aws_endpoint",
        "region",
        "user_pool_id",
        "client_id",
        "registry_table",
        "audit_table",
        "evidence_bucket",
        "officers",
    } <= set(stack.described)
    roles = {officer["role"] for officer in stack.described["officers"]}
    assert roles == {"investigator", "supervisor", "analyst", "administrator", "auditor"}
    for officer in stack.described["officers"]:
        assert set(officer) == {"username", "password", "role", "units"}
    units = {officer["username"]: officer["units"] for officer in stack.described["officers"]}
    assert units["investigator2"] == units["investigator"]
    assert not set(units["investigator3"]) & set(units["investigator"])


def test_a_taken_port_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=r"taken by another program.*SIGHTLINE_PORT="):
            Emulator(tmp_path, port).start()


def test_a_process_that_died_is_noticed_and_started_again(emulator: Emulator) -> None:
    emulator.start()
    process = emulator.process_id()
    assert process is not None
    os.kill(process, signal.SIGKILL)
    while emulator.answers():
        time.sleep(0.05)
    os.waitpid(process, 0)
    assert emulator.process_id() is None
    assert "ended without being asked" in local.stack_status(emulator.folder)
    emulator.start()
    assert emulator.answers()


def test_a_number_that_another_process_has_by_now_is_left_alone(emulator: Emulator) -> None:
    """After a restart of the machine the noted number may be anybody's."""
    emulator.folder.mkdir(parents=True)
    noted = {"pid": os.getpid(), "started": "long ago", "port": emulator.port}
    (emulator.folder / "emulator.json").write_text(json.dumps(noted))
    assert emulator.process_id() is None
    assert emulator.stop() is False  # and this test goes on


def test_a_deployment_cut_off_half_way_is_told_and_mended(emulator: Emulator) -> None:
    emulator.start()
    assert "did not finish" in local.stack_status(emulator.folder)
    cloudformation = Target("test", endpoint=emulator.endpoint).client("cloudformation")
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        },
    }
    broken = {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {"UserPoolId": f"{REGION}_nobody"},
    }
    with pytest.raises(
        StackError, match=r"Client \(AWS::Cognito::UserPoolClient\): .*does not exist"
    ):
        apply_stack(cloudformation, "half", {"Resources": {"Kept": table, "Client": broken}}, {})
    mended = {
        "Resources": {"Kept": table},
        "Outputs": {"Name": {"Value": {"Ref": "Kept"}}},
    }
    outputs = apply_stack(cloudformation, "half", mended, {})
    assert apply_stack(cloudformation, "half", mended, {}) == outputs


def test_moving_a_running_stack_to_another_port_is_refused_in_words(stack: RunningStack) -> None:
    with pytest.raises(StackError, match="already runs on port"):
        local.start_stack(stack.state, free_port())
