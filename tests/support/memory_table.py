"""A table in memory, ordered by its keys, that answers key-range queries as DynamoDB's Query does.

For tests against brute force and for the benchmark, where a real table of millions of items is
out of reach. It is compared with the emulator in tests/stack/search/test_search_in_table.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from chalicelib.geo.h3_cover import KeyRange
from chalicelib.registry.map_counts import COARSEST, COUNT, count_entries, partition_key
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.index_reader import RawEntry

PAGE_BYTES = 1_048_576
"""A Query reads at most 1 MB of items before it hands out a page."""

UNIT_BYTES = 4096

Stored = tuple[str, str, bytes]
"""(h3, PK, v) of an entry."""


def item_bytes(item: Mapping[str, str | int | bytes]) -> int:
    """An item's size by AWS's rule: names and values; a number takes a byte for each two
    significant digits and one more (Amazon DynamoDB Developer Guide, "Item sizes and formats")."""
    total = 0
    for name, value in item.items():
        total += len(name.encode())
        if isinstance(value, int):
            digits = len(str(abs(value)).rstrip("0")) or 1
            total += (digits + 1) // 2 + 1 + (value < 0)
        else:
            total += len(value.encode() if isinstance(value, str) else value)
    return total


def read_units(page_bytes: int) -> float:
    """Compute the read units of a page of an eventually consistent query: half a unit for each 4 KB
    begun, and half a unit for an empty page."""
    return max(1, -(-page_bytes // UNIT_BYTES)) * 0.5


@dataclass
class Meter:
    """Counts the queries of the table and what they read."""

    queries: int = 0
    items: int = 0
    units: float = 0.0


class MemoryTable:
    """The index `Cell` and the counts; an `IndexReader`."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Stored]] = defaultdict(list)
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._sorted_counts: dict[str, list[tuple[str, int]]] = {}
        self.entry_meter, self.count_meter = Meter(), Meter()

    def add(self, entries: Iterable[IndexEntry]) -> MemoryTable:
        """Stores entries and their counts."""
        kept = list(entries)
        for entry in kept:
            item = entry.attributes()
            key = (str(item["h3"]), f"SITE#{entry.site_id}")
            self._entries[str(item["cell"])].append((*key, bytes_of(item["v"])))
        for (partition, cell), number in count_entries(kept).items():
            self._counts[partition][cell] += number
        for stored in self._entries.values():
            stored.sort()
        self._sorted_counts = {name: sorted(c.items()) for name, c in self._counts.items()}
        return self

    @contextmanager
    def metered(self) -> Iterator[tuple[Meter, Meter]]:
        """Use separate meters, for entries and for counts, within a `with` block."""
        before = self.entry_meter, self.count_meter
        self.entry_meter, self.count_meter = Meter(), Meter()
        try:
            yield self.entry_meter, self.count_meter
        finally:
            self.entry_meter, self.count_meter = before

    @property
    def partitions(self) -> list[str]:
        """List the index partitions that hold something."""
        return sorted(self._entries)

    @property
    def count_partitions(self) -> list[str]:
        """List the partitions of counts that hold something, in `IndexReader`'s form."""
        return sorted(name.removeprefix(COUNT).ljust(15, "f") for name in self._sorted_counts)

    def entries(self, where: KeyRange) -> list[RawEntry]:
        """Read entries as `IndexReader.entries` does, and meter the queries."""
        found: list[RawEntry] = []
        for page in self.entry_pages(where):
            found += [(key, packed) for _, key, packed in page]
        return found

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """Read counts as `IndexReader.counts` does, and meter the queries."""
        partition = partition_key(where.partition)
        found = _between(self._sorted_counts.get(partition, []), where)
        size = sum(_count_bytes(partition, cell, number) for cell, number in found)
        self.count_meter.queries += 1
        self.count_meter.items += len(found)
        self.count_meter.units += read_units(size)
        return found

    def entry_pages(self, where: KeyRange) -> Iterator[list[Stored]]:
        """The pages of one query."""
        stored = _between(self._entries.get(where.partition, []), where)
        sizes = [entry_bytes(where.partition, *one) for one in stored]
        self.entry_meter.queries += 1
        self.entry_meter.items += len(stored)
        start = size = 0
        for place, item_size in enumerate(sizes):
            size += item_size
            # As DynamoDB does: the item that passes the limit still belongs to the page.
            if size >= PAGE_BYTES:
                self.entry_meter.units += read_units(size)
                yield stored[start : place + 1]
                start, size = place + 1, 0
        if size or start == 0:
            self.entry_meter.units += read_units(size)
            yield stored[start:]


def entry_bytes(cell: str, h3: str, key: str, packed: bytes) -> int:
    """Compute the bytes an index entry counts in a query: the table's keys, its own, and `v`."""
    return item_bytes({"PK": key, "SK": "SITE", "cell": cell, "h3": h3, "v": packed})


def _count_bytes(partition: str, cell: str, number: int) -> int:
    """Of a stored count; the coarsest also has `c`."""
    changes = {"c": number} if int(cell[1], 16) == COARSEST else {}
    return item_bytes({"PK": partition, "SK": cell, "n": number, **changes})


def bytes_of(value: object) -> bytes:
    """A value that is bytes, for the type checker."""
    assert isinstance(value, bytes)
    return value


Sorted = TypeVar("Sorted", bound=tuple[Any, ...])


def _between(stored: list[Sorted], where: KeyRange) -> list[Sorted]:
    def sort_key(item: Sorted) -> str:
        return str(item[0])

    first = bisect_left(stored, where.first, key=sort_key)
    return stored[first : bisect_right(stored, where.last, lo=first, key=sort_key)]
