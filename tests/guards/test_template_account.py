"""Alarms on what AWS itself counts of API, e-mail and texts, by the names under which AWS documents
it; and rights to learn what is missing, by prefix."""

from __future__ import annotations

from typing import Any

import pytest

from infra.building.templates import EDGE, read_stage_template, read_template

RESOURCES: dict[str, Any] = read_stage_template()["Resources"]


def alarm(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def test_the_alarm_on_the_api_watches_the_api_of_this_stage() -> None:
    """API Gateway names its figures by the API's name, which an import takes from the title."""
    api = RESOURCES["RestAPI"]["Properties"]
    own = {"Ref": "AWS::StackName"}
    assert api["Name"] == api["DefinitionBody"]["info"]["title"] == own
    found = alarm("ApiErrorsAlarm")
    assert (found["Namespace"], found["MetricName"]) == ("AWS/ApiGateway", "5XXError")
    assert found["Dimensions"] == [
        {"Name": "ApiName", "Value": own},
        {"Name": "Stage", "Value": "api"},
    ]


def test_no_figures_are_paid_for_by_method() -> None:
    settings = RESOURCES["RestAPI"]["Properties"]["MethodSettings"]
    assert [one["MetricsEnabled"] for one in settings] == [False]


@pytest.mark.parametrize(
    ("name", "metric", "threshold"),
    [
        ("MailBounceAlarm", "Reputation.BounceRate", 0.05),
        ("MailComplaintAlarm", "Reputation.ComplaintRate", 0.001),
    ],
)
def test_reputation_rings_where_aws_puts_an_account_under_review(
    name: str, metric: str, threshold: float
) -> None:
    found = alarm(name)
    assert (found["Namespace"], found["MetricName"]) == ("AWS/SES", metric)
    assert found["Threshold"] == threshold
    assert found["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert "Dimensions" not in found, "the account's own rate has none"


def test_texts_are_watched_by_what_they_cost_and_where_they_go() -> None:
    spent, arrived = alarm("TextsSpentAlarm"), alarm("TextsUndeliveredAlarm")
    assert (spent["MetricName"], spent["Statistic"]) == ("SMSMonthToDateSpentUSD", "Maximum")
    assert spent["Threshold"] == {"Ref": "TextsUsdAMonth"} and "Dimensions" not in spent
    named = {one["Name"]: one["Value"] for one in arrived["Dimensions"]}
    assert named == {"SMSType": "Transactional", "Country": {"Ref": "Country"}}


def test_every_alarm_tells_somebody() -> None:
    for name, one in RESOURCES.items():
        if one.get("Type") == "AWS::CloudWatch::Alarm":
            assert one["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}], name


ASKS = {"s3:GetObject", "s3:GetObjectVersion"}


def statements(role: str) -> list[dict[str, Any]]:
    (policy,) = RESOURCES[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


@pytest.mark.parametrize("role", [name for name in RESOURCES if name.endswith("Role")])
def test_who_lists_a_bucket_lists_a_part_of_it(role: str) -> None:
    if role == "MalwareScanRole":
        return  # GuardDuty's, with the rights that it asks for
    for one in statements(role):
        actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
        if "s3:ListBucket" in actions:
            whole = role == "SweepRole" and "InboxBucket" in str(one["Resource"])
            # GuardDuty's document asks for it so, to see that the bucket is ours.
            whole = whole or role == "MalwareScanRole"
            assert whole or one["Condition"]["StringLike"]["s3:prefix"], role


@pytest.mark.parametrize(
    ("role", "bucket"),
    [
        ("ApiRole", "InboxBucket"),
        ("ReceiveUploadRole", "InboxBucket"),
        ("ReceiveUploadRole", "EvidenceBucket"),
        ("SweepRole", "InboxBucket"),
        ("SweepRole", "EvidenceBucket"),
        ("VerifyRecordRole", "EvidenceBucket"),
    ],
)
def test_who_asks_for_an_object_learns_that_it_is_missing(role: str, bucket: str) -> None:
    named = [one for one in statements(role) if bucket in str(one["Resource"])]
    allowed = {
        action
        for one in named
        for action in (one["Action"] if isinstance(one["Action"], list) else [one["Action"]])
    }
    assert "s3:ListBucket" in allowed and ASKS & allowed


def test_the_edge_hands_on_what_a_caller_takes() -> None:
    """The application compresses, so it must hear `Accept-Encoding`. CloudFront, where the cache
    policy enables no encoding: it "treats the Accept-Encoding header the same as any other HTTP
    header", and Managed-AllViewerExceptHostHeader hands on all but one."""
    edge = read_template(EDGE)["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    pages, (assets,) = edge["DefaultCacheBehavior"], edge["CacheBehaviors"]
    assert pages["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # CachingDisabled
    assert pages["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    # What may be kept is compressed by CloudFront.
    assert assets["CachePolicyId"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"  # CachingOptimized
    assert assets["Compress"]
