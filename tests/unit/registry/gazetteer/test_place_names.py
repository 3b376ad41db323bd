"""Places are named by the postcode that is truly nearest, whatever sector it is in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import hypot
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.geo.geodesy import Point
from chalicelib.geo.h3_cells import cell_at
from chalicelib.geo.sight.field_of_view import offset_metres
from chalicelib.registry.gazetteer.place_names import FAR_M, FRESH, NearestName, PlaceNames
from chalicelib.registry.gazetteer.sector_centres import (
    CENTRES,
    SectorCentre,
    centres_item,
    postal_area,
    read_centres,
    sector_centre,
)
from chalicelib.registry.postcodes import LocatedPostcode, postcode_sector, sector_item

NOW = datetime(2026, 11, 30, 1, 28, tzinfo=UTC)
HERE = (52_476_000, -1_905_000)


class SmallTable:
    """What PlaceNames reads of the table."""

    def __init__(self, located: Iterable[LocatedPostcode]) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.read: list[str] = []
        self.load(located)

    def load(self, located: Iterable[LocatedPostcode]) -> None:
        sectors: dict[str, list[LocatedPostcode]] = {}
        for one in located:
            sectors.setdefault(postcode_sector(one.postcode), []).append(one)
        centres: dict[str, list[SectorCentre]] = {}
        for sector, units in sectors.items():
            item = sector_item(sector, units)
            self.items[str(item["PK"]), str(item["SK"])] = dict(item)
            packed = item["units"]
            assert isinstance(packed, bytes)
            if centre := sector_centre(sector, packed):
                centres.setdefault(postal_area(sector), []).append(centre)
        for area, some in centres.items():
            self.items[CENTRES, area] = dict(centres_item(area, some))

    def query(self, pk: str) -> list[dict[str, Any]]:
        self.read.append(pk)
        return [item for (key, _), item in self.items.items() if key == pk]

    def get_many(self, keys: Any, attributes: Any = ()) -> dict[Any, Any]:
        self.read += [pk for pk, _ in keys]
        return {key: self.items[key] for key in keys if key in self.items}


def names(*located: LocatedPostcode, clock: Any = lambda: NOW) -> tuple[PlaceNames, SmallTable]:
    table = SmallTable(located)
    return PlaceNames(table, clock), table  # type: ignore[arg-type]  # all that it reads


def at(postcode: str, north: int, east: int = 0) -> LocatedPostcode:
    return LocatedPostcode(postcode, (HERE[0] + north, HERE[1] + east), 10)


spots = st.tuples(st.integers(-40_000, 40_000), st.integers(-60_000, 60_000))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("BCW"), st.sampled_from("123"), spots), max_size=25),
    st.lists(spots, min_size=1, max_size=8),
)
def test_no_other_postcode_is_nearer(
    made: list[tuple[str, str, tuple[int, int]]], asked: list[tuple[int, int]]
) -> None:
    """Against brute force: sectors overlap, and the nearest middle need not hold the nearest."""
    located = [
        at(f"{area}1 {digit}A{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}", *spot)
        for number, (area, digit, spot) in enumerate(made)
    ]
    found, _ = names(*located)
    places = [(HERE[0] + north, HERE[1] + east) for north, east in asked]
    for place, name in zip(places, found.postcodes_near(places), strict=True):
        away = {
            one.postcode: hypot(*offset_metres(place, one.position))
            for one in located
            if one.position
        }
        near = min(away.values(), default=FAR_M)
        assert (name == "") == (near >= FAR_M)
        assert not name or away[name] == near


def test_nothing_is_named_where_nothing_is_near_or_loaded() -> None:
    empty, _ = names()
    assert empty.postcodes_near([HERE]) == [""]
    assert empty.postcodes_near([]) == []
    far, _ = names(at("B1 1AA", 90_000), LocatedPostcode("B1 2AA", None, 90))
    assert far.postcodes_near([HERE]) == [""]
    assert far.sectors_near([HERE]) == [""]


def test_cells_are_named_by_sector_and_large_ones_by_district() -> None:
    found, _ = names(at("B1 1AA", 0), at("B15 2TT", 30_000))
    place = Point.from_microdegrees(*HERE)
    small, large = cell_at(place, 8), cell_at(place, 5)
    said = found.cells_near([small, large])
    assert said[small] == "B1 1"
    assert said[large] in ("B1", "B15")
    assert found.cells_near([cell_at(Point(0.0, 0.0), 8)]) == {}


def test_a_zip_code_has_no_parts() -> None:
    found, _ = names(at("64106", 0))
    assert found.postcodes_near([HERE]) == ["64106"]
    cell = cell_at(Point.from_microdegrees(*HERE), 5)
    assert found.cells_near([cell])[cell] == "641"


def test_what_was_read_is_kept_for_some_minutes_and_then_read_again() -> None:
    moment = [NOW]
    found, table = names(at("B1 1AA", 0), clock=lambda: moment[0])
    assert found.postcodes_near([HERE]) == ["B1 1AA"]
    read = len(table.read)
    assert found.postcodes_near([HERE]) == ["B1 1AA"]
    assert len(table.read) == read
    table.load([at("B1 1AB", 10), at("B1 1AA", 5_000)])
    moment[0] += FRESH + timedelta(seconds=1)
    assert found.postcodes_near([HERE]) == ["B1 1AB"]


def test_a_table_that_gets_its_first_postcodes_is_seen_at_once() -> None:
    found, table = names()
    assert found.postcodes_near([HERE]) == [""]
    table.load([at("B1 1AA", 0)])
    assert found.postcodes_near([HERE]) == ["B1 1AA"]


def test_middles_are_packed_without_loss_and_on_both_sides_of_the_antimeridian() -> None:
    both = [
        LocatedPostcode("B1 1AA", (0, 179_999_000), 10),
        LocatedPostcode("B1 1AB", (0, -179_999_000), 10),
    ]
    packed = sector_item("B1 1", both)["units"]
    assert isinstance(packed, bytes)
    centre = sector_centre("B1 1", packed)
    assert centre is not None and abs(centre.place[1]) == 180_000_000 and centre.reach_m < 200
    item = centres_item("B", [centre, SectorCentre("B10 2", (1, -2), 3)])
    assert read_centres(item) == [centre, SectorCentre("B10 2", (1, -2), 3)]
    assert sector_centre("B1 1", b"") is None


def test_of_names_equally_near_the_first_in_order_is_taken() -> None:
    assert NearestName([(0, 10, "B"), (0, -10, "A")]).find((0, 0)) == "A"
