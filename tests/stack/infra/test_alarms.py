"""Every alarm rung once: its metric as the code and AWS write it, its state, and the message that
somebody subscribed to the topic gets.

What the emulator does: it evaluates an alarm whenever a metric is put, by namespace, name and the
last periods, and publishes to the topic. What it does not: it looks at no dimension, at no absence
of data and at no single period, and takes no metrics out of functions' logs. So each alarm's own
definition is evaluated besides, by CloudWatch's document (tests.support.alarms), on what the code
really wrote: each rings at what it is for, and is silent at another stage's, and when all is well.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.telemetry.metrics import NAMESPACE, Metric
from infra.deployment.target import GLOBAL_REGION
from tests.running import RunningStack
from tests.stack.calling import functions, invoke
from tests.stack.left_behind import Logs
from tests.support.alarms import Figure, embedded, every_alarm, rings

SILENCE = {"SweepSilentAlarm", "ReviewSilentAlarm", "RecordNotCheckedAlarm"}
"""They ring when something is missing."""
UNDER_CONDITIONS = {"CertificateEndsAlarm", "SpendingAlarm"}
"""The local stack has no certificate and no bill, so these ring by their definition alone."""


@dataclass
class Watched:
    """The alarms of the running stack, by region, with a queue that hears each topic."""

    stack: RunningStack
    region: str
    deployed: dict[str, Any]
    queue: str
    heard: list[dict[str, Any]] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return self.stack.target.client(service, self.region)

    def listen(self) -> list[str]:
        """Names of all alarms that were heard to ring since the queue was made."""
        while True:
            found = self.client("sqs").receive_message(
                QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
            )
            for one in found.get("Messages", []):
                self.heard.append(json.loads(json.loads(one["Body"])["Message"]))
                self.client("sqs").delete_message(
                    QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"]
                )
            if not found.get("Messages"):
                return [one["AlarmName"] for one in self.heard if one["NewStateValue"] == "ALARM"]

    def put(self, alarm: dict[str, Any], value: float) -> None:
        """Put the alarm's own metric, with its own dimensions."""
        self.client("cloudwatch").put_metric_data(
            Namespace=alarm["Namespace"],
            MetricData=[
                {
                    "MetricName": alarm["MetricName"],
                    "Dimensions": alarm["Dimensions"],
                    "Timestamp": datetime.now(UTC),
                    "Value": value,
                }
            ],
        )

    def state(self, alarm: dict[str, Any]) -> str:
        (found,) = self.client("cloudwatch").describe_alarms(AlarmNames=[alarm["AlarmName"]])[
            "MetricAlarms"
        ]
        return str(found["StateValue"])


def deployed_in(stack: RunningStack, region: str) -> dict[str, Any]:
    """Name in the template → alarm as CloudWatch has it, values and not references."""
    own = {
        stack.target.region: stack.target.stack,
        GLOBAL_REGION: stack.target.edge_alarms_stack,
    }[region]
    pages = stack.target.client("cloudwatch", region).get_paginator("describe_alarms").paginate()
    alarms = [one for page in pages for one in page["MetricAlarms"]]
    pages = (
        stack.target.client("cloudformation", region)
        .get_paginator("list_stack_resources")
        .paginate(StackName=own)
    )
    names = {
        one["PhysicalResourceId"]: one["LogicalResourceId"]
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] == "AWS::CloudWatch::Alarm"
    }
    return {names[a["AlarmName"]]: a for a in alarms if a["AlarmName"] in names}


@pytest.fixture(scope="module")
def watched(stack: RunningStack) -> Iterator[dict[str, Watched]]:
    """By region. Each topic has one more subscriber, a queue."""
    found = {}
    for region in (stack.target.region, GLOBAL_REGION):
        client = stack.target.client
        alarms = deployed_in(stack, region)
        (topic,) = {action for one in alarms.values() for action in one["AlarmActions"]}
        queue = client("sqs", region).create_queue(QueueName=f"hears-{uuid.uuid4().hex}")[
            "QueueUrl"
        ]
        arn = client("sqs", region).get_queue_attributes(
            QueueUrl=queue, AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        from_topics = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [from_topics]})
        client("sqs", region).set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        client("sns", region).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        found[region] = Watched(stack, region, alarms, queue)
    yield found
    for one in found.values():
        one.client("sqs").delete_queue(QueueUrl=one.queue)


def breach(alarm: dict[str, Any]) -> float:
    """A value with which the alarm's threshold is passed."""
    return float(alarm["Threshold"]) + (1 if "Greater" in alarm["ComparisonOperator"] else -1)


def test_every_alarm_of_the_template_is_deployed(watched: dict[str, Watched]) -> None:
    there = {name for one in watched.values() for name in one.deployed}
    assert there == set(every_alarm()) - UNDER_CONDITIONS


