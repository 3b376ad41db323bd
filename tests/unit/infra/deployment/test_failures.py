"""The cause of a failure is found in many pages of events, the newest first."""

from __future__ import annotations

from typing import Any

from infra.stacks.failures import failure_words, plain_reason
from tests.unit.infra.deployment.fake_cloudformation import FakeCloudFormation, event

NAME = "sightline-prod"
NESTED = "sightline-prod-inner"
HANDLED = (
    'Resource handler returned message: "Table already exists (Service: DynamoDb, Code: '
    '400)" (RequestToken: 3b1f, HandlerErrorCode: AlreadyExists)'
)


def failed_deployment(noise: int = 130) -> tuple[FakeCloudFormation, str]:
    """A stack whose second operation failed; the id of the last event before it."""
    cloudformation = FakeCloudFormation()
    cloudformation.have(NAME, "UPDATE_ROLLBACK_COMPLETE")
    say: list[dict[str, Any]] = [event("Old", "CREATE_FAILED", "of an operation long ago")]
    cloudformation.say(NAME, *say, cloudformation.own(NAME, "UPDATE_COMPLETE"), token="first")
    since = cloudformation.events[NAME][-1]["EventId"]
    cloudformation.say(
        NAME,
        cloudformation.own(NAME, "UPDATE_IN_PROGRESS", "User Initiated"),
        event("Cause", "CREATE_FAILED", HANDLED, "AWS::DynamoDB::Table"),
        event("Victim", "CREATE_FAILED", "Resource creation cancelled"),
        event("Twin", "UPDATE_FAILED", "Resource update cancelled"),
        event("Second", "UPDATE_FAILED", "also wrong"),
        cloudformation.own(NAME, "UPDATE_ROLLBACK_IN_PROGRESS", "The following failed: [Cause]."),
        *[event(f"Done{n}", "UPDATE_COMPLETE") for n in range(noise)],
        event("Left", "DELETE_FAILED", "it is protected"),
        cloudformation.own(NAME, "UPDATE_ROLLBACK_COMPLETE"),
        token="ours",
    )
    return cloudformation, since


def test_the_first_cause_is_named_first() -> None:
    cloudformation, since = failed_deployment()
    stack = cloudformation.stacks[NAME]["StackId"]
    words = failure_words(cloudformation, stack, "UPDATE_ROLLBACK_COMPLETE", since, "ours")
    assert words.splitlines() == [
        "sightline-prod ended as UPDATE_ROLLBACK_COMPLETE.",
        "What failed first:",
        "  Cause (AWS::DynamoDB::Table): Table already exists (Service: DynamoDb, Code: 400)",
        "What failed with it or after it:",
        "  Second (AWS::SQS::Queue): also wrong",
        "What could not be undone:",
        "  Left (AWS::SQS::Queue): it is protected",
    ]


def test_events_of_other_operations_are_left_out_by_their_token() -> None:
    cloudformation, _ = failed_deployment()
    words = failure_words(cloudformation, NAME, "UPDATE_ROLLBACK_COMPLETE", None, "ours")
    assert "Old" not in words and "Cause" in words


def test_what_failed_inside_a_nested_stack_is_named() -> None:
    cloudformation = FakeCloudFormation()
    cloudformation.have(NAME, "ROLLBACK_COMPLETE")
    cloudformation.have(NESTED, "ROLLBACK_COMPLETE")
    cloudformation.say(NESTED, event("Deep", "CREATE_FAILED", "the real reason"))
    inner = cloudformation.stacks[NESTED]["StackId"]
    kind = "AWS::CloudFormation::Stack"
    cloudformation.say(
        NAME,
        event("Inner", "CREATE_FAILED", "Embedded stack failed", kind, PhysicalResourceId=inner),
    )
    words = failure_words(cloudformation, NAME, "ROLLBACK_COMPLETE", None, "ours")
    assert "in Inner: Deep (AWS::SQS::Queue): the real reason" in words


def test_a_failure_of_the_stack_itself_is_told() -> None:
    cloudformation = FakeCloudFormation()
    cloudformation.have(NAME, "ROLLBACK_COMPLETE")
    cloudformation.say(NAME, cloudformation.own(NAME, "CREATE_IN_PROGRESS", "User Initiated"))
    cloudformation.say(NAME, cloudformation.own(NAME, "ROLLBACK_IN_PROGRESS", "Transform failed"))
    words = failure_words(cloudformation, NAME, "ROLLBACK_COMPLETE", None, "ours")
    assert "Transform failed" in words


def test_reasons_are_shown_without_their_wrapping() -> None:
    assert plain_reason(HANDLED).startswith("Table already exists")
    assert plain_reason("plain\n words") == "plain words"
