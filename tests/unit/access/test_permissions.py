"""Who may do what, written out, so that a change of the table is a change here too."""

from __future__ import annotations

import pytest

from chalicelib.access.permissions import (
    ALLOWED,
    Officer,
    Permission,
    Role,
    roles_from_groups,
    units_from_claim,
)

P = Permission
INVESTIGATE = {
    P.USE_CONSOLE,
    P.VIEW_INCIDENTS,
    P.CREATE_INCIDENT,
    P.CHANGE_TEAM,
    P.SEARCH,
    P.REQUEST,
    P.REVEAL_CONTACT,
    P.VIEW_WORDINGS,
    P.READ_THREAD,
    P.VIEW_COVERAGE,
    P.VIEW_EVIDENCE,
    P.OPEN_EVIDENCE,
}
EXPECTED = {
    Role.INVESTIGATOR: INVESTIGATE,
    Role.SUPERVISOR: INVESTIGATE
    | {
        P.ENTER_INCIDENT,
        P.REOPEN_INCIDENT,
        P.OVERRIDE_LIMITS,
        P.VIEW_STATISTICS,
        P.MANAGE_UNIT,
        P.VIEW_AUDIT,
    },
    Role.ANALYST: {P.USE_CONSOLE, P.VIEW_INCIDENTS, P.VIEW_STATISTICS},
    Role.ADMINISTRATOR: {
        P.USE_CONSOLE,
        P.VIEW_STATISTICS,
        P.VIEW_WORDINGS,
        P.MANAGE_WORDINGS,
        P.CHECK_ADDRESSES,
    },
    Role.AUDITOR: {
        P.USE_CONSOLE,
        P.VIEW_INCIDENTS,
        P.READ_THREAD,
        P.VIEW_COVERAGE,
        P.VIEW_EVIDENCE,
        P.VIEW_AUDIT,
        P.VIEW_STATISTICS,
    },
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_each_role_may_exactly_this(role: Role, permission: Permission) -> None:
    officer = Officer("id", "name", frozenset({role}))
    assert officer.may(permission) == (permission in EXPECTED[role])


def test_who_reads_the_record_of_others_can_be_told_from_who_is_in_it() -> None:
    """An auditor neither searches nor asks, so auditing has no interest of its own."""
    assert not ALLOWED[Role.AUDITOR] & {P.SEARCH, P.REQUEST, P.REVEAL_CONTACT, P.OPEN_EVIDENCE}


def test_two_roles_may_what_either_may_and_none_may_nothing() -> None:
    both = Officer("id", "name", frozenset({Role.ANALYST, Role.AUDITOR}))
    assert both.may(P.VIEW_AUDIT)
    assert not both.may(P.SEARCH)
    assert not any(Officer("id", "name", frozenset()).may(p) for p in Permission)


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("[investigator auditor]", {Role.INVESTIGATOR, Role.AUDITOR}),
        ("investigator,auditor", {Role.INVESTIGATOR, Role.AUDITOR}),
        (["supervisor", "x"], {Role.SUPERVISOR}),
        ("[investigators]", set()),
        ("INVESTIGATOR", set()),
        (None, set()),
        (7, set()),
        ([["investigator"]], set()),
    ],
)
def test_roles_come_from_groups_of_exactly_their_name(groups: object, roles: set[Role]) -> None:
    assert roles_from_groups(groups) == roles


@pytest.mark.parametrize(
    ("claim", "units"),
    [
        ("Birmingham CID", {"Birmingham CID"}),
        (" Birmingham  CID ,Traffic,, Traffic", {"Birmingham CID", "Traffic"}),
        ("", set()),
        (None, set()),
        ("a#b,ok", {"ok"}),
        ("x" * 61, set()),
        ("bell\u0007,ok", {"ok"}),
    ],
)
def test_units_come_from_a_list_with_commas(claim: object, units: set[str]) -> None:
    assert units_from_claim(claim) == units


@pytest.mark.parametrize(
    "role, permission, said",
    [
        (
            Role.ANALYST,
            P.SEARCH,
            "Your role does not let you search for cameras. Investigators and supervisors can. "
            "Ask your administrator if you need to.",
        ),
        (
            Role.INVESTIGATOR,
            P.MANAGE_WORDINGS,
            "Your role does not let you change the message templates. Administrators can. "
            "Ask your administrator if you need to.",
        ),
        # An administrator cannot ask the administrator.
        (
            Role.ADMINISTRATOR,
            P.VIEW_AUDIT,
            "Your role does not let you read the audit record. Supervisors and auditors can.",
        ),
    ],
)
def test_a_refusal_says_who_may_and_whom_to_ask(
    role: Role, permission: Permission, said: str
) -> None:
    assert Officer("1" * 16, "dana", frozenset({role})).refusal(permission) == said
