"""Whether a place is the force's: inside, near the edge, in a hole, far away."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dynamodb.table import Table
from chalicelib.registry.force_area import EDGE_M, LARGEST, AreaOutline, ForceArea, area_item

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


def test_the_edge_reaches_two_hundred_metres_in_every_direction() -> None:
    """On a square of a hundredth of a degree, beside its sides, its corners and within a hole."""
    assert EDGE_M == 200
    area = area_of(SQUARE, HOLE)
    east = DEGREE_M * math.cos(math.radians(52.5))
    for inwards, middle in ((-1, -2.0), (1, -1.0)):
        assert area.serves(*e6(52.3, middle + inwards * 190 / east))
        assert not area.serves(*e6(52.3, middle + inwards * 210 / east))
    assert area.serves(*e6(53 + 199 / DEGREE_M, -1.2))
    assert not area.serves(*e6(53 + 201 / DEGREE_M, -1.2))
    # At a corner the distance is to the corner: 150 m up and 150 m aside is farther.
    aside, up = 150 / (DEGREE_M * math.cos(math.radians(53))), 150 / DEGREE_M
    assert not area.serves(*e6(53 + up, -1 + aside))
    assert area.serves(*e6(53 + 0.9 * up, -1 + 0.9 * aside))
    # In a hole: near its line is served, its middle is not.
    assert area.serves(*e6(52.4 + 190 / DEGREE_M, -1.5))
    assert not area.serves(*e6(52.4 + 210 / DEGREE_M, -1.5))


def test_a_boundary_may_have_slanting_sides_and_corners_said_twice() -> None:
    triangle = [[0.0, 0.0], [0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]
    area = area_of(triangle)
    assert area.points == 5 and area.bounds == (0.0, 0.0, 2.0, 2.0)
    assert area.serves(*e6(0.9, 0.9)) and not area.serves(*e6(1.1, 1.1))
    away = 190 * 2**0.5 / DEGREE_M  # aside of the slanting line, which is 190 m away
    assert area.serves(*e6(1, 1 + away))
    assert not area.serves(*e6(1, 1 + away * 212 / 190))


def test_an_outline_is_stored_to_six_decimals_and_read_again_after_five_minutes() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    west, south = -2.12345649, 52.12345649
    fine = [[west, south], [-1.0, south], [-1.0, 53.0], [west, south]]
    item = area_item(area_of(fine), now)
    assert (item["PK"], item["SK"], item["points"]) == ("FORCE", "AREA", 4)
    assert item["loaded_at"] == "2026-11-20T00:00:00Z"
    client, moments = OneItem(item), [now]
    area = ForceArea(Table(client, "Registry"), lambda: moments[-1])
    assert area.bounds() == (-2.123456, 52.123456, -1.0, 53.0)
    moments.append(now + timedelta(minutes=5))
    assert area.serves(*e6(52.5, -1.2)) and client.reads == 1
    moments.append(now + timedelta(minutes=5, seconds=1))
    client.item = None
    assert area.bounds() is None and client.reads == 2 and area.serves(*e6(10, 10))


def test_an_outline_that_no_item_holds_is_refused() -> None:
    def outline(points: int) -> AreaOutline:
        corners = [[n * 1e-5 % 1, (n * 7919 % 99991) * 1e-5] for n in range(points)]
        return area_of([*corners, corners[0]])

    assert LARGEST == 350_000
    assert area_item(outline(1_000), datetime(2026, 11, 20, tzinfo=UTC))
    with pytest.raises(ValueError, match="points are too many"):
        area_item(outline(100_000), datetime(2026, 11, 20, tzinfo=UTC))
