"""The search against the emulator's table, and with it the table in memory that the unit tests
and the benchmark stand on: 20,000 sites, the same answers and the same items."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chalicelib.geo import grid
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.cover import KeyRange
from chalicelib.registry.pin_reader import TablePinReader
from chalicelib.registry.pins import Pin, counted
from chalicelib.registry.search import SiteSearch
from chalicelib.table import Item, Table
from tests.benchmarks.registrations import registrations
from tests.running import RunningStack
from tests.support.memory_table import MemoryTable

SITES = 20_000
NAME = "search-check"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CENTRE = (52.48, -1.9)


@pytest.fixture(scope="module")
def pins() -> list[Pin]:
    dice = Random(4)  # noqa: S311 - must be the same each time
    streets = [(dice.gauss(CENTRE[0], 0.04), dice.gauss(CENTRE[1], 0.06)) for _ in range(5000)]
    return list(registrations(streets, SITES, 4))


@pytest.fixture(scope="module")
def reader(stack: RunningStack, pins: list[Pin]) -> Iterator[TablePinReader]:
    """The pins in a table of their own."""
    client = stack.client("dynamodb")
    keys = (("PK", "HASH"), ("SK", "RANGE"))
    client.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    table = Table(client, NAME)
    counts: list[Item] = [{"PK": pk, "SK": sk, "n": n} for (pk, sk), n in counted(pins).items()]
    items = [item for pin in pins for item in pin.items()]
    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(table.batch_put, (items[n::4] for n in range(4))))
    assert written + table.batch_put(counts) == grid.ORDERS * SITES + len(counts)
    yield TablePinReader(client, NAME)
    client.delete_table(TableName=NAME)


@pytest.fixture(scope="module")
def memory(pins: list[Pin]) -> MemoryTable:
    return MemoryTable().add(pins)


def areas() -> list[Area]:
    town = Point(*CENTRE)
    corners = [Point(52.45, -1.95), Point(52.5, -1.93), Point(52.48, -1.85)]
    found: list[Area] = [Circle(town, radius) for radius in (50, 500, 4000, 12_000)]
    return [*found, Polygon.of([corners]), Corridor(tuple(corners), 120)]


def test_a_search_of_the_table_is_exact(
    reader: TablePinReader, memory: MemoryTable, pins: list[Pin]
) -> None:
    stored, kept = SiteSearch(reader), SiteSearch(memory)
    began = NOW - timedelta(hours=2)
    for area in areas():
        found = stored.search(area, window_from=began, now=NOW)
        assert found == kept.search(area, window_from=began, now=NOW)
        if not found.cells:
            places = ((p, Point.from_microdegrees(p.latitude_e6, p.longitude_e6)) for p in pins)
            wanted = {pin.site_id for pin, place in places if area.contains(place)}
            assert {site.id for site in found.sites} == wanted
    stored.close()
    kept.close()


def test_the_table_in_memory_answers_as_the_emulator_does(
    reader: TablePinReader, memory: MemoryTable, pins: list[Pin]
) -> None:
    """Order, both ends of a range, and whole partitions."""
    dice = Random(2)  # noqa: S311 - must be the same each time
    partitions = sorted({pk for pin in pins for pk, _ in pin.keys})
    for partition in partitions:
        whole = KeyRange(partition, "0", "~")
        stored = memory.pins(whole)
        assert reader.pins(whole) == stored
        first, last = sorted(dice.choice(stored)[0] for _ in "ab")
        some = KeyRange(partition, first, last)
        assert reader.pins(some) == memory.pins(some)
    for partition in {pin.count_key[0] for pin in pins}:
        whole = KeyRange(partition, "000", "~")
        assert reader.counts(whole) == memory.counts(whole)
