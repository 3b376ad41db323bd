"""Entries of the map's index: small, without personal data, and in step with their sites."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras import retention
from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.ids import new_id
from chalicelib.dynamodb import item_schema
from chalicelib.dynamodb.attributes import encode_item
from chalicelib.dynamodb.table import Table, Write
from chalicelib.geo import h3_cells
from chalicelib.registry import map_counts, records
from chalicelib.registry.map_counts import COARSEST, COUNTED, MapCounts, count_entries, count_key
from chalicelib.registry.model import Site
from chalicelib.registry.site_index import (
    CAMERA_KINDS,
    KINDS,
    CameraGroup,
    IndexEntry,
    index_entry,
    pack_entry,
    site_id_of,
    unpack_entry,
)
from tests.support.memory_table import bytes_of, entry_bytes
from tests.support.places import a_site

SITE = a_site(
    Camera(1, CameraKind.DOORBELL, retention_minutes=180, bearing=10),
    Camera(2, CameraKind.FIXED, retention_minutes=43_200, bearing=200, angle=90, range_m=40),
    id="abcdefghjkmnpqrs",
    owner_id="owner",
    address_line_1="1 Secret Street",
    latitude_e6=52_480_123,
    longitude_e6=-1_900_456,
)

WORDS = st.text(max_size=60)
CAMERAS = st.builds(
    Camera,
    st.just(0),
    st.sampled_from(CAMERA_KINDS),
    make=WORDS,
    plan=WORDS,
    retention_minutes=st.none() | st.integers(0, 0xFFFFFFFF),
    records=st.booleans(),
    bearing=st.none() | st.integers(0, 359),
    angle=st.none() | st.integers(0, 360),
    range_m=st.none() | st.integers(0, 0xFFFF),
)
ENTRIES = st.builds(
    IndexEntry,
    st.builds(new_id),
    st.integers(-90_000_000, 90_000_000),
    st.integers(-180_000_000, 180_000_000),
    st.sampled_from(KINDS),
    st.lists(st.builds(CameraGroup, st.integers(1, 255), CAMERAS), max_size=5).map(tuple),
)


@given(ENTRIES)
def test_what_is_packed_comes_back(entry: IndexEntry) -> None:
    assert unpack_entry(f"SITE#{entry.site_id}", pack_entry(entry)) == entry


@given(ENTRIES)
def test_both_keys_are_cells_and_one_is_the_ancestor_of_the_other(entry: IndexEntry) -> None:
    said = entry.attributes()
    place = (entry.latitude_e6 / 1e6, entry.longitude_e6 / 1e6)
    assert said["h3"] == h3.latlng_to_cell(*place, 11)
    assert said["cell"] == h3.cell_to_parent(str(said["h3"]), 6)
    for resolution in COUNTED:
        partition, cell = count_key(str(said["h3"]), resolution)
        assert cell == h3.cell_to_parent(str(said["h3"]), resolution)
        ancestor = partition.removeprefix("COUNT#").ljust(15, "f")
        assert ancestor == h3.cell_to_parent(cell, h3.get_resolution(ancestor))
        more = {"c": 1} if resolution == COARSEST else {}
        stored = {"PK": partition, "SK": cell, "n": 1, **more}
        assert item_schema.item_problems(map_counts.ITEMS, stored) == []


def test_an_entry_stands_in_the_site_item_itself() -> None:
    item = records.SITE.item(SITE)
    assert {name: item[name] for name in ("cell", "h3", "v")} == index_entry(SITE).attributes()
    assert item_schema.item_problems(records.ITEMS, item) == []


def test_every_kind_has_a_number() -> None:
    assert set(KINDS) == set(PropertyType)
    assert set(CAMERA_KINDS) == set(CameraKind)


@pytest.mark.parametrize(
    "site, most", [(SITE, 100), (replace(SITE, cameras=(Camera(1), Camera(2))), 82)]
)
def test_an_entry_is_small(site: Site, most: int) -> None:
    said = index_entry(site).attributes()
    size = entry_bytes(str(said["cell"]), str(said["h3"]), f"SITE#{site.id}", bytes_of(said["v"]))
    assert size <= most, "what is read is what is paid"


def test_an_entry_says_nothing_of_its_owner() -> None:
    entry = index_entry(SITE)
    said = repr(entry) + repr(entry.attributes())
    for name in ("owner_id", "address_line_1", "town", "postcode"):
        assert getattr(SITE, name) not in said
    assert {field.name for field in fields(IndexEntry)} == {
        "site_id",
        "latitude_e6",
        "longitude_e6",
        "kind",
        "views",
        "doubted",
    }


@given(st.builds(replace, CAMERAS, make=WORDS | st.sampled_from(["ring", "Ring Pro 2", "REOLINK"])))
def test_a_make_that_was_typed_is_not_in_the_index(camera: Camera) -> None:
    """Threat: an owner types a name where a make is asked for, and everybody who searches reads
    it. What follows from the camera is the same with the key of the catalogue."""
    (view,) = index_entry(replace(SITE, cameras=(camera,))).views
    assert view.camera.make in {"", *retention.catalogue().by_key}
    for kind in KINDS:
        assert retention.retention(view.camera, kind) == retention.retention(camera, kind)


def test_cameras_that_are_alike_are_packed_once() -> None:
    site = replace(SITE, cameras=(Camera(1), Camera(2), Camera(3, CameraKind.DOORBELL)))
    entry = index_entry(site)
    assert entry.cameras == 3
    assert [(view.number, view.camera.kind) for view in entry.views] == [
        (2, CameraKind.UNKNOWN),
        (1, CameraKind.DOORBELL),
    ]
    assert entry.views[0].kept_minutes(PropertyType.HOME) == 7 * 24 * 60, "nobody said"
    assert entry.views[0].kept_minutes(PropertyType.BUSINESS) == 28 * 24 * 60


def test_a_live_view_keeps_nothing() -> None:
    site = replace(SITE, cameras=(Camera(1, records=False, retention_minutes=500),))
    assert index_entry(site).views[0].kept_minutes(PropertyType.HOME) == 0


def test_minutes_follow_the_catalogue_and_not_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a make keeps is cut in the catalogue: entries that stand in the table follow."""
    packed = pack_entry(index_entry(replace(SITE, cameras=(Camera(1, make="ring", plan="180"),))))
    (before,) = unpack_entry("SITE#x", packed).views
    known = retention.catalogue()
    make = known.by_key["ring"]
    shorter = replace(
        make,
        plans=tuple(replace(plan, minutes=min(plan.minutes, 77)) for plan in make.plans),
        unknown_plan=77,
    )
    makes = tuple(shorter if one is make else one for one in known.makes)
    monkeypatch.setattr(retention, "catalogue", lambda: replace(known, makes=makes))
    (after,) = unpack_entry("SITE#x", packed).views
    assert before == after
    assert after.kept_minutes(PropertyType.HOME) == 77


