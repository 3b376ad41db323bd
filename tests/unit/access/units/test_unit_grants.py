"""Permissions that a unit gives to single officers: who has one, and when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.access.permissions import GRANTED, Officer, Permission, Role
from chalicelib.access.units.unit_grants import UnitGrant, UnitGrants
from chalicelib.core.errors import Conflict
from chalicelib.dynamodb.table import Table
from tests.support.memory_client import MemoryClient

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MAP = Permission.VIEW_MAP
LANE = Officer("a1", "lane", frozenset({Role.INVESTIGATOR}), frozenset({"CID", "West"}))
GRANT = UnitGrant("a1", MAP.name, "CID", "Plans the cameras", "s1", "nair", NOW)


@pytest.fixture
def grants() -> UnitGrants:
    return UnitGrants(Table(MemoryClient(), "Registry"))


def test_no_role_has_what_a_unit_gives() -> None:
    for role in Role:
        for permission in GRANTED:
            assert not replace(LANE, roles=frozenset({role})).may(permission)


@pytest.mark.parametrize(
    ("changed", "sees"),
    [
        ({}, True),
        ({"units": frozenset({"West"})}, False),  # left the unit that gave it
        ({"roles": frozenset({Role.ANALYST})}, False),  # may not search any more
        ({"id": "b1"}, False),
    ],
)
def test_who_has_it(grants: UnitGrants, changed: dict[str, object], sees: bool) -> None:
    grants.give_permission(GRANT, LANE)
    assert grants.may(replace(LANE, **changed), MAP) is sees  # type: ignore[arg-type]  # Any field.
    assert grants.may(LANE, Permission.SEARCH) is False, "not one that units give"


def test_it_is_given_and_taken_once(grants: UnitGrants) -> None:
    grants.give_permission(GRANT, LANE)
    with pytest.raises(Conflict):
        grants.give_permission(GRANT, LANE)
    assert grants.of_officers(["a1", "b1"], MAP) == {"a1": GRANT}
    grants.take_permission(GRANT)
    assert not grants.may(LANE, MAP)
    with pytest.raises(Conflict):
        grants.take_permission(GRANT)


def test_another_unit_can_give_it_to_who_left_the_first(grants: UnitGrants) -> None:
    grants.give_permission(GRANT, LANE)
    moved = replace(LANE, units=frozenset({"West"}))
    grants.give_permission(replace(GRANT, unit="West"), moved)
    assert grants.may(moved, MAP)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (LANE, "Only certain officers may see the map of all sites. A supervisor of CID or West"),
        (replace(LANE, units=frozenset()), "You belong to no unit"),
        (replace(LANE, roles=frozenset({Role.ANALYST})), "Your role does not let you see the map"),
    ],
)
def test_a_refusal_says_whom_to_ask(who: Officer, said: str) -> None:
    assert said in who.refusal(MAP)
