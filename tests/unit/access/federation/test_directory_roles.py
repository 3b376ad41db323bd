"""Which roles an account has: by the directory's groups or by the pool's own, never by both."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.federation.directory_roles import (
    GROUPS,
    RoleMap,
    account_roles,
    is_of_directory,
    kept_groups,
    read_role_map,
    shown_name,
)
from chalicelib.access.permissions import Role
from chalicelib.access.units.colleagues import LONGEST_USERNAME

DIRECTORY = {"identities": '[{"providerName":"ForceID","userId":"x"}]'}
TEAM = "CN=Fahndung Süd,OU=Groups,DC=force"
ROLES = read_role_map(
    json.dumps({"Detectives": "investigator", TEAM: ["analyst", "auditor"], "a=b": "supervisor"})
)


def by_groups(*groups: str, roles: RoleMap = ROLES, **more: Any) -> set[Role]:
    attributes = {**DIRECTORY, GROUPS: kept_groups(groups, ROLES), **more}
    return set(account_roles(attributes, ["administrator"], roles))


def test_each_group_gives_what_the_map_says() -> None:
    assert by_groups("Detectives") == {Role.INVESTIGATOR}
    assert by_groups("Detectives", TEAM, "a=b") == {
        Role.INVESTIGATOR,
        Role.ANALYST,
        Role.AUDITOR,
        Role.SUPERVISOR,
    }


@pytest.mark.parametrize(
    "groups", [[], [""], ["detectives"], ["investigator"], ["administrator"], ["Detectives,"]]
)
def test_no_group_that_is_mapped_gives_no_role(groups: list[str]) -> None:
    assert by_groups(*groups) == set()


def test_a_letter_made_of_two_characters_is_that_letter() -> None:
    assert by_groups("CN=Fahndung Su\u0308d,OU=Groups,DC=force") == {Role.ANALYST, Role.AUDITOR}


def test_a_group_that_is_no_longer_mapped_gives_nothing() -> None:
    assert by_groups("Detectives", roles={}) == set()


@pytest.mark.parametrize(
    "said",
    [
        "Detectives",
        "[Detectives]",
        "[Detectives, x]",
        '"Detectives"',
        '{"Detectives":1}',
        "[1]",
        "[",
    ],
)
def test_what_did_not_come_by_our_trigger_gives_no_role(said: str) -> None:
    assert not account_roles({**DIRECTORY, GROUPS: said}, ["administrator"], ROLES)


@pytest.mark.parametrize(
    "attributes",
    [DIRECTORY, {"cognito:user_status": "EXTERNAL_PROVIDER"}, {"identities": [{"userId": "x"}]}],
)
def test_the_pools_groups_give_nothing_to_accounts_of_the_directory(
    attributes: dict[str, Any],
) -> None:
    assert is_of_directory(attributes)
    assert not account_roles(attributes, ["administrator", "auditor"], ROLES)


@pytest.mark.parametrize(
    "attributes", [{}, {"identities": ""}, {"cognito:user_status": "CONFIRMED"}]
)
def test_an_attribute_gives_nothing_to_local_accounts(attributes: dict[str, Any]) -> None:
    said = {**attributes, GROUPS: '["Detectives"]'}
    assert account_roles(said, ["analyst"], ROLES) == {Role.ANALYST}
    assert account_roles(said, None, ROLES) == frozenset()


def test_however_many_groups_fit_the_attribute() -> None:
    longest = {f"{'ü' * 110}{n}": "investigator" for n in range(9)}
    written = json.dumps(longest, ensure_ascii=False)
    assert 1150 < len(written) <= 1200, "as long as the parameter may be"
    sent = [*longest, *(f"Another group {n}" for n in range(20_000))]
    assert len(kept_groups(sent, read_role_map(written))) < 2048


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("Detectives=investigator", "is no JSON"),
        ("[]", "has to be"),
        ('{"Detectives": "detective"}', "gives “Detectives” “detective”. The roles are"),
        ('{"Detectives": ["investigator", "x"]}', "“x”"),
        ('{"Detectives": []}', "nothing"),
        ('{"Detectives": null}', "“None”"),
        ('{"Detectives": {"a": 1}}', "The roles are"),
        ('{"a": "auditor", " a": "analyst"}', "names a group twice: a"),
        ('{" ": "auditor"}', "without a name"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="DirectoryRoles") as refused:
        read_role_map(text)
    assert said in str(refused.value)


def test_no_map_gives_nobody_a_role() -> None:
    assert read_role_map("") == read_role_map(" \n") == {}


@pytest.mark.parametrize(
    ("account", "said", "shown"),
    [
        ("pc1", {"email": "other@force.example"}, "pc1"),
        ("ForceID_AAxx", {**DIRECTORY, "preferred_username": "jane@force.example"},
         "jane@force.example"),
        ("ForceID_AAxx", {**DIRECTORY, "preferred_username": "pc1"}, "pc1@ForceID"),
        ("ForceID_AAxx", {**DIRECTORY, "preferred_username": "FORCE\\pc1"}, "FORCE\\pc1@ForceID"),
        ("ForceID_AAxx", {**DIRECTORY, "email": "Jane.O'Neil+x@force.example"},
         "Jane.O'Neil+x@force.example"),
        ("ForceID_AAxx", {**DIRECTORY, "preferred_username": "two words",
                          "email": "j@force.example"}, "j@force.example"),
        ("ForceID_jane|7@force.example", DIRECTORY, "jane|7@force.example"),
        ("ForceID_AAxx", DIRECTORY, "AAxx@ForceID"),
        ("ForceID_a b", {**DIRECTORY, "preferred_username": "a,b"}, "ForceID_a b"),
        ("ForceID_x", {**DIRECTORY, "preferred_username": "evil\u202egnp@x"}, "x@ForceID"),
    ],
)  # fmt: skip
def test_people_are_shown_by_the_name_that_people_know(
    account: str, said: dict[str, Any], shown: str
) -> None:
    assert shown_name(account, said) == shown


@given(st.text(min_size=1, max_size=100), st.text(max_size=300), st.text(max_size=300))
def test_any_name_of_the_directory_is_shown_on_one_line(sub: str, wanted: str, mail: str) -> None:
    said = {**DIRECTORY, "preferred_username": wanted, "email": mail}
    shown = shown_name(f"ForceID_{sub}", said)
    assert 0 < len(shown) <= LONGEST_USERNAME
    if shown != f"ForceID_{sub}":
        assert "@" in shown and shown.isprintable() and not set(shown) & set(", \n;#")