class Stored:
    """A table that takes the writes of counts."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.changed: Counter[tuple[str, str]] = Counter()

    def apply(self, writes: list[Write]) -> None:
        touched: set[tuple[str, str]] = set()
        for write in writes:
            arguments = write.arguments
            place = (arguments["Key"]["PK"]["S"], arguments["Key"]["SK"]["S"])
            assert place not in touched, "DynamoDB refuses two writes of one item"
            touched.add(place)
            assert arguments["UpdateExpression"] in ("ADD #n :n", "ADD #n :n, #c :c")
            self.counts[place] += int(arguments["ExpressionAttributeValues"][":n"]["N"])
            self.changed[place] += "#c" in arguments["UpdateExpression"]


POSITIONS = st.tuples(
    st.sampled_from([52_480_000, 52_480_001, 52_490_000, 86_000_000, -86_000_000, 90_000_000]),
    st.sampled_from([-1_900_000, -1_900_001, -1_880_000, 180_000_000, -180_000_000]),
)


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(st.none() | POSITIONS, min_size=1, max_size=8))
def test_counts_follow_every_change(states: list[tuple[int, int] | None]) -> None:
    """A site comes, moves and goes; the counts are always those of its last state."""
    table, writer = Stored(), MapCounts(Table(None, "registry"))
    before: Site | None = None
    for state in states:
        after = None
        if state:
            after = replace(SITE, latitude_e6=state[0], longitude_e6=state[1])
        changed = Counter(table.changed)
        writes = writer.change_writes(before, after)
        assert len(writes) <= 2 * len(COUNTED)
        table.apply(writes)
        expected = [index_entry(after)] if after else []
        assert +table.counts == count_entries(expected)
        assert min(table.counts.values(), default=0) >= 0
        if before != after:
            for site in filter(None, (before, after)):
                noted = count_key(index_entry(site).h3, COARSEST)
                assert table.changed[noted] > changed[noted], "a repair must see the move"
        before = after


def test_a_site_that_stays_where_it_is_changes_no_count() -> None:
    writer = MapCounts(Table(None, "registry"))
    described = replace(SITE, cameras=(Camera(1, CameraKind.PTZ),), address_line_1="2 New Street")
    assert writer.change_writes(SITE, described) == []


def test_a_registration_costs_the_map_seven_write_units() -> None:
    """One for the entry and two for each count, which is written in a transaction; a changed
    camera costs the entry."""

    def units(item: dict[str, Any]) -> int:
        return -(-len(repr(encode_item(item))) // 1024)

    writes = MapCounts(Table(None, "registry")).change_writes(None, SITE)
    assert len(writes) == 3
    assert units(index_entry(SITE).attributes()) + 2 * len(writes) == 7


@pytest.mark.parametrize(
    "view",
    [CameraGroup(1, Camera(0, bearing=70_000)), CameraGroup(256, Camera(0))],
    ids=["angle", "number"],
)
def test_numbers_out_of_range_are_refused(view: CameraGroup) -> None:
    with pytest.raises(struct.error):
        pack_entry(replace(index_entry(SITE), views=(view,)))


def test_cells_of_the_two_resolutions_are_what_the_index_is_keyed_by() -> None:
    assert (h3_cells.KEY, h3_cells.PARTITION) == (11, 6)


def test_an_entry_is_packed_as_entries_that_stand_in_tables_are() -> None:
    """Byte for byte: an entry that was written before a change must still be read after it."""
    cameras = (
        Camera(1, CameraKind.FIXED, "ring", "free", 180, False, 359, 90, 40),
        Camera(2),
        Camera(3),
        Camera(4, CameraKind.DASHCAM, bearing=1),
    )
    site = replace(SITE, property_type=PropertyType.BUSINESS, cameras=cameras)
    assert pack_entry(index_entry(site)).hex() == (
        "0320c87bffe3005801"
        "7f0102" "0472696e67" "0466726565" "000000b4" "0167" "005a" "0028"
        "000200"
        "080104" "0001"
    )  # fmt: skip
    assert site_id_of("SITE#abc") == "abc"


def test_a_place_that_changes_by_its_other_half_is_another_place() -> None:
    writer = MapCounts(Table(None, "registry"))
    for moved in (replace(SITE, latitude_e6=1), replace(SITE, longitude_e6=1)):
        assert len(writer.change_writes(SITE, moved)) == 6
    assert writer.change_writes(SITE, replace(SITE, cameras=())) == []
    assert len(writer.change_writes(None, SITE)) == len(writer.change_writes(SITE, None)) == 3
    assert writer.change_writes(None, None) == []
    assert COUNTED == {5: 0, 7: 3, 8: 4}
