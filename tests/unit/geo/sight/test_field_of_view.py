"""What a camera can see: yes, no, and unknown wherever a slip could matter."""

from __future__ import annotations

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
