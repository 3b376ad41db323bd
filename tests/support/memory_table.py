"""A table in memory, ordered by its keys, that answers key-range queries as DynamoDB's Query does.

For tests against brute force and for the benchmark, where a real table of millions of items is
out of reach. It is compared with the emulator in tests/stack/test_search_in_table.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.geo.cover import KeyRange
from chalicelib.registry.pin_reader import RawPin
from chalicelib.registry.pins import Pin

PAGE_BYTES = 1_048_576
"""A Query reads at most 1 MB of items before it hands out a page."""

UNIT_BYTES = 4096

Stored = tuple[str, Any]
"""(sort key, the one attribute)."""


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
    """What one page of a query costs, eventually consistent: half a unit for each 4 KB begun,
    and half a unit for nothing."""
    return max(1, -(-page_bytes // UNIT_BYTES)) * 0.5


@dataclass
class Meter:
    """What was asked of the table."""

    queries: int = 0
    items: int = 0
    units: float = 0.0


class MemoryTable:
    """Pins and counts; a `PinReader`. Call `ready` after the last pin was added."""

    def __init__(self) -> None:
        self._pins: dict[str, list[Stored]] = defaultdict(list)
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._sorted_counts: dict[str, list[Stored]] = {}
        self.pin_meter, self.count_meter = Meter(), Meter()

    def add(self, pins: Iterable[Pin]) -> MemoryTable:
        """Stores pins and their counts."""
        for pin in pins:
            for item in pin.items():
                self._pins[item["PK"]].append((item["SK"], item["v"]))
            partition, tile = pin.count_key
            self._counts[partition][tile] += 1
        return self.ready()

    def ready(self) -> MemoryTable:
        """Brings everything into the order of its keys."""
        for pins in self._pins.values():
            pins.sort()
        self._sorted_counts = {name: sorted(c.items()) for name, c in self._counts.items()}
        return self

    @contextmanager
    def metered(self) -> Iterator[tuple[Meter, Meter]]:
        """Meters of their own, for pins and for counts, for as long as it lasts."""
        before = self.pin_meter, self.count_meter
        self.pin_meter, self.count_meter = Meter(), Meter()
        try:
            yield self.pin_meter, self.count_meter
        finally:
            self.pin_meter, self.count_meter = before

    def pins(self, where: KeyRange) -> list[RawPin]:
        """As `PinReader.pins`, and metered."""
        found: list[RawPin] = []
        for page in self.pin_pages(where):
            found += page
        return found

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """As `PinReader.counts`, and metered."""
        found = _between(self._sorted_counts.get(where.partition, []), where)
        size = sum(item_bytes({"PK": where.partition, "SK": tile, "n": n}) for tile, n in found)
        self.count_meter.queries += 1
        self.count_meter.items += len(found)
        self.count_meter.units += read_units(size)
        return found

    def pin_pages(self, where: KeyRange) -> Iterator[list[RawPin]]:
        """The pages of one query."""
        stored = _between(self._pins.get(where.partition, []), where)
        keys = len("PKSKv") + len(where.partition.encode())
        sizes = [keys + len(sort_key) + len(packed) for sort_key, packed in stored]
        self.pin_meter.queries += 1
        self.pin_meter.items += len(stored)
        start = size = 0
        for place, item_size in enumerate(sizes):
            size += item_size
            # As DynamoDB does: the item that passes the limit still belongs to the page.
            if size >= PAGE_BYTES:
                self.pin_meter.units += read_units(size)
                yield stored[start : place + 1]
                start, size = place + 1, 0
        if size or start == 0:
            self.pin_meter.units += read_units(size)
            yield stored[start:]


def _between(stored: list[Stored], where: KeyRange) -> list[Stored]:
    def sort_key(item: Stored) -> str:
        return item[0]

    first = bisect_left(stored, where.first, key=sort_key)
    return stored[first : bisect_right(stored, where.last, lo=first, key=sort_key)]
