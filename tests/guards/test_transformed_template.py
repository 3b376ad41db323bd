"""What CloudFormation makes of the template, by AWS's own translator, is within AWS's limits.

The emulator transforms templates by code of its own and knows hardly any limit. The numbers are
those of "CloudFormation quotas", "IAM and AWS STS quotas", "Lambda quotas" and "Amazon API Gateway
quotas and important notes" in AWS's documents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.building.environments import install_environment
from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.building.steps import run_command
from infra.building.templates import EDGE, EDGE_ALARMS, FIREWALL, read_template
from infra.paths import ROOT
from tests.support.template_values import ACCOUNT, REGION, STAGE, LongestValues, circle, needs

STACK = f"sightline-{STAGE}"
ON_AWS = {"Emulated": False, "PlainHttpOrigin": False}
PROGRAM = ROOT / "tests" / "support" / "sam_transform.py"

NAMES_UP_TO = {
    "AWS::S3::Bucket": 63,
    "AWS::SNS::Topic": 256,
    "AWS::SQS::Queue": 80,
    "AWS::SES::ConfigurationSet": 64,
    "AWS::StepFunctions::StateMachine": 80,
    "AWS::Cognito::UserPool": 128,
    "AWS::Cognito::UserPoolDomain": 63,
    "AWS::Logs::LogGroup": 512,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::CloudWatch::Dashboard": 255,
    "AWS::Events::Rule": 64,
    "AWS::KMS::Alias": 256,
    "AWS::WAFv2::WebACL": 128,
}


@pytest.fixture(scope="module")
def transformed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template as it is uploaded, after AWS::Serverless."""
    build_frontend()
    code = (f"sightline-artifacts-{ACCOUNT}-{REGION}", f"packages/package-{'0' * 16}.zip")
    uploaded = tmp_path_factory.mktemp("template") / "template.json"
    uploaded.write_text(json.dumps(build_package().template_with_code(*code)))
    python = install_environment("opinion", "second opinions beside the emulator") / "python"
    set_now = {"Stage": STAGE, "MailFrom": "a@b.example", "MailIdentityName": "b.example"}
    set_now["ForceName"] = "Example Police"
    said = uploaded.with_name("set.json")
    said.write_text(json.dumps(set_now))
    made = uploaded.with_name("made.json")
    run_command([python, PROGRAM, uploaded, REGION, said, made], ROOT, "AWS's translator")
    whole: dict[str, Any] = json.loads(made.read_text())
    return whole


