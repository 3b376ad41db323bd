"""What stands after a deployment: failure queues, tables, buckets and roles as promised."""

from __future__ import annotations

import json
from typing import Any

from tests.running import RunningStack
from tests.stack.calling import invoke


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


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
