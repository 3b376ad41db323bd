"""Outlines and routes as they are: many points, of which none that matters is lost."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid
from chalicelib.geo.areas import Area, Corridor, Point, Polygon
from chalicelib.geo.geodesy import vector_of_position
from chalicelib.geo.geojson import TOLERANCES, area_from_json, searched_json
from chalicelib.geo.h3_cover import plan_queries
from chalicelib.geo.simplification import Corner, simplified, simplified_ring

BOUNDARIES = Path(__file__).parents[4] / "shared" / "data" / "boundaries"

CORNERS = st.tuples(st.integers(-3000, 3000), st.integers(52_400_000, 52_406_000))


def nearest(spot: Corner, line: Sequence[Corner]) -> float:
    """Metres in space from a place to a line: another way than the code's."""
    x, y, z = vector_of_position(spot[1], spot[0])
    best = math.inf
    for (x1, y1), (x2, y2) in pairwise(line):
        a, b = vector_of_position(y1, x1), vector_of_position(y2, x2)
        way = [end - start for start, end in zip(a, b, strict=True)]
        gap = [here - start for start, here in zip(a, (x, y, z), strict=True)]
        square = sum(part * part for part in way)
        along = sum(g * w for g, w in zip(gap, way, strict=True)) / square if square else 0.0
        along = min(max(along, 0.0), 1.0)
        away = sum((g - along * w) ** 2 for g, w in zip(gap, way, strict=True)) ** 0.5
        best = min(best, away)
    return best


