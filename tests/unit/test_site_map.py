"""The map against brute force: what it shows, and how little it reads for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.geo import grid, levels
from chalicelib.geo.squares import MOST_STRETCHES
from chalicelib.ids import new_id
from chalicelib.registry.model import CameraKind, PropertyType
from chalicelib.registry.pins import Pin, View
from chalicelib.registry.site_map import (
    MOST_ACROSS,
    MOST_PINS,
    MOST_READ,
    CountedSquare,
    Frame,
    SiteMap,
    SiteMapPart,
)
from chalicelib.web.entity_tags import matches
from chalicelib.web.map_models import MapQuery
from chalicelib.web.validation import read_query
from tests.support.memory_table import MemoryTable, Meter

DEGREE = 1_000_000
HALF = 180 * DEGREE


class Registry(MemoryTable):
    """Pins with the counts of every level."""

    def add(self, pins: Iterable[Pin]) -> Registry:
        pins = list(pins)
        super().add(pins)
        for pin in pins:
            for partition, square in pin.square_keys:
                self._counts[partition][square] += 1
        self.ready()
        return self


def pin_at(latitude_e6: int, longitude_e6: int) -> Pin:
    view = View(2, CameraKind.FIXED, 600)
    return Pin(new_id(), latitude_e6, longitude_e6, PropertyType.HOME, (view,))


def part_of(pins: Iterable[Pin], frame: Frame) -> tuple[SiteMapPart, Registry]:
    table = Registry().add(pins)
    return SiteMap(table).part(frame), table


CENTRES = [(52_480_000, -1_900_000), (0, 0), (-17_000_000, HALF - 5), (84_990_000, 30_000_000)]
FRAMES = st.builds(
    lambda centre, wide, tall, zoom: Frame(
        turned(centre[1] - wide // 2),
        max(centre[0] - tall // 2, -90 * DEGREE),
        turned(centre[1] - wide // 2 + wide),
        min(centre[0] + tall // 2 + 1, 90 * DEGREE),
        zoom,
    ),
    st.sampled_from(CENTRES),
    st.integers(10, 300 * DEGREE) | st.integers(10, DEGREE // 50),
    st.integers(10, 100 * DEGREE) | st.integers(10, DEGREE // 50),
    st.integers(0, 22),
)
PLACES = st.builds(
    lambda centre, north, east: (
        max(-90 * DEGREE, min(90 * DEGREE, centre[0] + north)),
        turned(centre[1] + east),
    ),
    st.sampled_from(CENTRES),
    st.integers(-DEGREE // 50, DEGREE // 50) | st.integers(-40 * DEGREE, 40 * DEGREE),
    st.integers(-DEGREE // 50, DEGREE // 50) | st.integers(-HALF, HALF),
)


def turned(longitude_e6: int) -> int:
    return (longitude_e6 + HALF) % (2 * HALF) - HALF


def shows(frame: Frame, pin: Pin) -> bool:
    """Said differently from the code under test."""
    if not frame.south <= pin.latitude_e6 <= frame.north:
        return False
    if frame.west < frame.east:
        return any(frame.west <= pin.longitude_e6 + turn <= frame.east for turn in (0, -2 * HALF))
    return pin.longitude_e6 >= frame.west or pin.longitude_e6 <= frame.east


@settings(max_examples=200, deadline=None)
@given(st.lists(PLACES, max_size=60), FRAMES)
def test_a_part_of_the_map_is_what_brute_force_finds(
    places: list[tuple[int, int]], frame: Frame
) -> None:
    pins = [pin_at(*place) for place in places]
    mapped = [pin for pin in pins if abs(pin.latitude_e6) < grid.CAP]
    inside = [pin for pin in mapped if shows(frame, pin)]
    part, table = part_of(pins, frame)
    assert table.count_meter.queries <= 4 * MOST_STRETCHES
    if part.pins is not None:
        expected = sorted((pin.longitude_e6, pin.latitude_e6) for pin in inside)
        assert [(pin.longitude_e6, pin.latitude_e6) for pin in part.pins] == expected
        assert part.total == len(expected)
        return
    assert table.pin_meter.queries == 0 or frame.zoom >= 14
    assert part.total == sum(square.sites for square in part.squares) >= len(inside)
    places_left = Counter((pin.latitude_e6, pin.longitude_e6) for pin in mapped)
    for square in part.squares:
        held = [p for p in places_left.elements() if within(square, *p)]
        assert len(held) == square.sites, "a square is whole, also at the frame's edge"
        assert square.west <= square.longitude <= square.east
        assert square.south <= square.latitude <= square.north
    for pin in inside:
        assert any(within(square, pin.latitude_e6, pin.longitude_e6) for square in part.squares)


def within(square: CountedSquare, latitude_e6: int, longitude_e6: int) -> bool:
    """By the grid's own units, so that a border belongs to one square only."""
    west, north = borders(square)[0]
    east, south = borders(square)[1]
    x, y = grid.column(longitude_e6), grid.row(latitude_e6)
    return west <= x < east and north <= y < south


def borders(square: CountedSquare) -> tuple[tuple[int, int], tuple[int, int]]:
    side = grid.WORLD * (square.east - square.west) / 360
    unit = min((1 << bits for bits in range(29)), key=lambda unit: abs(unit - side))

    def near(value: float) -> int:
        return round(value / unit) * unit

    west = near(grid.column_exact(square.west * 1e6))
    north = near(grid.row_exact(square.north * 1e6))
    return (west, north), (west + unit, north + unit)


