"""Who needs to know of an incident: its team, and its unit unless it is restricted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.permissions import Officer, Role
from chalicelib.incidents.need_to_know import (
    changed_viewers,
    home_unit,
    needs_to_know,
    officer_viewer,
    unit_viewer,
    viewers,
    views_of,
)
from chalicelib.incidents.records import Incident, TeamMember

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CID, TRAFFIC, WEST = "Birmingham CID", "Traffic", "West, late turn"
LANE = TeamMember("a1", "lane")
INCIDENT = Incident(
    "20/1/26", "Burglary", 0, 0, NOW, NOW, "A house.", CID,
    id="1" * 16, created_by="byrne", created_by_id="c1", created_at=NOW, in_charge=LANE,
)  # fmt: skip


def officer(name: str, *units: str, role: Role = Role.INVESTIGATOR) -> Officer:
    return Officer(name, name, frozenset({role}), frozenset(units))


@pytest.mark.parametrize(
    ("who", "sees", "when_restricted"),
    [
        (officer("a1", TRAFFIC), True, True),  # in charge
        (officer("b1", TRAFFIC), True, True),  # in the team
        (officer("d1", CID, TRAFFIC), True, False),  # of the unit
        (officer("d2", WEST), True, True),  # of a unit that it is shared with
        (officer("c1"), False, False),  # recorded it, and handed it over
        (officer("d3", TRAFFIC), False, False),
        (officer("d4"), False, False),
        (officer("s1", TRAFFIC, role=Role.SUPERVISOR), False, False),
        (officer("s2", CID, role=Role.SUPERVISOR), True, False),
        (officer("u1", TRAFFIC, role=Role.AUDITOR), False, False),
    ],
)
def test_the_rule(who: Officer, sees: bool, when_restricted: bool) -> None:
    shared = replace(INCIDENT, team=(TeamMember("b1", "shah"),), shared_units=(WEST,))
    assert needs_to_know(shared, who) is sees
    assert needs_to_know(replace(shared, restricted=True), who) is when_restricted


def test_an_incident_of_no_unit_is_not_seen_by_those_without_one() -> None:
    assert not needs_to_know(replace(INCIDENT, unit=""), officer("d4"))
    assert viewers(replace(INCIDENT, unit="")) == {"officer.a1"}


names = st.sampled_from([CID, TRAFFIC, WEST, "East"])
people = st.sampled_from(["a1", "b1", "c1", "d1"])
incidents = st.builds(
    replace,
    st.just(INCIDENT),
    unit=names | st.just(""),
    restricted=st.booleans(),
    shared_units=st.lists(names).map(tuple),
    team=st.lists(people.map(lambda one: TeamMember(one, one))).map(tuple),
)


@given(incidents, incidents)
def test_lists_follow_every_change_of_the_team(before: Incident, after: Incident) -> None:
    added, taken = changed_viewers(before, after)
    assert (viewers(before) | set(added)) - set(taken) == viewers(after)
    assert not set(added) & viewers(before)
    assert set(taken) <= viewers(before)


@given(incidents, people, st.sets(names))
def test_an_incident_stands_in_a_list_of_exactly_those_who_need_to_know(
    incident: Incident, person: str, units: set[str]
) -> None:
    who = officer(person, *units)
    assert needs_to_know(incident, who) == any(one in viewers(incident) for one in views_of(who))


def test_officers_and_units_of_one_name_are_not_confused() -> None:
    assert officer_viewer("CID") != unit_viewer("CID")


def test_a_new_incident_belongs_to_a_unit_of_its_officer() -> None:
    assert home_unit(officer("a1", TRAFFIC, CID)) == CID
    assert home_unit(officer("a1", TRAFFIC, CID), TRAFFIC) == TRAFFIC
    assert home_unit(officer("a1", TRAFFIC), CID) is None
    assert home_unit(officer("a1")) == ""
    assert home_unit(officer("a1"), CID) is None