@pytest.fixture(scope="module")
def resources(transformed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = transformed["Resources"]
    return found


@pytest.fixture(scope="module")
def longest(transformed: dict[str, Any]) -> LongestValues:
    return LongestValues(transformed, STACK, ON_AWS)


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    found = {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}
    assert found, kind
    return found


def test_nothing_of_the_transform_is_left(resources: dict[str, Any]) -> None:
    assert len(resources) > 80
    assert not {one["Type"] for one in resources.values() if "Serverless" in one["Type"]}


def test_the_template_is_within_the_limits_of_cloudformation(transformed: dict[str, Any]) -> None:
    assert len(json.dumps(transformed).encode()) <= 1_000_000, "1 MB from S3"
    assert len(transformed["Resources"]) <= 500
    assert len(transformed["Parameters"]) <= 200
    assert len(transformed["Outputs"]) <= 200
    for name, one in transformed["Parameters"].items():
        assert len(one.get("Description", "")) <= 4000, name
    for name in (*transformed["Resources"], *transformed["Parameters"], *transformed["Outputs"]):
        assert name.isalnum() and len(name) <= 255, name


@pytest.mark.parametrize(
    "template", [EDGE, EDGE_ALARMS, FIREWALL], ids=lambda file: Path(file).stem
)
def test_the_smaller_templates_go_with_the_call(template: Path) -> None:
    """They are sent as TemplateBody, as JSON: at most 51,200 bytes."""
    assert len(json.dumps(read_template(template)).encode()) <= 51_200


@pytest.mark.parametrize(
    "template",
    [EDGE, EDGE_ALARMS, FIREWALL, None],
    ids=["edge", "edge alarms", "firewall", "stage"],
)
def test_resources_can_be_put_in_an_order(
    transformed: dict[str, Any], template: Path | None
) -> None:
    whole = read_template(template) if template else transformed
    assert circle(whole["Resources"]) == []
    known = {*whole["Resources"], *whole.get("Parameters", {})}
    for name, one in whole["Resources"].items():
        unknown = {each for each in needs(one) if not each.startswith("AWS::")} - known
        assert not unknown, f"{name} names {unknown}, which nobody makes"


def test_a_circle_would_be_found() -> None:
    first = {"Properties": {"A": {"Fn::Sub": "x-${Second.Arn}"}}}
    second = {"DependsOn": ["Third"], "Properties": {}}
    third = {"Properties": {"B": {"Fn::GetAtt": "First.Arn"}}}
    assert circle({"First": first, "Second": second, "Third": third, "Fourth": {}}) == [
        "First",
        "Second",
        "Third",
    ]


def test_names_are_short_enough_for_the_longest_stage(
    resources: dict[str, Any], longest: LongestValues
) -> None:
    for name, one in resources.items():
        if one["Type"] in NAMES_UP_TO:
            made = longest.physical_name(name)
            assert len(made) <= NAMES_UP_TO[one["Type"]], f"{name}: {made}"
    edge = LongestValues(read_template(EDGE), f"{STACK}-edge", ON_AWS)
    access = read_template(EDGE)["Resources"]["AssetsAccess"]["Properties"]
    assert len(edge.value(access)["OriginAccessControlConfig"]["Name"]) <= 64


def test_a_bucket_named_after_another_has_room_for_what_is_added(
    resources: dict[str, Any], longest: LongestValues
) -> None:
    """CloudFormation makes the name of EvidenceBucket, and settings add to it."""
    inbox = longest.physical_name("InboxBucket")
    assert inbox == longest.physical_name("EvidenceBucket") + "-in" and len(inbox) <= 63


def test_inline_policies_of_a_role_are_small_enough(
    resources: dict[str, Any], longest: LongestValues
) -> None:
    """IAM: 10,240 characters in all, white space not counted."""
    added: dict[str, list[Any]] = {}
    for one in resources.values():
        if one["Type"] == "AWS::IAM::Policy" and one.get("Condition") != "Emulated":
            for role in one["Properties"]["Roles"]:
                added.setdefault(role["Ref"], []).append(one["Properties"]["PolicyDocument"])
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        documents = [each["PolicyDocument"] for each in role.get("Policies", [])]
        documents += added.get(name, [])
        size = len(json.dumps(longest.value(documents), separators=(",", ":")))
        assert size <= 10_240, f"{name}: {size} characters"
        trusts = json.dumps(longest.value(role["AssumeRolePolicyDocument"]))
        assert len(trusts) <= 2048, name


def test_environments_are_small_enough(resources: dict[str, Any], longest: LongestValues) -> None:
    """Lambda: 4 KB for all variables of a function together."""
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        variables = longest.value(function["Environment"]["Variables"])
        size = len(json.dumps(variables, separators=(",", ":")).encode())
        assert size <= 4096, f"{name}: {size} bytes"


def test_functions_are_as_lambda_takes_them(
    resources: dict[str, Any], longest: LongestValues
) -> None:
    times: dict[str, int] = {}
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert 128 <= function["MemorySize"] <= 10_240, name
        times[name] = int(longest.value(function["Timeout"]))
        assert 1 <= times[name] <= 900, name
    assert times["APIHandler"] <= 29, "API Gateway waits no longer"


def test_the_api_is_within_its_limits(resources: dict[str, Any]) -> None:
    (api,) = of_type(resources, "AWS::ApiGateway::RestApi").values()
    assert len(json.dumps(api["Body"]).encode()) <= 6 * 1024 * 1024, "of a definition"
    nodes = {
        tuple(path.strip("/").split("/")[:deep])
        for path in api["Body"]["paths"]
        for deep in range(path.count("/") + 1)
    }
    assert len(nodes) <= 300, "resources of an API, unless AWS raises it"


def test_nothing_is_called_by_too_much(resources: dict[str, Any], longest: LongestValues) -> None:
    """Lambda: 20 KB for what says who may call a function; EventBridge: five targets of a rule."""
    sizes: dict[str, int] = {}
    for one in of_type(resources, "AWS::Lambda::Permission").values():
        function = json.dumps(one["FunctionName"])
        sizes[function] = sizes.get(function, 0) + len(json.dumps(longest.value(one))) + 200
    assert max(sizes.values()) <= 20_480
    for name, rule in of_type(resources, "AWS::Events::Rule").items():
        assert len(rule["Targets"]) <= 5, name
        assert len(json.dumps(rule.get("EventPattern", {}))) <= 2048, name
