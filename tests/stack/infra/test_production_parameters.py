"""A stage with production's parameters: deletion protection, a second factor, mail rates, the locks
of seven years. It is deployed beside the session's own stack, proves what `infra.first_day` asks,
and does the main job; a deployment that fails is rolled back and leaves it as it was.

What is set here is what an emulator cannot do otherwise, and what has no default: see "What runs
locally" in docs/first-day.md.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.building.package import Package, build_package
from infra.deploy import DeploymentOptions, deploy
from infra.deployment.target import Target, local_target
from infra.errors import StackError
from infra.first_day.checks import CHECKS
from infra.first_day.running import Outcome, TrialFinding, run_checks
from infra.local import emulator, local_wishes
from infra.localstack.emulator_gaps import complete_stack
from infra.localstack.officers import ensure_officers
from infra.paths import ROOT
from tests.running import RunningStack
from tests.stack.asking import asked
from tests.stored_rightly import found_wrong

STAGE = "live"
SET_HERE = {
    "Emulator", "SignInUrl", "EvidenceOrigin", "RemindConcurrency", "AnswerSeconds", "ApiSeconds",
}  # fmt: skip
"""Parameters that an emulator needs to be otherwise: addresses, and times on a busy machine."""
NAMED = {
    "MailFrom": "footage@live.example",
    "MailIdentityName": "live.example",
    "ForceName": "Example Police",
    "AlarmEmail": "duty@live.example",
}
"""What every stage is told about its force."""


class LiveStack(RunningStack):
    """The stage as the tests' helpers see a stack."""

    @property
    def target(self) -> Target:
        return replace(local_target(self.state), stage=STAGE)


def wishes(stack: RunningStack) -> DeploymentOptions:
    """Production's defaults, and what the emulator needs."""
    local = local_wishes(emulator(stack.state), False)
    emulated = {name: local.parameters[name] for name in SET_HERE}
    return replace(local, parameters={**emulated, **NAMED}, basemap=None)


