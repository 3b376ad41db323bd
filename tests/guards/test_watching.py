"""Alarms and dashboard watch figures that there are: ours as the code writes them, AWS's as its
documents name them, of resources of this template. And each alarm is explained."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.telemetry.metrics import NAMESPACE, Meter, Metric
from infra.building.dashboards import complete_dashboards
from infra.building.templates import (
    EDGE_ALARMS,
    FIREWALL,
    STAGE,
    read_stage_template,
    read_template,
)
from infra.paths import ROOT
from tests.support.alarms import Resources, alarms_of, embedded, every_alarm

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()

DOCUMENTED: dict[str, dict[frozenset[str], set[str]]] = {
    "AWS/Lambda": {
        frozenset({"FunctionName"}): {"Invocations", "Errors", "Throttles", "Duration",
                                      "IteratorAge"},
        frozenset(): {"ConcurrentExecutions"},
    },
    "AWS/ApiGateway": {frozenset({"ApiName", "Stage"}): {"Count", "4XXError", "5XXError"}},
    "AWS/DynamoDB": {
        frozenset({"TableName"}): {"ReadThrottleEvents", "WriteThrottleEvents"},
        frozenset({"TableName", "GlobalSecondaryIndexName"}): {"ReadThrottleEvents",
                                                               "WriteThrottleEvents"},
        frozenset({"TableName", "Operation"}): {"SystemErrors", "ThrottledRequests"},
    },
    "AWS/SQS": {frozenset({"QueueName"}): {"ApproximateAgeOfOldestMessage",
                                           "ApproximateNumberOfMessagesVisible"}},
    "AWS/States": {
        frozenset({"StateMachineArn"}): {
            "ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsAborted",
            "ExecutionsTimedOut", "ExecutionThrottled",
        },
    },
    "AWS/S3": {frozenset({"BucketName", "FilterId"}): {"PutRequests", "4xxErrors", "5xxErrors"}},
    "AWS/SES": {
        frozenset(): {"Send", "Bounce", "Complaint", "Reject", "Reputation.BounceRate",
                      "Reputation.ComplaintRate"},
        frozenset({"ses:configuration-set"}): {"Reputation.BounceRate",
                                               "Reputation.ComplaintRate"},
    },
    "AWS/SNS": {
        frozenset(): {"SMSMonthToDateSpentUSD"},
        frozenset({"SMSType", "Country"}): {"SMSSuccessRate"},
        frozenset({"PhoneNumber"}): {"NumberOfNotificationsFailed"},
    },
    "AWS/CloudFront": {frozenset({"DistributionId", "Region"}): {"Requests", "5xxErrorRate"}},
    "AWS/WAFV2": {frozenset({"Rule", "WebACL"}): {"BlockedRequests"}},
    "AWS/CertificateManager": {frozenset({"CertificateArn"}): {"DaysToExpiry"}},
    "AWS/Billing": {
        frozenset({"Currency"}): {"EstimatedCharges"},
        frozenset({"Currency", "ServiceName"}): {"EstimatedCharges"},
    },
}  # fmt: skip
"""Namespace → dimensions → names, as the pages on metrics and dimensions of each service have them.
CloudWatch takes any name and any dimension and shows nothing, so a slip is never noticed there."""

IN_US_EAST_1 = {"AWS/CloudFront", "AWS/WAFV2", "AWS/CertificateManager", "AWS/Billing"}
"""WAF's is there for a web ACL of CloudFront's."""

RESOURCES = {
    "FunctionName": "AWS::Serverless::Function",
    "TableName": "AWS::DynamoDB::Table",
    "QueueName": "AWS::SQS::Queue",
    "BucketName": "AWS::S3::Bucket",
    "StateMachineArn": "AWS::StepFunctions::StateMachine",
    "ses:configuration-set": "AWS::SES::ConfigurationSet",
}
"""Dimension → the type of what its value must be."""

SAYS_WHO = re.compile(
    r"uri|query|cookie|referer|user-agent|c-ip|forwarded|c-port|c-country|asn|headers|host",
    re.IGNORECASE,
)
"""Fields of CloudFront's log that hold a path, a query, or something of whoever asked."""


