"""What a restored table does not bring along, set as the stage's template says.

AWS, RestoreTableToPointInTime: "You must manually set up the following on the restored table: auto
scaling policies, IAM policies, CloudWatch metrics and alarms, tags, stream settings, time to live
settings, point in time recovery settings". Deletion protection is off as well. Rights and alarms
follow from the template, as soon as it names the new table.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from infra.errors import StackError
from infra.recovery.stage_table import StageTable

LONGEST = 24 * 3600
"""Seconds. A restore takes minutes to hours by the size of the table."""

Pause = Callable[[float], None]


def wait_until_active(dynamodb: Any, name: str, pause: Pause = time.sleep) -> dict[str, Any]:
    """Wait until a table and its indexes can be used, and return its description. Raises StackError
    when it is not there, or not made within a day."""
    waited, step = 0.0, 0.2
    while waited < LONGEST:
        found = describe_if_any(dynamodb, name)
        if found is None:
            raise StackError(
                f"The new table {name} is gone: its restore or import failed, or somebody deleted "
                "it. Run the same command again."
            )
        states = [found["TableStatus"]]
        states += [one.get("IndexStatus", "ACTIVE") for one in _indexes_of(found)]
        if set(states) == {"ACTIVE"}:
            return found
        if any("INACCESSIBLE" in one or "ARCHIV" in one for one in states):
            raise StackError(f"{name} is {', '.join(sorted(set(states)))}: look at its key.")
        pause(step)
        waited += step
        step = min(30.0, step * 1.5)
    raise StackError(f"{name} was not made within a day. Run the same command again to wait on.")


def describe_if_any(dynamodb: Any, name: str) -> dict[str, Any] | None:
    """Describe a table; None when there is none of this name."""
    try:
        found: dict[str, Any] = dynamodb.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return found


def complete_table(
    dynamodb: Any, name: str, table: StageTable, pause: Pause = time.sleep
) -> list[str]:
    """Set all but stream and protection, which come last; return what was set, in words. Each call
    is only made where something differs, so that a repeat does what is left."""
    found, done = wait_until_active(dynamodb, name, pause), []
    schema = {one["KeyType"]: one["AttributeName"] for one in found["KeySchema"]}
    if schema != {one["KeyType"]: one["AttributeName"] for one in table.wanted["KeySchema"]}:
        raise StackError(f"{name} has other keys than the template's {table.logical_id}.")
    for index in _missing_indexes(found, table):
        dynamodb.update_table(
            TableName=name,
            AttributeDefinitions=table.wanted["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": index}],  # one a call is all that it takes
        )
        found = wait_until_active(dynamodb, name, pause)
        done.append(f"index {index['IndexName']}")
    if found.get("SSEDescription", {}).get("KMSMasterKeyArn") != table.key:
        dynamodb.update_table(TableName=name, SSESpecification=table.encryption)
        found = wait_until_active(dynamodb, name, pause)
        done.append("encryption with the stage's key")
    if table.expiry:
        expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if expiry["TimeToLiveStatus"] not in ("ENABLED", "ENABLING"):
            wanted = {"AttributeName": table.expiry, "Enabled": True}
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)
            done.append("expiry of items")
    if _keep_backups(dynamodb, name, pause):
        done.append("point-in-time recovery")
    if table.tags:
        tags = [{"Key": key, "Value": value} for key, value in table.tags]
        dynamodb.tag_resource(ResourceArn=found["TableArn"], Tags=tags)
        done.append("tags")
    return done


def open_stream(
    dynamodb: Any, name: str, table: StageTable, pause: Pause = time.sleep
) -> dict[str, Any]:
    """Switch the stream and the protection on; return the table's description. It comes after what
    is put back, so that the stream tells of new entries alone."""
    found = wait_until_active(dynamodb, name, pause)
    if not (found.get("StreamSpecification") or {}).get("StreamEnabled"):
        kind = {**table.wanted["StreamSpecification"], "StreamEnabled": True}
        dynamodb.update_table(TableName=name, StreamSpecification=kind)
        found = wait_until_active(dynamodb, name, pause)
    if table.protected and not found.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
        found = wait_until_active(dynamodb, name, pause)
    return found


def _keep_backups(dynamodb: Any, name: str, pause: Pause) -> bool:
    """Switch point-in-time recovery on; False when it was. DynamoDB refuses for a while after a
    table was made ("Backups are being enabled for the table … Please retry later")."""
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        return False
    for attempt in range(40):
        try:
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "ContinuousBackupsUnavailableException":
                raise
            pause(min(30.0, 1.5**attempt))
        else:
            return True
    raise StackError(
        f"DynamoDB does not take point-in-time recovery for {name} yet. Run the same command again."
    )


def _indexes_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    return found.get("GlobalSecondaryIndexes") or []


def _missing_indexes(found: dict[str, Any], table: StageTable) -> list[dict[str, Any]]:
    """The wanted indexes that a table does not have. Raises StackError for one of the same name
    with other keys or attributes: searches would not find what is there."""
    there = {one["IndexName"]: one for one in _indexes_of(found)}
    for wanted in table.indexes:
        known = there.get(wanted["IndexName"])
        if known and any(known[part] != wanted[part] for part in ("KeySchema", "Projection")):
            raise StackError(
                f"The index {wanted['IndexName']} of {table.called} is not as the template wants "
                "it: the backup is older than a change of the index. Delete that index of the new "
                "table, and run the same command again."
            )
    return [one for one in table.indexes if one["IndexName"] not in there]
