"""Recording incidents, and reading them for officers."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table
from chalicelib.incidents.records import (
    INCIDENT,
    LISTING,
    LISTING_INDEX,
    Incident,
    NewIncident,
    crime_key,
)

__all__ = ["Incident", "IncidentPage", "IncidentService", "NewIncident"]


@dataclass(frozen=True)
class IncidentPage:
    """A page of incidents, newest first. next_place: where the next page begins, "" at the end."""

    incidents: tuple[Incident, ...]
    next_place: str


class IncidentService:
    """Records and reads the force's incidents."""

    def __init__(self, table: Table, audit: AuditLog, clock: Clock) -> None:
        self._table = table
        self._audit = audit
        self._clock = clock

    def create_incident(
        self, new: NewIncident, officer: Officer, incident_id: str = ""
    ) -> Incident:
        """Write an incident, and an entry in the audit record.

        incident_id: an id made beforehand (the form carries one), so that a form sent twice
        makes one incident: the second time the first one is returned. Raises Conflict when
        the id is somebody else's.
        """
        now = self._clock()
        incident = Incident(
            id=incident_id or new_id(),
            **vars(new),
            created_by=officer.username,
            created_by_id=officer.id,
            created_at=now,
        )
        try:
            self._table.transact(
                self._table.put_write(INCIDENT.item(incident), when=NEW),
                self._table.put_write(
                    {
                        "PK": crime_key(incident.crime_reference),
                        "SK": f"INCIDENT#{incident.id}",
                        "incident_id": incident.id,
                    }
                ),
            )
        except ConditionFailed:
            there = self.find_incident(incident.id)
            if there is None or there.created_by_id != officer.id:
                raise Conflict("This incident was already recorded. Open a new form.") from None
            if self._is_on_record(there):
                return there
            incident = there  # The first call could not be finished.
        self._audit.record_act(
            Actor.officer(officer),
            Action.CREATED_INCIDENT,
            f"incident.{incident.id}",
            crime_reference=incident.crime_reference,
        )
        return incident

    def _is_on_record(self, incident: Incident) -> bool:
        """Return True when the record says that the incident was recorded. It does not when the
        call that wrote the incident ended before it wrote that, for example by its deadline."""
        acts = self._audit.of_subject(f"incident.{incident.id}")
        return any(act["action"] == Action.CREATED_INCIDENT.value for act in acts)

    def view_incident(self, incident_id: str, officer: Officer) -> Incident:
        """Read an incident for an officer, after the audit record of it. Raises NotFound."""
        incident = self.get_incident(incident_id)
        self._audit.record_act(
            Actor.officer(officer), Action.VIEWED_INCIDENT, f"incident.{incident.id}"
        )
        return incident

    def find_incident(self, incident_id: str) -> Incident | None:
        """Read an incident, or None when there is none with this id."""
        item = self._table.get(f"INCIDENT#{incident_id}", "INCIDENT", consistent=True)
        return INCIDENT.read(item) if item else None

    def get_incident(self, incident_id: str) -> Incident:
        """Read an incident. Raises NotFound."""
        incident = self.find_incident(incident_id)
        if incident is None:
            raise NotFound("There is no incident with this id.")
        return incident

    def record_listing(self, officer: Officer, crime_reference: str = "") -> None:
        """Put on record that an officer is about to see a list of incidents: all, newest first, or
        those of a crime reference."""
        wanted = {"crime_reference": crime_reference} if crime_reference else {}
        self._audit.record_act(
            Actor.officer(officer), Action.LISTED_INCIDENTS, "incidents", **wanted
        )

    def list_incidents(self, limit: int, last: str = "") -> IncidentPage:
        """List incidents, newest first. last: `next_place` of the page before, "" for the first.

        An incident recorded this second may still be missing: the listing is an index, which
        follows the table by a moment.
        """
        # The place is that of the last item shown; the query includes it, so ask for one more.
        found = self._table.query(
            LISTING,
            index=LISTING_INDEX,
            between=("0", last) if last else None,
            backwards=True,
            limit=limit + 2,
        )
        items = [item for item in found if item["listed_at"] != last][: limit + 1]
        more = len(items) > limit
        shown = items[:limit]
        return IncidentPage(
            tuple(map(INCIDENT.read, shown)),
            shown[-1]["listed_at"] if more else "",
        )

    def of_crime(self, crime_reference: str) -> tuple[Incident, ...]:
        """List the incidents of a crime reference (in the form that is stored), newest first."""
        links = self._table.query(crime_key(crime_reference), prefix="INCIDENT#", consistent=True)
        found = [self.find_incident(link["incident_id"]) for link in links]
        return tuple(
            sorted((i for i in found if i), key=lambda incident: incident.created_at, reverse=True)
        )
