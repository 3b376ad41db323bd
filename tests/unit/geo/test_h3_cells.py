"""H3 cells, as far as blocks of the neighbourhood need them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point, distance

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
