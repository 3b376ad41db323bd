"""What the planner expects: no pin is counted twice, none is forgotten, in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo import grid
from chalicelib.geo.density import BLOCK_BITS, NOTHING_KNOWN, PLACES, Density

TILES = st.dictionaries(
    st.tuples(st.integers(16, 31), st.integers(16, 31)), st.integers(1, 5000), max_size=20
)
ORDERS = st.integers(0, grid.ORDERS - 1)
TILE = 1 << grid.TILE_BITS


def around(order: int) -> list[int]:
    """The tiles of an order in which the pins of block (1, 1) can stand, by their places."""
    shift = grid.SHIFTS[order]
    columns = range((16 * TILE + shift) // TILE, (32 * TILE + shift) // TILE + 1)
    return [
        grid.along_curve(x * TILE, y * TILE, grid.TILE_BITS)[0] for x in columns for y in columns
    ]


@given(TILES, ORDERS)
def test_all_pins_are_expected_somewhere(counts: dict[tuple[int, int], int], order: int) -> None:
    density = Density(counts, frozenset({(1, 1)}), usual=0)
    found = sum(
        density.expected(order, place * PLACES, (place + 1) * PLACES) for place in around(order)
    )
    assert found == pytest.approx(sum(counts.values()))


@given(TILES, ORDERS, st.lists(st.integers(0, 4 * PLACES), min_size=3, max_size=3), st.data())
def test_parts_make_up_the_whole(
    counts: dict[tuple[int, int], int], order: int, cuts: list[int], data: st.DataObject
) -> None:
    density = Density(counts, frozenset({(1, 1)}))
    start = data.draw(st.sampled_from(around(order))) * PLACES
    a, b, c = (start + cut for cut in sorted(cuts))
    if a < b < c:
        whole = density.expected(order, a, c)
        assert density.expected(order, a, b) + density.expected(order, b, c) == pytest.approx(whole)


def test_where_nothing_is_known_the_usual_is_expected() -> None:
    place, _ = grid.along_curve(16 * TILE, 16 * TILE, grid.TILE_BITS)
    span = (place * PLACES, (place + 1) * PLACES)
    assert NOTHING_KNOWN.expected(0, *span) == NOTHING_KNOWN.usual
    elsewhere = Density({}, frozenset({(0, 0)}))
    assert elsewhere.expected(0, *span) == elsewhere.usual
    assert Density({}, frozenset({(1, 1)})).expected(0, *span) == 0
    assert Density({(16, 16): 7}, frozenset({(1, 1)})).expected(0, *span) == 7
    assert elsewhere.per_unit(16 * TILE, 16 * TILE) == elsewhere.usual / PLACES


def test_a_block_is_whole_tiles() -> None:
    assert (1 << BLOCK_BITS) % TILE == 0
