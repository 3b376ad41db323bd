"""What CloudFormation refuses a deployment, by AWS's documented errors: in infra.deployment's
stacks, statuses and failures."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.errors import StackError
from infra.stacks.applying import apply_stack
from infra.stacks.failures import newest_event, validation_words
from infra.stacks.statuses import status_of
from tests.support.stubbed import Refusal, stubbed

NAME = "sightline-prod"
NONE = Refusal("ValidationError", f"Stack with id {NAME} does not exist")
NOT_ALLOWED = Refusal("AccessDenied", "You may not do this.", 403)
THERE: dict[str, Any] = {
    "Stacks": [
        {
            "StackName": NAME,
            "StackStatus": "UPDATE_COMPLETE",
            "CreationTime": "2026-11-30T00:00:00Z",
        }
    ]
}


def test_a_stack_that_is_not_there_has_no_status_and_no_events() -> None:
    assert status_of(stubbed("cloudformation", ("describe_stacks", NONE)), NAME) is None
    assert newest_event(stubbed("cloudformation", ("describe_stack_events", NONE)), NAME) is None


def test_a_stack_that_may_not_be_seen_is_not_taken_for_none() -> None:
    with pytest.raises(ClientError, match="may not"):
        status_of(stubbed("cloudformation", ("describe_stacks", NOT_ALLOWED)), NAME)


def test_a_template_that_is_refused_is_told_in_words() -> None:
    refused = Refusal("ValidationError", "Parameters: [MailFrom] must have values")
    client = stubbed(
        "cloudformation",
        ("describe_stacks", NONE),
        ("describe_stack_events", NONE),
        ("create_change_set", refused),
    )
    with pytest.raises(StackError, match=r"refuses the change to .*\[MailFrom\] must have values"):
        apply_stack(client, NAME, {}, {})


@pytest.mark.parametrize("code", ["AlreadyExistsException", "LimitExceededException"])
def test_other_errors_are_not_hidden(code: str) -> None:
    client = stubbed(
        "cloudformation",
        *[("describe_stacks", THERE)],
        ("describe_stack_events", {"StackEvents": []}),
        *[("describe_stacks", THERE)] * 3,
        ("create_change_set", Refusal(code, "for another reason")),
    )
    with pytest.raises(ClientError, match="for another reason"):
        apply_stack(client, NAME, {}, {})


def test_who_may_not_read_what_checks_found_reads_the_reason_alone() -> None:
    client = stubbed("cloudformation", ("describe_events", NOT_ALLOWED))
    assert validation_words(client, NAME, "deploy-1") == ""
