"""What stands after a deployment: failure queues, tables, buckets and roles as promised."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import boto3
import pytest

from chalicelib.core.ids import new_id
from tests.running import RunningStack
from tests.stack.calling import invoke

KNOWN_FOLDER = "7k3m9qxa00000000/7k3m9qxa00000001/"
"""The folder of the inbox for one sender, whose two ids somebody must know."""


def test_an_event_that_keeps_failing_ends_in_the_failure_queue(stack: RunningStack) -> None:
    sqs, queue = stack.client("sqs"), stack.target.outputs()["JobFailuresUrl"]
    event = {"nobody": "sends this", "mark": "test_infra_failures"}
    invoke(stack, "ReceiveUpload", event, "Event")

    def kept() -> dict[str, Any] | None:
        messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", [])
        bodies = [json.loads(message["Body"]) for message in messages]
        return next((body for body in bodies if body.get("requestPayload") == event), None)

    found = stack.wait_for(kept, "the event in the failure queue")
    assert found["requestContext"]["condition"] == "RetriesExhausted"


def test_tables_and_buckets_are_as_the_template_says(stack: RunningStack) -> None:
    dynamodb, s3 = stack.client("dynamodb"), stack.client("s3")
    outputs = stack.target.outputs()
    for table in (outputs["RegistryTable"], outputs["AuditTable"]):
        described = dynamodb.describe_table(TableName=table)["Table"]
        assert described["SSEDescription"]["SSEType"] == "KMS"
        assert described["StreamSpecification"]["StreamEnabled"]
        backups = dynamodb.describe_continuous_backups(TableName=table)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    expiry = dynamodb.describe_time_to_live(TableName=outputs["RegistryTable"])
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "expires_at"
    for bucket in (outputs["EvidenceBucket"], outputs["AuditBucket"]):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
        assert lock["Rule"]["DefaultRetention"]["Days"] > 0
        access = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert all(access.values())


def test_no_role_holds_a_star(stack: RunningStack) -> None:
    """The same as the guard over the template, but for what was really made of it."""
    iam = stack.client("iam")
    seen = 0
    for page in iam.get_paginator("list_roles").paginate():
        for role in (r["RoleName"] for r in page["Roles"]):
            if not role.startswith(stack.target.stack):
                continue
            assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                denied = [s for s in document["Statement"] if s["Effect"] == "Deny"]
                for statement in document["Statement"]:
                    seen += 1
                    actions = as_list(statement["Action"])
                    assert not [a for a in actions if a.endswith("*")], role
                    if "*" in as_list(statement["Resource"]):
                        if actions == ["sns:Publish"]:
                            # A telephone number has no ARN; every topic is taken away again.
                            assert any(each["Action"] == "sns:Publish" for each in denied), role
                            continue
                        assert {a.split(":")[0] for a in actions} <= {"logs", "xray"}, role
    assert seen > 40


LISTED: dict[str, dict[str, set[str]]] = {
    "ApiRole": {"inbox": {KNOWN_FOLDER}, "evidence": set(), "audit": {"copies/", "checks/"}},
    "ReceiveUploadRole": {"inbox": {KNOWN_FOLDER}, "evidence": {"requests/"}, "audit": set()},
    "SweepRole": {
        "inbox": {KNOWN_FOLDER, "", "0"},
        "evidence": {"requests/"},
        "audit": set(),
    },
    "VerifyRecordRole": {
        "inbox": set(),
        "evidence": {"requests/"},
        "audit": {"copies/", "checks/"},
    },
    "SealAuditRole": {"inbox": set(), "evidence": set(), "audit": set()},
    "DeliverRole": {"inbox": set(), "evidence": set(), "audit": set()},
}
"""What each role may list, and so learns to be missing; the sweep looks for files whose event was
lost. On AWS, who asks for an object is told that it is missing when they may list its key."""


@pytest.mark.parametrize("role", LISTED)
def test_a_role_lists_what_it_asks_for_and_nothing_else(stack: RunningStack, role: str) -> None:
    outputs = stack.target.outputs()
    named = {"inbox": f"{outputs['EvidenceBucket']}-in", "evidence": outputs["EvidenceBucket"]}
    named["audit"] = outputs["AuditBucket"]
    limited = with_rights_of(stack, role)
    for place, bucket in named.items():
        may = set()
        for prefix in (KNOWN_FOLDER, "", "0", "requests/", "copies/", "checks/", "heads/"):
            with suppress(limited.exceptions.ClientError):
                limited.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
                may.add(prefix)
        expected = LISTED[role][place]
        # Who lists a bucket without a condition lists any part of it.
        assert may == expected or ("" in expected and may >= expected), (place, may)


def with_rights_of(stack: RunningStack, role: str) -> Any:
    """An S3 client of somebody with the rights of one of the stage's roles."""
    iam, name = stack.client("iam"), f"as-{role}-{new_id()}"
    iam.create_user(UserName=name)
    made = stack.target.physical_name(role)
    for policy in iam.list_role_policies(RoleName=made)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=made, PolicyName=policy)["PolicyDocument"]
        iam.put_user_policy(UserName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        "s3",
        region_name=stack.described["region"],
        endpoint_url=stack.described["aws_endpoint"],
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
