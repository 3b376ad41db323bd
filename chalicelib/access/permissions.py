"""Who may do what: roles are Cognito groups, and every officer route names one permission."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """A role of officers, named as its Cognito group."""

    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """What a route of the console or the API lets an officer do."""

    USE_CONSOLE = "use the console"
    VIEW_INCIDENTS = "see incidents and their requests"
    ENTER_INCIDENT = "enter an incident that is not yours, with a reason"
    CREATE_INCIDENT = "record an incident"
    CHANGE_TEAM = "say who works on an incident"
    SEARCH = "search for cameras"
    VIEW_MAP = "see the map of all sites"
    REQUEST = "ask owners for footage"
    REOPEN_INCIDENT = "reopen a closed incident"
    OVERRIDE_LIMITS = "go over the limits on asking, with a reason"
    REVEAL_CONTACT = "see an owner's name and contact details"
    VIEW_WORDINGS = "see the message templates"
    MANAGE_WORDINGS = "change the message templates"
    CHECK_ADDRESSES = "check new addresses"
    READ_THREAD = "read what officers and owners write to each other"
    VIEW_COVERAGE = "see what the replies show and download the disclosure list"
    VIEW_EVIDENCE = "see what was uploaded and its custody record"
    OPEN_EVIDENCE = "open and download footage"
    MANAGE_UNIT = "say what officers of your unit may do"
    VIEW_AUDIT = "read the audit record"
    VIEW_STATISTICS = "see statistics"


_INVESTIGATE = frozenset(
    {
        Permission.USE_CONSOLE,
        Permission.VIEW_INCIDENTS,
        Permission.CREATE_INCIDENT,
        Permission.CHANGE_TEAM,
        Permission.SEARCH,
        Permission.REQUEST,
        Permission.REVEAL_CONTACT,
        Permission.VIEW_WORDINGS,
        Permission.READ_THREAD,
        Permission.VIEW_COVERAGE,
        Permission.VIEW_EVIDENCE,
        Permission.OPEN_EVIDENCE,
    }
)

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.INVESTIGATOR: _INVESTIGATE,
    Role.SUPERVISOR: _INVESTIGATE
    | {
        Permission.ENTER_INCIDENT,
        Permission.REOPEN_INCIDENT,
        Permission.OVERRIDE_LIMITS,
        Permission.VIEW_STATISTICS,
        Permission.MANAGE_UNIT,
        Permission.VIEW_AUDIT,
    },
    # An analyst works with numbers and answers, never with people or footage.
    Role.ANALYST: frozenset(
        {Permission.USE_CONSOLE, Permission.VIEW_INCIDENTS, Permission.VIEW_STATISTICS}
    ),
    # An administrator runs the service and needs no view of any case.
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.VIEW_STATISTICS,
            Permission.VIEW_WORDINGS,
            Permission.MANAGE_WORDINGS,
            Permission.CHECK_ADDRESSES,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.USE_CONSOLE,
            Permission.VIEW_INCIDENTS,
            Permission.READ_THREAD,
            Permission.VIEW_COVERAGE,
            Permission.VIEW_EVIDENCE,
            Permission.VIEW_AUDIT,
            Permission.VIEW_STATISTICS,
        }
    ),
}

GRANTED: dict[Permission, Permission] = {Permission.VIEW_MAP: Permission.SEARCH}
"""Permissions that no role has: a unit gives them to single officers (`access.units.unit_grants`)
whose role has the permission that stands beside."""


@dataclass(frozen=True)
class Officer:
    """A signed-in police officer.

    id: Cognito's `sub`, which stays when a name changes. username: the name that people know: the
    one used to sign in. units: the units that the officer belongs to. account: Cognito's own name
    of the account where that is another, as for officers of the force's directory.
    """

    id: str
    username: str
    roles: frozenset[Role]
    units: frozenset[str] = frozenset()
    account: str = field(default="", compare=False)

    @property
    def account_name(self) -> str:
        """The name by which Cognito is asked for the account."""
        return self.account or self.username

    def may(self, permission: Permission) -> bool:
        """Return True when one of the officer's roles has the permission."""
        return any(permission in ALLOWED[role] for role in self.roles)

    def refusal(self, permission: Permission | None) -> str:
        """Return why the officer is refused, who is not, and whom to ask: an administrator is not
        told to ask the administrator."""
        if permission is None:
            return "Nobody can do this."
        if (needed := GRANTED.get(permission)) and self.may(needed):
            units = " or ".join(sorted(self.units))
            who = f"A supervisor of {units} can let you" if units else "You belong to no unit"
            return f"Only certain officers may {permission.value}. {who}."
        wanted, permission = permission.value, needed or permission
        may = [f"{role.value}s" for role in Role if permission in ALLOWED[role]]
        others = f"{', '.join(may[:-1])} and {may[-1]}" if len(may) > 1 else may[0]
        ask = "" if Role.ADMINISTRATOR in self.roles else " Ask your administrator if you need to."
        return f"Your role does not let you {wanted}. {others.capitalize()} can.{ask}"


def roles_from_groups(groups: object) -> frozenset[Role]:
    """Return the roles among Cognito's groups; unknown groups give none.

    groups: the claim, which API Gateway hands on as text `[a b]` (or `a,b`), a token as a list.
    """
    names: list[str]
    if isinstance(groups, str):
        names = groups.strip("[]").replace(",", " ").split()
    elif isinstance(groups, list):
        names = [str(name) for name in groups]
    else:
        names = []
    return frozenset(role for role in Role if role.value in names)


LONGEST_UNIT = 60
"""Characters of a unit's name."""


def units_from_claim(claim: object) -> frozenset[str]:
    """Return the units that the attribute `custom:units` of a user lists, separated by commas.

    A name that is too long, or that has characters which do not print, gives none: it would be no
    name that an incident can belong to.
    """
    names = (" ".join(name.split()) for name in str(claim or "").split(","))
    return frozenset(one for one in names if one and is_unit(one))


def is_unit(name: str) -> bool:
    """Return True for text that can be the name of a unit."""
    return len(name) <= LONGEST_UNIT and name.isprintable() and "," not in name and "#" not in name
