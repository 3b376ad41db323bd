"""Who deploys has the rights for all that is deployed, and none on what is stored. The second
opinion is the list of actions that AWS publishes with each resource type, as cfn-lint brings it."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.building.templates import DEPLOYER, read_template
from infra.paths import TEMPLATES

BY_SAM = {
    "AWS::Serverless::Api": {
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
    },
    "AWS::Serverless::Function": {
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::Events::Rule",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
    },
}
"""What SAM makes of its own types."""

NOT_LISTED = {"AWS::Route53::RecordSetGroup": {"route53:ChangeResourceRecordSets"}}
"""Types without a list of AWS's, and what they need."""

NOT_NEEDED = re.compile(
    # Services that a property can bring in, which none of ours does.
    r"(acm-pca|autoloop|codewhisperer|ec2|elasticfilesystem|firehose|kinesis|organizations|payments"
    r"|s3files|s3tables|workmail):.*"
    # Reading, importing and writing what is stored: for imports and for tables of streams.
    r"|dynamodb:(BatchWriteItem|(Delete|Get|Put|Update)Item|Query|Scan|(Describe|)Import(Table|))"
    r"|dynamodb:(AssociateTableReplica|CreateTableReplica|(Dis|En)ableKinesis\w+|UpdateKinesis\w+)"
    r"|dynamodb:((Delete|Put)ResourcePolicy|UpdateContributorInsights)"
    r"|s3:(DeleteObject|GetObjectMetadata|PutObjectAcl|REST\.PUT\.OBJECT|PutObjectLockConfiguration)"
    # Settings of buckets that none of ours has.
    r"|s3:\w+Bucket(Acl|Abac|Cors|Replication|Website|Encryption|Lifecycle)"
    r"|s3:(Create|Delete|Update)Bucket(Metadata|Analytics|Metrics)\w+"
    r"|s3:Put(Accelerate|Analytics|IntelligentTiering|Inventory|Metrics|Replication)Configuration"
    # Rights that the lists name for other principals, or for settings that none of ours has.
    r"|iam:((Delete|Get|Put)(User|Group)Policy|\w*RolePermissionsBoundary|CreateServiceLinkedRole)"
    r"|iam:(Attach|Detach)RolePolicy"
    r"|lambda:(AssociateRuntimeAlias|\w+CodeSigningConfig|Put(Function(Recursion|Scaling)|Runtime|Provisioned)\w+)"
    r"|lambda:(GetLayerVersion|PassCapacityProvider)"
    r"|logs:(\w*DataProtectionPolicy|(Delete|Put)IndexPolicy|PutBearerToken\w+|PutLogGroupDeletion\w+)"
    r"|logs:(CreateLogStream|PutLogEvents|AllowVendedLogDeliveryForResource)"
    r"|secretsmanager:\w+(Region|Regions)\w*"
    r"|cloudfront:(\w+ConnectionGroup|GetVpcOrigin|UpdateDistributionWithStagingConfig|updateDistribution)"
    r"|cloudfront:CreateDistributionWithTags"
    r"|codedeploy:RegisterOnPremisesInstance|apigateway:UpdateRestApiPolicy|sns:PutDataProtectionPolicy"
    r"|ses:PutConfigurationSet(Archiving|Vdm)Options|cloudtrail:Put(EventConfiguration|InsightSelectors)"
    # Lists of everything in the account, which a deployment does not ask for.
    r"|(cloudfront|codedeploy|events|iam|s3|ses|sns|sqs|states|wafv2|dynamodb):[Ll]ist(?!Tags)\w+",
    re.IGNORECASE,
)
"""What AWS's lists name beside what our resources need, by its reason."""

READS_DATA = re.compile(
    r"dynamodb:(BatchGetItem|BatchWriteItem|(Delete|Get|Put|Update)Item|Query|Scan|PartiQL\w+)"
    r"|cognito-idp:Admin\w+|lambda:Invoke\w*|sqs:(Send|Receive|Delete)Message"
    r"|ses:Send\w+|sns:Publish|states:(Start|Stop)Execution|s3:\w*Bypass\w*"
)


