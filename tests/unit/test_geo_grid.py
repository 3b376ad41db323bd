"""The order of the map: a curve that never leaps, keys that sort as it runs, nested squares."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo import grid
from chalicelib.geo.earth import DEGREE

UNITS = st.integers(0, (1 << grid.BITS) - 1)
LATITUDES = st.integers(-90 * DEGREE, 90 * DEGREE)
LONGITUDES = st.integers(-180 * DEGREE, 180 * DEGREE)


def test_the_curve_visits_every_cell_once_and_steps_to_a_neighbour() -> None:
    size_bits = grid.BITS - 5
    cells = [grid.from_curve(place, size_bits) for place in range(4**5)]
    assert len(set(cells)) == 4**5
    side = 1 << size_bits
    assert all(abs(x2 - x1) + abs(y2 - y1) == side for (x1, y1), (x2, y2) in pairwise(cells))


@given(UNITS, UNITS, st.integers(0, grid.BITS))
def test_places_and_cells_are_each_others_reverse(x: int, y: int, size_bits: int) -> None:
    place, _ = grid.along_curve(x, y, size_bits)
    corner = (x >> size_bits << size_bits, y >> size_bits << size_bits)
    assert grid.from_curve(place, size_bits) == corner


@given(UNITS, UNITS, st.integers(0, grid.BITS))
def test_a_cell_is_one_stretch_of_the_curve(x: int, y: int, size_bits: int) -> None:
    whole, _ = grid.along_curve(x, y)
    cell, _ = grid.along_curve(x, y, size_bits)
    assert whole >> 2 * size_bits == cell


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1))
def test_keys_sort_as_places_do(a: int, b: int) -> None:
    assert (a < b) == (grid.text(a, 8) < grid.text(b, 8))
    assert grid.number(grid.text(a, 8)) == a


@given(LATITUDES, LONGITUDES)
def test_every_position_has_keys_and_a_count(latitude: int, longitude: int) -> None:
    keys = grid.keys_of(latitude, longitude)
    assert len(keys) == (1 if abs(latitude) >= grid.CAP else len(grid.SHIFTS))
    assert [partition.split("#")[0] for partition, _ in keys] == [
        prefix[:-1] for prefix in grid.PREFIXES[: len(keys)]
    ]
    assert all(len(place) == 7 for _, place in keys)
    partition, tile = grid.count_key(latitude, longitude)
    assert partition.startswith("COUNT#")
    assert len(tile) == 3


@given(st.integers(-85 * DEGREE + 1, 85 * DEGREE - 1), LONGITUDES)
def test_a_count_lies_where_its_positions_lie(latitude: int, longitude: int) -> None:
    x, y = grid.tile_of(*grid.count_key(latitude, longitude))
    side = 1 << grid.TILE_BITS
    assert x <= grid.column(longitude) < x + side
    assert y <= grid.row(latitude) < y + side


def test_the_two_names_of_the_antimeridian_are_one_place() -> None:
    assert grid.keys_of(0, 180 * DEGREE) == grid.keys_of(0, -180 * DEGREE)


@given(st.integers(-84 * DEGREE, 84 * DEGREE), st.integers(-179 * DEGREE, 179 * DEGREE))
def test_places_come_back_from_the_map(latitude: int, longitude: int) -> None:
    back = grid.place_of(grid.column_exact(longitude), grid.row_exact(latitude))
    assert abs(back[0] * DEGREE - latitude) < 1
    assert abs(back[1] * DEGREE - longitude) < 1
