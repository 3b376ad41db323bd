"""What the deployed template promises, read from the one that `chalice package` merged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from chalice.cli.factory import CLIFactory
from chalice.deploy.validate import validate_configuration

from chalicelib.access.permissions import ALLOWED, Role
from chalicelib.limits.edge_key import HEADER
from chalicelib.registry import records
from infra.building.frontend import build_frontend
from infra.building.gateway import METHODS
from infra.building.package import MISSING_WHEEL, Package, build_package
from infra.building.templates import EDGE, FIREWALL, read_template
from infra.deployment.edge import firewall_parameters
from infra.deployment.target import GLOBAL_REGION, REGION, SUPPORTED_REGIONS
from infra.errors import StackError
from infra.localstack import officers
from infra.paths import ROOT

KNOWS_NO_RESOURCE = re.compile(
    # The actions for which AWS offers no resource: X-Ray's, the deliveries of vended logs, texts.
    r"xray:Put(TraceSegments|TelemetryRecords)"
    r"|logs:(Create|Get|Update|Delete|List)LogDeliver(y|ies)"
    r"|logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)"
    # A text message goes to a number, which is none; see the test of text messages below.
    r"|sns:Publish"
)
WRITES_ACCESS_LOGS = "ApiLogRole"
"""API Gateway's role in the account, which it takes with rights on every log or not at all."""
MEGABYTE = 1024 * 1024

Statement = dict[str, Any]


@pytest.fixture(scope="module")
def package() -> Package:
    build_frontend()
    return build_package()


@pytest.fixture(scope="module")
def resources(package: Package) -> dict[str, Any]:
    found: dict[str, Any] = package.template["Resources"]
    return found


def statements(resources: dict[str, Any]) -> list[tuple[str, Statement]]:
    """Every statement of every role and policy, with the name of what it stands in."""
    found = []
    for name, resource in resources.items():
        properties = resource["Properties"]
        documents = []
        if resource["Type"] == "AWS::IAM::Role":
            documents = [p["PolicyDocument"] for p in properties["Policies"]]
            assert "ManagedPolicyArns" not in properties, f"{name} has rights that nobody wrote"
        elif resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            documents = [properties["PolicyDocument"]]
        found += [(name, s) for document in documents for s in document["Statement"]]
    return found


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_action_is_named(resources: dict[str, Any]) -> None:
    found = statements(resources)
    assert len(found) > 40
    for name, statement in found:
        assert "NotAction" not in statement, name
        for action in listed(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), f"{name}: {action}"


def test_every_resource_is_named(resources: dict[str, Any]) -> None:
    for name, statement in statements(resources):
        assert "NotResource" not in statement, name
        if "*" in listed(statement["Resource"]):
            for action in listed(statement["Action"]):
                of_gateway = name == WRITES_ACCESS_LOGS and action.startswith("logs:")
                known = KNOWS_NO_RESOURCE.fullmatch(action) or of_gateway
                assert known, f"{name}: {action} on everything"


