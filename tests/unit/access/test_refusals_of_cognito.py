"""Officers' accounts and sessions against the errors that Cognito documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.officers import OfficerSignIn
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.presence.officer_directory import OfficerDirectory
from chalicelib.access.presence.officer_presence import OfficerSession
from chalicelib.access.sessions import Sessions, Tokens
from chalicelib.core.errors import Unavailable
from chalicelib.dynamodb.table import Table
from tests.support.memory_client import MemoryClient
from tests.support.stubbed import Answer, Refusal, stubbed

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
PC = Officer("officer-1", "pc1", frozenset({Role.INVESTIGATOR}))
PASSES = ["InternalErrorException", "TooManyRequestsException", "ResourceNotFoundException"]
"""What says nothing of the officer."""


def test_an_account_that_is_gone_is_not_let_in() -> None:
    cognito = stubbed("cognito-idp", ("admin_get_user", Refusal("UserNotFoundException")))
    assert OfficerDirectory(cognito, "eu-west-2_a").find_account("pc1") is None


@pytest.mark.parametrize("code", [*PASSES, "NotAuthorizedException", "AccessDeniedException"])
@pytest.mark.parametrize("groups", [False, True], ids=["account", "groups"])
def test_a_directory_without_an_answer_is_no_officer_who_left(code: str, groups: bool) -> None:
    user = {
        "Username": "pc1",
        "Enabled": True,
        "UserAttributes": [{"Name": "sub", "Value": PC.id}],
    }
    answers: list[Answer] = [("admin_get_user", user)] if groups else []
    asked = "admin_list_groups_for_user" if groups else "admin_get_user"
    cognito = stubbed("cognito-idp", *answers, (asked, Refusal(code)))
    with pytest.raises(Unavailable):
        OfficerDirectory(cognito, "eu-west-2_a").find_account("pc1")


class Desk:
    """An officer's session, whose ID token is about to end."""

    def __init__(self, *answers: Answer) -> None:
        self.sessions = Sessions(Table(MemoryClient(), "Registry"), lambda: NOW)
        tokens = Tokens("id", "refresh", NOW + timedelta(minutes=1))
        self.token = self.sessions.create_officer(PC, tokens, "sign-in", "Firefox")
        settings: Any = SimpleNamespace(
            base_url="https://a.example", client_id="client", user_pool_id="eu-west-2_a"
        )
        self.sign_in = OfficerSignIn(
            settings, lambda: b"", self.sessions, lambda: NOW, stubbed("cognito-idp", *answers)
        )

    @property
    def session(self) -> OfficerSession:
        stored = self.sessions.officer(self.token)
        assert stored, "it has ended"
        return OfficerSession(PC, stored)

    def is_open(self) -> bool:
        return self.sessions.officer(self.token) is not None


@pytest.mark.parametrize("code", ["NotAuthorizedException", "UserNotFoundException"])
def test_who_cognito_no_longer_vouches_for_is_out(code: str) -> None:
    desk = Desk(("initiate_auth", Refusal(code)))
    assert desk.sign_in.bearer_tokens(desk.session, desk.token) is None
    assert not desk.is_open()


@pytest.mark.parametrize("code", [*PASSES, "InvalidParameterException"])
def test_nobody_is_out_because_cognito_does_not_answer(code: str) -> None:
    desk = Desk(("initiate_auth", Refusal(code)))
    with pytest.raises(Unavailable):
        desk.sign_in.bearer_tokens(desk.session, desk.token)
    assert desk.is_open()


@pytest.mark.parametrize("code", ["UnauthorizedException", "TooManyRequestsException"])
def test_signing_out_ends_the_session_whatever_cognito_says(code: str) -> None:
    desk = Desk(("revoke_token", Refusal(code)))
    desk.sign_in.end_session(desk.session, desk.token)
    assert not desk.is_open()
