"""The passes of a deployment: a first one, one that failed in between, and those after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import deploy as deploying
from infra.deploy import deploy
from infra.deployment.options import TEST_STAGE, DeploymentOptions
from infra.deployment.releases import Release
from infra.deployment.target import Target
from infra.errors import StackError
from tests.unit.infra.deployment.fake_cloudformation import ACCOUNT, FakeCloudFormation, event

NAMES = "Stage BaseUrl MailFrom ForceName Protect TestStage MailIdentityThere AuditLockMode"
TEMPLATE: dict[str, Any] = {
    "Parameters": {name: {"Default": ""} for name in (*NAMES.split(), *TEST_STAGE)},
    "Resources": {
        "APIHandler": {
            "Properties": {
                "Environment": {"BASE_URL": {"Ref": "BaseUrl"}, "TABLE": {"Ref": "RegistryTable"}},
                "DeploymentPreference": {"Type": "Canary10Percent5Minutes", "Alarms": []},
            }
        }
    },
}
FIRST = {"MailFrom": "a@example.police.uk", "ForceName": "Example Police"}
UNKNOWN = "https://address.not.known.yet.invalid"
HOST = "d1.cloudfront.net"


class Account:
    """One account: CloudFormation, the artifact bucket, and what stands in for the edge."""

    def __init__(self) -> None:
        self.cloudformation = FakeCloudFormation()
        self.cloudformation.outcome = ("CREATE_COMPLETE", [])
        self.cloudformation.outputs = lambda values: {
            "AssetsBucket": "assets", "BaseUrl": values.get("BaseUrl") or UNKNOWN,
        }  # fmt: skip
        self.stored: dict[str, bytes] = {"stage": json.dumps(TEMPLATE).encode()}
        self.passes: list[dict[str, str]] = []
        self.templates: list[dict[str, Any]] = []
        self.edge_fails = False
        self.recorded: list[str] = []

    def read(self, key: str) -> bytes:
        return self.stored[key]

    def put_template(self, text: str) -> str:
        return f"templates/{text}"

    def address(self, key: str) -> str:
        """Called once for each pass."""
        self.templates.append(json.loads(key.removeprefix("templates/")))
        return key

    def edge(self, *_: Any, **__: Any) -> dict[str, str]:
        if self.edge_fails:
            raise StackError("the edge failed")
        return {"DistributionHost": HOST}

    @property
    def values(self) -> dict[str, str]:
        stack = self.cloudformation.stacks["sightline-prod"]
        return {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}


class FakeTarget(Target):
    def client(self, service: str, region: str = "", config: Any = None) -> Any:
        return self.__dict__["cloudformation"] if service == "cloudformation" else service


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    release = Release("r1", "stage", "edge", "firewall", "code", (), "Python 3.13", "c1")
    found = {
        "caller_of": lambda *_: (ACCOUNT, "arn:someone"),
        "open_artifacts": lambda *_: account,
        "build_frontend": lambda *_: Path("assets"),
        "build_package": lambda *_: None,
        "make_release": lambda *_: release,
        "upload_assets": lambda *_: 0,
        "fitting_parameters": lambda *_: {},
        "shared_parameters": lambda *_: {"MailIdentityThere": "no"},
        "_deploy_edge": account.edge,
        "record_release": lambda *names: account.recorded.append(names[3].id),
    }
    for name, fake in found.items():
        monkeypatch.setattr(deploying, name, fake)
    return account


def run(account: Account, **wishes: Any) -> dict[str, str]:
    target = FakeTarget("prod")
    target.__dict__["cloudformation"] = account.cloudformation
    parameters = wishes.pop("parameters", {})
    return deploy(target, DeploymentOptions(parameters, **wishes))


def shifts(account: Account) -> list[str]:
    handlers = [t["Resources"]["APIHandler"]["Properties"] for t in account.templates]
    return [one["DeploymentPreference"]["Type"] for one in handlers]


def test_a_first_deployment_protects_in_its_second_pass(account: Account) -> None:
    """Deletion protection would keep CloudFormation from undoing a first deployment that fails."""
    seen = []
    address = account.address

    def look(key: str) -> str:
        stacks = account.cloudformation.stacks
        seen.append(account.values.get("Protect") if "sightline-prod" in stacks else None)
        return address(key)

    account.address = look  # type: ignore[method-assign] # looks on
    outputs = run(account, parameters=FIRST)
    assert seen == [None, "not-yet"]
    assert account.values["Protect"] == "yes"
    assert outputs["BaseUrl"] == account.values["BaseUrl"] == f"https://{HOST}"
    assert account.cloudformation.calls == ["create CREATE", "execute", "create UPDATE", "execute"]
    assert shifts(account) == ["AllAtOnce", "AllAtOnce"] and account.recorded == ["r1"]


def test_with_an_address_of_its_own_it_protects_too(account: Account) -> None:
    run(account, parameters=FIRST, base_url="https://cameras.example.police.uk")
    assert account.values["Protect"] == "yes" and len(account.templates) == 2


def test_who_wants_no_protection_gets_none(account: Account) -> None:
    run(account, parameters={**FIRST, "Protect": "no"}, base_url="https://x.example")
    assert account.values["Protect"] == "no" and len(account.templates) == 1


def test_a_first_deployment_that_stopped_in_between_goes_on(account: Account) -> None:
    account.edge_fails = True
    with pytest.raises(StackError, match="the edge failed"):
        run(account, parameters=FIRST)
    assert account.values["Protect"] == "not-yet" and not account.recorded
    account.edge_fails = False
    account.cloudformation.outcome = ("UPDATE_COMPLETE", [])
    run(account)
    assert account.values["Protect"] == "yes" and account.values["BaseUrl"] == f"https://{HOST}"
    assert set(shifts(account)) == {"AllAtOnce"}


def test_a_first_deployment_that_was_undone_is_made_again(account: Account) -> None:
    account.cloudformation.outcome = ("ROLLBACK_COMPLETE", [event("Key", "CREATE_FAILED", "why")])
    with pytest.raises(StackError, match=r"Key \(AWS::SQS::Queue\): why"):
        run(account, parameters=FIRST)
    account.cloudformation.outcome = ("CREATE_COMPLETE", [])
    run(account, parameters=FIRST)
    assert "delete stack" in account.cloudformation.calls and account.values["Protect"] == "yes"


def test_a_later_deployment_is_one_pass_with_a_canary(account: Account) -> None:
    run(account, parameters=FIRST)
    account.templates.clear()
    run(account)
    run(account, at_once=True)
    assert shifts(account) == ["Canary10Percent5Minutes", "AllAtOnce"]
    assert account.values["Protect"] == "yes"


def test_going_back_is_at_once_and_changes_no_value(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(account, parameters=FIRST)
    old = Release("r0", "stage", "edge", "firewall", "code", ("assets/a.js",), "3.13", "c0")
    monkeypatch.setattr(deploying, "find_release", lambda *_: old)
    monkeypatch.setattr(deploying, "missing_assets", lambda *_: [])
    before = dict(account.values)
    run(account, release="r0")
    assert account.values == before and shifts(account)[-1] == "AllAtOnce"
    assert account.recorded == ["r1", "r0"]
    monkeypatch.setattr(deploying, "missing_assets", lambda *_: ["assets/a.js"])
    with pytest.raises(StackError, match=r"assets/a\.js"):
        run(account, release="r0")


def test_a_table_that_was_replaced_gets_a_version_in_the_same_deployment(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(account, parameters=FIRST)
    account.templates.clear()
    table = {"LogicalResourceId": "RegistryTable", "ResourceType": "x", "ResourceStatus": "x"}
    resources = account.cloudformation.resources
    resources["sightline-prod"] = [{**table, "PhysicalResourceId": "t1"}]
    edge = account.edge

    def replaces(*_: Any, **__: Any) -> dict[str, str]:
        resources["sightline-prod"] = [{**table, "PhysicalResourceId": "t2"}]
        return edge()

    monkeypatch.setattr(deploying, "_deploy_edge", replaces)
    run(account)
    first, second = (t["Resources"]["APIHandler"]["Properties"] for t in account.templates)
    assert first["AutoPublishCodeSha256"] != second["AutoPublishCodeSha256"]


def test_a_wrong_account_does_not_get_a_new_stage_by_accident(account: Account) -> None:
    with pytest.raises(StackError, match=f"no stage prod in eu-west-2 of account {ACCOUNT}"):
        run(account)
    assert not account.cloudformation.calls


def test_a_test_stage_is_one_from_the_beginning_and_locks_nothing_long(account: Account) -> None:
    run(account, parameters={**FIRST, **TEST_STAGE})
    assert account.values["Protect"] == "no" and account.values["AuditLockMode"] == "GOVERNANCE"
    for wish in ({"AuditLockMode": "COMPLIANCE"}, {"AuditLockDays": "2557"}, {"TestStage": "no"}):
        with pytest.raises(StackError, match="test stage"):
            run(account, parameters=wish)


def test_a_stage_does_not_become_a_test_stage(account: Account) -> None:
    run(account, parameters={**FIRST, "TestStage": "no"})
    with pytest.raises(StackError, match="from its first deployment on, or never"):
        run(account, parameters=TEST_STAGE)


def test_a_certificate_is_proved_before_anything_names_the_address(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(account, parameters=FIRST)
    before = dict(account.values)

    def waits(_: Target, host: str, zone: str, __: Any) -> str:
        assert (host, zone) == ("cameras.example.police.uk", "Z1") and account.values == before
        return "arn:certificate"

    monkeypatch.setattr(deploying, "deploy_certificate", waits)
    told: list[DeploymentOptions] = []

    def edge_of(_: Any, __: Any, wishes: DeploymentOptions) -> dict[str, str]:
        told.append(wishes)
        return account.edge()

    monkeypatch.setattr(deploying, "_deploy_edge", edge_of)
    edge = {"Alias": "cameras.example.police.uk", "HostedZone": "Z1"}
    address = "https://cameras.example.police.uk"
    run(account, base_url=address, edge_parameters=edge, certificate=True)
    assert told[0].edge_parameters == {**edge, "CertificateArn": "arn:certificate"}
    assert account.values["BaseUrl"] == address
