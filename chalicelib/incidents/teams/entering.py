"""A supervisor's way into an incident that is not theirs, with a reason and for a day.

Threat: a way around the rule of need to know becomes a habit. So the reason is on record before
anything is shown, also when there is no such incident; the officer in charge and the supervisors of
the incident's unit are told at once; and it ends after a day, unless a reason is given again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, equals
from chalicelib.incidents.incident_access import IncidentAccess, OpenedCase
from chalicelib.incidents.need_to_know import entered_viewer, needs_to_know
from chalicelib.incidents.records import (
    ENTRY,
    LISTED,
    Incident,
    IncidentEntry,
    ListedIncident,
    list_place,
)
from chalicelib.incidents.service import NOT_THERE, IncidentService
from chalicelib.incidents.teams.team_mail import TeamMail, TeamNews

ENTERED_FOR = timedelta(days=1)
"""How long a supervisor who entered an incident sees it, unless they give a reason again."""

SAME_WITHIN = timedelta(minutes=1)
"""Within this time the same reason is the same call, sent twice."""


class IncidentEntries:
    """Lets supervisors enter incidents."""

    def __init__(
        self,
        incidents: IncidentService,
        access: IncidentAccess,
        table: Table,
        mail: TeamMail,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._incidents = incidents
        self._access = access
        self._table = table
        self._mail = mail
        self._audit = audit
        self._clock = clock

    def enter(self, incident_id: str, reason: str, officer: Officer) -> OpenedCase:
        """Let a supervisor see an incident for a day, or for another day. One that they need to
        know of is opened as it is. Raises NotFound after the reason went on record."""
        incident = self._incidents.find_incident(incident_id)
        if incident is None:
            self._record(Action.SOUGHT_INCIDENT, officer, f"incident.{incident_id}", reason)
            raise NotFound(NOT_THERE)
        if needs_to_know(incident, officer):
            self._record(Action.VIEWED_INCIDENT, officer, f"incident.{incident_id}", reason)
            return OpenedCase(incident)
        key = f"INCIDENT#{incident.id}", f"ENTRY#{officer.id}"
        item = self._table.get(*key, consistent=True)
        before = ENTRY.read(item) if item else None
        if before and before.reason == reason and self._clock() < before.at + SAME_WITHIN:
            return OpenedCase(incident, before.until)
        self._record(Action.ENTERED_INCIDENT, officer, f"incident.{incident_id}", reason)
        return OpenedCase(incident, self._write(incident, reason, officer, before).until)

    def seek(self, crime_reference: str, reason: str, officer: Officer) -> list[Incident]:
        """List the incidents of a crime reference for a supervisor who wants to enter one, newest
        first, after the reason went on record."""
        audit, who = self._audit, Actor.officer(officer)
        act = Action.SOUGHT_INCIDENT
        audit.record_act(who, act, "incidents", reason, crime_reference=crime_reference)
        return self._incidents.of_crime(crime_reference)

    def _record(self, act: Action, officer: Officer, subject: str, reason: str) -> None:
        self._audit.record_act(Actor.officer(officer), act, subject, reason)

    def _write(
        self, incident: Incident, reason: str, officer: Officer, before: IncidentEntry | None
    ) -> IncidentEntry:
        now = self._clock().replace(microsecond=0)
        until = now + ENTERED_FOR
        entry = IncidentEntry(incident.id, officer.id, officer.username, reason, now, until)
        listed = ListedIncident(
            entered_viewer(officer.id), list_place(incident), incident.id, until
        )
        mail = self._mail.prepare(self._told(incident, officer))
        same = equals("at", iso_seconds(before.at)) if before else NEW
        try:
            self._table.transact_with_retry(
                self._table.put_write(ENTRY.item(entry), when=same),
                self._table.put_write(LISTED.item(listed)),
                *mail.writes,
            )
        except ConditionFailed:
            # The same officer entered it in this moment, in another call.
            there = self._access.entry_of(officer, incident)
            if there is None:
                raise Unavailable("The record is busy. Try again in a minute.") from None
            return there
        self._mail.send(mail)
        return entry

    def _told(self, incident: Incident, officer: Officer) -> Iterable[TeamNews]:
        colleagues = self._mail.colleagues
        page = f"/console/incidents/{incident.id}"
        said = f"{officer.username} entered an incident that is not theirs, with a reason, and can "
        said += "see it for a day."
        if chief := colleagues.of_id(incident.in_charge.id):
            heading = "A supervisor entered an incident of yours"
            where = f"{page}/team"
            yield TeamNews(chief, heading, f"{said} You are in charge of it.", where)
        for one in colleagues.supervisors_of(incident.unit) if incident.unit else ():
            if one.officer.id not in (officer.id, incident.in_charge.id):
                heading = "A supervisor entered an incident of your unit"
                sees = needs_to_know(incident, one.officer)
                where = f"{page}/team" if sees else "/console"
                yield TeamNews(one, heading, f"{said} It belongs to {incident.unit}.", where)
