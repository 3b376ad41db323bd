"""Officers of the force's directory at each call: their roles come from attributes, by the rule
that also makes their tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.federation.directory_roles import GROUPS, RoleMap, read_role_map
from chalicelib.access.officers import OfficerSignIn
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.presence.account_checks import AccountChecks, CheckedAccount
from chalicelib.access.presence.officer_directory import OfficerDirectory
from chalicelib.access.sessions import OFFICER_LIFE, Sessions, Tokens
from chalicelib.core.ids import new_token
from chalicelib.dynamodb.table import Table
from tests.support.memory_client import MemoryClient

ACCOUNT, NAME = "ForceID_AAxx+/|x", "jane.o'neil@force.example"
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
ROLES = read_role_map('{"Detectives": "investigator", "Chiefs": "supervisor"}')


class Pool:
    """Cognito's user pool with one account that it made of an officer of the directory."""

    class exceptions:  # noqa: N801 - as boto3's clients have it
        class UserNotFoundException(Exception):
            """There is no such account."""

    def __init__(self) -> None:
        self.enabled, self.groups, self.status = True, '["Detectives"]', "EXTERNAL_PROVIDER"
        self.identities = '[{"providerName":"ForceID","userId":"AAxx+/|x"}]'

    def admin_get_user(self, *, UserPoolId: str, Username: str) -> dict[str, Any]:  # noqa: N803
        if Username != ACCOUNT:
            raise self.exceptions.UserNotFoundException
        said = {
            "sub": "sub-1",
            "identities": self.identities,
            "preferred_username": NAME,
            "custom:units": "CID,West",
            GROUPS: self.groups,
        }
        return {
            "Username": ACCOUNT,
            "Enabled": self.enabled,
            "UserStatus": self.status,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in said.items()],
        }

    def admin_list_groups_for_user(self, **_: Any) -> dict[str, Any]:
        return {"Groups": [{"GroupName": "administrator"}, {"GroupName": "eu-west-2_x_ForceID"}]}


def checks(pool: Pool, role_map: RoleMap = ROLES) -> AccountChecks:
    directory = OfficerDirectory(pool, "pool", lambda: role_map)
    return AccountChecks(Table(MemoryClient(), "R"), lambda: NOW, directory, lambda _: None)


def test_roles_and_units_come_from_the_directory_and_the_name_is_readable() -> None:
    account = checks(Pool()).check("sub-1", ACCOUNT)
    assert account.let_in
    assert account.officer == Officer(
        "sub-1", NAME, frozenset({Role.INVESTIGATOR}), frozenset({"CID", "West"})
    )
    assert account.officer.account_name == ACCOUNT


@pytest.mark.parametrize(
    ("change", "roles"),
    [
        ({"groups": '["Detectives", "Chiefs"]'}, {"investigator", "supervisor"}),
        ({"groups": "[]"}, set()),
        ({"groups": ""}, set()),
        ({"groups": "[Detectives]"}, set()),
        ({"groups": '["administrator"]'}, set()),
        ({"enabled": False}, set()),
        # Linked to a local account, or left by a directory that is connected no more:
        ({"status": "CONFIRMED"}, {"investigator"}),
        ({"identities": ""}, {"investigator"}),
        # Neither: a local account, which has the pool's groups.
        ({"status": "CONFIRMED", "identities": ""}, {"administrator"}),
    ],
)
def test_who_is_let_in_and_as_what(change: dict[str, Any], roles: set[str]) -> None:
    pool = Pool()
    for name, value in change.items():
        setattr(pool, name, value)
    account = checks(pool).check("sub-1", ACCOUNT)
    assert (account.let_in, set(account.roles)) == (bool(roles), roles)


def test_without_a_directory_its_officers_are_out() -> None:
    assert checks(Pool(), {}).check("sub-1", ACCOUNT) == CheckedAccount(
        "sub-1",
        username=NAME,
        account=ACCOUNT,
        units=("CID", "West"),
        checked_at=NOW,
    )


def test_a_session_asks_by_the_accounts_own_name() -> None:
    sessions = Sessions(Table(MemoryClient(), "R"), lambda: NOW)
    officer = checks(Pool()).check("sub-1", ACCOUNT).officer
    tokens = Tokens("id", "refresh", NOW + timedelta(hours=1))
    token = sessions.create_officer(officer, tokens, "a sign-in", "Firefox", timedelta(hours=4))
    found = sessions.officer(token)
    assert found and (found.username, found.ends_at) == (ACCOUNT, NOW + timedelta(hours=4))
    longer = sessions.create_officer(officer, tokens, "another", "Firefox", timedelta(hours=99))
    found = sessions.officer(longer)
    assert found and found.ends_at == NOW + OFFICER_LIFE


def sign_in(**settings: str) -> OfficerSignIn:
    known: Any = SimpleNamespace(
        base_url="https://x", client_id="c", sign_in_url="https://s", **settings
    )
    sessions = Sessions(Table(MemoryClient(), "R"), lambda: NOW)
    return OfficerSignIn(known, lambda: b"k" * 64, sessions, lambda: NOW, None)


@pytest.mark.parametrize(
    ("name", "only", "straight"),
    [("ForceID", "yes", True), ("ForceID", "no", False), ("", "yes", False), ("", "no", False)],
)
def test_where_the_directory_is_the_only_way_it_is_gone_straight_to(
    name: str, only: str, straight: bool
) -> None:
    address, _ = sign_in(directory_name=name, directory_only=only).begin_sign_in(new_token(), "")
    assert ("identity_provider=ForceID" in address) is straight
    assert "prompt=login" in address


def test_a_session_of_the_directory_is_shorter() -> None:
    asked: Any = SimpleNamespace(of_directory=True)
    local: Any = SimpleNamespace(of_directory=False)
    service = sign_in(directory_hours="3")
    assert service.session_life(asked) == timedelta(hours=3)
    assert service.session_life(local) == OFFICER_LIFE
