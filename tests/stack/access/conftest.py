"""An account of a test's own in the directory of officers, with which it does as it likes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.presence.account_checks import TRUSTED_FOR
from chalicelib.core.ids import new_id
from chalicelib.core.times import iso_micros
from tests.running import RunningStack
from tests.stack.residents import registry


@dataclass
class Newcomer:
    """An account in the pool. In no group until `join` is called."""

    stack: RunningStack
    username: str
    password: str
    sub: str

    @property
    def names(self) -> dict[str, str]:
        """What the hosted page asks for."""
        return {"username": self.username, "password": self.password}

    def directory(self, change: str, **more: Any) -> None:
        """Have an administrator change the account in Cognito: `admin_disable_user`."""
        pool = str(self.stack.described["user_pool_id"])
        call = getattr(self.stack.client("cognito-idp"), change)
        call(UserPoolId=pool, Username=self.username, **more)

    def join(self, group: str) -> None:
        self.directory("admin_add_user_to_group", GroupName=group)

    def leave(self, group: str) -> None:
        self.directory("admin_remove_user_from_group", GroupName=group)

    def wait_a_minute(self) -> None:
        """Let the directory's last answer be a minute old."""
        old = iso_micros(datetime.now(UTC) - TRUSTED_FOR - timedelta(seconds=1))
        registry(self.stack).update(f"OFFICER#{self.sub}", "ACCOUNT", assign={"checked_at": old})


@pytest.fixture
def newcomer(stack: RunningStack) -> Iterator[Newcomer]:
    cognito, pool = stack.client("cognito-idp"), str(stack.described["user_pool_id"])
    name, password = f"new.{new_id()}", f"Aa1-{secrets.token_hex(12)}"
    made = cognito.admin_create_user(
        UserPoolId=pool, Username=name, TemporaryPassword=password, MessageAction="SUPPRESS"
    )["User"]
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=password, Permanent=True
    )
    sub = next(one["Value"] for one in made["Attributes"] if one["Name"] == "sub")
    yield Newcomer(stack, name, password, sub)
    if any(user["Username"] == name for user in everybody(cognito, pool)):
        cognito.admin_delete_user(UserPoolId=pool, Username=name)


def everybody(cognito: Any, pool: str) -> Iterator[dict[str, Any]]:
    for page in cognito.get_paginator("list_users").paginate(UserPoolId=pool):
        yield from page["Users"]
