"""What a deployment does with a stack in each state, and with what a change would do to it."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from infra.errors import StackError
from infra.stacks import applying as stacks
from infra.stacks.applying import Consent, apply_stack, make_ready
from infra.stacks.statuses import STEPS, Step
from tests.unit.infra.deployment.fake_cloudformation import (
    FakeCloudFormation,
    change,
    detail,
    event,
    resource,
)

TABLE = "AWS::DynamoDB::Table"
NAME = "sightline-prod"
TEMPLATE: dict[str, Any] = {"Parameters": {"Stage": {}, "Protect": {}, "New": {}}, "Resources": {}}


@pytest.fixture
def cloudformation() -> FakeCloudFormation:
    return FakeCloudFormation()


def test_every_status_that_aws_documents_is_decided() -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    assert set(STEPS) == set(model.shape_for("StackStatus").enum)


@pytest.mark.parametrize("status", [s for s, step in STEPS.items() if step is Step.CHANGE])
def test_a_stack_that_works_is_changed(cloudformation: FakeCloudFormation, status: str) -> None:
    cloudformation.have(NAME, status)
    apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert cloudformation.calls == ["create UPDATE", "execute"]


def test_a_new_stack_is_made(cloudformation: FakeCloudFormation) -> None:
    cloudformation.outcome = ("CREATE_COMPLETE", [])
    apply_stack(cloudformation, NAME, TEMPLATE, {"Stage": "prod"})
    assert cloudformation.calls == ["create CREATE", "execute"]


@pytest.mark.parametrize("status", [s for s, step in STEPS.items() if step is Step.WAIT])
def test_what_goes_on_is_waited_for(cloudformation: FakeCloudFormation, status: str) -> None:
    cloudformation.have(NAME, status)
    cloudformation.settles_as[NAME] = [status, status, "UPDATE_COMPLETE"]
    assert make_ready(cloudformation, NAME) == "UPDATE_COMPLETE"


@pytest.mark.parametrize("status", [s for s, step in STEPS.items() if step is Step.MAKE_AGAIN])
def test_what_never_worked_and_is_empty_is_made_again(
    cloudformation: FakeCloudFormation, status: str
) -> None:
    cloudformation.have(NAME, status)
    cloudformation.resources[NAME] = [
        resource("Queue", "AWS::SQS::Queue", "DELETE_COMPLETE"),
        resource("RegistryTable", TABLE, "DELETE_COMPLETE"),
        resource("ApiLogRole", "AWS::IAM::Role", "CREATE_COMPLETE"),
    ]
    cloudformation.outcome = ("CREATE_COMPLETE", [])
    apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert cloudformation.calls == ["delete stack", "create CREATE", "execute"]


@pytest.mark.parametrize("status", [s for s, step in STEPS.items() if step is Step.MAKE_AGAIN])
@pytest.mark.parametrize("kind", [TABLE, "AWS::S3::Bucket", "AWS::Cognito::UserPool"])
def test_nothing_is_deleted_that_may_hold_data(
    cloudformation: FakeCloudFormation, status: str, kind: str
) -> None:
    cloudformation.have(NAME, status)
    cloudformation.resources[NAME] = [
        *[resource(f"Role{n}", "AWS::IAM::Role", "DELETE_COMPLETE") for n in range(5)],
        resource("Kept", kind, "DELETE_FAILED", "it is protected"),
    ]
    with pytest.raises(StackError, match=r"Kept \(physical-Kept\)[\s\S]*delete-stack --stack-name"):
        apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert cloudformation.calls == []


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback .* --resources-to-skip Stuck Other"),
        ("DELETE_FAILED", r"delete-stack .*--retain-resources Stuck Other"),
        ("UPDATE_FAILED", "rollback-stack --stack-name sightline-prod --region eu-west-2"),
        ("IMPORT_ROLLBACK_FAILED", "events"),
        ("SOMETHING_NEW", "SOMETHING_NEW"),
    ],
)
def test_what_needs_a_person_is_explained_and_left(
    cloudformation: FakeCloudFormation, status: str, told: str
) -> None:
    cloudformation.have(NAME, status)
    cloudformation.resources[NAME] = [
        resource("RegistryTable", TABLE, "UPDATE_COMPLETE"),
        resource("Fine", "AWS::IAM::Role", "UPDATE_COMPLETE"),
        resource("Stuck", "AWS::Lambda::Function", "UPDATE_FAILED", "no such key"),
        resource("Other", "AWS::IAM::Role", "DELETE_FAILED", "in use"),
    ]
    with pytest.raises(StackError, match=told) as failed:
        apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert "Stuck (AWS::Lambda::Function): no such key" in str(failed.value)
    assert cloudformation.calls == [] and cloudformation.stacks[NAME]["StackStatus"] == status
    if status == "DELETE_FAILED":
        assert "RegistryTable (physical-RegistryTable)" in str(failed.value)


def test_a_colleagues_plan_for_a_new_stack_is_not_deleted(
    cloudformation: FakeCloudFormation,
) -> None:
    cloudformation.have(NAME, "REVIEW_IN_PROGRESS")
    cloudformation.change_sets[NAME] = {"theirs": {}}
    apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(plan_only=True))
    assert cloudformation.calls == ["create CREATE", "delete change set"]
    assert cloudformation.change_sets[NAME] == {"theirs": {}}


def test_a_plan_leaves_nothing_behind(cloudformation: FakeCloudFormation) -> None:
    apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(plan_only=True))
    assert cloudformation.calls == ["create CREATE", "delete change set", "delete stack"]
    assert not cloudformation.stacks


def test_a_plan_is_shown_from_every_page(
    cloudformation: FakeCloudFormation, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    cloudformation.changes = [change("Add", f"Role{n}", "AWS::IAM::Role") for n in range(5)]
    cloudformation.changes.append(
        change(
            "Modify", "RegistryTable", TABLE, Replacement="True", PolicyAction="ReplaceAndRetain"
        )
    )
    apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(plan_only=True))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == [
        "REPLACED",
        "RegistryTable",
        "(DynamoDB::Table)",
        *lines[1].split()[3:],
    ]
    assert "HOLDS DATA, the old one stays in the account" in lines[1]
    assert [line.split()[:2] for line in lines[2:]] == [["added", f"Role{n}"] for n in range(5)]
    assert "execute" not in cloudformation.calls


LOSSES = [
    change("Remove", "RegistryTable", TABLE),
    change("Modify", "RegistryTable", TABLE, Replacement="True"),
    change(
        "Modify", "RegistryTable", TABLE, Replacement="Conditional",
        Details=[detail("KeySchema", "Conditionally")],
    ),
    change(
        "Modify", "RegistryTable", TABLE, Replacement="Conditional",
        Details=[detail("TableName", "Always", "ParameterReference", "Stage")],
    ),
    change("Dynamic", "RegistryTable", TABLE),
]  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES, ids=range(len(LOSSES)))
def test_what_holds_data_is_not_lost_unless_it_is_named(
    cloudformation: FakeCloudFormation, loss: dict[str, Any]
) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    cloudformation.changes = [change("Add", "A", "AWS::IAM::Role"), change("Add", "B", TABLE), loss]
    for consent in (Consent(), Consent(replace=frozenset({"AuditTable"}))):
        with pytest.raises(StackError, match=r"--replace RegistryTable$"):
            apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=consent)
    assert "execute" not in cloudformation.calls and not cloudformation.change_sets[NAME]
    apply_stack(
        cloudformation, NAME, TEMPLATE, {}, consent=Consent(replace=frozenset({"RegistryTable"}))
    )
    assert cloudformation.calls[-1] == "execute"


def test_a_name_that_stays_replaces_nothing(cloudformation: FakeCloudFormation) -> None:
    """CloudFormation calls a bucket's replacement conditional when its name is made of that of a
    bucket whose CORS rule changes; it is one only when that bucket is replaced."""
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    from_bucket = detail("BucketName", "Always", "ResourceReference", "EvidenceBucket")
    from_key = detail("KeyId", "Conditionally", "ResourceAttribute", "DataKey.Arn")
    inbox = change(
        "Modify", "Inbox", "AWS::S3::Bucket", Replacement="Conditional",
        Details=[from_bucket, from_key],
    )  # fmt: skip
    evidence = change("Modify", "EvidenceBucket", "AWS::S3::Bucket", Replacement="False")
    cloudformation.changes = [evidence, inbox]
    apply_stack(cloudformation, NAME, TEMPLATE, {})
    evidence["ResourceChange"]["Replacement"] = "True"
    with pytest.raises(StackError, match=r"--replace EvidenceBucket --replace Inbox$"):
        apply_stack(cloudformation, NAME, TEMPLATE, {})


def test_doubts_are_not_for_the_emulator(cloudformation: FakeCloudFormation) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    cloudformation.changes = [LOSSES[2]]
    apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(doubts=False))
    cloudformation.changes = [LOSSES[1]]
    with pytest.raises(StackError):
        apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(doubts=False))


def test_without_a_terminal_nobody_agrees(cloudformation: FakeCloudFormation) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    with pytest.raises(StackError, match="--yes"):
        apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(asks=True))
    assert cloudformation.calls == ["create UPDATE", "delete change set"]


@pytest.mark.parametrize(
    ("answer", "agreed"), [("y", True), ("YES ", True), ("", False), ("n", False)]
)
def test_a_person_is_asked(
    cloudformation: FakeCloudFormation, monkeypatch: pytest.MonkeyPatch, answer: str, agreed: bool
) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    if agreed:
        apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(asks=True))
    else:
        with pytest.raises(StackError, match="was not changed"):
            apply_stack(cloudformation, NAME, TEMPLATE, {}, consent=Consent(asks=True))
    assert ("execute" in cloudformation.calls) is agreed


def test_values_and_tags_that_are_not_named_stay(cloudformation: FakeCloudFormation) -> None:
    known = [{"ParameterKey": key, "ParameterValue": "x"} for key in ("Stage", "Protect", "Gone")]
    cloudformation.have(
        NAME, "UPDATE_COMPLETE", Parameters=known, Tags=[{"Key": "cost-centre", "Value": "7"}]
    )
    kept = cloudformation.change_sets.setdefault(NAME, {})
    cloudformation.refusal = "The submitted information didn't contain changes."
    asked: dict[str, Any] = {}
    delete = cloudformation.delete_change_set
    cloudformation.delete_change_set = lambda **names: (  # type: ignore[method-assign] # looks in
        asked.update(kept[names["ChangeSetName"]]), delete(**names)
    )[1]  # fmt: skip
    consent = Consent(tags={"stage": "prod"})
    apply_stack(cloudformation, NAME, TEMPLATE, {"Protect": "yes"}, consent=consent)
    assert asked["Parameters"] == [
        {"ParameterKey": "Stage", "UsePreviousValue": True},
        {"ParameterKey": "Protect", "ParameterValue": "yes"},
    ]
    assert {tag["Key"]: tag["Value"] for tag in asked["Tags"]} == {
        "cost-centre": "7",
        "stage": "prod",
    }
    assert "execute" not in cloudformation.calls


def test_what_the_checks_before_a_change_found_is_told(cloudformation: FakeCloudFormation) -> None:
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    cloudformation.refusal = "The following hook(s)/validation failed: [AWS::EarlyValidation]."
    cloudformation.validation = [
        event(
            "Extra", "", ValidationPath="/Resources/Extra/Name", ValidationStatusReason="too long"
        )
    ]
    with pytest.raises(
        StackError, match=r"EarlyValidation\]\.\n +Extra /Resources/Extra/Name: too"
    ):
        apply_stack(cloudformation, NAME, TEMPLATE, {})


def test_a_failed_first_deployment_is_explained_and_the_next_one_mends_it(
    cloudformation: FakeCloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacks, "newest_event", lambda *_: None)
    cloudformation.outcome = (
        "ROLLBACK_COMPLETE",
        [event("Role", "CREATE_FAILED", "no such right")],
    )
    with pytest.raises(StackError, match=r"ROLLBACK_COMPLETE[\s\S]*Role .*: no such right"):
        apply_stack(cloudformation, NAME, TEMPLATE, {})
    cloudformation.outcome = ("CREATE_COMPLETE", [])
    apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert cloudformation.calls[2:] == ["delete stack", "create CREATE", "execute"]


@pytest.mark.parametrize("ends", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_the_status_from_before_is_not_taken_for_the_end(
    cloudformation: FakeCloudFormation, ends: str
) -> None:
    """Right after a change set is executed, a stack may still say how its last change ended."""
    cloudformation.have(NAME, "UPDATE_COMPLETE")
    cloudformation.outcome = (ends, [event("Role", "UPDATE_FAILED", "why")])
    cloudformation.late = ["UPDATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", ends]
    if ends == "UPDATE_COMPLETE":
        apply_stack(cloudformation, NAME, TEMPLATE, {})
    else:
        with pytest.raises(StackError, match="why"):
            apply_stack(cloudformation, NAME, TEMPLATE, {})
    assert not cloudformation.settles_as[NAME]
