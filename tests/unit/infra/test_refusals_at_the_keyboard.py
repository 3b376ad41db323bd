"""What commands say when AWS does not answer as they need."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from infra import manage
from infra.commands import recount
from infra.deployment.target import Target
from infra.errors import StackError
from tests.support.stubbed import Refusal, stubbed


class OneClient(Target):
    """A stage in AWS, all of whose clients are one."""

    def client(self, service: str, region: str = "") -> Any:
        return CLIENTS[service]


CLIENTS: dict[str, Any] = {}


def test_a_stage_that_was_never_deployed_is_told_with_what_to_do() -> None:
    refusal = Refusal("ValidationError", "Stack with id sightline-live does not exist")
    CLIENTS["cloudformation"] = stubbed("cloudformation", ("describe_stacks", refusal))
    with pytest.raises(StackError, match=r"python -m infra\.deploy --stage live"):
        OneClient("live").outputs()


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
