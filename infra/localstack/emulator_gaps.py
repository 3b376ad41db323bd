"""Fills what the emulator leaves out: properties of the template that its CloudFormation does not
set, and what it does not keep across a restart.

On AWS the template does all of this. Here the same values are taken from the same template and set
through calls that the emulator supports, so that tests can rely on them: a file that is not
locked, or an item that outlives its time, fails a test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from botocore.exceptions import ClientError

from infra.deployment.target import Target

TABLES = ("RegistryTable", "AuditTable")
BUCKETS = ("EvidenceBucket", "AuditBucket")


def complete_stack(target: Target, template: dict[str, Any], outputs: dict[str, str]) -> None:
    """Set the properties that a deployed stack lacks. outputs: names of tables and buckets."""
    cloudformation = target.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=target.stack)["Stacks"][0]
    known = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
    key = target.physical_name("DataKey")
    for name in TABLES:
        wanted = template["Resources"][name]["Properties"]
        _complete_table(target.client("dynamodb"), outputs[name], wanted, key)
    for name in BUCKETS:
        wanted = template["Resources"][name]["Properties"]
        _complete_bucket(target.client("s3"), outputs[name], wanted, known, key)
    most = int(known["RemindConcurrency"])
    _bound_function(target.client("lambda"), target.physical_name("Remind"), most)
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    _name_binary_types(target, definition["x-amazon-apigateway-binary-media-types"])


def forget_stream_positions(state: Path) -> None:
    """Have functions that read a table's stream begin at its start. state: the emulator's folder,
    while it does not run.

    The emulator keeps across a restart how far each of them had read, but not the stream, so that
    they would wait until as much as before had been written again. On AWS a stream goes on. What
    was written in the last moment before the stop and not read is lost here with the stream; the
    check of the record copies it late, as it does on AWS after a stream was lost.
    """
    file = state / "lambda.json"
    if file.exists():
        kept = json.loads(file.read_text())
        kept["payload"]["dynamodb_stream_positions"]["data"] = {}
        file.write_text(json.dumps(kept))


def make_up_for_stop(target: Target) -> None:
    """Run the sweep now, so that it restarts reminder timers. Their executions ended with the
    emulator (on AWS they go on), and the sweep's schedule begins with a minute of waiting. The
    check of the record, whose schedule begins with an hour of it, copies what a stream lost."""
    event = {
        "version": "0",
        "id": "start",
        "detail-type": "Stack started",
        "source": "sightline.local",
        "account": "",
        "time": "",
        "region": "",
        "resources": [],
        "detail": {},
    }
    for function in ("Sweep", "VerifyRecord"):
        target.client("lambda").invoke(
            FunctionName=target.physical_name(function),
            InvocationType="Event",
            Payload=json.dumps(event).encode(),
        )


def _bound_function(functions: Any, name: str, most: int) -> None:
    """Set how many calls of a function may run at once; 0 for any number."""
    now = functions.get_function_concurrency(FunctionName=name)
    if now.get("ReservedConcurrentExecutions", 0) != most:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=most)


def _name_binary_types(target: Target, types: list[str]) -> None:
    """Set which bodies the gateway hands on as they are. The emulator does not read them from the
    API's definition, and takes them only as a list, which boto3 does not send."""
    scope = f"Credential=test/20260101/{target.region}/apigateway/aws4_request"
    answer = httpx.patch(
        f"{target.endpoint}/restapis/{target.physical_name('RestAPI')}",
        headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"},
        json={"patchOperations": [{"op": "replace", "path": "/binaryMediaTypes", "value": types}]},
    )
    answer.raise_for_status()


def _complete_table(dynamodb: Any, table: str, wanted: dict[str, Any], key: str) -> None:
    """Set a table's encryption, point-in-time recovery, and the attribute by which items expire."""
    if "SSEDescription" not in dynamodb.describe_table(TableName=table)["Table"]:
        dynamodb.update_table(
            TableName=table,
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        )
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    if backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] != "ENABLED":
        dynamodb.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification=wanted["PointInTimeRecoverySpecification"],
        )
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if "TimeToLiveSpecification" in wanted and expiry["TimeToLiveStatus"] != "ENABLED":
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification=wanted["TimeToLiveSpecification"]
        )


def _complete_bucket(
    s3: Any, bucket: str, wanted: dict[str, Any], known: dict[str, str], key: str
) -> None:
    """Set a bucket's default retention, encryption with our key, and the end of old uploads."""
    try:
        s3.get_object_lock_configuration(Bucket=bucket)
    except ClientError:
        retention = wanted["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        rule = {
            "Mode": known[retention["Mode"]["Ref"]],
            "Days": int(known[retention["Days"]["Ref"]]),
        }
        s3.put_object_lock_configuration(
            Bucket=bucket,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": rule},
            },
        )
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    if rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] != "aws:kms":
        encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}
                ]
            },
        )
    try:
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError:
        if "LifecycleConfiguration" in wanted:
            rules = [
                {"ID": rule["Id"], "Filter": {"Prefix": ""}}
                | {name: rule[name] for name in rule if name != "Id"}
                for rule in wanted["LifecycleConfiguration"]["Rules"]
            ]
            s3.put_bucket_lifecycle_configuration(
                Bucket=bucket, LifecycleConfiguration={"Rules": rules}
            )
