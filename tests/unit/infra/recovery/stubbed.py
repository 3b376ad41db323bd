"""Clients of AWS whose answers a test gives, by botocore's Stubber: it checks the form of each call
and of each answer against AWS's own description of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.stub import Stubber

from infra.recovery.stage_table import StageTable

KEY = "arn:aws:kms:eu-west-2:111122223333:key/k"
TABLE_ARN = "arn:aws:dynamodb:eu-west-2:111122223333:table/new"

WANTED: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "day")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "Day",
            "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
}
STAGE_TABLE = StageTable("registry", WANTED, KEY, True, (("stage", "prod"),))


@contextmanager
def stubbed(service: str) -> Iterator[tuple[Any, Stubber]]:
    """A client and its stub; at the end everything that was to be asked must have been asked."""
    client = boto3.client(
        service,
        region_name="eu-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def described(**other: Any) -> dict[str, Any]:
    """DescribeTable's answer for a table that is all that is wanted."""
    indexes = [
        {**one, "IndexStatus": "ACTIVE", "IndexArn": f"{TABLE_ARN}/index/{one['IndexName']}"}
        for one in WANTED["GlobalSecondaryIndexes"]
    ]
    table = {
        "TableName": "new",
        "TableArn": TABLE_ARN,
        "TableStatus": "ACTIVE",
        "KeySchema": WANTED["KeySchema"],
        "GlobalSecondaryIndexes": indexes,
        "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY},
        "LatestStreamArn": f"{TABLE_ARN}/stream/now",
        **other,
    }
    return {"Table": {name: value for name, value in table.items() if value is not None}}
