"""How many sites stand in which H3 cell, for the zoomed-out map and for areas too large to list.

    PK  COUNT#<ancestor, without the f's at its end>   SK  <cell of resolution 5, 7 or 8>   n  sites

Each site adds to one count of every counted resolution, in its own transaction. `c`, on the
coarsest count alone, says how often anything on the map changed in that cell: a repair compares it
to know that nothing changed while it counted (infra/records/recounting.py).

A partition is an ancestor so much coarser that a screen touches few of them. It also spreads the
writes of a rush: what neighbours share is the count of their cell of resolution 5, some 250 km²
(docs/decisions/0008-map-and-counts.md).
"""

from __future__ import annotations

from collections import Counter

from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Table, Write
from chalicelib.geo import h3_cells
from chalicelib.registry.model import Site
from chalicelib.registry.site_index import IndexEntry, index_entry

COUNT = "COUNT#"

COUNTED = {5: 0, 7: 3, 8: 4}
"""Each counted resolution, and the resolution of the ancestor that is its partition."""

COARSEST = min(COUNTED)

_CELL = "8{}[0-9a-f]{}"

ITEMS = [
    ItemKind(
        f"count of sites at resolution {resolution}",
        COUNT + _CELL.format(ancestor, "{0,12}[0-9a-e]"),
        _CELL.format(resolution, "{13}"),
        frozenset({"n", "c"} if resolution == COARSEST else {"n"}),
    )
    for resolution, ancestor in COUNTED.items()
]


def count_key(cell: str, resolution: int) -> tuple[str, str]:
    """(PK, SK) of the count that a finer cell adds to at a counted resolution."""
    counted = h3_cells.parent_cell(cell, resolution)
    return partition_key(h3_cells.parent_cell(counted, COUNTED[resolution])), counted


def partition_key(ancestor: str) -> str:
    """The PK of the counts below a cell. A coarse cell ends in up to twelve f's, which say nothing
    and would be a quarter of what the map reads, so they are cut off."""
    return COUNT + ancestor.rstrip("f")


class MapCounts:
    """Keeps the counts in step with the sites: writes for the site's own transaction."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def change_writes(self, before: Site | None, after: Site | None) -> list[Write]:
        """The writes for a site that is added (before None), moved or removed (after None).

        There are none when it stays in place, three when added or removed, at most six when moved.
        """
        old = index_entry(before) if before else None
        new = index_entry(after) if after else None
        if old and new and _place(old) == _place(new):
            return []
        change: Counter[tuple[str, str]] = Counter()
        noted: set[tuple[str, str]] = set()
        for entry, number in ((new, 1), (old, -1)):
            if entry:
                key = entry.h3
                for resolution in COUNTED:
                    change[count_key(key, resolution)] += number
                noted.add(count_key(key, COARSEST))
        return [
            self._table.update_write(
                *key, add={"n": number, "c": 1} if key in noted else {"n": number}, when=None
            )
            for key, number in change.items()
            if number or key in noted
        ]


def _place(entry: IndexEntry) -> tuple[int, int]:
    return entry.latitude_e6, entry.longitude_e6


def count_entries(entries: list[IndexEntry]) -> Counter[tuple[str, str]]:
    """Count the entries of each stored count, by its (PK, SK), for loading many sites at once."""
    return Counter(count_key(entry.h3, resolution) for entry in entries for resolution in COUNTED)
