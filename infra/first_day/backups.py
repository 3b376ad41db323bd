"""Both tables can be brought back to any second of the last days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.core.times import utc_now
from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "Could the tables be restored?"
BEHIND = timedelta(minutes=15)
"""DynamoDB's newest moment that can be restored is "typically within the last five minutes"."""


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Ask DynamoDB to which moments each table can be restored. Nothing is restored here."""
    dynamodb = stage.client("dynamodb")
    for output in ("RegistryTable", "AuditTable"):
        table = stage.outputs[output]
        found = dynamodb.describe_continuous_backups(TableName=table)
        recovery = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        newest = recovery.get("LatestRestorableDateTime")
        if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
            yield failed(f"{output} has no backups.", "Deploy the stage again.")
        elif stage.emulated:
            yield not_here(f"Backups of {output} are on; DynamoDB alone says how far they go.")
        elif newest and newest > utc_now() - BEHIND:
            yield proved(f"{output} can be restored to any moment up to {newest:%H:%M} UTC.")
        else:
            yield failed(
                f"The newest moment to which {output} can be restored is {newest}.",
                "Wait a quarter of an hour after the first deployment, and run this again.",
            )
