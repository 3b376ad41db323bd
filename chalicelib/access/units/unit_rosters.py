"""The rosters of units: which officers have acted while they belonged to a unit."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.access.audit import Actor
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Table

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "officer who acted for a unit",
        pk="UNIT#[^#,]+",
        sk="OFFICER#[A-Za-z0-9-]+",
        needed=frozenset(),
    ),
)


class UnitRosters:
    """Which officers have acted while they belonged to a unit, ever. The record of a unit is read
    from the chains of these officers."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._noted: set[tuple[str, str]] = set()

    def note_actor(self, actor: Actor) -> None:
        """Note an officer in the rosters of their units; once for each process."""
        for unit in actor.units:
            if (unit, actor.id) not in self._noted:
                self._table.put({"PK": f"UNIT#{unit}", "SK": f"OFFICER#{actor.id}"})
                self._noted.add((unit, actor.id))

    def members(self, units: Iterable[str]) -> list[str]:
        """List the ids of officers who have acted for any of these units."""
        items = (self._table.query(f"UNIT#{unit}", prefix="OFFICER#") for unit in units)
        found = {item["SK"].removeprefix("OFFICER#") for unit in items for item in unit}
        return sorted(found)
