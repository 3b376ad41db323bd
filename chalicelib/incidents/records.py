"""Incidents, and how the Registry table stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from chalicelib.core.times import epoch, iso_micros
from chalicelib.dynamodb.field_marks import Exact, FieldMark, Micros, Personal, Seconds, StoredName
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, StoredRecord

AROUND_A_MOMENT = timedelta(minutes=15)
"""Added before and after an incident that is a single moment: recorders' clocks are wrong by
minutes, and people arrive and leave."""


class IncidentState(StrEnum):
    """Whether footage can still be asked for in an incident."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class NewIncident:
    """What an officer says of an incident, already validated. Times are UTC; positions are
    microdegrees (1e-6°), WGS84. public_description: what owners read about the incident. unit: the
    unit that the incident belongs to, "" for none. restricted: True when it is not seen by the
    whole unit (`incidents.need_to_know`)."""

    crime_reference: str
    offence: str
    latitude_e6: Annotated[int, StoredName("lat")]
    longitude_e6: Annotated[int, StoredName("lng")]
    occurred_from: Exact
    occurred_to: Exact
    public_description: str
    unit: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class TeamMember:
    """An officer who works on an incident. id: as in `Officer`."""

    id: str
    username: str


@dataclass(frozen=True, kw_only=True)
class Incident(NewIncident):
    """A crime or search with a crime reference, a place and a time window.

    created_by: the officer's user name. in_charge: the officer in charge. team: officers who work
    on it besides the officer in charge; shared_units: units that it is shared with; team_changes:
    how often any of these was changed; team_change: the name of the last change
    (`incidents.teams.team_service`), so that it is known when it comes again. closings: how often
    the incident was closed; closed_at and closed_by: when and by whom it was closed last, while it
    is closed.
    """

    id: str
    created_by: Personal
    created_by_id: str
    created_at: Micros
    in_charge: Annotated[TeamMember, FieldMark.PERSONAL]
    team: Annotated[tuple[TeamMember, ...], FieldMark.PERSONAL] = ()
    shared_units: tuple[str, ...] = ()
    team_changes: Annotated[int, FieldMark.KEPT] = 0
    team_change: str = ""
    state: Annotated[IncidentState, FieldMark.KEPT] = IncidentState.OPEN
    closings: int = 0
    closed_at: Seconds | None = None
    closed_by: Personal = ""

    @property
    def is_open(self) -> bool:
        """True while footage can be asked for."""
        return self.state is IncidentState.OPEN

    @property
    def is_moment(self) -> bool:
        """True when the incident starts and ends at one moment, which is no stretch of footage."""
        return self.occurred_to <= self.occurred_from

    @property
    def footage_from(self) -> datetime:
        """From when footage is asked for unless an officer says otherwise, and from when a search
        counts how long cameras keep it."""
        return self.occurred_from - AROUND_A_MOMENT if self.is_moment else self.occurred_from

    @property
    def footage_to(self) -> datetime:
        """Until when footage is asked for unless an officer says otherwise."""
        return self.occurred_to + AROUND_A_MOMENT if self.is_moment else self.occurred_to

    @property
    def latitude(self) -> float:
        """The incident's latitude in degrees, WGS84."""
        return self.latitude_e6 / 1e6

    @property
    def longitude(self) -> float:
        """The incident's longitude in degrees, WGS84."""
        return self.longitude_e6 / 1e6


INCIDENT = StoredRecord(
    "incident",
    Incident,
    "INCIDENT#{id}",
    "INCIDENT",
)


@dataclass(frozen=True)
class ListedIncident:
    """An incident in the list of those who see it. viewer: `officer.<id>` or `unit.<name>`, as
    `incidents.need_to_know` names them, or `entered.<id>` for a supervisor who entered it until
    `until`. place: where it stands in the list, by age."""

    viewer: str
    place: str
    incident_id: str
    until: Seconds | None = None


def _expiry(listed: ListedIncident) -> int | None:
    return epoch(listed.until) if listed.until else None


LISTED = StoredRecord(
    "incident in a list",
    ListedIncident,
    "INCIDENTS#{viewer}",
    "{place}",
    patterns={
        "viewer": r"(?:(?:officer|entered)\.[A-Za-z0-9-]+|unit\.[^#,]+)",
        "place": r"[0-9T:.Z-]+#[0-9a-z]{16}",
    },
    derived=[Derived("expires_at", ("until",), _expiry, always=False)],
)


@dataclass(frozen=True)
class IncidentEntry:
    """A supervisor's way into an incident that is not theirs. reason: why they entered it. until:
    when it ends."""

    incident_id: str
    officer_id: str
    username: Personal
    reason: str
    at: Seconds
    until: Seconds


ENTRY = StoredRecord(
    "entry into an incident",
    IncidentEntry,
    "INCIDENT#{incident_id}",
    "ENTRY#{officer_id}",
    patterns={"officer_id": "[A-Za-z0-9-]+"},
    derived=[Derived("expires_at", ("until",), lambda entry: epoch(entry.until))],
)

ITEMS: tuple[DeclaredItem, ...] = (
    INCIDENT,
    LISTED,
    ENTRY,
    # This item lets a crime reference lead to its incidents in one read.
    ItemKind(
        "incident of a crime reference",
        pk=r"CRIME#[A-Z0-9/.-]{3,30}",
        sk=r"INCIDENT#[0-9a-z]{16}",
        needed=frozenset({"incident_id"}),
    ),
)


def crime_key(crime_reference: str) -> str:
    """Give the partition key of the items that lead from a crime reference to its incidents."""
    return f"CRIME#{crime_reference}"


def list_place(incident: Incident) -> str:
    """Give the place of an incident in lists, which sorts by age. The id makes it unique: two
    incidents may be recorded in the same microsecond."""
    return f"{iso_micros(incident.created_at)}#{incident.id}"
