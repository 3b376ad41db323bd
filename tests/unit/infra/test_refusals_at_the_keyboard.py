"""What commands say when AWS does not answer as they need."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from infra import manage
from infra.commands import recount
from infra.errors import StackError
from tests.support.stubbed import Refusal, StubbedTarget, stubbed


def test_a_stage_that_was_never_deployed_is_told_with_what_to_do() -> None:
    refusal = Refusal("ValidationError", "Stack with id sightline-live does not exist")
    stacks = stubbed("cloudformation", ("describe_stacks", refusal))
    with pytest.raises(StackError, match=r"python -m infra\.deploy --stage live"):
        StubbedTarget("live", clients={"cloudformation": stacks}).outputs()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EndpointConnectionError(endpoint_url="http://localhost:4566"), "make up"),
        (NoCredentialsError(), "aws sso login"),
    ],
    ids=["nobody there", "not signed in"],
)
def test_a_command_says_in_words_why_it_cannot_begin(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def run(*_: Any) -> int:
        raise error

    monkeypatch.setattr(recount, "run", run)
    monkeypatch.setattr(sys, "argv", ["manage", "--stage", "live", "recount"])
    monkeypatch.setattr(manage, "target_of", lambda _: SimpleNamespace())
    with pytest.raises(StackError, match=told):
        manage.main()


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "Throttling"])
def test_a_stage_that_may_not_be_looked_at_is_not_taken_for_none(code: str) -> None:
    """The deployment would take it for the first one."""
    stacks = stubbed("cloudformation", ("describe_stacks", Refusal(code, "not now")))
    with pytest.raises(ClientError, match=code):
        StubbedTarget("live", clients={"cloudformation": stacks}).outputs()
