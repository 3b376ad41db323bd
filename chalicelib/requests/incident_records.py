"""Incidents as the Registry table holds them, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.items import ItemKind
from chalicelib.table import Item
from chalicelib.times import iso, iso_micros, iso_seconds, parse_iso

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
        may=frozenset({"closings", "closed_at", "closed_by"}),
        personal=frozenset({"created_by", "closed_by"}),
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
    closings: how often it was closed; closed_at, closed_by: the last time, when it is closed.
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
    closings: int = 0
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def is_open(self) -> bool:
        """True while anything can be asked for."""
        return self.state is State.OPEN

    @property
    def latitude(self) -> float:
        """Degrees."""
        return self.latitude_e6 / 1e6

    @property
    def longitude(self) -> float:
        """Degrees."""
        return self.longitude_e6 / 1e6


def crime_key(crime_reference: str) -> str:
    """Where a crime reference leads to its incidents."""
    return f"CRIME#{crime_reference}"


def incident_item(incident: Incident) -> dict[str, Any]:
    """One incident."""
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
        "closings": incident.closings or None,
        "closed_at": iso_seconds(incident.closed_at) if incident.closed_at else None,
        "closed_by": incident.closed_by or None,
        "listing": LISTING,
        # The id makes it unique: two incidents may be recorded in the same microsecond.
        "listed_at": f"{iso_micros(incident.created_at)}#{incident.id}",
    }


def incident_from(item: Item) -> Incident:
    """The reverse."""
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
        closings=item.get("closings", 0),
        closed_at=parse_iso(item["closed_at"]) if "closed_at" in item else None,
        closed_by=item.get("closed_by", ""),
    )
