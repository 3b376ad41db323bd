"""Pins: small, without personal data, and in step with their sites."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import items
from chalicelib.geo import grid
from chalicelib.ids import new_id
from chalicelib.registry.model import Camera, CameraKind, PositionSource, PropertyType, Site
from chalicelib.registry.pins import (
    CAMERA_KINDS,
    ITEMS,
    KINDS,
    Pin,
    PinWrites,
    View,
    counted,
    pack,
    pin_of,
    unpack,
)
from chalicelib.table import Table, Write
from tests.support.memory_table import item_bytes

SITE = Site(
    id="abcdefghijkmnpqr",
    owner_id="owner",
    address_line_1="1 Secret Street",
    address_line_2="",
    town="Birmingham",
    postcode="B1 1AA",
    latitude_e6=52_480_123,
    longitude_e6=-1_900_456,
    position_source=PositionSource.PIN,
    property_type=PropertyType.HOME,
    cameras=(
        Camera(1, CameraKind.DOORBELL, retention_minutes=180, bearing=10),
        Camera(2, CameraKind.FIXED, retention_minutes=43_200, bearing=200, angle=90, range_m=40),
    ),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)

UNSAID_OR = st.none() | st.integers(0, 65_534)
VIEWS = st.builds(
    View,
    st.integers(1, 255),
    st.sampled_from(CAMERA_KINDS),
    st.integers(0, 0xFFFFFF),
    UNSAID_OR,
    UNSAID_OR,
    UNSAID_OR,
)
PINS = st.builds(
    Pin,
    st.builds(new_id),
    st.integers(-90_000_000, 90_000_000),
    st.integers(-180_000_000, 180_000_000),
    st.sampled_from(KINDS),
    st.lists(VIEWS, max_size=5).map(tuple),
)


@given(PINS)
def test_what_is_packed_comes_back(pin: Pin) -> None:
    assert [unpack(sort_key, pack(pin)) for _, sort_key in pin.keys] == [pin] * len(pin.keys)


@given(PINS)
def test_every_item_is_of_a_declared_kind(pin: Pin) -> None:
    for item in pin.items():
        assert items.problems(ITEMS, item) == []
    partition, tile = pin.count_key
    assert items.problems(ITEMS, {"PK": partition, "SK": tile, "n": 1}) == []
    for partition, square in pin.square_keys:
        assert items.problems(ITEMS, {"PK": partition, "SK": square, "n": 1, "c": 1}) == []


def test_every_kind_has_a_number() -> None:
    assert set(KINDS) == set(PropertyType)
    assert set(CAMERA_KINDS) == set(CameraKind)


def test_a_pin_with_two_cameras_is_small() -> None:
    sizes = [item_bytes(item) for item in pin_of(SITE).items()]
    assert max(sizes) <= 80, "the promise is 200; what is read is what is paid"


def test_a_pin_says_nothing_of_its_owner() -> None:
    pin = pin_of(SITE)
    said = repr(pin) + repr(list(pin.items()))
    for name in ("owner_id", "address_line_1", "town", "postcode"):
        assert getattr(SITE, name) not in said
    assert {field.name for field in fields(Pin)} == {
        "site_id",
        "latitude_e6",
        "longitude_e6",
        "kind",
        "views",
    }


def test_cameras_that_are_alike_are_packed_once() -> None:
    site = replace(SITE, cameras=(Camera(1), Camera(2), Camera(3, CameraKind.DOORBELL)))
    pin = pin_of(site)
    assert pin.cameras == 3
    assert [(view.number, view.kind) for view in pin.views] == [
        (2, CameraKind.UNKNOWN),
        (1, CameraKind.DOORBELL),
    ]
    assert pin.views[0].kept_minutes == 7 * 24 * 60, "a home, nobody said"


def test_a_live_view_keeps_nothing() -> None:
    site = replace(SITE, cameras=(Camera(1, records=False, retention_minutes=500),))
    assert pin_of(site).views[0].kept_minutes == 0


class Stored:
    """A table that takes the writes of transactions, as far as pins use them."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.counts: dict[tuple[str, str], int] = {}
        self.changed: dict[tuple[str, str], int] = {}

    def apply(self, writes: list[Write]) -> None:
        touched: set[tuple[str, str]] = set()
        for write in writes:
            arguments = write.arguments
            key = arguments.get("Key") or {n: arguments["Item"][n] for n in ("PK", "SK")}
            place = (key["PK"]["S"], key["SK"]["S"])
            assert place not in touched, "DynamoDB refuses two writes of one item"
            touched.add(place)
            if write.kind == "Put":
                self.items[place] = arguments["Item"]
            elif write.kind == "Delete":
                del self.items[place]
            else:
                assert arguments["UpdateExpression"] in ("ADD #n :n", "ADD #n :n, #c :c")
                number = int(arguments["ExpressionAttributeValues"][":n"]["N"])
                self.counts[place] = self.counts.get(place, 0) + number
                self.changed[place] = self.changed.get(place, 0) + 1


POSITIONS = st.tuples(
    st.sampled_from([52_480_000, 52_480_001, 52_490_000, 86_000_000, -86_000_000]),
    st.sampled_from([-1_900_000, -1_900_001, -1_880_000, 180_000_000, -180_000_000]),
)
CAMERAS = st.lists(
    st.builds(Camera, st.just(1), st.sampled_from(CAMERA_KINDS), bearing=st.integers(0, 3)),
    min_size=1,
    max_size=2,
).map(tuple)


@settings(deadline=None)  # a busy machine is no error
@given(st.lists(st.none() | st.tuples(POSITIONS, CAMERAS), min_size=1, max_size=8))
def test_pins_and_counts_follow_every_change(
    states: list[tuple[tuple[int, int], tuple[Camera, ...]] | None],
) -> None:
    """A site comes, moves, changes its cameras and goes; what stands in the table is always what
    a table filled from its last state would hold."""
    table, writer = Stored(), PinWrites(Table(None, "registry"))
    before: Site | None = None
    for state in states:
        after = None
        if state:
            (latitude, longitude), cameras = state
            after = replace(SITE, latitude_e6=latitude, longitude_e6=longitude, cameras=cameras)
        writes = writer.change_writes(before, after)
        assert len(writes) <= 2 * grid.ORDERS + 10
        watched = dict(table.changed)
        table.apply(writes)
        expected = pin_of(after) if after else None
        assert set(table.items) == set(expected.keys if expected else ())
        if expected:
            packed = {item["v"]["B"] for item in table.items.values()}
            assert packed == {pack(expected)}
        left = {key: number for key, number in table.counts.items() if number}
        squares = dict.fromkeys(expected.square_keys, 1) if expected else {}
        assert left == {**counted([expected] if expected else []), **squares}
        was = pin_of(before) if before else None
        if (was.keys if was else []) != (expected.keys if expected else []):
            for pin in filter(None, (was, expected)):
                for key in pin.square_keys[:1]:
                    assert table.changed[key] > watched.get(key, 0), "a repair must see the move"
        before = after


def test_a_change_that_nobody_can_search_for_writes_nothing() -> None:
    writer = PinWrites(Table(None, "registry"))
    assert writer.change_writes(SITE, replace(SITE, address_line_1="2 New Street")) == []


def test_numbers_out_of_range_are_refused() -> None:
    import struct

    pin = pin_of(SITE)
    with pytest.raises(struct.error):
        pack(replace(pin, views=(View(1, CameraKind.FIXED, 5, bearing=70_000),)))