@pytest.fixture(scope="module")
def resources() -> Resources:
    template = read_stage_template()
    complete_dashboards(template)
    found: Resources = template["Resources"]
    return found


def graphs(resources: Resources) -> list[dict[str, Any]]:
    """Every graph of the dashboard, with names of resources still in ${…}."""
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return [w["properties"] for w in json.loads(body)["widgets"] if w["type"] == "metric"]


def shown(resources: Resources) -> list[tuple[str, str, dict[str, str], str]]:
    """Namespace, name, dimensions and region of every line of the dashboard."""
    found = []
    for graph in graphs(resources):
        for line in graph["metrics"]:
            words = [word for word in line if isinstance(word, str)]
            if words:
                namespace, name, *rest = words
                found.append(
                    (namespace, name, dict(zip(rest[::2], rest[1::2], strict=True)),
                     graph["region"])
                )  # fmt: skip
            else:
                found.append((*searched(line[0]["expression"]), graph["region"]))
    return found


def searched(expression: str) -> tuple[str, str, dict[str, str]]:
    """Namespace, name and dimensions of a search, with "" for a dimension of which it takes all."""
    found = re.fullmatch(r"SEARCH\('\{([^}]+)\} (.+)', '\w+', \d+\)", expression)
    assert found, expression
    namespace, *dimensions = found[1].split(",")
    terms = dict(re.findall(r'(\w+)=(\("[^)]*\)|"[^"]+")', found[2]))
    name = terms.pop("MetricName").strip('"')
    return namespace, name, {one: terms.get(one, "").strip('"') for one in dimensions}


def written() -> dict[str, set[str]]:
    """Name → dimensions of every metric that our code writes, taken from what it writes."""
    lines: list[str] = []
    meter = Meter("any", lines.append)
    for metric in Metric:
        meter.add(metric)
    figures = [figure for line in lines for figure in embedded(line)]
    assert {figure.namespace for figure in figures} == {NAMESPACE}
    return {figure.name: {name for name, _ in figure.dimensions} for figure in figures}


def is_there(namespace: str, name: str, dimensions: set[str]) -> bool:
    if namespace == NAMESPACE:
        return written().get(name) == dimensions
    return name in DOCUMENTED.get(namespace, {}).get(frozenset(dimensions), set())


def test_every_alarm_watches_a_figure_that_there_is() -> None:
    for name, alarm in every_alarm().items():
        dimensions = {one["Name"] for one in alarm.get("Dimensions", [])}
        assert is_there(alarm["Namespace"], alarm["MetricName"], dimensions), name


def test_every_line_of_the_dashboard_is_a_figure_that_there_is(resources: Resources) -> None:
    lines = shown(resources)
    assert len(lines) > 50
    for namespace, name, dimensions, region in lines:
        assert is_there(namespace, name, set(dimensions)), (namespace, name, dimensions)
        there = "us-east-1" if namespace in IN_US_EAST_1 else "${AWS::Region}"
        assert region == there, (namespace, name)


def test_alarms_are_where_their_figures_are(resources: Resources) -> None:
    stage, edge = alarms_of(resources), alarms_of(read_template(EDGE_ALARMS)["Resources"])
    assert len(stage) > 25 and len(edge) == 3
    assert not {alarm["Namespace"] for alarm in stage.values()} & IN_US_EAST_1
    assert {alarm["Namespace"] for alarm in edge.values()} <= IN_US_EAST_1


def kind(resources: Resources, name: str) -> str:
    # What Chalice makes of app.py has no type in our files: functions.
    return str(resources[name].get("Type", "AWS::Serverless::Function"))


