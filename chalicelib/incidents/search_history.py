"""The searches made for an incident: what was searched for and how much was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.core.errors import NotFound
from chalicelib.core.times import iso_micros
from chalicelib.dynamodb.field_marks import JsonText, Micros, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import NEW, Table
from chalicelib.telemetry.metrics import Counts, Metric


@dataclass(frozen=True)
class Search:
    """One search of the register for an incident. area, filters and speed: JSON as it was sent.
    started_at: when somebody set off along the corridor that was searched, None for other areas."""

    id: str
    incident_id: str
    at: Micros
    officer_id: str
    officer: Personal
    reason: str
    area: JsonText
    filters: JsonText
    total: int
    truncated: bool
    states: dict[str, int]
    """How many of the sites returned were live, closing and lost."""
    started_at: Seconds | None = None
    speed: JsonText = field(default_factory=dict)


SEARCH = StoredRecord(
    "search",
    Search,
    "INCIDENT#{incident_id}",
    # The time comes first so that a query gives searches in the order they were made.
    "SEARCH#{moment}#{id}",
    patterns={"moment": "[0-9TZ:.-]+"},
)

ITEMS: tuple[DeclaredItem, ...] = (SEARCH,)


class SearchHistory:
    """Keeps and counts the searches of incidents. The caller checks who may see them."""

    def __init__(self, table: Table, counts: Counts) -> None:
        self._table = table
        self._counts = counts

    def record_search(self, search: Search) -> None:
        """Keep what was searched for and how much was found; never who or where the sites are."""
        self._table.put(SEARCH.item(search, moment=iso_micros(search.at)), when=NEW)
        self._counts.add(Metric.SEARCHES)

    def of_incident(self, incident_id: str, limit: int = 50) -> tuple[Search, ...]:
        """List the searches made for an incident, newest first."""
        items = self._table.query(
            f"INCIDENT#{incident_id}", prefix="SEARCH#", backwards=True, limit=limit
        )
        return tuple(map(SEARCH.read, items))

    def get(self, incident_id: str, search_id: str) -> Search:
        """Read one search of an incident. Raises NotFound."""
        items = self._table.query(f"INCIDENT#{incident_id}", prefix="SEARCH#", backwards=True)
        for found in map(SEARCH.read, items):
            if found.id == search_id:
                return found
        raise NotFound("There is no such search.")


def count_states(states: Iterable[str]) -> dict[str, int]:
    """Count the sites' states: how many are live, closing and lost."""
    counted = {"live": 0, "closing": 0, "lost": 0}
    for state in states:
        counted[state] += 1
    return counted