@given(st.lists(CORNERS, min_size=2, max_size=25), st.floats(0.2, 100))
def test_every_point_lies_within_the_tolerance_of_what_is_kept(
    line: list[Corner], tolerance: float
) -> None:
    kept = simplified(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(corner in rest for corner in kept), "kept in their order, none is new"
    assert all(nearest(spot, kept) <= tolerance * 1.001 for spot in line)


@given(st.integers(3, 800), st.floats(20, 3_000))
def test_a_ring_needs_as_many_corners_as_its_curve_has(corners: int, radius: float) -> None:
    ring = circle(corners, radius)
    kept = simplified_ring(ring, 1.0)
    assert 3 <= len(kept) <= min(len(ring), 4.5 * math.sqrt(radius) + 12)
    assert all(nearest(spot, [*kept, kept[0]]) <= 1.001 for spot in ring[:: corners // 20 + 1])


def circle(corners: int, radius_m: float) -> list[Corner]:
    """A ring of corners beside each other, each once."""
    at, ring = Point(52.48, -1.9), []
    for number in range(corners):
        turn = 2 * math.pi * number / corners
        east = radius_m * math.sin(turn) / 111_320 / math.cos(math.radians(at.latitude))
        north = radius_m * math.cos(turn) / 111_320
        ring.append((round((at.longitude + east) * 1e6), round((at.latitude + north) * 1e6)))
    return list(dict.fromkeys(ring))


def polygon_json(*rings: Sequence[Corner]) -> dict[str, Any]:
    return {
        "type": "polygon",
        "coordinates": [[[x / 1e6, y / 1e6] for x, y in (*ring, ring[0])] for ring in rings],
    }


def kept_of(area: dict[str, Any]) -> Area:
    """The area read again from what a search's record keeps of it."""
    made = area_from_json(area)
    again = area_from_json(json.loads(json.dumps(searched_json(made, area))))
    assert again == made
    return made


@pytest.mark.parametrize("corners", [500, 501, 502, 5_000, 19_999])
def test_an_outline_of_many_corners_is_searched(corners: int) -> None:
    ring = circle(corners, 3_000)
    made = kept_of(polygon_json(ring))
    assert isinstance(made, Polygon)
    assert len(made.edges) <= 502
    assert all(made.contains(Point(y / 1e6, x / 1e6)) for x, y in ring), "nothing in it is lost"
    assert not made.contains(Point(52.48 + 3_003 / 111_320, -1.9))


@given(st.randoms(use_true_random=False), st.integers(520, 900))
def test_nothing_within_a_ragged_outline_is_lost(random: Any, corners: int) -> None:
    """Places on its corners, and between two of them, for outlines as ragged as the tolerance."""
    ring = [
        (x + random.randint(-12, 12), y + random.randint(-8, 8)) for x, y in circle(corners, 2_000)
    ]
    try:
        exact = Polygon.of([[Point(y / 1e6, x / 1e6) for x, y in ring]])
    except ValueError:
        return  # so ragged that it meets itself: refused or healed
    made = area_from_json(polygon_json(ring))
    inside, within = exact.locator(), made.finder()
    for x, y in ring:
        assert within(y, x) is not None
        spot = (y + random.randint(-20, 20), x + random.randint(-30, 30))
        if inside(*spot):
            assert within(*spot) is not None


@pytest.mark.parametrize("points", [200, 201, 265, 2_000, 20_000])
def test_a_walked_route_is_searched(points: int) -> None:
    """As a receiver writes it once a second: 1.4 metres on, half a metre to either side."""
    path = [
        [
            -1.9 + n * 1.4 / 67_800,
            52.48 + (math.sin(n / 90) * 60 + (n * 7919 % 10 - 5) / 10) / 111_320,
        ]
        for n in range(points)
    ]
    made = kept_of({"type": "corridor", "path": path, "width_m": 60})
    assert isinstance(made, Corridor)
    assert made.width_m == 60
    if points > 200:
        assert len(made.path) < points / 5
    find = made.finder()
    for longitude, latitude in path[:: points // 50]:
        for side in (-29.9 / 111_320, 29.9 / 111_320):
            assert find(round((latitude + side) * 1e6), round(longitude * 1e6)) is not None
    assert len(plan_queries(made).ranges) > 0


def test_real_outlines_are_searched_as_they_are() -> None:
    files = sorted(BOUNDARIES.glob("*.geojson"))
    if not files:
        return  # the shared material is not here
    counted = 0
    for file in files:
        for feature in json.loads(file.read_text())["features"]:
            area = {"type": "polygon", "coordinates": feature["geometry"]["coordinates"]}
            made = kept_of(area)
            assert isinstance(made, Polygon)
            for longitude, latitude in area["coordinates"][0][::40]:
                assert made.contains(Point(latitude, longitude))
            counted += 1
    assert counted > 100


def test_a_neck_narrower_than_the_tolerance_stays_open() -> None:
    """Two bulges joined by a lane of 60 cm, whose sides wave within a metre."""
    wave = [(n * 20, 52_480_000 + (3 if n % 2 else 0)) for n in range(300)]
    back = [(x, y + 6) for x, y in reversed(wave)]
    area = area_from_json(polygon_json([*wave, *back]))
    assert isinstance(area, Polygon)
    assert area.margin_m in (0.0, *TOLERANCES)
    assert all(area.contains(Point(y / 1e6, x / 1e6)) for x, y in (*wave, *back))


SQUARE = [(0, 0), (9000, 0), (9000, 9000), (0, 9000)]


@pytest.mark.parametrize(
    "hole",
    [
        [(0, 0), (3000, 1000), (1000, 3000)],
        [(4000, 0), (5000, 2000), (3000, 2000)],
        [(0, 0), (4000, 1000), (9000, 9000), (1000, 4000)],
        [(0, 4000), (4000, 0), (5000, 5000)],
    ],
    ids=["corner on corner", "corner on side", "two corners", "two sides"],
)
def test_a_hole_may_touch_the_outline(hole: list[Corner]) -> None:
    area = area_from_json(polygon_json(SQUARE, hole))
    middle = Point(
        sum(y for _, y in hole) / len(hole) / 1e6, sum(x for x, _ in hole) / len(hole) / 1e6
    )
    assert not area.contains(middle)
    assert area.contains(Point(0.0085, 0.0005))
    assert area.contains(Point(hole[0][1] / 1e6, hole[0][0] / 1e6)), "a border belongs to it"


def test_two_holes_may_touch_each_other_and_a_side_may_touch_a_corner() -> None:
    one, other = (
        [(1000, 1000), (3000, 1000), (2000, 3000)],
        [(2000, 3000), (3000, 5000), (1000, 5000)],
    )
    area = area_from_json(polygon_json(SQUARE, one, other))
    assert not area.contains(Point(0.0015, 0.002))
    assert not area.contains(Point(0.0045, 0.002))
    dented = [(0, 0), (9000, 0), (9000, 9000), (4000, 5000), (0, 9000)]
    beside = area_from_json(polygon_json(dented, [(3000, 5000), (5000, 5000), (4000, 3000)]))
    assert not beside.contains(Point(0.0045, 0.004))


@pytest.mark.parametrize(
    ("hole", "words"),
    [
        ([(0, 0), (3000, 0), (1000, 3000)], "crosses itself"),
        ([(-1000, 1000), (1000, 1000), (1000, 2000)], "crosses itself"),
        ([(4000, 0), (5000, -2000), (3000, 2000)], "crosses itself"),
        ([(0, 0), (-3000, -1000), (-1000, -3000)], "hole inside the first"),
        ([(0, 0), (4000, 3000), (9000, 9000), (9500, 4000)], "crosses itself"),
    ],
    ids=["along a side", "through a side", "through a corner on a side", "from outside", "both"],
)
def test_a_ring_that_is_no_hole_is_refused(hole: list[Corner], words: str) -> None:
    with pytest.raises(Invalid) as caught:
        area_from_json(polygon_json(SQUARE, hole))
    assert words in caught.value.fields[0][1]


def test_a_margin_is_small() -> None:
    for margin in (-1, 1.5, "1", True):
        with pytest.raises(Invalid) as caught:
            area_from_json({**polygon_json(SQUARE), "margin_m": margin})
        assert caught.value.fields[0][0] == "area.margin_m"
