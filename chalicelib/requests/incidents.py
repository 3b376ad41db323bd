"""Incidents."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import new_id
from chalicelib.items import ItemKind
from chalicelib.table import NEW, ConditionFailed, Item, Table
from chalicelib.times import Clock, iso, iso_micros, parse_iso

LISTING = "INCIDENT"
LISTING_INDEX = ("Listing", "listing", "listed_at")

_ID = r"[0-9a-z]{16}"
ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "incident",
        pk=rf"INCIDENT#{_ID}",
        sk="INCIDENT",
        needed=frozenset(
            {
                "id",
                "crime_reference",
                "offence",
                "lat",
                "lng",
                "occurred_from",
                "occurred_to",
                "public_description",
                "created_by",
                "created_by_id",
                "created_at",
                "state",
                "listing",
                "listed_at",
            }
        ),
        personal=frozenset({"created_by"}),
    ),
    # So that a crime reference leads to its incidents in one read.
    ItemKind(
        "incident of a crime reference",
        pk=r"CRIME#[A-Z0-9/.-]{3,30}",
        sk=rf"INCIDENT#{_ID}",
        needed=frozenset({"incident_id"}),
    ),
)


class State(StrEnum):
    """Whether anything can still be asked for."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class NewIncident:
    """What an officer says of an incident, already clean. Times are UTC; positions are
    microdegrees (1e-6°), WGS84."""

    crime_reference: str
    offence: str
    latitude_e6: int
    longitude_e6: int
    occurred_from: datetime
    occurred_to: datetime
    public_description: str


@dataclass(frozen=True)
class Incident:
    """A crime or search with a crime reference, a place and a time window.

    public_description: what owners read about it. created_by: the officer's user name.
    """

    id: str
    crime_reference: str
    offence: str
    latitude_e6: int
    longitude_e6: int
    occurred_from: datetime
    occurred_to: datetime
    public_description: str
    created_by: str
    created_by_id: str
    created_at: datetime
    state: State = State.OPEN

    @property
    def latitude(self) -> float:
        """Degrees."""
        return self.latitude_e6 / 1e6

    @property
    def longitude(self) -> float:
        """Degrees."""
        return self.longitude_e6 / 1e6


@dataclass(frozen=True)
class IncidentPage:
    """Some incidents, newest first, and where the next ones begin ("" at the end)."""

    incidents: tuple[Incident, ...]
    next_page: str


