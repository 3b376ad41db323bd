"""What a table is made from, and what AWS says when it cannot be: told in words that help."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import ANY

from infra.errors import StackError
from infra.recovery.sources import (
    REFUSALS,
    of_backup,
    of_deletion,
    of_export,
    of_moment,
    told_in_words,
    wait_for_import,
)
from tests.unit.infra.recovery.stubbed import KEY, STAGE_TABLE, TABLE_ARN, stubbed

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
BACKUP = f"{TABLE_ARN}/backup/01580000000000-abcdef12"
ENCRYPTION = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}


NO_WINDOW: Mapping[str, datetime] = {}


def backups(status: str = "ENABLED", window: Mapping[str, datetime] = NO_WINDOW) -> dict[str, Any]:
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": status, **window},
        }
    }


WINDOW = {
    "EarliestRestorableDateTime": NOON - timedelta(days=35),
    "LatestRestorableDateTime": NOON + timedelta(hours=1),
}


def test_a_moment_of_a_table_that_exists() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response(
            "describe_continuous_backups", backups(window=WINDOW), {"TableName": "old"}
        )
        stub.add_response(
            "restore_table_to_point_in_time",
            {},
            {
                "SourceTableName": "old",
                "TargetTableName": "new",
                "RestoreDateTime": NOON,
                "SSESpecificationOverride": ENCRYPTION,
            },
        )
        source = of_moment(client, STAGE_TABLE, "old", NOON)
        assert source.moment == NOON and "old as it was at 2026-11-30T12:00:00Z" in source.words
        source.start("new")


@pytest.mark.parametrize("moment", [NOON - timedelta(days=36), NOON + timedelta(hours=2)])
def test_a_moment_that_dynamodb_does_not_have(moment: datetime) -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_continuous_backups", backups(window=WINDOW))
        with pytest.raises(StackError, match=r"between 2026-10-26.* and 2026-11-30T13:00:00Z, not"):
            of_moment(client, STAGE_TABLE, "old", moment)


def test_a_moment_of_a_table_that_is_gone_or_was_never_kept() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_client_error("describe_continuous_backups", "TableNotFoundException")
        with pytest.raises(StackError, match=r"old is gone.*restore it with --deleted"):
            of_moment(client, STAGE_TABLE, "old", NOON)
        stub.add_response("describe_continuous_backups", backups("DISABLED"))
        with pytest.raises(StackError, match="Point-in-time recovery is off"):
            of_moment(client, STAGE_TABLE, "old", NOON)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_is_told_in_words(code: str) -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_client_error("restore_table_from_backup", code)
        with pytest.raises(StackError, match=r"new cannot be made: [A-Z`]"):
            told_in_words(
                lambda: client.restore_table_from_backup(TargetTableName="new", BackupArn=BACKUP),
                "new cannot be made",
            )


def test_what_is_not_known_is_not_swallowed() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_client_error("describe_backup", "InternalServerError")
        with pytest.raises(ClientError):
            of_backup(client, STAGE_TABLE, BACKUP)


def backup(kind: str = "USER", status: str = "AVAILABLE", **other: Any) -> dict[str, Any]:
    return {
        "BackupArn": BACKUP,
        "BackupName": "nightly",
        "BackupStatus": status,
        "BackupType": kind,
        "BackupCreationDateTime": NOON,
        **other,
    }


def test_the_backup_that_dynamodb_made_of_a_deleted_table_is_the_newest_of_its_own() -> None:
    newest = f"{BACKUP}9"
    listed = [
        {**backup("SYSTEM"), "BackupArn": newest, "BackupCreationDateTime": NOON},
        backup("SYSTEM", BackupCreationDateTime=NOON - timedelta(days=9)),
        backup("USER", BackupCreationDateTime=NOON + timedelta(days=1)),
    ]
    with stubbed("dynamodb") as (client, stub):
        stub.add_response(
            "list_backups",
            {"BackupSummaries": listed},
            {"TableName": "old", "BackupType": "ALL"},
        )
        stub.add_response(
            "describe_backup",
            {"BackupDescription": {"BackupDetails": {**backup("SYSTEM"), "BackupArn": newest}}},
            {"BackupArn": newest},
        )
        stub.add_response(
            "restore_table_from_backup",
            {},
            {
                "TargetTableName": "new",
                "BackupArn": BACKUP + "9",
                "SSESpecificationOverride": ENCRYPTION,
            },
        )
        of_deletion(client, STAGE_TABLE, "old").start("new")


def test_there_is_no_backup_of_a_deletion() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("list_backups", {"BackupSummaries": [backup()]})
        with pytest.raises(StackError, match="keeps no backup of the deletion of old"):
            of_deletion(client, STAGE_TABLE, "old")


def test_a_backup_that_is_not_finished() -> None:
    with stubbed("dynamodb") as (client, stub):
        details = {"BackupDescription": {"BackupDetails": backup(status="CREATING")}}
        stub.add_response("describe_backup", details)
        with pytest.raises(StackError, match="CREATING, not AVAILABLE"):
            of_backup(client, STAGE_TABLE, BACKUP)


def manifest(**other: str) -> dict[str, Any]:
    said = {
        "exportTime": "2026-11-30T12:00:00.000Z",
        "exportType": "FULL_EXPORT",
        "outputFormat": "DYNAMODB_JSON",
        **other,
    }
    body = json.dumps(said).encode()
    return {"Body": StreamingBody(io.BytesIO(body), len(body))}


def test_an_export_is_imported_with_keys_indexes_and_encryption() -> None:
    with stubbed("s3") as (s3, files), stubbed("dynamodb") as (client, stub):
        key = "daily/AWSDynamoDB/01/manifest-summary.json"
        files.add_response("get_object", manifest(), {"Bucket": "kept", "Key": key})
        stub.add_response(
            "import_table",
            {
                "ImportTableDescription": {
                    "ImportArn": f"{TABLE_ARN}/import/01658528578619-c4d4e311",
                    "ImportStatus": "IN_PROGRESS",
                }
            },
            {
                "S3BucketSource": {
                    "S3Bucket": "kept",
                    "S3KeyPrefix": "daily/AWSDynamoDB/01/data/",
                },
                "InputFormat": "DYNAMODB_JSON",
                "InputCompressionType": "GZIP",
                "TableCreationParameters": ANY,
            },
        )
        source = of_export(client, s3, STAGE_TABLE, "s3://kept/daily/AWSDynamoDB/01/")
        assert source.moment == NOON
        source.start("new")


@pytest.mark.parametrize(
    "wrong", [{"outputFormat": "ION"}, {"exportType": "INCREMENTAL_EXPORT"}, {"exportTime": "noon"}]
)
def test_an_export_that_cannot_be_taken(wrong: dict[str, str]) -> None:
    with stubbed("s3") as (s3, files):
        files.add_response("get_object", manifest(**wrong))
        with pytest.raises(StackError, match=r"must be FULL_EXPORT|no readable"):
            of_export(None, s3, STAGE_TABLE, "s3://kept/AWSDynamoDB/01")


@pytest.mark.parametrize(
    "said, words",
    [
        ({"ImportStatus": "FAILED", "FailureMessage": "No items"}, "ended as FAILED: No items"),
        ({"ImportStatus": "COMPLETED", "ErrorCount": 3}, "3 items of the export were not taken"),
    ],
)
def test_an_import_that_is_not_whole(said: dict[str, Any], words: str) -> None:
    arn = f"{TABLE_ARN}/import/01658528578619-c4d4e311"
    with stubbed("dynamodb") as (client, stub):
        stub.add_response(
            "list_imports", {"ImportSummaryList": [{"ImportArn": arn}]}, {"TableArn": TABLE_ARN}
        )
        waiting = {"ImportTableDescription": {"ImportStatus": "IN_PROGRESS"}}
        stub.add_response("describe_import", waiting, {"ImportArn": arn})
        stub.add_response("describe_import", {"ImportTableDescription": said}, {"ImportArn": arn})
        paused: list[float] = []
        with pytest.raises(StackError, match=words):
            wait_for_import(client, TABLE_ARN, paused.append)
        assert len(paused) == 1
