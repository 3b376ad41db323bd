"""H3 cells, as far as blocks of the neighbourhood need them."""

from __future__ import annotations

import h3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point, distance, vector_of_position

POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(POINTS)
def test_a_block_tells_roughly_where_and_not_exactly(point: Point) -> None:
    block = h3_cells.cell_at(point, h3_cells.BLOCK)
    assert distance(point, h3_cells.cell_centre(block)) < 350
    assert h3_cells.cell_at(h3_cells.cell_centre(block), h3_cells.BLOCK) == block
    assert len(h3_cells.cell_boundary(block)) in (5, 6, 7, 8, 9, 10)


@given(POINTS)
def test_blocks_are_kept_together_by_neighbourhood(point: Point) -> None:
    block = h3_cells.cell_at(point, h3_cells.BLOCK)
    neighbourhood = h3_cells.parent_cell(block, h3_cells.NEIGHBOURHOOD)
    assert h3_cells.parent_cell(neighbourhood, h3_cells.NEIGHBOURHOOD) == neighbourhood
    assert len(neighbourhood) == 15


@pytest.mark.parametrize("text", ["", "zz", "8928308280fffff0", "ffffffffffffff"])
def test_what_is_no_cell_is_refused(text: str) -> None:
    for ask in (h3_cells.cell_centre, h3_cells.cell_boundary):
        with pytest.raises(ValueError):  # noqa: PT011 - h3's own ValueErrors are as good
            ask(text)
    with pytest.raises(ValueError):  # noqa: PT011 - h3's own ValueErrors are as good
        h3_cells.parent_cell(text, h3_cells.NEIGHBOURHOOD)


def test_cells_are_as_large_and_as_many_as_in_h3_s_table() -> None:
    """H3 documentation, "Tables of Cell Statistics": average areas, in square kilometres."""
    table = {3: 12_393.434655, 6: 36.129062, 9: 0.105332513, 12: 0.000307092}
    for resolution, square_km in table.items():
        assert h3_cells.CELL_M2[resolution] / 1e6 == pytest.approx(square_km, rel=0.03)
    assert len(h3_cells.CELL_M2) == 16 and len(h3_cells.root_cells()) == 122
    keys = (h3_cells.KEY, h3_cells.PARTITION, h3_cells.BLOCK, h3_cells.NEIGHBOURHOOD)
    assert keys == (11, 6, 9, 6), "what stands in tables is keyed by these"


def test_a_cell_is_a_text_and_a_number() -> None:
    cell = h3_cells.cell_at(Point(52.48, -1.9), 9)
    number = h3_cells.cell_number(cell)
    assert h3_cells.cell_text(number) == cell and h3_cells.resolution_of(cell) == 9
    children = h3_cells.child_cells(cell, 10)
    assert [h3_cells.cell_text(child) for child in h3_cells.children_of(number)] == children
    assert all(h3_cells.parent_cell(child, 9) == cell for child in children) and len(children) == 7
    latitude, longitude, at = h3_cells.centre_of(number)
    centre = h3_cells.cell_centre(cell)
    assert (latitude, longitude) == pytest.approx((centre.latitude, centre.longitude))
    assert at == pytest.approx(vector_of_position(latitude * 1e6, longitude * 1e6))


def test_the_place_of_a_cell_among_its_partition_s_keys_leads_back_to_it() -> None:
    cell = h3_cells.cell_number(h3_cells.cell_at(Point(52.48, -1.9), 9))
    partition, first, end = h3_cells.descendant_index(cell, 6, 11)
    assert h3_cells.cell_text(partition) == h3_cells.parent_cell(h3_cells.cell_text(cell), 6)
    keys = [h3_cells.descendant_at(partition, 11, place) for place in range(first, end)]
    assert keys == sorted(h3_cells.child_cells(h3_cells.cell_text(cell), 11)) and len(keys) == 49


def test_a_boundary_across_180_is_not_torn() -> None:
    torn = 0
    for latitude in range(-60, 61, 10):
        corners = h3_cells.cell_boundary(h3_cells.cell_at(Point(latitude, 180), 4))
        longitudes = [longitude for longitude, _ in corners]
        assert max(longitudes) - min(longitudes) < 2
        assert min(map(abs, longitudes)) > 178 and max(map(abs, longitudes)) < 182
        torn += max(longitudes) > 180 or min(longitudes) < -180
    assert torn > 6


def test_corners_are_those_of_the_cell() -> None:
    for place in (Point(52.48, -1.9), Point(-33.9, 151.2), Point(0.1, -179.0)):
        cell = h3_cells.cell_at(place, 6)
        corners = [(lng, lat) for lat, lng in h3.cell_to_boundary(cell)]
        for found, exact in zip(h3_cells.cell_boundary(cell), corners, strict=True):
            assert found == pytest.approx(exact, abs=1e-9)
    across = h3_cells.cell_at(Point(10, 180), 4)
    turned = [(lng % 360, lat) for lat, lng in h3.cell_to_boundary(across)]
    told = [(lng % 360, lat) for lng, lat in h3_cells.cell_boundary(across)]
    for one, other in zip(told, turned, strict=True):
        assert one == pytest.approx(other, abs=1e-9)