def test_what_they_watch_is_of_this_stage(resources: Resources) -> None:
    named: list[tuple[str, Any]] = [
        (one["Name"], one["Value"])
        for alarm in alarms_of(resources).values()
        for one in alarm.get("Dimensions", [])
    ]
    named += [pair for _, _, dimensions, _ in shown(resources) for pair in dimensions.items()]
    for dimension, value in named:
        if wanted := RESOURCES.get(dimension):
            said = json.dumps(value)
            of_stage = re.findall(r"\$\{(\w+)[.}]", said) or re.findall(r'": \[?"(\w+)"', said)
            assert of_stage, (dimension, value)
            assert {kind(resources, one) for one in of_stage} == {wanted}, (dimension, value)
        elif dimension == "GlobalSecondaryIndexName":
            indexes = resources["RegistryTable"]["Properties"]["GlobalSecondaryIndexes"]
            assert value in {one["IndexName"] for one in indexes}
        elif dimension == "FilterId":
            metrics = resources["EvidenceBucket"]["Properties"]["MetricsConfigurations"]
            assert {"Id": value} in metrics
        elif dimension == "WebACL":
            (acl,) = (
                one["Properties"]["Name"] for one in read_template(FIREWALL)["Resources"].values()
            )
            # Named after its stack, as the deployment names that (Target.firewall_stack).
            assert acl == {"Ref": "AWS::StackName"}
            assert value == "${AWS::StackName}-firewall-${AWS::Region}"