@pytest.mark.parametrize("name", sorted(set(every_alarm()) - UNDER_CONDITIONS))
def test_it_rings_and_is_heard(watched: dict[str, Watched], name: str) -> None:
    (region,) = (one for one in watched.values() if name in one.deployed)
    alarm = region.deployed[name]
    # Quiet first: what other tests did may have rung it already, which is told only once.
    region.client("cloudwatch").set_alarm_state(
        AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="before the test"
    )
    region.listen()
    region.heard.clear()
    # Whatever the functions did meanwhile counts in the same sum, so the value is far beyond.
    many = breach(alarm) if alarm["Threshold"] <= 1 and name in SILENCE else breach(alarm) * 1000
    region.put(alarm, many)
    if name in SILENCE:
        # Its function runs all the time here, so its metric cannot be below the threshold; that it
        # rings by itself when nothing comes is shown below, by its definition.
        region.client("cloudwatch").set_alarm_state(
            AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="nothing came"
        )
    assert region.state(alarm) == "ALARM"
    region.stack.wait_for(
        lambda: alarm["AlarmName"] in region.listen() or None, f"{name} to be heard", 30
    )
    (said,) = (one for one in region.heard if one["AlarmName"] == alarm["AlarmName"])
    assert "docs/operations.md" in said["AlarmDescription"], (
        "whoever is woken is told where to look"
    )


def figure(alarm: dict[str, Any], value: float, minute: int, **other: str) -> Figure:
    """A value of the alarm's own metric. other: dimensions that differ."""
    dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]} | other
    return Figure(
        alarm["Namespace"], alarm["MetricName"], frozenset(dimensions.items()), value, minute
    )


def through(alarm: dict[str, Any], value: float, **other: str) -> list[Figure]:
    """The value in each of the periods that are compared, up to minute 0."""
    periods, minutes = alarm["EvaluationPeriods"], alarm["Period"] // 60
    return [figure(alarm, value, -back * minutes, **other) for back in range(periods)]


def defined(watched: dict[str, Watched], name: str) -> dict[str, Any]:
    """The alarm as it is deployed; where it is not, as the template has it, with made-up values."""
    for one in watched.values():
        if name in one.deployed:
            return dict(one.deployed[name])
    alarm = dict(every_alarm()[name])
    alarm["Dimensions"] = [{**one, "Value": str(one["Value"])} for one in alarm["Dimensions"]]
    if isinstance(alarm["Threshold"], dict):
        alarm["Threshold"] = 2_500
    return alarm


@pytest.mark.parametrize("name", sorted(every_alarm()))
def test_it_rings_at_what_it_is_for_alone(watched: dict[str, Watched], name: str) -> None:
    alarm = defined(watched, name)
    well = float(alarm["Threshold"]) + (name in SILENCE)
    if "OrEqual" in alarm["ComparisonOperator"]:
        well *= 0.99  # at the threshold these ring
    assert rings(alarm, through(alarm, breach(alarm)), 0)
    assert not rings(alarm, through(alarm, well), 0), "when all is well"
    assert rings(alarm, [], 0) == (name in SILENCE), "when nothing comes"
    if alarm["Dimensions"]:  # what has none is of the whole account
        last = alarm["Dimensions"][-1]["Name"]
        elsewhere = through(alarm, breach(alarm), **{last: "another"})
        assert rings(alarm, elsewhere, 0) == (name in SILENCE), "of another stage or function"
    if alarm["EvaluationPeriods"] > 1 and name not in SILENCE:
        assert not rings(alarm, through(alarm, breach(alarm))[1:], 0), "one period is well again"


def test_an_error_that_a_function_really_made_rings(
    stack: RunningStack, watched: dict[str, Watched]
) -> None:
    """The metric as the deployed function wrote it into its own log, put as CloudWatch takes it."""
    logs = Logs(stack)
    assert "FunctionError" in invoke(stack, "Remind", {"nothing": "of use"})

    def written() -> list[Figure]:
        lines = [line for texts in logs.texts().values() for line in texts]
        found = [one for line in lines for one in embedded(line)]
        return [one for one in found if one.name == Metric.UNEXPECTED_ERRORS.label]

    figures = stack.wait_for(written, "the error in the function's log")
    assert {one.namespace for one in figures} == {NAMESPACE}
    region = watched[stack.target.region]
    alarm = region.deployed["UnexpectedErrorsAlarm"]
    assert rings(alarm, figures, 0), "namespace, name, dimensions or value do not fit"
    others = [a for n, a in region.deployed.items() if n != "UnexpectedErrorsAlarm"]
    assert not [a["AlarmName"] for a in others if a["TreatMissingData"] == "notBreaching"
                and rings(a, figures, 0)]  # fmt: skip


def test_the_functions_that_are_watched_are_those_that_there_are(
    stack: RunningStack, watched: dict[str, Watched]
) -> None:
    there = set(functions(stack).values())
    named = {
        one["Value"]
        for alarm in watched[stack.target.region].deployed.values()
        for one in alarm["Dimensions"]
        if one["Name"] == "FunctionName"
    }
    assert named and named <= there


def test_the_dashboard_is_there_with_the_names_of_this_stack(stack: RunningStack) -> None:
    found = stack.client("cloudwatch").get_dashboard(DashboardName=stack.target.stack)
    body = found["DashboardBody"]
    assert "${" not in body and json.loads(body)["widgets"]
    for own in (functions(stack)["APIHandler"], stack.described["registry_table"]):
        assert f'"{own}"' in body
    assert stack.target.outputs()["Dashboard"].endswith(stack.target.stack)