def statements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in read_template(DEPLOYER)["Resources"].values():
        properties = one["Properties"]
        documents = [p["PolicyDocument"] for p in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        found += [s for document in documents for s in document["Statement"]]
    return found


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return found if isinstance(found, list) else [found]


def deployed_types() -> set[str]:
    build_frontend()
    templates = [build_package().template]
    templates += [read_template(f) for f in TEMPLATES.glob("*.yaml") if "checkov" not in f.name]
    types = {one["Type"] for t in templates if "Resources" in t for one in t["Resources"].values()}
    made = {by for one in types for by in BY_SAM.get(one, set())}
    only_of_deployers = {"AWS::IAM::ManagedPolicy"}
    return {one for one in types | made if "Serverless" not in one} - only_of_deployers


@cache
def published_actions() -> dict[str, set[str]]:
    """By type the actions that AWS says its handlers need."""
    found: dict[str, set[str]] = dict(NOT_LISTED)
    linter = find_spec("cfnlint")
    assert linter and linter.origin
    schemas = Path(linter.origin).parent / "data" / "schemas" / "resources"
    for file in schemas.glob("*.json"):
        schema = json.loads(file.read_text())
        handlers = schema.get("handlers", {}).values()
        listed = {one for handler in handlers for one in handler.get("permissions", [])}
        if listed:
            found.setdefault(schema["typeName"], set()).update(listed)
    return found


def test_every_type_of_our_templates_may_be_deployed() -> None:
    allowed = {action.lower() for s in statements() for action in actions(s)}
    types = deployed_types()
    assert len(types) > 30
    lacking = {
        f"{action} for {kind}"
        for kind in types
        for action in published_actions()[kind]
        if action.lower() not in allowed and not NOT_NEEDED.fullmatch(action)
    }
    assert not lacking, f"infra/templates/deployer.yaml lacks {sorted(lacking)}"


def test_every_right_is_named_and_none_is_on_what_is_stored() -> None:
    for statement in statements():
        for action in actions(statement):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), action
            assert not READS_DATA.fullmatch(action), action


@pytest.mark.parametrize(
    "action", ["s3:GetObject", "s3:PutObject", "secretsmanager:GetSecretValue"]
)
def test_only_packages_scripts_and_the_key_of_the_edge_are_read_or_written(action: str) -> None:
    named = {"s3:GetObject": "artifacts", "s3:PutObject": "artifacts|assetsbucket"}
    on = [json.dumps(s["Resource"]) for s in statements() if action in actions(s)]
    assert on
    for where in on:
        assert re.search(named.get(action, "secret:EdgeSecret-"), where) and '"*"' not in where


def test_no_deployment_can_change_who_may_deploy() -> None:
    template = read_template(DEPLOYER)["Resources"]
    roles = [r for r in template.values() if r["Type"] == "AWS::IAM::Role"]
    assert all(not role["Properties"]["RoleName"].startswith("sightline-") for role in roles)
    for statement in statements():
        if any(re.match(r"iam:(Put|Create|Delete|Update|Pass)", a) for a in actions(statement)):
            on = json.dumps(statement["Resource"])
            assert "role/sightline-*" in on or "ExecutionRole" in on
    passed = [s for s in statements() if "iam:PassRole" in actions(s)]
    assert passed and all("iam:PassedToService" in json.dumps(s["Condition"]) for s in passed)


def test_each_policy_is_as_small_as_aws_takes_it() -> None:
    """6,144 characters without white space for a managed policy."""
    for one in read_template(DEPLOYER)["Resources"].values():
        if one["Type"] == "AWS::IAM::ManagedPolicy":
            text = json.dumps(one["Properties"]["PolicyDocument"], separators=(",", ":"))
            assert len(text) < 6144