def around(latitude: float, longitude: float, side_m: float, number: int, seed: int) -> list[Pin]:
    dice = random.Random(seed)  # noqa: S311 - made-up sites
    half = side_m / 2 / 111_195

    def spot(middle: float) -> int:
        return round((middle + dice.uniform(-half, half)) * 1e6)

    return [pin_at(spot(latitude), spot(longitude)) for _ in range(number)]


@pytest.fixture(scope="module")
def town() -> Registry:
    """4,000 sites over 30 km, and 2,000 more in one street."""
    return Registry().add(
        around(52.48, -1.9, 30_000, 4_000, 5) + around(52.48, -1.9, 300, 2_000, 6)
    )


@pytest.mark.parametrize("zoom", range(23))
def test_reads_are_bounded_at_every_zoom(town: Registry, zoom: int) -> None:
    """A screen over a town, a county and around the whole world: never more than the promise."""
    width = min(360 * DEGREE, int(360 * DEGREE * 2.7 / 2**zoom))
    frames = [
        Frame(-HALF, -85 * DEGREE, HALF, 85 * DEGREE, zoom),
        Frame(-2_200_000, 52_300_000, -1_400_000, 52_700_000, zoom),
    ]
    if width < 300 * DEGREE:
        west = -1_900_000 - width // 2
        frames.append(
            Frame(west, 52_480_000 - width // 5, west + width, 52_480_000 + width // 5, zoom)
        )
    for frame in frames:
        town.count_meter, town.pin_meter = Meter(), Meter()
        part = SiteMap(town).part(frame)
        assert town.count_meter.queries <= 2 * MOST_STRETCHES
        assert town.pin_meter.queries <= MOST_STRETCHES
        assert town.pin_meter.items <= MOST_READ
        assert len(part.squares) <= (MOST_ACROSS + 1) ** 2
        assert part.pins is None or len(part.pins) <= MOST_PINS


def test_a_wide_box_at_a_near_zoom_is_counted() -> None:
    pins = around(52.48, -1.9, 3_000, 200, 1)
    part, table = part_of(pins, Frame(-8_000_000, 50_000_000, 2_000_000, 58_000_000, 22))
    assert part.pins is None
    assert part.total == 200
    assert table.pin_meter.queries == 0


def test_too_many_to_show_are_counted() -> None:
    near = Frame(-1_910_000, 52_476_000, -1_890_000, 52_484_000, 16)
    pins = around(52.48, -1.9, 500, MOST_PINS, 2)
    shown, _ = part_of(pins, near)
    assert shown.pins is not None
    assert shown.total == MOST_PINS
    counted, _ = part_of([*pins, *around(52.48, -1.9, 500, 1, 3)], near)
    assert counted.pins is None
    assert counted.total == MOST_PINS + 1
    crowded, table = part_of(around(52.48, -1.9, 500, MOST_READ + 1, 4), near)
    assert crowded.pins is None
    assert table.pin_meter.queries == 0


def test_nothing_beyond_the_projection() -> None:
    part, table = part_of(
        [pin_at(89 * DEGREE, 0)], Frame(-DEGREE, 86_000_000, DEGREE, HALF // 2, 3)
    )
    assert part == SiteMapPart(0)
    assert table.count_meter.queries == 0


@settings(deadline=None)
@given(
    st.integers(-84_900_000, 84_900_000), st.integers(-HALF, HALF), st.sampled_from(levels.LEVELS)
)
def test_a_count_tells_its_square(latitude: int, longitude: int, level: levels.Level) -> None:
    tile = levels.tile_place(latitude, longitude)
    assert tile is not None
    place = level.from_tile(tile)
    assert level.place(*level.key(place, new_id())) == place
    x, y = grid.from_curve(place, level.bits)
    assert x <= grid.column(longitude) < x + (1 << level.bits)
    assert y <= grid.row(latitude) < y + (1 << level.bits)
    if level is levels.TILES:
        assert level.key(place) == grid.count_key(latitude, longitude)


def test_the_coarsest_counts_are_spread_by_site() -> None:
    keys = {pin_at(52_480_000, -1_900_000).square_keys[-1] for _ in range(200)}
    assert len(keys) == levels.COARSER[-1].shards


def frame_of(query: dict[str, str]) -> Frame:
    return read_query(MapQuery, query).frame()


def test_the_frame_in_an_address() -> None:
    frame = frame_of({"bbox": "-1.95,52.45,-1.85, 52.5", "zoom": "11.7"})
    assert frame == Frame(-1_950_000, 52_450_000, -1_850_000, 52_500_000, 11)
    assert frame_of({"bbox": "170,-10,-170,10", "zoom": "3"}).wide == 20 * DEGREE
    assert frame_of({"bbox": "-180,-90,180,90", "zoom": "0"}).wide == 360 * DEGREE


WRONG = [
    ({}, ["bbox", "zoom"]),
    ({"bbox": "", "zoom": ""}, ["bbox", "zoom"]),
    ({"bbox": "1,2,3", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,2,3,4,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "west,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1e2,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "nan,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "٣,2,4,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "-181,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,-91,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,5,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,4,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "3,4,3,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,2,3,4", "zoom": "-1"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "22.5"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "99999"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "inf"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "3", "bbx": "1"}, ["bbx"]),
]


@pytest.mark.parametrize(("query", "fields"), WRONG)
def test_a_wrong_frame_is_named(query: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        frame_of(query)
    assert [name for name, _ in caught.value.fields] == fields


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ("", False),
        ('"b"', False),
        ("a", False),
    ],
)
def test_entity_tags_are_compared_weakly(header: str, same: bool) -> None:
    assert matches(header, '"a"') == same
