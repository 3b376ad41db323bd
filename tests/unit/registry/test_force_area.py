"""Whether a place is the force's: inside, near the edge, in a hole, far away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dynamodb.table import Table
from chalicelib.registry.force_area import EDGE_M, AreaOutline, ForceArea, area_item

SQUARE = [[-2.0, 52.0], [-1.0, 52.0], [-1.0, 53.0], [-2.0, 53.0], [-2.0, 52.0]]
HOLE = [[-1.6, 52.4], [-1.4, 52.4], [-1.4, 52.6], [-1.6, 52.6], [-1.6, 52.4]]
DEGREE_M = 111_195
"""Metres in a degree of latitude."""


def area_of(*rings: list[list[float]]) -> AreaOutline:
    """One polygon with holes."""
    return AreaOutline((rings,))


def e6(latitude: float, longitude: float) -> tuple[int, int]:
    return round(latitude * 1e6), round(longitude * 1e6)


def test_inside_outside_and_in_a_hole() -> None:
    area = area_of(SQUARE, HOLE)
    assert area.serves(*e6(52.2, -1.5))
    assert not area.serves(*e6(51.5, -1.5))
    assert not area.serves(*e6(52.5, -1.5))
    assert not area.serves(*e6(-1.5, 52.2))


def test_a_little_outside_the_line_still_belongs() -> None:
    """The published line is generalised; see EDGE_M."""
    area = area_of(SQUARE)
    assert area.serves(*e6(52 - (EDGE_M - 20) / DEGREE_M, -1.5))
    assert not area.serves(*e6(52 - (EDGE_M + 20) / DEGREE_M, -1.5))


def test_several_polygons_are_taken_together() -> None:
    other = [[x + 2, y] for x, y in SQUARE]
    area = AreaOutline(((SQUARE,), (other,)))
    assert area.serves(*e6(52.5, -1.5))
    assert area.serves(*e6(52.5, 0.5))
    assert area.points == 10


@given(st.floats(51, 54), st.floats(-3, 0))
def test_a_square_is_as_simple_as_it_looks(latitude: float, longitude: float) -> None:
    area = area_of(SQUARE)
    inside = 52 <= latitude <= 53 and -2 <= longitude <= -1
    clear = 51.99 <= latitude <= 53.01 and -2.01 <= longitude <= -0.99
    if inside or not clear:
        assert area.serves(*e6(latitude, longitude)) == inside


class OneItem:
    """A table's client that holds one item, and counts how often it was read."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        self.item = item
        self.reads = 0

    def get_item(self, **_: Any) -> dict[str, Any]:
        from chalicelib.dynamodb.attributes import encode_item

        self.reads += 1
        return {"Item": encode_item(self.item)} if self.item else {}


def test_the_stored_area_is_kept_between_calls_and_its_absence_is_not() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    client = OneItem(None)
    area = ForceArea(Table(client, "Registry"), lambda: now)
    assert area.serves(*e6(10, 10))
    client.item = area_item(area_of(SQUARE), now)
    assert not area.serves(*e6(10, 10))
    assert area.serves(*e6(52.5, -1.5))
    assert client.reads == 2
