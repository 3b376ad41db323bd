"""Makes the counts of sites agree with the index, also while owners register, move and leave.

The unit is a cell of the coarsest counted resolution, an area of some 250 km², with all counts
in it. It is counted like this: read how often anything on the map changed there (`c`), read the
area's index entries and its counts, and write the right counts on the condition that `c` is still
the same. Whatever happened meanwhile makes the condition fail, and the area is counted again; an
area that agrees is only believed when its `c` did not change either. So no moment is needed in
which nothing happens, and stopping half-way leaves nothing wrong that was right.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from chalicelib.dynamodb.table import (
    NEW,
    Condition,
    ConditionFailed,
    Contended,
    Item,
    Table,
    Write,
    equals,
)
from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.h3_cells import PARTITION
from chalicelib.geo.h3_cover import descendant_spans, key_range
from chalicelib.registry.map_counts import COARSEST, COUNTED, count_key, partition_key
from chalicelib.registry.site_index import INDEX

WORKERS = 8
TRIES = 30
"""How often an area that changes while it is counted is counted again before it is left alone."""

SETTLE = 1.0
"""Seconds between reading `c` and counting, once an area looks wrong: the index follows the table
within moments and not at once, and what `c` tells of must be seen in it."""

WRITES = 90
"""How many counts are mended in one transaction, beside its condition."""

Key = tuple[str, str]


@dataclass(frozen=True)
class CorrectedCount:
    """A count that was wrong. said: the stored number of sites; there: the right number."""

    cell: str
    said: int
    there: int


@dataclass(frozen=True)
class RecountResult:
    """The result of a recount. busy: how many areas changed each time they were counted."""

    areas: int
    mended: tuple[CorrectedCount, ...]
    busy: int


class Recount:
    """Recounts areas of one table.

    change: False only finds what is wrong. settle: seconds, see SETTLE.
    """

    def __init__(self, table: Table, change: bool = True, settle: float = SETTLE) -> None:
        self._table = table
        self._change = change
        self._settle = settle

    def recount_areas(self, areas: Iterable[str], quiet: bool = False) -> RecountResult:
        """Recount areas, given as cells of the coarsest counted resolution."""
        wanted = sorted(set(areas))
        mended: list[CorrectedCount] = []
        busy = 0
        with (
            ThreadPoolExecutor(WORKERS) as pool,
            tqdm(total=len(wanted), desc="Areas", disable=quiet or None) as bar,
        ):
            for found in pool.map(self._area, wanted):
                mended += found or ()
                busy += found is None
                bar.update()
        return RecountResult(len(wanted), tuple(mended), busy)

    def _area(self, area: str) -> tuple[CorrectedCount, ...] | None:
        """Count one area and mend its counts; None when it changed each time it was counted."""
        settle = 0.0
        for attempt in range(TRIES):
            try:
                before, wrong = self._look(area, settle)
                if wrong and settle < self._settle:
                    settle = self._settle
                    continue
                if wrong and self._change:
                    self._mend(area, before, wrong)
                return tuple(wrong.values())
            except (ConditionFailed, Contended):
                time.sleep(random.uniform(0, 0.01 * (attempt + 1)))  # noqa: S311 - no secret
        return None

    def _look(self, area: str, settle: float) -> tuple[Item | None, dict[Key, CorrectedCount]]:
        """Read the area's own count, and compare all counts in it with the index. Raises
        ConditionFailed when something changed meanwhile."""
        own = count_key(area, COARSEST)
        before = self._table.get(*own, consistent=True)
        time.sleep(settle)
        there = Counter(
            count_key(key, resolution) for key in self._keys(area) for resolution in COUNTED
        )
        said = dict(self._counts(area))
        after = self._table.get(*own, consistent=True)
        if (before or {}).get("c") != (after or {}).get("c"):
            raise ConditionFailed
        wrong = {
            key: CorrectedCount(key[1], said.get(key, 0), there[key])
            for key in sorted(said.keys() | there.keys())
            if said.get(key, 0) != there[key]
        }
        return before, wrong

    def _keys(self, area: str) -> Iterator[str]:
        """Read the `h3` of each entry of the index in an area."""
        for partition in h3_cells.child_cells(area, PARTITION):
            for entry in self._table.query(partition, index=(INDEX, "cell", "h3")):
                yield entry["h3"]

    def _counts(self, area: str) -> Iterator[tuple[Key, int]]:
        """Read the stored counts in an area, of every resolution."""
        for resolution, above in COUNTED.items():
            for span in descendant_spans([h3_cells.cell_number(area)], above, resolution):
                where = key_range(span, resolution)
                partition, ends = partition_key(where.partition), (where.first, where.last)
                for item in self._table.query(partition, between=ends, consistent=True):
                    yield (item["PK"], item["SK"]), int(item["n"])

    def _mend(self, area: str, before: Item | None, wrong: dict[Key, CorrectedCount]) -> None:
        """Write the right counts, on the condition that nothing has changed in the area."""
        own = count_key(area, COARSEST)
        unchanged = equals("c", int(before["c"])) if before else NEW
        right = [
            self._table.update_write(*key, assign={"n": one.there}, when=None)
            for key, one in wrong.items()
            if key != own
        ]
        for first in range(0, max(len(right), 1), WRITES):
            some, last = right[first : first + WRITES], first + WRITES >= len(right)
            self._table.transact(self._guard(own, unchanged, wrong.get(own), last), *some)

    def _guard(
        self, own: Key, unchanged: Condition, wrong: CorrectedCount | None, last: bool
    ) -> Write:
        """Make the condition of a transaction. In the last transaction it also mends the area's own
        count and counts a change, so that another recount at the same time counts again."""
        if not last:
            return self._table.check_write(*own, unchanged)
        said = {"n": wrong.there} if wrong else {}
        return self._table.update_write(*own, assign=said, add={"c": 1}, when=unchanged)


def areas_of(positions: Iterable[tuple[int, int]]) -> set[str]:
    """Find the areas of some positions (latitude, longitude in microdegrees)."""
    keys = {h3_cells.cell_at(Point.from_microdegrees(*one), h3_cells.KEY) for one in positions}
    return {h3_cells.parent_cell(key, COARSEST) for key in keys}


def areas_in_table(client: Any, name: str, quiet: bool = False) -> set[str]:
    """Find every area that has a site or a count, in one pass over the index and over the coarsest
    counts."""
    found: set[str] = set()
    pages = client.get_paginator("scan").paginate(
        TableName=name, IndexName=INDEX, ProjectionExpression="cell"
    )
    with tqdm(desc="Sites", unit_scale=True, disable=quiet or None) as bar:
        for page in pages:
            partitions = {item["cell"]["S"] for item in page["Items"]}
            found |= {h3_cells.parent_cell(cell, COARSEST) for cell in partitions}
            bar.update(page["ScannedCount"])
    table = Table(client, name)
    for root in h3_cells.root_cells():
        found |= {item["SK"] for item in table.query(partition_key(h3_cells.cell_text(root)))}
    return found
