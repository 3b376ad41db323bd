"""The searches made for an incident: what was looked for and how much was found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.items import ItemKind
from chalicelib.table import NEW, Item, Table
from chalicelib.times import iso_micros, iso_seconds, parse_iso

_ID = r"[0-9a-z]{16}"
ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "search",
        pk=rf"INCIDENT#{_ID}",
        sk=rf"SEARCH#[0-9TZ:.-]+#{_ID}",
        needed=frozenset(
            {"id", "at", "officer_id", "officer", "reason", "area", "total", "truncated"}
        ),
        may=frozenset({"filters", "started_at", "speed", "live", "closing", "lost"}),
        personal=frozenset({"officer"}),
    ),
)


@dataclass(frozen=True)
class Search:
    """One look at the map for an incident. area, filters and speed: as they were sent, JSON.
    started_at: when somebody set off along the area, a corridor."""

    id: str
    incident_id: str
    at: datetime
    officer_id: str
    officer: str
    reason: str
    area: dict[str, Any]
    filters: dict[str, Any]
    total: int
    truncated: bool
    states: dict[str, int]
    """How many of the sites returned were live, closing and lost."""
    started_at: datetime | None = None
    speed: dict[str, Any] = field(default_factory=dict)


class SearchLog:
    """Keeps searches; who may see them is the caller's to say."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, search: Search) -> None:
        """Keeps what was looked for and how much was found; never who or where the sites are."""
        self._table.put(
            {
                "PK": f"INCIDENT#{search.incident_id}",
                "SK": f"SEARCH#{iso_micros(search.at)}#{search.id}",
                "id": search.id,
                "at": iso_micros(search.at),
                "officer_id": search.officer_id,
                "officer": search.officer,
                "reason": search.reason,
                # As text: positions in it are fractions, which the table does not hold.
                "area": json.dumps(search.area, sort_keys=True),
                "filters": json.dumps(search.filters, sort_keys=True) if search.filters else None,
                "started_at": iso_seconds(search.started_at) if search.started_at else None,
                "speed": json.dumps(search.speed, sort_keys=True) if search.speed else None,
                "total": search.total,
                "truncated": search.truncated,
                **search.states,
            },
            when=NEW,
        )

    def of_incident(self, incident_id: str, limit: int = 50) -> tuple[Search, ...]:
        """The searches made for an incident, newest first."""
        items = self._table.query(
            f"INCIDENT#{incident_id}", prefix="SEARCH#", backwards=True, limit=limit
        )
        return tuple(_search(incident_id, item) for item in items)

    def get(self, incident_id: str, search_id: str) -> Search:
        """One search of an incident. Raises NotFound."""
        items = self._table.query(f"INCIDENT#{incident_id}", prefix="SEARCH#", backwards=True)
        for item in items:
            if item["id"] == search_id:
                return _search(incident_id, item)
        raise NotFound("There is no such search.")


def _search(incident_id: str, item: Item) -> Search:
    return Search(
        id=item["id"],
        incident_id=incident_id,
        at=parse_iso(item["at"]),
        officer_id=item["officer_id"],
        officer=item["officer"],
        reason=item["reason"],
        area=json.loads(item["area"]),
        filters=json.loads(item.get("filters", "{}")),
        total=item["total"],
        truncated=item["truncated"],
        states={name: item[name] for name in ("live", "closing", "lost") if name in item},
        started_at=parse_iso(item["started_at"]) if "started_at" in item else None,
        speed=json.loads(item.get("speed", "{}")),
    )


def count_states(states: Iterable[str]) -> dict[str, int]:
    """How often each of live, closing and lost stands among `states`."""
    counted = {"live": 0, "closing": 0, "lost": 0}
    for state in states:
        counted[state] += 1
    return counted
