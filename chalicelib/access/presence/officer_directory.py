"""The directory of officers, Cognito's user pool: whether an account may be used, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.access.permissions import Role, roles_from_groups, units_from_claim
from chalicelib.core.deadline import answer_within, wait_at_most
from chalicelib.core.errors import Unavailable

_ANSWER_WITHIN = 8
"""Seconds that both questions together may take, so that a page whose officer is known well enough
still has time to be made."""


@dataclass(frozen=True)
class DirectoryEntry:
    """What the directory says of an account now. roles: those of its groups. units: those of its
    attribute `custom:units`. name, email: "" where it says none."""

    officer_id: str
    username: str
    roles: frozenset[Role]
    units: frozenset[str]
    name: str = ""
    email: str = ""


class OfficerDirectory:
    """Asks Cognito for single accounts; the function's role may ask for nothing else."""

    def __init__(self, cognito: Any, user_pool_id: str) -> None:
        self._cognito = cognito
        self._pool = user_pool_id

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
                if not user["Enabled"] or not said.get("sub"):
                    return None
                groups = self._groups(account)
        except client.exceptions.UserNotFoundException:
            return None
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The directory of officers does not answer.") from error
        return DirectoryEntry(
            officer_id=said["sub"],
            username=user.get("Username", username),
            roles=roles_from_groups(groups),
            units=units_from_claim(said.get("custom:units")),
            name=said.get("name", ""),
            email=said.get("email", ""),
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
