"""Officers who have signed in, so that a page can offer their names. Cognito remains the place
where officers are kept; this says nothing about who may do what."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.access.permissions import Officer
from chalicelib.items import ItemKind
from chalicelib.table import Table
from chalicelib.times import Clock, iso_seconds

LISTING = "OFFICER"
LISTING_INDEX = ("Listing", "listing", "listed_at")
MOST = 1000  # that a page can offer to choose from

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "officer who has signed in",
        pk=r"OFFICER#[A-Za-z0-9-]+",
        sk="OFFICER",
        needed=frozenset({"officer_id", "username", "signed_in_at", "listing", "listed_at"}),
        may=frozenset({"roles"}),
        personal=frozenset({"username", "listed_at"}),
    ),
)


@dataclass(frozen=True)
class KnownOfficer:
    """id: as in `Officer`. username: as it was at the last sign-in."""

    id: str
    username: str


class KnownOfficers:
    """Notes and lists them."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def note(self, officer: Officer) -> None:
        """Called at each sign-in; the newest name wins."""
        self._table.put(
            {
                "PK": f"OFFICER#{officer.id}",
                "SK": "OFFICER",
                "officer_id": officer.id,
                "username": officer.username,
                "roles": sorted(officer.roles),
                "signed_in_at": iso_seconds(self._clock()),
                "listing": LISTING,
                "listed_at": officer.username,
            }
        )

    def all(self) -> list[KnownOfficer]:
        """By name, at most MOST."""
        items = self._table.query(LISTING, index=LISTING_INDEX, limit=MOST)
        return [KnownOfficer(item["officer_id"], item["username"]) for item in items]