class Incidents:
    """The incidents of the force."""

    def __init__(self, table: Table, audit: Audit, clock: Clock) -> None:
        self._table = table
        self._audit = audit
        self._clock = clock

    def create(self, new: NewIncident, officer: Officer, incident_id: str = "") -> Incident:
        """Writes an incident, and that it was written into the audit record.

        incident_id: an id made beforehand (the form carries one), so that a form sent twice
        makes one incident: the second time the first one is returned. Raises Conflict when
        the id is somebody else's.
        """
        now = self._clock()
        incident = Incident(
            id=incident_id or new_id(),
            crime_reference=new.crime_reference,
            offence=new.offence,
            latitude_e6=new.latitude_e6,
            longitude_e6=new.longitude_e6,
            occurred_from=new.occurred_from,
            occurred_to=new.occurred_to,
            public_description=new.public_description,
            created_by=officer.username,
            created_by_id=officer.id,
            created_at=now,
        )
        try:
            self._table.transact(
                self._table.put_write(_to_item(incident), when=NEW),
                self._table.put_write(
                    {
                        "PK": _crime(incident.crime_reference),
                        "SK": f"INCIDENT#{incident.id}",
                        "incident_id": incident.id,
                    }
                ),
            )
        except ConditionFailed:
            there = self.find(incident.id)
            if there is None or there.created_by_id != officer.id:
                raise Conflict("This incident was already recorded. Open a new form.") from None
            return there
        self._audit.record(
            Actor.officer(officer),
            Action.CREATED_INCIDENT,
            f"incident.{incident.id}",
            crime_reference=incident.crime_reference,
        )
        return incident

    def look(self, incident_id: str, officer: Officer) -> Incident:
        """An incident for an officer to see; the look is on record first. Raises NotFound."""
        incident = self.get(incident_id)
        self._audit.record(
            Actor.officer(officer), Action.VIEWED_INCIDENT, f"incident.{incident.id}"
        )
        return incident

    def find(self, incident_id: str) -> Incident | None:
        """An incident, or None."""
        item = self._table.get(f"INCIDENT#{incident_id}", "INCIDENT", consistent=True)
        return _from_item(item) if item else None

    def get(self, incident_id: str) -> Incident:
        """An incident. Raises NotFound."""
        incident = self.find(incident_id)
        if incident is None:
            raise NotFound("There is no incident with this id.")
        return incident

    def list(self, limit: int, page: str = "") -> IncidentPage:
        """Incidents, newest first. page: `next_page` of the page before, "" for the first.

        Raises Invalid for a page token that is not ours. An incident recorded this second may
        still be missing: the listing is an index, which follows the table by a moment.
        """
        # The page token names the last item shown; the query includes it, so ask for one more.
        last = _read_page(page) if page else ""
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
            tuple(_from_item(item) for item in shown),
            _write_page(shown[-1]["listed_at"]) if more else "",
        )

    def of_crime(self, crime_reference: str) -> tuple[Incident, ...]:
        """The incidents of a crime reference (in the form that is stored), newest first."""
        links = self._table.query(_crime(crime_reference), prefix="INCIDENT#", consistent=True)
        found = [self.find(link["incident_id"]) for link in links]
        return tuple(
            sorted((i for i in found if i), key=lambda incident: incident.created_at, reverse=True)
        )


def _crime(crime_reference: str) -> str:
    return f"CRIME#{crime_reference}"


def _to_item(incident: Incident) -> dict[str, Any]:
    return {
        "PK": f"INCIDENT#{incident.id}",
        "SK": "INCIDENT",
        "id": incident.id,
        "crime_reference": incident.crime_reference,
        "offence": incident.offence,
        "lat": incident.latitude_e6,
        "lng": incident.longitude_e6,
        "occurred_from": iso(incident.occurred_from),
        "occurred_to": iso(incident.occurred_to),
        "public_description": incident.public_description,
        "created_by": incident.created_by,
        "created_by_id": incident.created_by_id,
        "created_at": iso_micros(incident.created_at),
        "state": incident.state.value,
        "listing": LISTING,
        # The id makes it unique: two incidents may be recorded in the same microsecond.
        "listed_at": f"{iso_micros(incident.created_at)}#{incident.id}",
    }


def _from_item(item: Item) -> Incident:
    return Incident(
        id=item["id"],
        crime_reference=item["crime_reference"],
        offence=item["offence"],
        latitude_e6=item["lat"],
        longitude_e6=item["lng"],
        occurred_from=parse_iso(item["occurred_from"]),
        occurred_to=parse_iso(item["occurred_to"]),
        public_description=item["public_description"],
        created_by=item["created_by"],
        created_by_id=item["created_by_id"],
        created_at=parse_iso(item["created_at"]),
        state=State(item["state"]),
    )


def _write_page(listed_at: str) -> str:
    return base64.urlsafe_b64encode(listed_at.encode()).decode().rstrip("=")


def _read_page(page: str) -> str:
    """Where a page token stands. It holds a place, not a right, so it need not be secret."""
    wrong = Invalid.field("page", "This page token is not one of ours. Start from the first page.")
    try:
        place = base64.b64decode(page + "=" * (-len(page) % 4), b"-_", validate=True).decode()
        parse_iso(place.partition("#")[0])
    except ValueError:
        raise wrong from None
    if len(place) > 60:
        raise wrong
    return place
