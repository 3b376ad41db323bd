"""What the template says of logs, alarms and what is stored: locked by keys, sent by TLS alone,
kept for a time, and an access log that has nobody's paths."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.building.templates import EDGE, read_template
from infra.paths import ROOT

Resources = dict[str, Any]
LOGGED = {
    "requestId", "requestTimeEpoch", "httpMethod", "resourcePath", "status", "responseLatency",
    "integrationLatency", "integration.requestId", "error.responseType",
}  # fmt: skip
"""What the access log may have of a request. resourcePath is the route's pattern, never a path; no
address, no name and no agent of whoever asked."""


@pytest.fixture(scope="module")
def resources() -> Resources:
    build_frontend()
    found: Resources = build_package().template["Resources"]
    return found


def of_type(resources: Resources, kind: str) -> Resources:
    return {n: r["Properties"] for n, r in resources.items() if r["Type"] == f"AWS::{kind}"}


def test_every_log_is_locked_and_goes_in_the_end(resources: Resources) -> None:
    groups = of_type(resources, "Logs::LogGroup")
    functions = of_type(resources, "Serverless::Function")
    assert len(groups) >= len(functions) + 2
    for name, group in groups.items():
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["OperationsKey", "Arn"]}, name
        assert 0 < group["RetentionInDays"] <= 90, name


def test_the_key_for_logs_fits_their_names(resources: Resources) -> None:
    """A group whose name the key's policy does not know cannot be made."""
    policy = resources["OperationsKey"]["Properties"]["KeyPolicy"]["Statement"]
    (logs,) = (one for one in policy if one["Sid"] == "OurLogsAreEncrypted")
    (known,) = logs["Condition"]["ArnLike"].values()
    pattern = known["Fn::Sub"].rpartition(":log-group:")[2]
    assert pattern == "/aws/*/${AWS::StackName}-*"
    for name, group in of_type(resources, "Logs::LogGroup").items():
        made = group["LogGroupName"]["Fn::Sub"]
        assert re.fullmatch(r"/aws/lambda/\$\{\w+\}|/aws/[\w/]+/\$\{AWS::StackName\}-\w+", made), (
            name
        )


def test_the_access_log_has_patterns_and_nobody(resources: Resources) -> None:
    settings = resources["RestAPI"]["Properties"]["AccessLogSetting"]
    named = list(json.loads(settings["Format"]).values())
    assert {value.removeprefix("$context.") for value in named} == LOGGED
    (destination,) = settings["DestinationArn"].values()
    assert destination == ["ApiAccessLog", "Arn"]
    assert resources["RestAPI"]["DependsOn"] == "ApiAccount"


def test_alarms_are_locked_and_still_heard(resources: Resources) -> None:
    for name, topic in of_type(resources, "SNS::Topic").items():
        assert topic["KmsMasterKeyId"] == {"Ref": "OperationsKey"}, name
    policy = resources["OperationsKey"]["Properties"]["KeyPolicy"]["Statement"]
    (alarms,) = (s for s in policy if s["Principal"].get("Service") == "cloudwatch.amazonaws.com")
    assert set(alarms["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert alarms["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_no_service_may_open_what_the_key_for_data_locks(resources: Resources) -> None:
    policy = resources["DataKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert [s["Principal"].keys() for s in policy] == [{"AWS"}]
    for queue in of_type(resources, "SQS::Queue").values():
        assert queue["KmsMasterKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}


def test_every_bucket_is_private_and_asked_by_tls_alone(resources: Resources) -> None:
    edge = read_template(EDGE)["Resources"]
    policies = [
        json.dumps(p) for r in (resources, edge) for p in of_type(r, "S3::BucketPolicy").values()
    ]
    buckets = of_type(resources, "S3::Bucket")
    assert len(buckets) >= 5
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert "BucketEncryption" in bucket, name
        (own,) = (p for p in policies if f'"{name}"' in p.partition('"PolicyDocument"')[0])
        assert '"TlsOnly"' in own and '"aws:SecureTransport": "false"' in own, name


def test_looks_at_originals_and_seals_are_logged(resources: Resources) -> None:
    locked = {n: b for n, b in of_type(resources, "S3::Bucket").items() if "ObjectLockEnabled" in b}
    del locked["TrailBucket"]  # It is itself such a log, whose digests tell of a change.
    assert len(locked) >= 2
    for name, bucket in locked.items():
        logging = bucket["LoggingConfiguration"]
        assert logging["DestinationBucketName"] == {"Ref": "StorageLogBucket"}, name


def test_each_thing_that_checkov_need_not_ask_has_a_reason(resources: Resources) -> None:
    edge = read_template(EDGE)["Resources"]
    skipped = [
        one
        for resource in (*resources.values(), *edge.values())
        for one in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert skipped and all(len(one["comment"].split()) > 5 for one in skipped)
    text = (ROOT / "infra" / "templates" / "checkov.yaml").read_text()
    rules = yaml.safe_load(text)["skip-check"]
    assert len(re.findall(r"(?:  # .+\n)+  - CKV_", text)) == len(rules) > 0
