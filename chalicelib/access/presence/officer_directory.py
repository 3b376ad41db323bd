"""The directory of officers, Cognito's user pool: whether an account may be used, and for what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.access.federation.directory_roles import (
    RoleMap,
    account_roles,
    is_of_directory,
    shown_name,
)
from chalicelib.access.permissions import Role, units_from_claim
from chalicelib.core.deadline import answer_within, wait_at_most
from chalicelib.core.errors import Unavailable

_ANSWER_WITHIN = 8
"""Seconds that both questions together may take, so that a page whose officer is known well enough
still has time to be made."""


@dataclass(frozen=True)
class DirectoryEntry:
    """What the directory says of an account now. username: as people know it. roles: as
    `account_roles` finds them. units: those of its attribute `custom:units`. name, email: "" where
    it says none. account: Cognito's own name of it, "" where that is the username."""

    officer_id: str
    username: str
    roles: frozenset[Role]
    units: frozenset[str]
    name: str = ""
    email: str = ""
    account: str = ""


class OfficerDirectory:
    """Asks Cognito for single accounts; the function's role may ask for nothing else."""

    def __init__(
        self, cognito: Any, user_pool_id: str, role_map: Callable[[], RoleMap] = dict
    ) -> None:
        """role_map: gives the roles of the force's directory's groups; called when one is asked
        for, so that only those calls fail when it cannot be read."""
        self._cognito = cognito
        self._pool = user_pool_id
        self._role_map = role_map

    def look_up(self, officer_id: str, username: str) -> DirectoryEntry | None:
        """Return what the directory says of an account; None when it is disabled or gone, or when
        its name has passed to another person, whose id is another. Raises Unavailable when no
        answer comes."""
        found = self.find_account(username)
        return found if found and found.officer_id == officer_id else None

    def find_account(self, username: str) -> DirectoryEntry | None:
        """Return what the directory says of the account with a name; None when it is disabled or
        there is none. Raises Unavailable when no answer comes."""
        from botocore.exceptions import BotoCoreError, ClientError

        account = {"UserPoolId": self._pool, "Username": username}
        client = self._cognito
        try:
            with answer_within(wait_at_most(_ANSWER_WITHIN), changes=False):
                user = client.admin_get_user(**account)
                said = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
                said["cognito:user_status"] = user.get("UserStatus", "")
                if not user["Enabled"] or not said.get("sub"):
                    return None
                of_directory = is_of_directory(said)
                # Groups of the pool mean nothing for an account of the directory.
                groups = [] if of_directory else self._groups(account)
        except client.exceptions.UserNotFoundException:
            return None
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The directory of officers does not answer.") from error
        own_name = user.get("Username", username)
        shown = shown_name(own_name, said)
        return DirectoryEntry(
            officer_id=said["sub"],
            username=shown,
            roles=account_roles(said, groups, self._role_map() if of_directory else {}),
            units=units_from_claim(said.get("custom:units")),
            name=said.get("name", ""),
            email=said.get("email", ""),
            account=own_name if own_name != shown else "",
        )

    def _groups(self, account: dict[str, str]) -> list[str]:
        names: list[str] = []
        more: dict[str, str] = {}
        while True:
            answer = self._cognito.admin_list_groups_for_user(**account, **more)
            names += [group["GroupName"] for group in answer["Groups"]]
            if not answer.get("NextToken"):
                return names
            more = {"NextToken": answer["NextToken"]}
