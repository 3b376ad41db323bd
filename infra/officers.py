"""Sample officers for a local stack: one per role, in Cognito, with passwords of their own."""

from __future__ import annotations

import json
import secrets
import string
from pathlib import Path
from typing import Any, TypedDict

from chalicelib.access.permissions import Role
from infra.target import Target

NAMES = {
    Role.INVESTIGATOR: "PC Alex Lane",
    Role.SUPERVISOR: "Sgt Priya Nair",
    Role.ANALYST: "Jo Whitfield",
    Role.ADMINISTRATOR: "Sam Okafor",
    Role.AUDITOR: "Chris Adeyemi",
}
"""Made up, as are their telephone numbers: Ofcom keeps 0121 496 0000 to 0999 for drama."""


class OfficerAccount(TypedDict):
    """A sample officer as `.local/stack.json` lists them."""

    username: str
    password: str
    role: str


def ensure_officers(target: Target, pool: str, file: Path) -> list[OfficerAccount]:
    """Make an officer per role in the user pool, and keep the passwords in `file` between runs."""
    noted: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    cognito = target.client("cognito-idp")
    officers = []
    for number, role in enumerate(Role, start=101):
        password = noted.get(role)
        if password is None or not _known(cognito, pool, role):
            password = password or _password()
            _create(cognito, pool, role, password)
            noted[role] = password
        _describe(cognito, pool, role, number)
        officers.append(OfficerAccount(username=role, password=password, role=role))
    file.touch(mode=0o600)
    file.write_text(json.dumps(noted, indent=2))
    return officers


def _known(cognito: Any, pool: str, username: str) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=username)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _create(cognito: Any, pool: str, role: str, password: str) -> None:
    if not _known(cognito, pool, role):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=role,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=role, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=role, GroupName=role)


def _describe(cognito: Any, pool: str, role: Role, number: int) -> None:
    """Set an officer's name, e-mail address and telephone, also for officers of an older stack.
    number: becomes the telephone's last digits."""
    said = {
        "name": NAMES[role],
        "email": f"{role}@example.test",
        "email_verified": "true",
        "phone_number": f"+44121496{number:04}",
        "phone_number_verified": "true",
    }
    cognito.admin_update_user_attributes(
        UserPoolId=pool,
        Username=role,
        UserAttributes=[{"Name": name, "Value": value} for name, value in said.items()],
    )


def _password() -> str:
    """Make twenty characters, with one of each kind that the pool's policy asks for."""
    letters = string.ascii_letters + string.digits
    return "Aa1-" + "".join(secrets.choice(letters) for _ in range(16))
