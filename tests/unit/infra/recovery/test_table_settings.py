"""What a restored table lacks is set, and nothing else is asked of a table that lacks nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from infra.errors import StackError
from infra.recovery.table_settings import (
    complete_table,
    describe_if_any,
    open_stream,
    wait_until_active,
)
from tests.unit.infra.recovery.stubbed import STAGE_TABLE, TABLE_ARN, WANTED, described, stubbed

INDEX = WANTED["GlobalSecondaryIndexes"][0]


def no_pause(_: float) -> None:
    """Tests need not wait."""


def recovery(status: str) -> dict[str, Any]:
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": status},
        }
    }


def has_expiry(stub: Stubber, status: str) -> None:
    stub.add_response(
        "describe_time_to_live", {"TimeToLiveDescription": {"TimeToLiveStatus": status}}
    )


def test_a_table_straight_from_a_backup_is_completed() -> None:
    with stubbed("dynamodb") as (client, stub):
        bare = described(GlobalSecondaryIndexes=None, SSEDescription=None)
        stub.add_response("describe_table", described(TableStatus="CREATING"))
        stub.add_response("describe_table", bare)
        stub.add_response(
            "update_table",
            {},
            {
                "TableName": "new",
                "AttributeDefinitions": WANTED["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [{"Create": INDEX}],
            },
        )
        building = [{**INDEX, "IndexStatus": "CREATING"}]
        stub.add_response("describe_table", described(GlobalSecondaryIndexes=building))
        stub.add_response("describe_table", described(SSEDescription=None))
        stub.add_response("update_table", {})
        stub.add_response("describe_table", described())
        has_expiry(stub, "DISABLED")
        stub.add_response("update_time_to_live", {})
        stub.add_response("describe_continuous_backups", recovery("DISABLED"))
        stub.add_client_error("update_continuous_backups", "ContinuousBackupsUnavailableException")
        stub.add_response("update_continuous_backups", {})
        tags = [{"Key": "stage", "Value": "prod"}]
        stub.add_response("tag_resource", {}, {"ResourceArn": TABLE_ARN, "Tags": tags})
        done = complete_table(client, "new", STAGE_TABLE, no_pause)
        assert done == [
            "index Day",
            "encryption with the stage's key",
            "expiry of items",
            "point-in-time recovery",
            "tags",
        ]


def test_a_repeat_sets_nothing_again() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_table", described())
        has_expiry(stub, "ENABLED")
        stub.add_response("describe_continuous_backups", recovery("ENABLED"))
        stub.add_response("tag_resource", {})
        assert complete_table(client, "new", STAGE_TABLE, no_pause) == ["tags"]


def test_stream_and_protection_come_last_and_once() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_table", described())
        stream = {"StreamViewType": "NEW_IMAGE", "StreamEnabled": True}
        stub.add_response("update_table", {}, {"TableName": "new", "StreamSpecification": stream})
        on = described(StreamSpecification=stream)
        stub.add_response("describe_table", on)
        protected = {"TableName": "new", "DeletionProtectionEnabled": True}
        stub.add_response("update_table", {}, protected)
        whole = described(StreamSpecification=stream, DeletionProtectionEnabled=True)
        stub.add_response("describe_table", whole)
        open_stream(client, "new", STAGE_TABLE, no_pause)
        stub.add_response("describe_table", whole)
        open_stream(client, "new", STAGE_TABLE, no_pause)


def test_an_index_of_another_kind_is_told_not_searched() -> None:
    other = [{**INDEX, "Projection": {"ProjectionType": "KEYS_ONLY"}, "IndexStatus": "ACTIVE"}]
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_table", described(GlobalSecondaryIndexes=other))
        with pytest.raises(StackError, match="The index Day of registry is not as the template"):
            complete_table(client, "new", STAGE_TABLE, no_pause)


def test_a_table_with_other_keys_is_not_taken() -> None:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_table", described(KeySchema=keys))
        with pytest.raises(StackError, match="other keys"):
            complete_table(client, "new", STAGE_TABLE, no_pause)


def test_point_in_time_recovery_that_never_comes() -> None:
    with stubbed("dynamodb") as (client, stub):
        stub.add_response("describe_table", described())
        has_expiry(stub, "ENABLED")
        stub.add_response("describe_continuous_backups", recovery("DISABLED"))
        for _ in range(40):
            stub.add_client_error(
                "update_continuous_backups", "ContinuousBackupsUnavailableException"
            )
        with pytest.raises(StackError, match="Run the same command again"):
            complete_table(client, "new", STAGE_TABLE, no_pause)


@pytest.mark.parametrize(
    "table, words",
    [
        (None, "is gone: its restore or import failed"),
        ({"TableStatus": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}, "look at its key"),
    ],
)
def test_a_table_that_will_not_come(table: dict[str, Any] | None, words: str) -> None:
    with stubbed("dynamodb") as (client, stub):
        if table is None:
            stub.add_client_error("describe_table", "ResourceNotFoundException")
        else:
            stub.add_response("describe_table", described(**table))
        with pytest.raises(StackError, match=words):
            wait_until_active(client, "new", no_pause)


def test_a_wait_ends() -> None:
    waited: list[float] = []

    class Slow:
        """A table that is made for ever."""

        def describe_table(self, **_: Any) -> dict[str, Any]:
            return described(TableStatus="CREATING")

    with pytest.raises(StackError, match="within a day"):
        wait_until_active(Slow(), "new", waited.append)
    assert 24 * 3600 <= sum(waited) < 25 * 3600
    assert describe_if_any(Slow(), "new")
