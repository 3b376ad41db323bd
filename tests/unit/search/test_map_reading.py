"""How little the map of all sites reads for the single sites in a frame."""

from __future__ import annotations

import random

import pytest

from chalicelib.cameras.model import CameraKind, PropertyType
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.site_map import SITES_FROM, MapFrame, SiteMap
from tests.support.entries import view
from tests.support.memory_table import MemoryTable


@pytest.mark.parametrize(
    ("sites", "wide", "tall", "spread", "queries", "units"),
    [
        (5, 20_000, 20_000, 15_000, 2, 1.0),
        (200, 60_000, 40_000, 60_000, 3, 2.0),
        (9_000, 30_000, 4_000, 40_000, 8, 7.0),
        (9_000, 4_000, 30_000, 40_000, 8, 8.5),
    ],
)
def test_few_sites_are_read_at_once_and_many_in_parts(
    sites: int, wide: int, tall: int, spread: int, queries: int, units: float
) -> None:
    """Where sites are few, a query more costs more than to read what lies between; in a town a
    narrow frame is read cell by cell."""
    chance = random.Random(1)  # noqa: S311 - nothing here is secret
    y, x = 52_480_000, -1_900_000
    town = [
        IndexEntry(
            f"{number:016}",
            y + chance.randint(-spread, spread),
            x + chance.randint(-spread, spread),
            PropertyType.HOME,
            (view(1, CameraKind.FIXED, 600),),
        )
        for number in range(sites)
    ]
    frame = MapFrame(x - wide // 2, y - tall // 2, x + wide // 2, y + tall // 2, SITES_FROM)
    table = MemoryTable().add(town)
    found = SiteMap(table).part(frame)
    assert found.total == sum(frame.holds(one.latitude_e6, one.longitude_e6) for one in town)
    assert table.entry_meter.queries <= queries
    assert table.entry_meter.units <= units
