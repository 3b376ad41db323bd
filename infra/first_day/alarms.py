"""Somebody is told when an alarm rings."""

from __future__ import annotations

from collections.abc import Iterator

from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved

QUESTION = "Is somebody told when an alarm rings?"


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Look for a subscriber who confirmed, and for alarms that tell nobody."""
    sns, topic = stage.client("sns"), stage.physical_name("Alarms")
    confirmed, waiting = 0, 0
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
        for one in page["Subscriptions"]:
            is_confirmed = str(one["SubscriptionArn"]).startswith("arn:")
            confirmed, waiting = confirmed + is_confirmed, waiting + (not is_confirmed)
    if stage.emulated:
        yield not_here("The emulator sends no mail of alarms, and nobody has to confirm one.")
    elif confirmed:
        yield proved(f"{confirmed} confirmed subscriber(s) are told when an alarm rings.")
    else:
        yield failed(
            f"Nobody is told when an alarm rings ({waiting} asked, none confirmed).",
            "Deploy with --alarm-email, and press the link in the mail that AWS sends there.",
        )
    silent, number = [], 0
    pages = stage.client("cloudwatch").get_paginator("describe_alarms")
    for page in pages.paginate(AlarmNamePrefix=f"{stage.target.stack}-"):
        for alarm in page["MetricAlarms"]:
            number += 1
            if not (alarm["ActionsEnabled"] and topic in alarm["AlarmActions"]):
                silent.append(alarm["AlarmName"])
    if number and not silent:
        yield proved(f"All {number} alarms tell the topic.")
    else:
        yield failed(
            f"Of {number} alarms these tell nobody: {', '.join(silent) or 'none was found'}.",
            "Deploy the stage again; somebody changed them.",
        )
