"""What a table can be made from: a moment of a table that still exists, the backup that DynamoDB
makes of a table as it is deleted, any other backup, or an export in S3.

AWS: "If you delete a table with point-in-time recovery enabled, a system backup is automatically
created and is retained for 35 days. System backups allow you to restore the deleted table to the
state it was in just before the point of deletion." So a moment is only for a table that exists.
Each refusal of AWS is told in a sentence that says what to do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.times import iso_seconds, parse_iso
from infra.errors import StackError
from infra.recovery.stage_table import StageTable

REFUSALS = {
    "TableAlreadyExistsException": "There is a table of this name already.",
    "TableInUseException": "The table is being changed. Run the same command again in a minute.",
    "BackupNotFoundException": "There is no such backup. `--plan` without a source lists those "
    "there are.",
    "BackupInUseException": "The backup is being made or deleted. Run the same command again.",
    "PointInTimeRecoveryUnavailableException": "Point-in-time recovery is off for the table. "
    "Restore a backup or an export: --backup, --export.",
    "LimitExceededException": "The account restores or imports 50 tables at once already, which "
    "is all that DynamoDB does. Run the same command again when one is done.",
    "ImportConflictException": "Another import makes this table just now.",
    "AccessDeniedException": "These credentials may not restore tables. It needs "
    "dynamodb:RestoreTable* (or ImportTable), and all reads and writes on the new table.",
}
"""What DynamoDB refuses, by the code of its error, in words."""


@dataclass(frozen=True)
class TableSource:
    """What a table is made from. moment: which state of the table it holds. words: what it is, for
    people. start: asks DynamoDB for the new table of this name."""

    moment: datetime
    words: str
    start: Callable[[str], None]


def told_in_words(call: Callable[[], None], doing: str) -> None:
    """Make a call of DynamoDB. Raises StackError with a sentence for each of the REFUSALS."""
    try:
        call()
    except ClientError as error:
        said = REFUSALS.get(error.response["Error"]["Code"])
        if said is None:
            raise
        raise StackError(f"{doing}: {said}") from error


def of_moment(dynamodb: Any, table: StageTable, name: str, moment: datetime) -> TableSource:
    """The state of an existing table at a moment. Raises StackError when DynamoDB does not have
    that state."""
    try:
        found = dynamodb.describe_continuous_backups(TableName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "TableNotFoundException":
            raise
        raise StackError(
            f"The table {name} is gone. Of a table that was deleted DynamoDB keeps its last state "
            "alone, for 35 days: restore it with --deleted."
        ) from error
    recovery = found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise StackError(REFUSALS["PointInTimeRecoveryUnavailableException"])
    first, last = (
        recovery.get("EarliestRestorableDateTime"),
        recovery.get("LatestRestorableDateTime"),
    )
    if (first and moment < first) or (last and moment > last):
        raise StackError(
            f"DynamoDB has {name} as it was between {iso_seconds(first) if first else 'its start'} "
            f"and {iso_seconds(last) if last else 'now'}, not at {iso_seconds(moment)}."
        )

    def start(new: str) -> None:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=name,
            TargetTableName=new,
            RestoreDateTime=moment,
            SSESpecificationOverride=table.encryption,
        )

    return TableSource(moment, f"{name} as it was at {iso_seconds(moment)}", start)


def of_backup(dynamodb: Any, table: StageTable, arn: str) -> TableSource:
    """A backup: on demand, or the one that DynamoDB made as the table was deleted. Raises
    StackError when there is no such backup, or it is not finished."""
    found: dict[str, Any] = {}
    told_in_words(
        lambda: found.update(dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]), arn
    )
    details = found["BackupDetails"]
    if details["BackupStatus"] != "AVAILABLE":
        raise StackError(f"The backup {arn} is {details['BackupStatus']}, not AVAILABLE.")
    moment = details["BackupCreationDateTime"].astimezone(UTC)

    def start(new: str) -> None:
        dynamodb.restore_table_from_backup(
            TargetTableName=new, BackupArn=arn, SSESpecificationOverride=table.encryption
        )

    said = f"the backup {details['BackupName']} of {iso_seconds(moment)}"
    return TableSource(moment, said, start)


def of_deletion(dynamodb: Any, table: StageTable, name: str) -> TableSource:
    """The last state of a table that was deleted. Raises StackError when there is none."""
    kept = [one for one in backups_of(dynamodb, name) if one["BackupType"] == "SYSTEM"]
    if not kept:
        raise StackError(
            f"DynamoDB keeps no backup of the deletion of {name}. It makes one for 35 days when a "
            "table with point-in-time recovery is deleted. Look for another: --backup, --export."
        )
    return of_backup(dynamodb, table, str(kept[-1]["BackupArn"]))


def backups_of(dynamodb: Any, name: str) -> list[dict[str, Any]]:
    """List the backups of a table of this name, whether it exists or not, the oldest first."""
    found: list[dict[str, Any]] = []
    pages = dynamodb.get_paginator("list_backups")
    for page in pages.paginate(TableName=name, BackupType="ALL"):
        found += page.get("BackupSummaries", [])
    return sorted(found, key=lambda one: one["BackupCreationDateTime"])


def of_export(dynamodb: Any, s3: Any, table: StageTable, address: str) -> TableSource:
    """An export in S3. address: `s3://bucket/…/AWSDynamoDB/<export>`, the folder that holds the
    manifest. Raises StackError when it is no whole export in DynamoDB's JSON."""
    bucket, _, folder = address.removeprefix("s3://").strip("/").partition("/")
    try:
        body = s3.get_object(Bucket=bucket, Key=f"{folder}/manifest-summary.json")["Body"].read()
        manifest = json.loads(body)
        moment = parse_iso(str(manifest["exportTime"]))
        kind, form = manifest.get("exportType", "FULL_EXPORT"), manifest["outputFormat"]
    except (ClientError, ValueError, KeyError) as error:
        raise StackError(
            f"There is no readable {folder}/manifest-summary.json in {bucket}: an export's folder "
            "ends with AWSDynamoDB/ and the export's id."
        ) from error
    if (kind, form) != ("FULL_EXPORT", "DYNAMODB_JSON"):
        raise StackError(f"This export is {kind} in {form}; it must be FULL_EXPORT, DYNAMODB_JSON.")

    def start(new: str) -> None:
        dynamodb.import_table(
            S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": f"{folder}/data/"},
            InputFormat="DYNAMODB_JSON",
            InputCompressionType="GZIP",
            TableCreationParameters={
                "TableName": new,
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": table.wanted["KeySchema"],
                "AttributeDefinitions": table.wanted["AttributeDefinitions"],
                "GlobalSecondaryIndexes": table.indexes,
                "SSESpecification": table.encryption,
            },
        )

    return TableSource(moment, f"the export {address} of {iso_seconds(moment)}", start)


def wait_for_import(dynamodb: Any, arn: str, pause: Callable[[float], None] = time.sleep) -> None:
    """Wait until a table that is imported is whole. Raises StackError when it never is."""
    imports = dynamodb.list_imports(TableArn=arn).get("ImportSummaryList", [])
    if not imports:
        return
    asked = {"ImportArn": imports[0]["ImportArn"]}
    while True:
        found = dynamodb.describe_import(**asked)["ImportTableDescription"]
        if found["ImportStatus"] != "IN_PROGRESS":
            break
        pause(1)
    if found["ImportStatus"] != "COMPLETED":
        raise StackError(
            f"The import ended as {found['ImportStatus']}: "
            f"{found.get('FailureMessage', 'DynamoDB says no more')}. Delete the table {arn} "
            "and run the same command again."
        )
    if found.get("ErrorCount"):
        raise StackError(
            f"{found['ErrorCount']} items of the export were not taken; the log group "
            f"{found.get('CloudWatchLogGroupArn', '/aws-dynamodb/imports')} says which."
        )
