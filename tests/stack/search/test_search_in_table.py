"""The search against the emulator's index, and with it the table in memory that the unit tests
and the benchmark stand on: 20,000 sites, the same answers and the same entries."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chalicelib.dynamodb.table import Item, Table
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.h3_cover import KeyRange
from chalicelib.registry.map_counts import count_entries
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_search import SiteSearch
from tests.benchmarks.registrations import registrations
from tests.running import RunningStack
from tests.stack.tables import create_registry
from tests.support.memory_table import MemoryTable

SITES = 20_000
NAME = "search-check"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CENTRE = (52.48, -1.9)


@pytest.fixture(scope="module")
def entries() -> list[IndexEntry]:
    dice = Random(4)  # noqa: S311 - must be the same each time
    streets = [(dice.gauss(CENTRE[0], 0.04), dice.gauss(CENTRE[1], 0.06)) for _ in range(5000)]
    return list(registrations(streets, SITES, 4))


@pytest.fixture(scope="module")
def reader(stack: RunningStack, entries: list[IndexEntry]) -> Iterator[TableIndexReader]:
    """The sites in a table of their own, with the index as the stage has it."""
    client = stack.client("dynamodb")
    create_registry(client, NAME)
    table = Table(client, NAME)
    counts: list[Item] = [
        {"PK": pk, "SK": sk, "n": n} for (pk, sk), n in count_entries(entries).items()
    ]
    items: list[Item] = [
        {"PK": f"SITE#{entry.site_id}", "SK": "SITE", **entry.attributes()} for entry in entries
    ]
    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(table.batch_put, (items[n::4] for n in range(4))))
    assert written + table.batch_put(counts) == SITES + len(counts)
    yield TableIndexReader(client, NAME)
    client.delete_table(TableName=NAME)


@pytest.fixture(scope="module")
def memory(entries: list[IndexEntry]) -> MemoryTable:
    return MemoryTable().add(entries)


def areas() -> list[Area]:
    town = Point(*CENTRE)
    corners = [Point(52.45, -1.95), Point(52.5, -1.93), Point(52.48, -1.85)]
    found: list[Area] = [Circle(town, radius) for radius in (50, 500, 4000, 12_000)]
    return [*found, Polygon.of([corners]), Corridor(tuple(corners), 120)]


def test_a_search_of_the_table_is_exact(
    reader: TableIndexReader, memory: MemoryTable, entries: list[IndexEntry]
) -> None:
    stored, kept = SiteSearch(reader), SiteSearch(memory)
    began = NOW - timedelta(hours=2)
    for area in areas():
        found = stored.search(area, window_from=began, now=NOW)
        assert found == kept.search(area, window_from=began, now=NOW)
        if not found.cells:
            places = ((e, Point.from_microdegrees(e.latitude_e6, e.longitude_e6)) for e in entries)
            wanted = {entry.site_id for entry, place in places if area.contains(place)}
            assert {site.id for site in found.sites} == wanted
    stored.close()
    kept.close()


def test_the_table_in_memory_answers_as_the_emulator_does(
    reader: TableIndexReader, memory: MemoryTable, entries: list[IndexEntry]
) -> None:
    """Order, both ends of a range, and whole partitions."""
    dice = Random(2)  # noqa: S311 - must be the same each time
    for partition in memory.partitions:
        whole = KeyRange(partition, "8", "9")
        stored = memory.entries(whole)
        assert sorted(reader.entries(whole)) == sorted(stored)
        keys = [h3 for page in memory.entry_pages(whole) for h3, _, _ in page]
        some = KeyRange(partition, *sorted(dice.choice(keys) for _ in "ab"))
        assert sorted(reader.entries(some)) == sorted(memory.entries(some))
    for partition in memory.count_partitions:
        whole = KeyRange(partition, "8", "9")
        assert reader.counts(whole) == memory.counts(whole)
