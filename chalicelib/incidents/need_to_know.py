"""Who needs to know of an incident. Pure.

An incident belongs to a unit and has a team. Its team sees it (the officer in charge, officers and
units that it is shared with), and its own unit unless it is restricted; a supervisor who is not
among them can enter it with a reason, for a day (`incidents.incident_access`).

Threat: the likeliest thief of open cases has an account. So there is one rule, and the lists that
officers see are kept by it: an incident stands in the list of each of its viewers and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.access.permissions import Officer
from chalicelib.incidents.records import Incident


def officer_viewer(officer_id: str) -> str:
    """Name an officer as a viewer of incidents."""
    return f"officer.{officer_id}"


def entered_viewer(officer_id: str) -> str:
    """Name the list of the incidents that a supervisor entered."""
    return f"entered.{officer_id}"


def unit_viewer(unit: str) -> str:
    """Name a unit as a viewer of incidents."""
    return f"unit.{unit}"


def viewers(incident: Incident) -> frozenset[str]:
    """Name the officers and units that need to know of an incident."""
    units = [*incident.shared_units]
    if incident.unit and not incident.restricted:
        units.append(incident.unit)
    officers = [incident.in_charge.id, *(one.id for one in incident.team)]
    return frozenset([*map(officer_viewer, officers), *map(unit_viewer, units)])


def views_of(officer: Officer) -> list[str]:
    """Name the viewers that an officer counts as: the officer, and each of their units."""
    return [officer_viewer(officer.id), *map(unit_viewer, sorted(officer.units))]


def needs_to_know(incident: Incident, officer: Officer) -> bool:
    """Return True when the officer works on the incident, or belongs to a unit that sees it."""
    return not viewers(incident).isdisjoint(views_of(officer))


def home_unit(officer: Officer, wanted: str = "") -> str | None:
    """Choose the unit that an officer's new incident belongs to: the one that is wanted, else the
    first of the officer's units, "" for an officer without any. None when the officer is not in the
    unit that is wanted."""
    if wanted:
        return wanted if wanted in officer.units else None
    return min(officer.units, default="")


def changed_viewers(before: Incident, after: Incident) -> tuple[Iterable[str], Iterable[str]]:
    """Name the viewers that a change of the team adds, and those that it takes away."""
    was, now = viewers(before), viewers(after)
    return sorted(now - was), sorted(was - now)