def test_only_the_gateway_writes_access_logs(resources: dict[str, Any]) -> None:
    role = resources[WRITES_ACCESS_LOGS]["Properties"]
    (assumed,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert assumed["Principal"] == {"Service": "apigateway.amazonaws.com"}


def test_who_may_send_text_messages_may_publish_to_no_topic(resources: dict[str, Any]) -> None:
    found = statements(resources)
    senders = [name for name, s in found if s["Effect"] == "Allow" and "sns:Publish" in s["Action"]]
    assert senders
    for sender in senders:
        denied = [s["Resource"] for n, s in found if n == sender and s["Effect"] == "Deny"]
        assert {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"} in denied, sender


def test_nothing_may_change_or_remove_audit_entries(resources: dict[str, Any]) -> None:
    allowed = {"GetItem", "Query", "PutItem", "ConditionCheckItem", "Scan"}
    of_streams = {"DescribeStream", "GetRecords", "GetShardIterator"}
    for name, statement in statements(resources):
        if "AuditTable" in json.dumps(statement["Resource"]):
            actions = {a.split(":")[1] for a in listed(statement["Action"])}
            only_streams = all("StreamArn" in json.dumps(r) for r in listed(statement["Resource"]))
            may = of_streams if only_streams else allowed
            assert actions <= may, f"{name}: {actions - may}"


def test_who_makes_the_copies_can_do_nothing_else(resources: dict[str, Any]) -> None:
    """Neither on a table, nor with what is copied already."""
    done = {
        (action, json.dumps(resource))
        for name, statement in statements(resources)
        if name == "CopyRecordRole"
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if action.startswith(("dynamodb:", "s3:"))
    }
    assert {action for action, _ in done} == {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "s3:PutObject",
    }
    assert all("StreamArn" in on or "AuditBucket.Arn}/copies/*" in on for _, on in done)


def test_who_writes_the_tables_cannot_write_the_copies(resources: dict[str, Any]) -> None:
    """So nobody can write a record anew together with its copy."""
    changing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    changes, copies = set(), set()
    for name, statement in statements(resources):
        actions, on = set(listed(statement["Action"])), json.dumps(statement["Resource"])
        if statement["Effect"] == "Allow" and changing & actions and "Table" in on:
            changes.add(name)
        if "s3:PutObject" in actions and "AuditBucket" in on:
            copies.add(name)
    assert copies == {"CopyRecordRole", "VerifyRecordRole", "SealAuditRole"} and len(changes) > 3
    assert not copies & changes


def test_every_change_of_a_record_reaches_the_copies(resources: dict[str, Any]) -> None:
    events = resources["CopyRecord"]["Properties"]["Events"].values()
    streams = {json.dumps(e["Properties"]["Stream"]) for e in events if e["Type"] == "DynamoDB"}
    assert streams == {
        json.dumps({"Fn::GetAtt": [table, "StreamArn"]})
        for table in ("AuditTable", "RegistryTable")
    }
    for event in events:
        told = event["Properties"]
        assert told["StartingPosition"] == "TRIM_HORIZON" and told["BisectBatchOnFunctionError"]
        assert "JobFailures" in json.dumps(told["DestinationConfig"])
        assert "MaximumRetryAttempts" not in told, "it tries for as long as the stream keeps it"


def test_nothing_may_remove_evidence_or_lift_its_lock(resources: dict[str, Any]) -> None:
    # GuardDuty asks to be told of new objects, which no lock has to do with.
    told_of_objects = ("MalwareScanRole", "s3:PutBucketNotification")
    for name, statement in statements(resources):
        if "Bucket" in json.dumps(statement["Resource"]):
            for action in listed(statement["Action"]):
                # PutObjectRetention can only make a lock longer: to shorten it needs a Bypass.
                if (name, action) == told_of_objects:
                    continue
                assert not re.search("Delete|LegalHold|Bypass|PutBucket", action), (
                    f"{name}: {action}"
                )


def test_custody_entries_may_be_added_and_never_changed(resources: dict[str, Any]) -> None:
    for name, statement in statements(resources):
        if "dynamodb:UpdateItem" in listed(statement["Action"]) and statement["Effect"] == "Allow":
            assert any(
                other["Effect"] == "Deny"
                and set(listed(other["Action"])) == {"dynamodb:UpdateItem", "dynamodb:DeleteItem"}
                and "EVIDENCE#*" in json.dumps(other.get("Condition"))
                for role, other in statements(resources)
                if role == name
            ), f"{name} may change custody entries"


def test_the_last_wake_up_is_done_as_the_others_are() -> None:
    states = json.loads((ROOT / "infra" / "templates" / "reminder.asl.json").read_text())["States"]
    wake, last = states["Wake"], states["Last wake"]
    assert last.pop("End") and wake.pop("Next") == "Done?"
    assert wake == last
    assert states["Wait"]["Timestamp"] == states["Last wait"]["Timestamp"]
    assert all(retry["JitterStrategy"] == "FULL" for retry in wake["Retry"])


def test_each_function_has_a_role_of_its_own(resources: dict[str, Any]) -> None:
    functions = {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert len(functions) >= 7
    roles = [json.dumps(f["Role"]) for f in functions.values()]
    assert len(set(roles)) == len(roles)
    for name, role in zip(functions, roles, strict=True):
        assert "Fn::GetAtt" in role, f"{name} has no role in infra/templates/stage/"


def test_functions_woken_by_events_keep_what_they_could_not_do(resources: dict[str, Any]) -> None:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            kinds = {e["Type"] for e in resource["Properties"].get("Events", {}).values()}
            if kinds & {"Schedule", "CloudWatchEvent"}:
                assert "OnFailure" in json.dumps(resource["Properties"]["EventInvokeConfig"]), name


def test_each_role_has_a_group_permissions_and_a_sample_officer(resources: dict[str, Any]) -> None:
    groups = {
        one["Properties"]["GroupName"]
        for one in resources.values()
        if one["Type"] == "AWS::Cognito::UserPoolGroup"
    }
    assert groups == set(ALLOWED) == set(officers.NAMES) == set(Role)


def test_what_is_stored_outlives_the_stack(resources: dict[str, Any]) -> None:
    for name in ("RegistryTable", "AuditTable", "EvidenceBucket", "AuditBucket", "UserPool"):
        assert resources[name]["DeletionPolicy"] == "RetainExceptOnCreate", name
        assert resources[name]["UpdateReplacePolicy"] == "Retain", name


def test_every_path_answers_every_method(resources: dict[str, Any]) -> None:
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert "/{proxy+}" in paths
    for path, methods in paths.items():
        assert set(METHODS) <= set(methods), path


def test_forms_with_files_reach_the_application_unchanged(resources: dict[str, Any]) -> None:
    """API Gateway replaces what is not UTF-8 in a body of a type that is not named as binary."""
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    types = definition["x-amazon-apigateway-binary-media-types"]
    pages = (ROOT / "chalicelib" / "web" / "templates").rglob("*.html")
    named = {kind for page in pages for kind in re.findall(r'enctype="([^"]+)"', page.read_text())}
    assert named == {"multipart/form-data"}
    # Every type: compressed answers reach browsers too, whose first `Accept` nobody chooses.
    assert types == ["*/*"]


def test_paths_side_by_side_have_variables_of_one_name(resources: dict[str, Any]) -> None:
    """API Gateway refuses /things/{id} beside /things/{thing}/parts; the emulator does not."""
    variables: dict[str, set[str]] = {}
    for path in resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]:
        pieces = path.split("/")
        for position, piece in enumerate(pieces):
            if piece.startswith("{") and not piece.endswith("+}"):
                variables.setdefault("/".join(pieces[:position]), set()).add(piece)
    assert variables
    assert not {before: names for before, names in variables.items() if len(names) > 1}


def test_the_template_is_clean(package: Package) -> None:
    """In each region; the firewall is in us-east-1 alone, which is among them."""
    done = subprocess.run(
        [
            Path(sys.executable).parent / "cfn-lint",
            "--regions",
            *SUPPORTED_REGIONS,
            "--template",
            package.directory / "template.json",
            EDGE,
            FIREWALL,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert {REGION, GLOBAL_REGION} <= set(SUPPORTED_REGIONS)
    assert done.returncode == 0, done.stdout


def test_packaging_warned_of_no_missing_wheel(package: Package) -> None:
    assert MISSING_WHEEL not in (package.directory / "said.txt").read_text()


def test_the_package_is_small_and_holds_no_caches(package: Package) -> None:
    assert package.archive.stat().st_size < 25 * MEGABYTE
    with zipfile.ZipFile(package.archive) as archive:
        ours = [n for n in archive.namelist() if n.startswith("chalicelib/")]
    assert "chalicelib/web/assets.json" in ours
    assert not [n for n in ours if "__pycache__" in n or n.endswith(".pyc")]


def test_chalice_finds_the_configuration_valid() -> None:
    validate_configuration(CLIFactory(str(ROOT)).create_config_obj("any"))


def test_the_edge_speaks_new_tls_only_and_keeps_assets_private() -> None:
    edge = read_template(EDGE)["Resources"]
    distribution = edge["Distribution"]["Properties"]["DistributionConfig"]
    assert "TLSv1.2_2021" in json.dumps(distribution["ViewerCertificate"])
    policy = edge["AssetsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    readers = [s for s in policy if s.get("Effect") == "Allow"]
    assert [s["Action"] for s in readers] == ["s3:GetObject", "s3:ListBucket"]
    for one in readers:
        assert "aws:SourceArn" in json.dumps(one["Condition"])
    assert readers[1]["Condition"]["StringLike"] == {"s3:prefix": "assets/*"}


def test_the_edge_shows_the_key_that_the_api_asks_for(resources: dict[str, Any]) -> None:
    edge = read_template(EDGE)["Resources"]
    (api,) = [
        one
        for one in edge["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
        if one["Id"] == "api"
    ]
    (shown,) = api["OriginCustomHeaders"]
    assert shown["HeaderName"] == HEADER
    assert "EdgeSecretArn" in json.dumps(shown["HeaderValue"])
    found = statements(resources)
    readers = {name for name, one in found if "EdgeSecret" in json.dumps(one["Resource"])}
    assert readers == {"ApiRole"}, "no other function is called by anybody"


COVERED = {
    "POST /register": "registration",
    "POST /register/confirm": "registration",
    "POST /sign-in": "sign-in",
    "POST /sign-in/confirm": "sign-in",
    "POST /email/confirm": "sign-in",
    "POST /account/email": "sign-in",
    "POST /account/texts": "sign-in",
    "GET /console/sign-in": "officers-sign-in",
    "GET /console/callback": "officers-sign-in",
    "GET /check": "check",
    "POST /reply/abc": "reply",
    "POST /reply/abc/uploads/def/parts": "reply",
    "GET /api/v1/incidents": "api",
    "GET /console/incidents": "console",
    "GET /": "everything",
    "GET /register": "everything",
    "GET /assets/resident.js": "everything",
}
"""Which rule of the firewall counts a request first."""


def firewall() -> list[dict[str, Any]]:
    """The rules of the firewall, in their order."""
    acl = read_template(FIREWALL)["Resources"]["WebAcl"]["Properties"]
    assert acl["Scope"] == "CLOUDFRONT"
    rules: list[dict[str, Any]] = acl["Rules"]
    return sorted(rules, key=lambda one: int(one["Priority"]))


def counts(statement: Statement | None, method: str, path: str) -> bool:
    """Whether a statement of the firewall is about a request."""
    match statement or {}:
        case {"AndStatement": {"Statements": parts}}:
            return all(counts(one, method, path) for one in parts)
        case {"OrStatement": {"Statements": parts}}:
            return any(counts(one, method, path) for one in parts)
        case {"ByteMatchStatement": {"FieldToMatch": {"Method": _}, "SearchString": wanted}}:
            return bool(method == wanted)
        case {"ByteMatchStatement": {"FieldToMatch": {"UriPath": _}, "SearchString": wanted}}:
            return path.startswith(str(wanted))
        case rest:
            return not rest


@pytest.mark.parametrize("asked, rule", COVERED.items())
def test_each_kind_of_path_has_its_rate(asked: str, rule: str) -> None:
    method, _, path = asked.partition(" ")
    rates = [one for one in firewall() if "RateBasedStatement" in one["Statement"]]
    found = [
        one["Name"]
        for one in rates
        if counts(one["Statement"]["RateBasedStatement"].get("ScopeDownStatement"), method, path)
    ]
    assert found[0] == rule and found[-1] == "everything"


def test_every_rate_answers_in_words_and_says_when_to_come_back() -> None:
    for rule in firewall():
        if "RateBasedStatement" in rule["Statement"]:
            answer = rule["Action"]["Block"]["CustomResponse"]
            assert answer["ResponseCode"] == 429 and answer["CustomResponseBodyKey"], rule["Name"]
            assert {one["Name"] for one in answer["ResponseHeaders"]} == {"retry-after"}


def test_no_rule_that_looks_into_bodies_refuses_a_form() -> None:
    """A note may hold any words, and a form with a photo has four megabytes."""
    (common,) = [one for one in firewall() if one["Name"] == "common"]
    overridden = common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    bodies = {one["Name"] for one in overridden if one["Name"].endswith("_BODY")}
    assert bodies == {
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    }
    assert all("Count" in one["ActionToUse"] for one in overridden)


def test_the_firewall_is_on_unless_somebody_says_otherwise() -> None:
    edge = read_template(EDGE)
    assert edge["Parameters"]["Firewall"]["Default"] == "built-in"
    assert firewall_parameters("none") == {"Firewall": "none"}
    own = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/own/1"
    assert firewall_parameters(own) == {"Firewall": "own", "WebAclArn": own}
    with pytest.raises(StackError):
        firewall_parameters("arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/own/1")


def test_officers_need_a_second_factor_and_no_mailbox_lets_anybody_in(
    package: Package, resources: dict[str, Any]
) -> None:
    pool = resources["UserPool"]["Properties"]
    assert pool["MfaConfiguration"] == {"Ref": "OfficerTotp"}
    assert package.template["Parameters"]["OfficerTotp"]["Default"] == "ON"
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    recovery = pool["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert [one["Name"] for one in recovery] == ["admin_only"]


def test_the_gateway_takes_only_so_much_at_once(resources: dict[str, Any]) -> None:
    (every,) = resources["RestAPI"]["Properties"]["MethodSettings"]
    assert (every["HttpMethod"], every["ResourcePath"]) == ("*", "/*")
    assert 0 < every["ThrottlingRateLimit"] <= every["ThrottlingBurstLimit"] <= 400


def test_the_index_of_the_map_holds_nothing_personal(resources: dict[str, Any]) -> None:
    """Threat: whoever may search reads names. The index has the keys and `v`; nothing that is
    declared personal is among them, and only the function of the pages may query it."""
    indexes = resources["RegistryTable"]["Properties"]["GlobalSecondaryIndexes"]
    (cell,) = (one for one in indexes if one["IndexName"] == "Cell")
    assert cell["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}
    shown = {key["AttributeName"] for key in cell["KeySchema"]} | {"v", "PK", "SK"}
    kinds = [one.kind for one in records.ITEMS if {"cell", "h3", "v"} <= one.kind.needed]
    assert [kind.name for kind in kinds] == ["site"]
    assert not kinds[0].personal & shown
    asking = [
        name
        for name, statement in statements(resources)
        if any("/index/Cell" in json.dumps(one) for one in listed(statement["Resource"]))
    ]
    assert asking == ["ApiRole"]