def test_all_of_our_own_figures_are_shown_and_explained(resources: Resources) -> None:
    own = {name for namespace, name, _, _ in shown(resources) if namespace == NAMESPACE}
    assert own | {"UploadBytes"} == {metric.label for metric in Metric}
    table = OPERATIONS.partition("\n## Metrics\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"[A-Z]\w+", table)) >= {metric.label for metric in Metric}


def test_the_dashboard_is_what_cloudwatch_takes(resources: Resources) -> None:
    """JSON also when names of resources stand in it, within its sizes, nothing over another."""
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(re.sub(r"\$\{[^}]+\}", "a-name", body))["widgets"]
    assert len(body) < 100_000 and len(widgets) < 100
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        own = {
            (widget["x"] + column, widget["y"] + row)
            for column in range(widget["width"])
            for row in range(widget["height"])
        }
        assert not own & taken and max(column for column, _ in own) < 24
        taken |= own
    first = next(w["properties"]["markdown"] for w in widgets if w["type"] == "text")
    assert first == "## Footage", "what the service is for comes first"


def explained() -> dict[str, str]:
    """Alarm → its paragraph in docs/operations.md."""
    section = OPERATIONS.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    found: dict[str, str] = {}
    for paragraph in section.split("\n\n"):
        names, dot, words = paragraph.removeprefix("**").partition(".** ")
        if paragraph.startswith("**") and dot:
            found |= dict.fromkeys(re.findall(r"\w+", names), words)
    return found


def test_every_alarm_has_a_paragraph_with_what_to_do_first() -> None:
    found, alarms = explained(), set(every_alarm())
    assert set(found) >= alarms, f"not explained: {sorted(alarms - set(found))}"
    assert set(found) <= alarms, f"no such alarm: {sorted(set(found) - alarms)}"
    for name, words in found.items():
        assert len(words.split()) > 25 and re.search(r"\b[Ff]irst\b", words), name


def test_every_alarm_rings_and_leads_to_its_page() -> None:
    for name, alarm in every_alarm().items():
        assert alarm["AlarmActions"] in ([{"Ref": "Alarms"}], [{"Ref": "EdgeAlarms"}]), name
        assert alarm["TreatMissingData"] in ("breaching", "notBreaching"), name
        said = re.search(r'See docs/operations\.md, "([^"]+)"\.$', alarm["AlarmDescription"])
        assert said, name
        place = rf"(?im)^#+ .*{re.escape(said[1])}|\*\*{re.escape(said[1])}\*\*"
        assert re.search(place, OPERATIONS), f"{name}: {said[1]}"


def test_near_the_limit_is_four_fifths_of_it(resources: Resources) -> None:
    found = [a for n, a in alarms_of(resources).items() if n.endswith("NearLimitAlarm")]
    assert len(found) == 3
    for alarm in found:
        function = alarm["Dimensions"][0]["Value"]["Ref"]
        assert alarm["Threshold"] == resources[function]["Properties"]["Timeout"] * 800


def test_the_edges_log_has_nobody_and_no_path() -> None:
    edge = read_template(EDGE_ALARMS)["Resources"]
    fields = edge["EdgeLogDelivery"]["Properties"]["RecordFields"]
    assert "sc-status" in fields and not [one for one in fields if SAYS_WHO.search(one)]
    assert SAYS_WHO.search("cs-uri-stem") and SAYS_WHO.search("cs(Cookie)")
    group = edge["EdgeLog"]["Properties"]
    assert group["KmsKeyId"] == {"Fn::GetAtt": ["EdgeOperationsKey", "Arn"]}
    assert 0 < group["RetentionInDays"] <= 90
    assert edge["EdgeAlarms"]["Properties"]["KmsMasterKeyId"] == {"Ref": "EdgeOperationsKey"}


def allowed_on(resources: Resources, table: str) -> set[str]:
    """Every action that a role of ours is allowed on a table, its indexes not counted."""
    return {
        action
        for one in resources.values()
        if one.get("Type") == "AWS::IAM::Role"
        for policy in one["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and f'["{table}", "Arn"]' in json.dumps(statement)
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }


def test_the_trail_keeps_buckets_and_tables_and_can_be_trusted(resources: Resources) -> None:
    trail = resources["Trail"]["Properties"]
    assert trail["EnableLogFileValidation"] and trail["IsLogging"]
    buckets, tables, record = (
        {one["Field"]: one for one in selector["FieldSelectors"]}
        for selector in trail["AdvancedEventSelectors"]
    )
    assert set(buckets) == {"eventCategory", "resources.type", "resources.ARN"}, "all of everybody"
    assert buckets["resources.ARN"]["StartsWith"] == [
        {"Fn::Sub": "${EvidenceBucket.Arn}/"},
        {"Fn::Sub": "${AuditBucket.Arn}/"},
    ]
    for selector in (tables, record):
        for arn in selector["resources.ARN"]["Equals"]:
            (table,) = (name for name in arn["Fn::GetAtt"] if name != "Arn")
            kept = {f"dynamodb:{one}" for one in selector["eventName"]["Equals"]}
            ours = kept & allowed_on(resources, table)
            assert ours <= {"dynamodb:Scan"} and (not ours or table == "AuditTable"), (table, ours)
    bucket = resources["TrailBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["ObjectLockEnabled"] and bucket["VersioningConfiguration"]["Status"] == "Enabled"
    statements = resources["TrailBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {s["Sid"] for s in statements if s["Effect"] == "Deny"} == {"NobodyRemoves", "TlsOnly"}
    allowed = [s for s in statements if s["Effect"] == "Allow"]
    assert {json.dumps(s["Principal"]) for s in allowed} == {
        json.dumps({"Service": "cloudtrail.amazonaws.com"})
    }
    assert all("aws:SourceArn" in json.dumps(s["Condition"]) for s in allowed)


def test_a_scan_may_tag_and_neither_remove_nor_unlock(resources: Resources) -> None:
    (policy,) = resources["MalwareScanRole"]["Properties"]["Policies"]
    actions = {
        action
        for statement in policy["PolicyDocument"]["Statement"]
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
        if action.startswith("s3:")
    }
    assert not [one for one in actions if re.search("Delete|Retention|LegalHold|Bypass", one)]
    (target,) = resources["MalwareFound"]["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "Alarms"}


def test_what_is_paid_for_by_use_is_off_unless_asked_for() -> None:
    parameters = read_stage_template()["Parameters"]
    assert parameters["EvidenceTrail"]["Default"] == parameters["MalwareScan"]["Default"] == "no"
    assert parameters["SpendAlarm"]["Default"] == 0


def test_there_are_files_to_look_at() -> None:
    assert {"dashboard.yaml", "trail.yaml", "malware.yaml"} <= {f.name for f in STAGE.iterdir()}
