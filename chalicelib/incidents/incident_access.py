"""Officers' way to an incident: only for those who need to know, or who entered it with a reason.

Every route that leads from an incident passes `find_for` before its view runs
(`web.http.identity`). An incident that an officer does not see looks the same as one that is not
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from operator import attrgetter

from chalicelib.access.audit import NO_NEED, Action, Actor, AuditLog
from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import NotFound
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import Table
from chalicelib.incidents.need_to_know import entered_viewer, needs_to_know, views_of
from chalicelib.incidents.records import (
    ENTRY,
    LISTED,
    Incident,
    IncidentEntry,
    ListedIncident,
)
from chalicelib.incidents.service import NOT_THERE, IncidentPage, IncidentService

_PLACE = attrgetter("place")


@dataclass(frozen=True)
class OpenedCase:
    """An incident that an officer sees. until: when that ends, for a supervisor who entered it."""

    incident: Incident
    until: datetime | None = None


class IncidentAccess:
    """Finds and lists the incidents that an officer needs to know of."""

    def __init__(
        self, incidents: IncidentService, table: Table, audit: AuditLog, clock: Clock
    ) -> None:
        self._incidents = incidents
        self._table = table
        self._audit = audit
        self._clock = clock

    def find_for(self, officer: Officer, incident_id: str) -> OpenedCase:
        """Read an incident for an officer who needs to know of it, or has entered it. Raises
        NotFound for all others, which goes on record when there is such an incident."""
        incident = self._incidents.get_incident(incident_id)
        if needs_to_know(incident, officer):
            return OpenedCase(incident)
        entry = self.entry_of(officer, incident)
        if entry is None:
            who, what = Actor.officer(officer), f"incident.{incident.id}"
            self._audit.record_act(who, Action.REFUSED, what, NO_NEED)
            raise NotFound(NOT_THERE)
        return OpenedCase(incident, entry.until)

    def sees(self, officer: Officer, incident: Incident) -> bool:
        """Return True when the officer needs to know of the incident, or has entered it."""
        return needs_to_know(incident, officer) or self.entry_of(officer, incident) is not None

    def entry_of(self, officer: Officer, incident: Incident) -> IncidentEntry | None:
        """Return by what a supervisor entered the incident; None when they have not, or their day
        is over."""
        if not officer.may(Permission.ENTER_INCIDENT):
            return None
        key = f"INCIDENT#{incident.id}", f"ENTRY#{officer.id}"
        item = self._table.get(*key, consistent=True)
        entry = ENTRY.read(item) if item else None
        # DynamoDB removes an item that has ended late, so that its end is compared here.
        return entry if entry and self._clock() < entry.until else None

    def entries(self, incident: Incident) -> list[IncidentEntry]:
        """List who has entered the incident and can see it now."""
        items = self._table.query(f"INCIDENT#{incident.id}", prefix="ENTRY#", consistent=True)
        return [one for one in map(ENTRY.read, items) if self._clock() < one.until]

    def _lasts(self, listed: ListedIncident) -> bool:
        return listed.until is None or self._clock() < listed.until

    def list_for(self, officer: Officer, limit: int, last: str = "") -> IncidentPage:
        """List the incidents that an officer sees, newest first. last: `next_place` of the page
        before, "" for the first."""
        found = [self._listed(viewer, last, limit + 2) for viewer in views_of(officer)]
        if officer.may(Permission.ENTER_INCIDENT):
            # These are few, and some have ended: none is left out by a limit.
            found.append(filter(self._lasts, self._listed(entered_viewer(officer.id), last, None)))
        together = merge(*found, key=_PLACE, reverse=True)
        # A query includes the place that it begins at.
        places = (next(same) for place, same in groupby(together, _PLACE) if place != last)
        listed = list(islice(places, limit + 1))
        shown = self._incidents.find_incidents([one.incident_id for one in listed[:limit]])
        more = len(listed) > limit
        return IncidentPage(tuple(shown), listed[limit - 1].place if more else "")

    def _listed(self, viewer: str, last: str, limit: int | None) -> Iterator[ListedIncident]:
        items = self._table.query(
            f"INCIDENTS#{viewer}",
            between=("0", last) if last else None,
            backwards=True,
            limit=limit,
            consistent=True,
        )
        return map(LISTED.read, items)

    def of_crime(self, officer: Officer, crime_reference: str) -> tuple[Incident, ...]:
        """List the incidents of a crime reference (in the form that is stored) that an officer
        sees, newest first."""
        found = self._incidents.of_crime(crime_reference)
        return tuple(one for one in found if self.sees(officer, one))
