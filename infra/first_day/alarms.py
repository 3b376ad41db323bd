"""Somebody is told when an alarm rings, of the stage and of its edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.deployment.target import GLOBAL_REGION
from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "Is somebody told when an alarm rings?"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Look, for each of the two topics, for a subscriber who confirmed, and for silent alarms."""
    target = stage.target
    for whose, stack, region, logical in (
        ("the stage's", target.stack, target.region, "Alarms"),
        ("the edge's", target.edge_alarms_stack, GLOBAL_REGION, "EdgeAlarms"),
    ):
        topic = stage.target.physical_name(logical, stack, region)
        yield _subscribers(stage, whose, topic, target.client("sns", region))
        alarms = _alarms_of(stage, stack, region)
        silent = [one["AlarmName"] for one in alarms if not _tells(one, topic)]
        if alarms and not silent:
            yield proved(f"All {len(alarms)} of {whose} alarms tell their topic.")
        else:
            yield failed(
                f"Of {whose} {len(alarms)} alarms these tell nobody: {', '.join(silent) or 'all'}.",
                "Deploy the stage again; somebody changed them.",
            )


def _subscribers(stage: StageOnTrial, whose: str, topic: str, sns: Any) -> TrialFinding:
    asked = [
        str(one["SubscriptionArn"])
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        for one in page["Subscriptions"]
    ]
    confirmed = [one for one in asked if one.startswith("arn:")]
    if stage.emulated:
        return not_here(
            f"The emulator sends no mail of {whose} alarms, and asks nobody to confirm."
        )
    if confirmed:
        return proved(f"{len(confirmed)} confirmed subscriber(s) are told of {whose} alarms.")
    return failed(
        f"Nobody is told of {whose} alarms ({len(asked)} asked, none confirmed).",
        "Deploy with --alarm-email, and press the link in each mail that AWS sends there.",
    )


def _alarms_of(stage: StageOnTrial, stack: str, region: str) -> list[dict[str, Any]]:
    """Describe the alarms of a stack. By its resources: names of other stages begin alike."""
    resources = stage.target.client("cloudformation", region).get_paginator("list_stack_resources")
    names = [
        one["PhysicalResourceId"]
        for page in resources.paginate(StackName=stack)
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::CloudWatch::Alarm"
    ]
    alarms = stage.target.client("cloudwatch", region)
    found: list[dict[str, Any]] = []
    for start in range(0, len(names), 100):  # "AlarmNames: maximum number of 100 items"
        asked = names[start : start + 100]
        found += alarms.describe_alarms(AlarmNames=asked, MaxRecords=100)["MetricAlarms"]
    return found


def _tells(alarm: dict[str, Any], topic: str) -> bool:
    return bool(alarm["ActionsEnabled"]) and topic in alarm["AlarmActions"]
