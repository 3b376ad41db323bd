"""Sample officers for a local stack, in Cognito, with passwords of their own."""

from __future__ import annotations

import json
import secrets
import string
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from chalicelib.access.permissions import Permission, Role
from chalicelib.access.units.unit_grants import GRANT, UnitGrant
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table
from infra.deployment.target import Target

NAMES = {
    Role.INVESTIGATOR: "PC Alex Lane",
    Role.SUPERVISOR: "Sgt Priya Nair",
    Role.ANALYST: "Jo Whitfield",
    Role.ADMINISTRATOR: "Sam Okafor",
    Role.AUDITOR: "Chris Adeyemi",
}
"""Made up, as are their telephone numbers: Ofcom keeps 0121 496 0000 to 0999 for drama."""


UNIT, OTHER_UNIT = "Birmingham CID", "Coventry CID"
"""Two made-up units of the sample officers."""


@dataclass(frozen=True)
class SampleOfficer:
    """A sample officer to be made. name: in full. number: the telephone's last digits."""

    username: str
    role: Role
    name: str
    number: int
    unit: str = UNIT


SAMPLE: tuple[SampleOfficer, ...] = (
    *(SampleOfficer(role, role, NAMES[role], n) for n, role in enumerate(Role, start=101)),
    SampleOfficer("investigator2", Role.INVESTIGATOR, "DC Tom Byrne", 106),
    SampleOfficer("investigator3", Role.INVESTIGATOR, "DC Maya Shah", 107, OTHER_UNIT),
)
"""One officer for each role, another investigator of their unit, and one of another unit."""

SEE_MAP = ("investigator", "supervisor")
"""The sample officers who see the map of all sites."""


class OfficerAccount(TypedDict):
    """A sample officer as `.local/stack.json` lists them."""

    username: str
    password: str
    role: str
    units: list[str]


def ensure_officers(target: Target, pool: str, file: Path) -> list[OfficerAccount]:
    """Make the sample officers in the user pool; keep their passwords in `file` between runs."""
    noted: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    cognito = target.client("cognito-idp")
    officers = []
    for one in SAMPLE:
        password = noted.get(one.username)
        if password is None or not _known(cognito, pool, one.username):
            password = password or _password()
            _create(cognito, pool, one, password)
            noted[one.username] = password
        _describe(cognito, pool, one)
        officers.append(
            OfficerAccount(
                username=one.username, password=password, role=one.role, units=[one.unit]
            )
        )
    file.touch(mode=0o600)
    file.write_text(json.dumps(noted, indent=2))
    return officers


def let_see_map(target: Target, pool: str, table_name: str) -> None:
    """Let the sample officers in SEE_MAP see the map of all sites, as their unit would, with the
    entry on record left out: nobody did it."""
    cognito, table = target.client("cognito-idp"), Table(target.client("dynamodb"), table_name)
    for one in SAMPLE:
        if one.username in SEE_MAP:
            found = cognito.admin_get_user(UserPoolId=pool, Username=one.username)
            said = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
            grant = UnitGrant(
                officer_id=said["sub"],
                permission=Permission.VIEW_MAP.name,
                unit=one.unit,
                reason="Sample officer of a local stack",
                by_id="sample",
                by_name="sample",
                at=datetime.now(UTC).replace(microsecond=0),
            )
            with suppress(ConditionFailed):
                table.put(GRANT.item(grant), when=NEW)


def _known(cognito: Any, pool: str, username: str) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=username)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _create(cognito: Any, pool: str, officer: SampleOfficer, password: str) -> None:
    name = officer.username
    if not _known(cognito, pool, name):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=name,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=officer.role)


def _describe(cognito: Any, pool: str, officer: SampleOfficer) -> None:
    """Set an officer's unit, name, e-mail address and telephone, also on a stack that has them."""
    said = {
        "name": officer.name,
        "email": f"{officer.username}@example.test",
        "email_verified": "true",
        "phone_number": f"+44121496{officer.number:04}",
        "phone_number_verified": "true",
        "custom:units": officer.unit,
    }
    cognito.admin_update_user_attributes(
        UserPoolId=pool,
        Username=officer.username,
        UserAttributes=[{"Name": name, "Value": value} for name, value in said.items()],
    )


def _password() -> str:
    """Make twenty characters, with one of each kind that the pool's policy asks for."""
    letters = string.ascii_letters + string.digits
    return "Aa1-" + "".join(secrets.choice(letters) for _ in range(16))
