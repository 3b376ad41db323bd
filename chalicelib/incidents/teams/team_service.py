"""Changing who works on an incident: its officers, units, officer in charge, and restriction.

One transaction changes the incident, on condition that its team is as it was read, the lists of
all who see it from then on or no longer, and the mails to those whom it concerns.

Threat: an officer who may not see a case is let in by somebody who has no say in it. So the team is
changed by the officer in charge, and by supervisors of the incident's unit who see it; anybody may
leave it. Each change is on record before it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.access.units.colleagues import Colleague
from chalicelib.core.errors import Conflict, FieldErrors, Forbidden, Refused
from chalicelib.dynamodb.table import ConditionFailed, Table, Write, equals
from chalicelib.incidents.incident_access import IncidentAccess
from chalicelib.incidents.need_to_know import changed_viewers
from chalicelib.incidents.records import INCIDENT, Incident, list_place
from chalicelib.incidents.service import list_item
from chalicelib.incidents.teams.team_mail import TeamMail, TeamNews
from chalicelib.incidents.teams.team_rules import (
    MOST_OFFICERS,
    MOST_UNITS,
    WantedTeam,
    changed_team,
    incident_page_path,
    may_change_team,
    members_of,
    name_change,
    news_of_change,
    team_words,
    unfit_for,
)

NOT_YOURS = (
    "Only the officer in charge, and supervisors of the incident’s unit, can say who works on it."
)
IN_CHARGE = "You are in charge of this incident. Hand it over to another officer before you leave."


class TeamService:
    """Changes the teams of incidents."""

    def __init__(
        self, access: IncidentAccess, table: Table, mail: TeamMail, audit: AuditLog
    ) -> None:
        self._access = access
        self._table = table
        self._mail = mail
        self._colleagues = mail.colleagues
        self._audit = audit

    def view_team(self, incident: Incident, officer: Officer) -> Incident:
        """Put on record that an officer is about to see who works on an incident."""
        who, what = Actor.officer(officer), f"incident.{incident.id}"
        self._audit.record_act(who, Action.VIEWED_TEAM, what)
        return incident

    def change_team(self, incident: Incident, wanted: WantedTeam, officer: Officer) -> Incident:
        """Make the team as it is wanted. The same call again changes nothing.

        An officer who hands the incident over stays in the team until they leave. Raises Forbidden,
        Refused with a sentence beside each name that cannot be used, or Conflict, which tells how
        the team is now when somebody else changed it first.
        """
        change = name_change(officer, wanted)
        if incident.team_change == change:
            return self.view_team(incident, officer)
        if not may_change_team(officer, incident):
            who, what = Actor.officer(officer), f"incident.{incident.id}"
            self._audit.record_act(who, Action.REFUSED, what, "change of the team")
            raise Forbidden(NOT_YOURS)
        if wanted.seen not in (None, incident.team_changes):
            raise _changed_first(self.view_team(incident, officer))
        found = self._find_new(incident, wanted)
        after = changed_team(incident, wanted, found)
        if len(after.team) > max(MOST_OFFICERS, len(incident.team)):
            said = f"A team has at most {MOST_OFFICERS} officers. Share with their unit instead"
            raise Refused.field("officers", said)
        if after == incident:
            return self.view_team(incident, officer)
        self._record(Action.CHANGED_TEAM, incident, after, officer)
        told = [*news_of_change(incident, after, officer, self._people(incident, after, found))]
        return self._write(incident, replace(after, team_change=change), officer, told)

    def leave(self, incident: Incident, officer: Officer) -> Incident:
        """Take an officer out of an incident's team, as they wish. Leaving again changes nothing.
        Raises Conflict for the officer in charge, who must hand it over first."""
        if officer.id == incident.in_charge.id:
            raise Conflict(IN_CHARGE)
        team = tuple(one for one in incident.team if one.id != officer.id)
        if team == incident.team:
            return self.view_team(incident, officer)
        after = replace(incident, team=team, team_change="")
        self._record(Action.LEFT_TEAM, incident, after, officer)
        told = []
        if chief := self._colleagues.of_id(incident.in_charge.id):
            said = f"{officer.username} has left the team of an incident that you are in charge of."
            told.append(
                TeamNews(
                    chief, "An officer left an incident of yours", said, incident_page_path(after)
                )
            )
        return self._write(incident, after, officer, told)

    def _find_new(self, incident: Incident, wanted: WantedTeam) -> Mapping[str, Colleague]:
        """Find the officers who are named and do not work on the incident, by the name that was
        typed. Raises Refused with a sentence for each field that names nobody, or too many."""
        wrong: FieldErrors = []
        there = {one.username: one for one in (incident.in_charge, *incident.team)}
        names = [name for name in dict.fromkeys((*wanted.officers, wanted.in_charge)) if name]
        found: dict[str, Colleague] = {}
        for name in names:
            if name in there and name != wanted.in_charge:
                continue
            field = "officer_in_charge" if name == wanted.in_charge else "officers"
            one = self._colleagues.find(name) if name != incident.in_charge.username else None
            if one:
                found[name] = one
            if said := unfit_for(name, one, field) if name != incident.in_charge.username else "":
                wrong.append((field, said))
        wrong += self._wrong_units(incident, wanted)
        if wrong:
            raise Refused("Some names cannot be used.", wrong)
        return found

    def _wrong_units(self, incident: Incident, wanted: WantedTeam) -> FieldErrors:
        if len(set(wanted.units)) > MOST_UNITS:
            return [("units", f"Share with at most {MOST_UNITS} units")]
        if wanted.restricted and incident.unit in wanted.units:
            said = f"{incident.unit} sees the incident unless it is restricted. Choose one of both"
            return [("units", said)]
        new = set(wanted.units) - {*incident.shared_units, incident.unit}
        known = self._colleagues.known_units() if new else []
        unknown = sorted(new.difference(known))
        if not unknown:
            return []
        names = ", ".join(f"“{one}”" for one in unknown)
        there = f"Units that are known: {', '.join(known)}" if known else "No unit is known"
        return [("units", f"Nobody who has signed in belongs to {names}. {there}")]

    def _people(
        self, before: Incident, after: Incident, found: Mapping[str, Colleague]
    ) -> dict[str, Colleague]:
        """The officers in charge, and those who are in one of the two teams and not in the other,
        with their addresses; by id."""
        by_id = {one.officer.id: one for one in found.values()}
        was, now = members_of(before), members_of(after)
        for officer_id in (was.keys() ^ now.keys()) | {before.in_charge.id, after.in_charge.id}:
            if officer_id not in by_id:
                one = self._colleagues.of_id(officer_id)
                one = one or self._colleagues.find((was | now)[officer_id].username)
                if one:
                    by_id[officer_id] = one
        return by_id

    def _record(self, act: Action, before: Incident, after: Incident, officer: Officer) -> None:
        was, now = members_of(before), members_of(after)
        details = {
            "joined": " ".join(sorted(now.keys() - was.keys())),
            "left": " ".join(sorted(was.keys() - now.keys())),
            "in_charge": after.in_charge.id if after.in_charge != before.in_charge else "",
            "shared_with": ", ".join(sorted({*after.shared_units} - {*before.shared_units})),
            "no_longer_shared": ", ".join(sorted({*before.shared_units} - {*after.shared_units})),
            "restricted": ("yes" if after.restricted else "no")
            if after.restricted != before.restricted
            else "",
        }
        said = {name: value for name, value in details.items() if value}
        self._audit.record_act(Actor.officer(officer), act, f"incident.{before.id}", **said)

    def _write(
        self, before: Incident, after: Incident, officer: Officer, told: Iterable[TeamNews]
    ) -> Incident:
        after = replace(after, team_changes=before.team_changes + 1)
        mail = self._mail.prepare(told)
        changed = INCIDENT.changes(
            in_charge=after.in_charge,
            team=after.team,
            shared_units=after.shared_units,
            restricted=after.restricted,
            team_changes=after.team_changes,
            team_change=after.team_change,
        )
        same = equals("team_changes", before.team_changes)
        pk = f"INCIDENT#{before.id}"
        try:
            self._table.transact_with_retry(
                self._table.update_write(pk, "INCIDENT", assign=changed, when=same),
                *self._lists(before, after),
                *mail.writes,
            )
        except ConditionFailed:
            # Who changed it first may have taken this officer out.
            now = self._access.find_for(officer, before.id).incident
            if after.team_change and now.team_change == after.team_change:
                return now
            raise _changed_first(now) from None
        self._mail.send(mail)
        return after

    def _lists(self, before: Incident, after: Incident) -> Iterable[Write]:
        """The writes that make the lists of officers and units agree with the team."""
        added, taken = changed_viewers(before, after)
        yield from (self._table.put_write(list_item(after, one)) for one in added)
        place = list_place(before)
        yield from (self._table.delete_write(f"INCIDENTS#{one}", place) for one in taken)


def _changed_first(now: Incident) -> Conflict:
    said = f"Somebody else changed the team first. {team_words(now)} Make your change again"
    return Conflict(f"{said} if you still need to.")