@pytest.fixture(scope="module")
def live(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    target = replace(stack.target, stage=STAGE)
    outputs = deploy(target, wishes(stack))
    complete_stack(target, build_package().template, outputs)
    folder: Path = tmp_path_factory.mktemp("live")
    officers = ensure_officers(target, outputs["UserPoolId"], folder / "officers.json")
    described = {
        **stack.described,
        "base_url": outputs["BaseUrl"],
        "registry_table": outputs["RegistryTable"],
        "audit_table": outputs["AuditTable"],
        "officers": officers,
    }
    live = LiveStack(stack.state, described)
    yield live
    assert found_wrong(live) == []


@pytest.fixture(scope="module")
def findings(live: LiveStack) -> dict[str, list[TrialFinding]]:
    """What the stage proves of itself, by check."""
    found = defaultdict(list)
    for one in run_checks(live.target, list(CHECKS.items())):
        found[one.check].append(one)
    return found


P, N = Outcome.PROVED, Outcome.NOT_HERE
SAID = {
    "edge": [
        (P, "own address is refused"),
        (P, "headers that protect it"),
        (P, "come compressed"),
        (N, "speaks no TLS"),
    ],
    "places": [(N, "this machine's matter")],
    "alarms": [
        (N, "sends no mail of the stage's alarms"),
        (P, "the stage's alarms tell their topic"),
        (N, "sends no mail of the edge's alarms"),
        (P, "the edge's alarms tell their topic"),
    ],
    "backups": [(N, "Backups of RegistryTable are on"), (N, "Backups of AuditTable are on")],
    "figures": [(N, "sweep"), (N, "figures")],
    "parts": [
        (P, "other bytes than its checksum says is refused"),
        (P, "checksum is changed with its bytes is refused"),
        (P, "The right part is taken"),
    ],
    "form": [(P, "file of 24 bytes arrived"), (P, "another key than the signed one is refused")],
    "lock": [
        (P, "evidence bucket is locked for 365 days, mode GOVERNANCE"),
        (P, "audit bucket is locked for 2557 days, mode COMPLIANCE"),
        (P, "cannot be removed"),
    ],
    "second-factor": [
        (N, "lets in a new officer without an app"),
        (P, "A wrong code is refused"),
        (P, "Password and code together sign in"),
    ],
    "mail": [(P, "went out in one call"), (N, "nothing bounces")],
    "timers": [(P, "A timer of 3 seconds rang"), (P, "A timer for a year ahead waits")],
}
"""Every line, with words of it. Of `figures` the emulator may show more, when it has run longer."""


@pytest.mark.parametrize("check", CHECKS)
def test_the_first_day_proves_what_an_emulator_can_show(
    findings: dict[str, list[TrialFinding]], check: str
) -> None:
    found = findings[check]
    assert len(found) == len(SAID[check]), found
    for one, (outcome, words) in zip(found, SAID[check], strict=True):
        allowed = {outcome, P} if check == "figures" else {outcome}
        assert one.outcome in allowed and words.lower() in one.said.lower(), one


def test_the_first_day_leaves_nothing_behind(
    live: LiveStack, findings: dict[str, list[TrialFinding]]
) -> None:
    assert findings
    outputs, mark = live.target.outputs(), "first-day-"
    s3, sqs, cognito = live.client("s3"), live.client("sqs"), live.client("cognito-idp")
    versions = s3.list_object_versions(Bucket=outputs["EvidenceBucket"], Prefix=mark)
    assert not versions.get("Versions") and not versions.get("DeleteMarkers")
    assert not s3.list_multipart_uploads(Bucket=outputs["EvidenceBucket"]).get("Uploads")
    inbox = s3.list_objects_v2(Bucket=f"{outputs['EvidenceBucket']}-in")
    assert not inbox.get("Contents")
    assert not sqs.list_queues(QueueNamePrefix=mark).get("QueueUrls")
    assert not live.client("events").list_rules(NamePrefix=mark)["Rules"]
    users = cognito.list_users(UserPoolId=outputs["UserPoolId"])["Users"]
    assert not [user for user in users if user["Username"].startswith(mark)]
    clients = cognito.list_user_pool_clients(UserPoolId=outputs["UserPoolId"], MaxResults=60)
    assert [one["ClientName"] for one in clients["UserPoolClients"]] == ["console"]
    running = live.client("stepfunctions").list_executions(
        stateMachineArn=outputs["StateMachineArn"], statusFilter="RUNNING"
    )
    assert not running["executions"]


def test_production_protects_what_is_stored(live: LiveStack) -> None:
    outputs, dynamodb = live.target.outputs(), live.client("dynamodb")
    for name in ("RegistryTable", "AuditTable"):
        table = dynamodb.describe_table(TableName=outputs[name])["Table"]
        assert table["DeletionProtectionEnabled"] is True, name
    pool = live.client("cognito-idp").describe_user_pool(UserPoolId=outputs["UserPoolId"])
    assert pool["UserPool"]["DeletionProtection"] == "ACTIVE"
    assert pool["UserPool"]["MfaConfiguration"] == "ON"


def test_the_main_job_is_done_with_productions_rates(live: LiveStack) -> None:
    """Two people register and confirm, an officer signs in, finds and asks both, one answers."""
    with asked(live) as request:
        page = request.somebody.open_page(request.replies[0])
        assert "Example Police" in page.text
        looked = request.api(f"requests/{request.request_id}")
        assert looked["id"] == request.request_id


def broken(package: Package) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(json.dumps(package.template))
    template["Resources"]["Broken"] = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:none"}},
    }
    return template


@pytest.fixture
def broken_package(monkeypatch: pytest.MonkeyPatch) -> None:
    template = broken(build_package())
    monkeypatch.setattr(Package, "template", property(lambda _: template))


def test_a_deployment_that_fails_says_why_and_leaves_the_stage_as_it_was(
    stack: RunningStack, live: LiveStack, broken_package: None
) -> None:
    cloudformation = live.client("cloudformation")
    functions = live.client("lambda").list_functions()["Functions"]
    before = {one["FunctionName"] for one in functions}
    with pytest.raises(StackError) as failed:
        deploy(live.target, wishes(stack))
    assert "Broken (AWS::SQS::Queue)" in str(failed.value), "the first cause is named"
    status = cloudformation.describe_stacks(StackName=live.target.stack)["Stacks"][0]["StackStatus"]
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    functions = live.client("lambda").list_functions()["Functions"]
    assert {one["FunctionName"] for one in functions} == before
    edge = [("edge", CHECKS["edge"])]
    assert Outcome.FAILED not in {one.outcome for one in run_checks(live.target, edge)}


def test_the_next_deployment_mends_it(stack: RunningStack, live: LiveStack) -> None:
    outputs = deploy(live.target, wishes(stack))
    assert outputs["BaseUrl"] == live.base_url
    with live.http() as http:
        assert http.get("/register").status_code == 200


def test_every_difference_between_local_and_production_is_written_down(
    stack: RunningStack,
) -> None:
    """A parameter that the local stack sets is in the table of docs/first-day.md."""
    page = (ROOT / "docs" / "first-day.md").read_text()
    for name in local_wishes(emulator(stack.state), False).parameters:
        assert re.search(rf"^\| `[^|]*{name}`", page, re.MULTILINE), name
