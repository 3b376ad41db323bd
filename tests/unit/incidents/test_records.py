"""Incidents as they are kept and listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.incidents.records import (
    INCIDENT as RECORD,
)
from chalicelib.incidents.records import (
    Incident,
    IncidentState,
    TeamMember,
    crime_key,
    list_place,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
INCIDENT = Incident(
    "20/1/26", "Burglary", 52_476_001, -1_905_302, NOW, NOW, "A house.",
    id="1" * 16, created_by="pc1", created_by_id="2" * 16,
    in_charge=TeamMember("2" * 16, "pc.lane"), created_at=NOW,
)  # fmt: skip


def test_an_incident_is_where_it_is_and_open_until_it_is_closed() -> None:
    assert (INCIDENT.latitude, INCIDENT.longitude) == (52.476001, -1.905302)
    assert INCIDENT.is_open and INCIDENT.closings == 0
    assert not replace(INCIDENT, state=IncidentState.CLOSED).is_open


def test_an_incident_comes_back_as_it_was_stored_and_is_listed_by_time_and_id() -> None:
    item = {name: value for name, value in RECORD.item(INCIDENT).items() if value is not None}
    assert RECORD.read(item) == INCIDENT
    assert list_place(INCIDENT) == f"2026-11-20T10:00:00.000000Z#{'1' * 16}"
    assert item["PK"] == f"INCIDENT#{'1' * 16}"
    assert crime_key("20/1/26") == "CRIME#20/1/26"


def test_a_single_moment_is_asked_for_with_a_quarter_of_an_hour_around_it() -> None:
    quarter = timedelta(minutes=15)
    assert INCIDENT.is_moment
    assert (INCIDENT.footage_from, INCIDENT.footage_to) == (NOW - quarter, NOW + quarter)
    stretch = replace(INCIDENT, occurred_to=NOW + timedelta(minutes=1))
    assert not stretch.is_moment
    assert (stretch.footage_from, stretch.footage_to) == (NOW, stretch.occurred_to)
