"""The rules of teams of incidents: who may change one, what a change makes of it, who is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chalicelib.access.permissions import Officer, Permission
from chalicelib.access.units.colleagues import Colleague
from chalicelib.incidents.need_to_know import needs_to_know
from chalicelib.incidents.records import Incident, TeamMember
from chalicelib.incidents.teams.team_mail import TeamNews

MOST_OFFICERS = 15
"""Officers in a team besides the officer in charge. With MOST_UNITS it keeps a change that replaces
all of them, and tells everybody, within the 100 writes of a transaction; a larger team is shared
with by its units."""
MOST_UNITS = 10


@dataclass(frozen=True)
class WantedTeam:
    """What a team is to be. officers: user names, besides the officer in charge, whose own name may
    be among them. in_charge: user name, "" to leave it as it is. seen: the `team_changes` that the
    sender saw, None when they do not say."""

    officers: tuple[str, ...]
    units: tuple[str, ...]
    restricted: bool
    in_charge: str = ""
    seen: int | None = None


def may_change_team(officer: Officer, incident: Incident) -> bool:
    """Return True when an officer who sees the incident may say who works on it."""
    if not officer.may(Permission.CHANGE_TEAM):
        return False
    supervises = officer.may(Permission.MANAGE_UNIT)
    of_unit = incident.unit in officer.units or not incident.unit
    return officer.id == incident.in_charge.id or (supervises and of_unit)


def members_of(incident: Incident) -> dict[str, TeamMember]:
    """Return the officer in charge and all others in the team, by id."""
    return {one.id: one for one in (incident.in_charge, *incident.team)}


def unfit_for(name: str, found: Colleague | None, field: str) -> str:
    """Say why an officer cannot have the part that a field gives them; "" when they can."""
    if found is None:
        return f"Nobody signs in as “{name}”. Check the user name"
    needed = Permission.CHANGE_TEAM if field == "officer_in_charge" else Permission.VIEW_INCIDENTS
    if not found.officer.may(needed):
        what = "take charge of" if field == "officer_in_charge" else "see"
        return f"{name} cannot {what} incidents: their role does not let them"
    return ""


def changed_team(
    incident: Incident, wanted: WantedTeam, found: Mapping[str, Colleague]
) -> Incident:
    """Return the incident with the team that is wanted."""
    there = {one.username: one for one in (incident.in_charge, *incident.team)}

    def member(name: str) -> TeamMember:
        one = found.get(name)
        return TeamMember(one.officer.id, one.officer.username) if one else there[name]

    chief = member(wanted.in_charge) if wanted.in_charge else incident.in_charge
    named = [member(name) for name in wanted.officers]
    if chief.id != incident.in_charge.id:
        named.append(incident.in_charge)  # They hand it over, and stay until they leave.
    team = {one.id: one for one in named if one.id != chief.id}
    kept = [one for one in incident.team if one.id in team]
    new = [one for one in team.values() if one not in kept]
    shared = dict.fromkeys(one for one in wanted.units if one != incident.unit)
    units = tuple(shared) if {*shared} != {*incident.shared_units} else incident.shared_units
    return replace(
        incident,
        in_charge=chief,
        team=(*kept, *new),
        shared_units=units,
        restricted=wanted.restricted,
    )


def news_of_change(
    before: Incident, after: Incident, by: Officer, people: Mapping[str, Colleague]
) -> Iterable[TeamNews]:
    """What officers are told of a change that somebody else made."""
    was, now, who = members_of(before), members_of(after), by.username
    for officer_id, one in people.items():
        if officer_id == by.id:
            continue
        page = incident_page_path(after) if needs_to_know(after, one.officer) else "/console"
        if officer_id == after.in_charge.id and officer_id != before.in_charge.id:
            said = f"{who} handed an incident over to you: you are now in charge of it."
            yield TeamNews(one, "You are in charge of an incident", said, page)
        elif officer_id == before.in_charge.id and officer_id != after.in_charge.id:
            chief = after.in_charge.username
            said = f"{who} handed an incident of yours over to {chief}. You stay in its team."
            yield TeamNews(one, "An incident of yours was handed over", said, page)
        elif officer_id == after.in_charge.id:
            said = f"{who} changed who works on an incident that you are in charge of."
            yield TeamNews(one, "The team of an incident of yours was changed", said, page)
        elif officer_id in now and officer_id not in was:
            said = f"{who} added you to the team of an incident."
            yield TeamNews(one, "You were added to an incident", said, page)
        elif officer_id in was and officer_id not in now:
            said = f"{who} took you out of the team of an incident."
            yield TeamNews(one, "You were taken out of an incident", said, page)


def incident_page_path(incident: Incident) -> str:
    """Give the path of an incident's page."""
    return f"/console/incidents/{incident.id}"


def name_change(officer: Officer, wanted: WantedTeam) -> str:
    """Name a change by who wants what, so that the same call sent again is known."""
    said = (officer.id, sorted(set(wanted.officers)), sorted(set(wanted.units)))
    return hashlib.sha256(
        repr((*said, wanted.restricted, wanted.in_charge, wanted.seen)).encode()
    ).hexdigest()[:32]


def team_words(incident: Incident) -> str:
    """Say in a sentence who works on an incident now."""
    officers = ", ".join(one.username for one in incident.team) or "nobody else"
    shared = f"; shared with {', '.join(incident.shared_units)}" if incident.shared_units else ""
    restricted = "; restricted" if incident.restricted else ""
    chief = incident.in_charge.username
    return f"In charge now: {chief}; in the team: {officers}{shared}{restricted}."
