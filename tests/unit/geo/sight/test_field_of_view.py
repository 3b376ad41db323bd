"""What a camera can see: yes, no, and unknown wherever a slip could matter."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, degrees, hypot, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from chalicelib.geo.areas import Corridor, Point, Polygon
from chalicelib.geo.sight import field_of_view, path_visibility
from chalicelib.geo.sight.field_of_view import NO, UNKNOWN, YES, Lens, Place, Visibility

GEODESIC = Geod(ellps="WGS84")
HERE = (52_480_000, -1_900_000)


def towards(bearing: float, metres: float, start: Place = HERE) -> Place:
    longitude, latitude, _ = GEODESIC.fwd(start[1] / 1e6, start[0] / 1e6, bearing, metres)
    return round(latitude * 1e6), round(longitude * 1e6)


def sees(lens: Lens, scene: Place) -> str:
    return field_of_view.sees_point(lens, HERE, scene).sees


@pytest.mark.parametrize("facing", [0, 90, 213, 359])
def test_a_camera_sees_what_it_faces(facing: int) -> None:
    lens = Lens("fixed", bearing=facing, angle=90, range_m=40)
    assert sees(lens, towards(facing, 20)) == YES
    assert sees(lens, towards(facing + 40, 20)) == YES
    assert sees(lens, towards(facing - 40, 39)) == YES
    assert sees(lens, towards(facing + 52, 20)) == UNKNOWN, "a slip of the bearing could do it"
    assert sees(lens, towards(facing - 70, 20)) == NO
    assert sees(lens, towards(facing + 180, 20)) == NO, "turned away"
    assert sees(lens, towards(facing, 60)) == UNKNOWN, "a little far"
    assert sees(lens, towards(facing, 90)) == NO
    assert sees(lens, HERE) == YES, "right at the camera"


@pytest.mark.parametrize(
    "lens",
    [
        Lens("fixed"),
        Lens("fixed", angle=90, range_m=40),
        Lens("unknown"),
        Lens("dashcam", bearing=0, angle=120, range_m=30),
        Lens("ptz"),
        Lens("something new", bearing=0),
    ],
)
def test_what_nobody_described_is_unknown(lens: Lens) -> None:
    assert sees(lens, towards(0, 10)) == UNKNOWN
    assert sees(lens, towards(180, 1000)) == UNKNOWN


def test_what_is_not_said_comes_from_the_kind() -> None:
    assert sees(Lens("doorbell", bearing=0), towards(70, 20)) == YES
    assert sees(Lens("fixed", bearing=0), towards(70, 20)) == NO
    assert sees(Lens("fixed", bearing=0), towards(0, 45)) == YES
    assert sees(Lens("doorbell", bearing=0), towards(0, 45)) == UNKNOWN
    assert sees(Lens("ptz", bearing=0), towards(180, 45)) == YES, "it turns"
    assert sees(Lens("fixed", angle=360), towards(77, 45)) == YES


@given(st.integers(0, 359), st.floats(0, 360), st.floats(1, 300), st.integers(10, 180))
def test_yes_and_no_hold_against_any_slip(
    facing: int, bearing: float, metres: float, angle: int
) -> None:
    """A no stays away from yes when the bearing was read wrong by ten degrees."""
    scene = towards(bearing, metres)
    answers = {sees(Lens("fixed", (facing + slip) % 360, angle, 50), scene) for slip in (-7, 7)}
    assert answers != {YES, NO}


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 360), st.floats(0, 500))
def test_the_tangent_plane_is_near_enough(
    latitude: float, longitude: float, bearing: float, metres: float
) -> None:
    start = (round(latitude * 1e6), round(longitude * 1e6))
    there = field_of_view.position_beside(start, bearing, metres)
    _, _, true = GEODESIC.inv(start[1] / 1e6, start[0] / 1e6, there[1] / 1e6, there[0] / 1e6)
    assert true == pytest.approx(metres, rel=2e-3, abs=0.2)
    east, north = field_of_view.offset_metres(start, there)
    assert (east**2 + north**2) ** 0.5 == pytest.approx(metres, rel=2e-3, abs=0.2)


def test_a_site_sees_what_one_of_its_cameras_sees() -> None:
    yes, no, unknown = field_of_view.SEES, field_of_view.SEES_NOT, field_of_view.SEES_UNKNOWN
    assert field_of_view.combined_sight([no, yes, unknown]).sees == YES
    assert field_of_view.combined_sight([no, no]).sees == NO
    assert field_of_view.combined_sight([no, unknown]).sees == UNKNOWN
    assert field_of_view.combined_sight([]).sees == UNKNOWN
    parts = [Visibility(YES, ((10, 20),)), Visibility(YES, ((15, 40), (90, 95))), no]
    assert field_of_view.combined_sight(parts) == Visibility(YES, ((10, 40), (90, 95)))
    assert field_of_view.combined_sight(parts).stretch == (10, 95)


def test_a_camera_beside_a_path_sees_a_stretch_of_it() -> None:
    """A street going north, a camera 20 m east of it that looks west."""
    start, end = towards(180, 500), towards(0, 500)
    corridor = Corridor((Point.from_microdegrees(*start), Point.from_microdegrees(*end)), 80)
    camera = towards(90, 20)
    near = path_visibility.near_finder(corridor)

    def look(lens: Lens) -> Visibility:
        parts = near(camera, lens.beyond + 1)
        return field_of_view.sees_path(lens, camera, parts, corridor.place_at)

    found = look(Lens("fixed", bearing=270, angle=90, range_m=40))
    assert found.sees == YES
    assert found.stretch
    assert found.stretch[0] == pytest.approx(480, abs=3)
    assert found.stretch[1] == pytest.approx(520, abs=3)
    assert look(Lens("fixed", bearing=90, angle=90, range_m=40)).sees == NO
    assert look(Lens("fixed", bearing=0, angle=20, range_m=15)).sees == NO
    assert look(Lens("fixed")).sees == UNKNOWN


def test_a_path_that_comes_back_is_seen_each_time() -> None:
    """North along a street, round a block and back on the other side of it, 30 m to the west. The
    camera is nearest to the way there, of which it sees nothing: it looks at the way back."""
    path = [
        towards(180, 500),
        towards(0, 500),
        field_of_view.position_beside(towards(0, 500), 270, 30),
    ]
    path.append(field_of_view.position_beside(towards(180, 500), 270, 30))
    corridor = Corridor(tuple(Point.from_microdegrees(*place) for place in path), 120)
    camera = towards(270, 5)
    near = path_visibility.near_finder(corridor)

    def look(lens: Lens) -> Visibility:
        parts = near(camera, lens.beyond + 1)
        return field_of_view.sees_path(lens, camera, parts, corridor.place_at)

    back = look(Lens("fixed", bearing=270, angle=60, range_m=40))
    assert back.sees == YES
    ((low, high),) = back.stretches
    assert 1500 < low < 1530 < high < 1560
    both = look(Lens("fixed", angle=360, range_m=40))
    assert [start < 500 < end or start < 1530 < end for start, end in both.stretches] == [True] * 2
    assert both.stretch == (both.stretches[0][0], both.stretches[1][1])
    assert look(Lens("fixed", bearing=90, angle=60, range_m=12)).stretches[0][1] < 520


def test_a_camera_in_an_area_sees_some_of_it_unless_it_looks_out() -> None:
    corners = [towards(bearing, 200) for bearing in (45, 135, 225, 315)]
    area = Polygon.of([[Point.from_microdegrees(*corner) for corner in corners]])
    inside = area.locator()
    by_the_edge = towards(0, 138)
    in_lens, out_lens = Lens("fixed", 180, 90, 40), Lens("fixed", 0, 90, 40)
    assert field_of_view.sees_area(in_lens, by_the_edge, inside).sees == YES
    assert field_of_view.sees_area(out_lens, by_the_edge, inside).sees == NO
    assert field_of_view.sees_area(Lens("fixed", 90, 90, 40), by_the_edge, inside).sees == YES
    assert field_of_view.sees_area(Lens("fixed", 45, 90, 40), by_the_edge, inside).sees == UNKNOWN
    assert field_of_view.sees_area(Lens("fixed", angle=360), by_the_edge, inside).sees == YES
    assert field_of_view.sees_area(Lens("fixed"), by_the_edge, inside).sees == UNKNOWN


EAST, NORTH = (HERE[0], HERE[1] + 300), (HERE[0] + 180, HERE[1])
"""About 20 m to the east and to the north, exactly in these directions."""


def test_the_borders_of_a_view_belong_to_it() -> None:
    assert sees(Lens("fixed", 0, 180, 40), EAST) == YES
    assert sees(Lens("fixed", 0, 179, 40), EAST) == UNKNOWN
    # Fifteen degrees beside the view are a slip of its owner; one more is not.
    assert sees(Lens("fixed", 0, 150, 40), EAST) == UNKNOWN
    assert sees(Lens("fixed", 0, 149, 40), EAST) == NO
    assert sees(Lens("fixed", 270, 330, 40), EAST) == UNKNOWN
    assert sees(Lens("fixed", 270, 360, 40), EAST) == YES
    assert sees(Lens("fixed", 180, 359, 40), NORTH) == UNKNOWN
    assert sees(Lens("fixed", None, 359, 40), NORTH) == UNKNOWN, "no bearing, not all round"


def test_right_beside_the_camera_no_direction_counts() -> None:
    lens = Lens("fixed", bearing=0, angle=90, range_m=40)
    assert sees(lens, towards(180, 2.8)) == YES
    assert sees(lens, towards(180, 3.3)) == NO


def test_ranges_are_those_of_the_devices_named_above() -> None:
    def known(kind: str) -> tuple[float, float, float]:
        lens = Lens(kind, bearing=0)
        return lens.wide, lens.beyond / 2, Lens(kind, bearing=0, range_m=7).beyond

    assert known("doorbell") == (150, 23, 14)
    assert known("fixed") == known("unknown") == (90, 49, 14)
    assert known("ptz") == (360, 49, 14)
    assert Lens("fixed", angle=360).beyond == 98 and Lens("fixed", angle=359).beyond == 0
    assert Lens("fixed", angle=400).beyond == 98
    assert Lens("dashcam", bearing=0, range_m=7).beyond == 0
    assert Lens("fixed", 0, angle=12).wide == 12
    assert sees(Lens("fixed", 0, range_m=1), towards(0, 1.9)) == UNKNOWN
    assert sees(Lens("fixed", 0, range_m=1), towards(0, 2.2)) == NO


def test_stretches_that_touch_to_a_metre_are_one() -> None:
    assert field_of_view.merged_stretches([(11, 20), (0, 10)]) == [(0, 20)]
    assert field_of_view.merged_stretches([(12, 20), (0, 10)]) == [(0, 10), (12, 20)]
    assert field_of_view.merged_stretches([(0, 30), (5, 10), (40, 41), (31, 32)]) == [
        (0, 32),
        (40, 41),
    ]
    assert field_of_view.merged_stretches([(0, 5), (31, 40), (20, 30)]) == [(0, 5), (20, 40)]
    assert field_of_view.merged_stretches([]) == []
    assert Visibility(YES).stretch is None


def seen_where(
    *there: tuple[float, float], lens: Lens, parts: list[tuple[float, float]]
) -> tuple[Visibility, list[float]]:
    """What is seen of a path that is in front of the camera in some stretches, and elsewhere as
    far away as it is uninteresting. Also the places that were looked at."""
    asked: list[float] = []

    def place_at(along: float) -> Place:
        asked.append(along)
        return NORTH if any(low <= along <= high for low, high in there) else towards(180, 300)

    return field_of_view.sees_path(lens, HERE, parts, place_at), asked


def test_a_path_is_looked_at_in_steps_of_a_twentieth_of_the_range() -> None:
    lens = Lens("fixed", 0, 90, 40)
    found, asked = seen_where((20, 30.5), (60, 60.1), lens=lens, parts=[(0, 98)])
    assert len(asked) == 51 and asked[0] == 0 and asked[-1] == 98
    assert {round(b - a, 6) for a, b in pairwise(asked)} == {1.96}
    assert found == Visibility(YES, ((22, 29),))
    # Of a camera that is useful for a few metres only, in steps of half a metre.
    _, asked = seen_where(lens=Lens("fixed", 0, 90, 8), parts=[(100, 109.9)])
    assert len(asked) == 21
    _, asked = seen_where(lens=Lens("fixed", 0, 90, 11), parts=[(100, 109.9)])
    assert len(asked) == 20


def test_each_part_of_a_path_that_is_seen_is_told() -> None:
    lens = Lens("fixed", 0, 90, 40)
    found, _ = seen_where((0, 10), (50, 60), lens=lens, parts=[(0, 10), (20, 30), (50, 60)])
    assert found == Visibility(YES, ((0, 10), (50, 60)))
    assert seen_where(lens=lens, parts=[(0, 10), (20, 30)])[0] == field_of_view.SEES_NOT
    assert seen_where(lens=lens, parts=[])[0] == field_of_view.SEES_NOT
    # Somewhat beside the view is no "no".
    beside = field_of_view.sees_path(lens, HERE, [(0, 5)], lambda _: towards(50, 20))
    assert beside == field_of_view.SEES_UNKNOWN


def test_an_area_is_looked_for_along_the_middle_and_both_sides_of_a_view() -> None:
    asked: list[tuple[int, int]] = []

    def nowhere(latitude: int, longitude: int) -> bool:
        _, _, metres = GEODESIC.inv(HERE[1] / 1e6, HERE[0] / 1e6, longitude / 1e6, latitude / 1e6)
        east, north = field_of_view.offset_metres(HERE, (latitude, longitude))
        asked.append((round(degrees(atan2(east, north))), round(metres)))
        return False

    lens = Lens("fixed", bearing=40, angle=60, range_m=400)
    assert field_of_view.sees_area(lens, HERE, nowhere) == field_of_view.SEES_NOT
    expected = [(turn, metres) for turn in (40, 10, 70) for metres in (100, 200, 400)]
    assert asked == expected

    def here(*wanted: int) -> Visibility:
        answers = iter([number in wanted for number in range(9)])
        return field_of_view.sees_area(lens, HERE, lambda *_: next(answers))

    assert here(0, 1, 2) == field_of_view.SEES
    for some in ([0], [1, 2], [3], [8]):
        assert here(*some) == field_of_view.SEES_UNKNOWN
    around = Lens("fixed", bearing=40, angle=360, range_m=400)
    assert field_of_view.sees_area(around, HERE, lambda *_: True) == field_of_view.SEES
    assert field_of_view.sees_area(around, HERE, lambda *_: False) == field_of_view.SEES_UNKNOWN


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(0, 360), st.floats(300, 500))
def test_nearby_positions_lie_as_far_apart_as_the_geodesic_says(
    latitude: float, longitude: float, bearing: float, metres: float
) -> None:
    start = (round(latitude * 1e6), round(longitude * 1e6))
    there = towards(bearing, metres, start)
    east, north = field_of_view.offset_metres(start, there)
    assert hypot(east, north) == pytest.approx(metres, abs=0.16)
    assert east == pytest.approx(metres * sin(radians(bearing)), abs=0.2)
    again = field_of_view.position_beside(start, degrees(atan2(east, north)), hypot(east, north))
    assert field_of_view.offset_metres(there, again) == pytest.approx((0, 0), abs=0.25)


def test_beside_the_pole_only_the_latitude_changes() -> None:
    assert field_of_view.position_beside((90_000_000, 5), 180, 111_694 / 1000) == (89_999_000, 5)
    assert field_of_view.position_beside((0, 179_999_500), 90, 111.32) == (0, -179_999_500)
    assert field_of_view.position_beside((0, -179_999_500), 270, 111.32) == (0, 179_999_500)
