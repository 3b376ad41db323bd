"""Recording incidents, and reading them for officers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound, Refused
from chalicelib.core.ids import new_id
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import NEW, ConditionFailed, Item, Table
from chalicelib.incidents.need_to_know import home_unit, needs_to_know, viewers
from chalicelib.incidents.records import (
    INCIDENT,
    LISTED,
    Incident,
    ListedIncident,
    NewIncident,
    TeamMember,
    crime_key,
    list_place,
)

__all__ = ["Incident", "IncidentPage", "IncidentService", "NewIncident"]


NOT_THERE = "There is no incident with this id."
NOT_YOUR_UNIT = "Choose one of your own units"


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
        makes one incident: the second time the first one is returned. The officer is in charge of
        it. Raises Conflict when the id is somebody else's, and Refused when the officer does not
        belong to the unit that it is to belong to.
        """
        unit = home_unit(officer, new.unit)
        if unit is None:
            raise Refused.field("unit", NOT_YOUR_UNIT)
        now = self._clock()
        incident = Incident(
            id=incident_id or new_id(),
            **vars(replace(new, unit=unit)),
            created_by=officer.username,
            created_by_id=officer.id,
            created_at=now,
            in_charge=TeamMember(officer.id, officer.username),
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
                *(self._table.put_write(list_item(incident, one)) for one in viewers(incident)),
            )
        except ConditionFailed:
            there = self.find_incident(incident.id)
            own = there is not None and there.created_by_id == officer.id
            # Whoever recorded it may have handed it over since, and left.
            if there is None or not own or not needs_to_know(there, officer):
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

    def view_incident(self, incident: Incident, officer: Officer) -> Incident:
        """Put on record that an officer is about to see an incident."""
        self._audit.record_act(
            Actor.officer(officer), Action.VIEWED_INCIDENT, f"incident.{incident.id}"
        )
        return incident

    def find_incident(self, incident_id: str) -> Incident | None:
        """Read an incident, or None when there is none with this id."""
        item = self._table.get(f"INCIDENT#{incident_id}", "INCIDENT", consistent=True)
        return INCIDENT.read(item) if item else None

    def find_incidents(self, incident_ids: Iterable[str]) -> list[Incident]:
        """Read several incidents, in the order of their ids; those that are not there are left
        out."""
        keys = [(f"INCIDENT#{one}", "INCIDENT") for one in incident_ids]
        found = self._table.get_many(keys, consistent=True)
        return [INCIDENT.read(found[key]) for key in keys if key in found]

    def get_incident(self, incident_id: str) -> Incident:
        """Read an incident. Raises NotFound."""
        incident = self.find_incident(incident_id)
        if incident is None:
            raise NotFound(NOT_THERE)
        return incident

    def record_listing(self, officer: Officer, crime_reference: str = "") -> None:
        """Put on record that an officer is about to see a list of incidents: all, newest first, or
        those of a crime reference."""
        wanted = {"crime_reference": crime_reference} if crime_reference else {}
        self._audit.record_act(
            Actor.officer(officer), Action.LISTED_INCIDENTS, "incidents", **wanted
        )

    def of_crime(self, crime_reference: str) -> list[Incident]:
        """List the incidents of a crime reference (in the form that is stored), newest first,
        whoever sees them: for `incidents.incident_access`."""
        links = self._table.query(crime_key(crime_reference), prefix="INCIDENT#", consistent=True)
        found = self.find_incidents(link["incident_id"] for link in links)
        return sorted(found, key=lambda incident: incident.created_at, reverse=True)


def list_item(incident: Incident, viewer: str) -> Item:
    """Make the item by which an incident stands in the list of one of its viewers."""
    return LISTED.item(ListedIncident(viewer, list_place(incident), incident.id))
