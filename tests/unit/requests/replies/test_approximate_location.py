"""What owners are shown of a place: an area that gives nothing away, and a small map of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.core.formatting import COMPASS, compass_point
from chalicelib.geo import geodesy, h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight.field_of_view import offset_metres, position_beside
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.replies.approximate_location import (
    ApproximateLocation,
    approximate_location,
    relative_location,
    spoken_distance,
)
from chalicelib.web.reply.map import (
    FARTHEST,
    FOOT,
    HEIGHT,
    WIDTH,
    ReplyMap,
    draw_reply_map,
)
from tests.support.places import a_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOME = (52_476_000, -1_905_300)
bearings = st.floats(0, 359.9)
pins = st.tuples(st.integers(52_330_000, 52_680_000), st.integers(-2_230_000, -1_400_000))


def site(*cameras: Camera, source: PositionSource = PositionSource.PIN) -> Site:
    return a_site(*(cameras or (Camera(1),)), position_source=source)


def at(bearing: float, metres: float) -> tuple[int, int]:
    return position_beside(HOME, bearing, metres)


@given(pins)
def test_the_scene_lies_in_the_area(pin: tuple[int, int]) -> None:
    place = approximate_location(*pin)
    assert hypot(*offset_metres(place.middle, pin)) <= place.radius_m
    assert 60 <= place.radius_m <= 100


@given(pins, bearings)
def test_the_area_tells_nothing_of_where_in_it_the_scene_is(
    pin: tuple[int, int], bearing: float
) -> None:
    """Whatever an owner is shown is the same for every pin of the same area."""
    place = approximate_location(*pin)
    again = approximate_location(*place.middle)
    assert again == place
    address = position_beside(place.middle, bearing, 300)
    assert relative_location(address, again) == relative_location(address, place)
    near = approximate_location(*position_beside(pin, bearing, 5))
    assert near == place or hypot(*offset_metres(near.middle, place.middle)) > 60


@given(bearings, st.floats(1, 5_000))
def test_distance_and_direction_are_those_of_the_middle(bearing: float, metres: float) -> None:
    place = approximate_location(*at(bearing, metres))
    where = relative_location(HOME, place)
    east, north = offset_metres(HOME, place.middle)
    assert abs(where.metres - hypot(east, north)) <= 50
    assert where.within == (hypot(east, north) <= place.radius_m)
    assert where.direction == compass_point(where.bearing)


@pytest.mark.parametrize(
    "bearing, word",
    [
        (0, "north"),
        (22, "north"),
        (23, "north-east"),
        (180, "south"),
        (338, "north"),
        (-90, "west"),
    ],
)
def test_directions_have_names(bearing: float, word: str) -> None:
    assert compass_point(bearing) == word
    assert len(set(COMPASS)) == 8


@pytest.mark.parametrize(
    "metres, said", [(3, 0), (118, 120), (296, 300), (512, 500), (770, 750), (1_260, 1_300)]
)
def test_distances_are_spoken_in_round_figures(metres: float, said: int) -> None:
    assert spoken_distance(metres) == said


def numbers(drawn: ReplyMap) -> list[float]:
    """Every x or y of the map that is not relative."""
    found = [drawn.x, drawn.y]
    for sector in drawn.sectors:
        found += [sector.x, sector.y]
    return found


cameras = st.builds(
    Camera,
    st.integers(1, 50),
    st.sampled_from(CameraKind),
    bearing=st.one_of(st.none(), st.integers(0, 359)),
    angle=st.one_of(st.none(), st.integers(1, 360)),
    range_m=st.one_of(st.none(), st.integers(1, 500)),
)


@settings(max_examples=200)
@given(bearings, st.floats(0, 5_000), st.lists(cameras, min_size=1, max_size=6))
def test_everything_is_on_the_paper(
    bearing: float, metres: float, registered: list[Camera]
) -> None:
    place = approximate_location(*at(bearing, metres))
    drawn = draw_reply_map(site(*registered), place)
    assert 0 <= drawn.x <= WIDTH and 0 <= drawn.y <= HEIGHT - FOOT
    for sector in drawn.sectors:
        assert 0 <= sector.x <= WIDTH and 0 <= sector.y <= HEIGHT
    away = hypot(*offset_metres(HOME, place.middle))
    assert (drawn.area is None) == (away > FARTHEST) == bool(drawn.arrow)
    if drawn.area:
        circle = drawn.area
        assert circle.radius <= circle.x <= WIDTH - circle.radius
        assert circle.radius <= circle.y <= HEIGHT - FOOT - circle.radius
    for number in re.findall(r"-?\d+\.\d", drawn.arrow)[:4]:
        assert 0 <= float(number) <= WIDTH
    assert 0 < drawn.bar <= WIDTH / 3


@pytest.mark.parametrize(
    "bearing, right, below", [(0, 0, -1), (90, 1, 0), (180, 0, 1), (270, -1, 0)]
)
def test_north_is_up_and_east_is_right(bearing: float, right: int, below: int) -> None:
    drawn = draw_reply_map(site(), approximate_location(*at(bearing, 600)))
    assert drawn.area is not None
    dx, dy = drawn.area.x - drawn.x, drawn.area.y - drawn.y
    along = dx * right + dy * below
    assert along > 60 and along > 3 * abs(dx * below + dy * right)


def test_the_scale_is_true() -> None:
    drawn = draw_reply_map(site(), approximate_location(*at(90, 600)))
    assert drawn.area is not None
    metres_per_unit = drawn.bar_metres / drawn.bar
    shown = hypot(drawn.area.x - drawn.x, drawn.area.y - drawn.y) * metres_per_unit
    assert shown == pytest.approx(hypot(*offset_metres(HOME, drawn.place.middle)), rel=0.02)
    assert drawn.area.radius * metres_per_unit == pytest.approx(drawn.place.radius_m, rel=0.02)


def test_a_camera_is_said_to_face_the_area_only_when_it_does() -> None:
    place = approximate_location(*at(45, 400))
    drawn = draw_reply_map(
        site(
            Camera(1, CameraKind.FIXED, bearing=45, angle=60),
            Camera(2, CameraKind.FIXED, bearing=225, angle=60),
            Camera(3, CameraKind.FIXED, angle=360, bearing=None),
            Camera(4, CameraKind.PTZ, bearing=45),
            Camera(5, CameraKind.DASHCAM, bearing=45),
            Camera(6, CameraKind.FIXED),
        ),
        place,
    )
    assert [(c.number, c.faces, c.towards) for c in drawn.cameras] == [
        (1, "north-east", True),
        (2, "south-west", False),
        (3, "all round", True),
    ]
    assert [sector.number for sector in drawn.sectors] == [1, 2, 3]


def test_whoever_lives_in_the_area_is_told_so() -> None:
    drawn = draw_reply_map(
        site(Camera(1, CameraKind.FIXED, bearing=200)), approximate_location(*HOME)
    )
    assert drawn.where.within and drawn.cameras[0].towards and not drawn.rough
    assert draw_reply_map(site(source=PositionSource.POSTCODE), approximate_location(*HOME)).rough


@pytest.mark.parametrize(
    "metres, said",
    [
        *((4.9, 0), (5.1, 10), (294, 290), (299.9, 300), (300, 300), (324, 300), (326, 350)),
        *((974, 950), (999.9, 1000), (1000, 1000), (1049, 1000), (1051, 1100)),
    ],
)
def test_figures_are_rounded_to_ten_to_fifty_and_to_a_hundred(metres: float, said: int) -> None:
    assert spoken_distance(metres) == said


def test_each_point_of_the_compass_reaches_half_way_to_the_next() -> None:
    for number, word in enumerate(COMPASS):
        for beside_it in (-22.4, 0, 22.4):
            assert compass_point(45 * number + beside_it) == word
            assert compass_point(45 * number + beside_it + 360) == word


def test_an_area_goes_around_its_cell_in_whole_tens_of_metres() -> None:
    place = approximate_location(*HOME)
    cell = h3_cells.cell_at(Point.from_microdegrees(*HOME), 10)
    middle = h3_cells.cell_centre(cell)
    assert place.middle == (middle.latitude_e6, middle.longitude_e6)
    corners = [Point(lat, lng) for lng, lat in h3_cells.cell_boundary(cell)]
    farthest = max(geodesy.distance(middle, corner) for corner in corners)
    assert place.radius_m % 10 == 0 and 0 <= place.radius_m - farthest < 10


def test_who_lives_at_the_border_of_an_area_lives_in_it() -> None:
    place = ApproximateLocation(0, 0, 100)
    east = round(100 / 111_319.4908 * 1e6)
    assert relative_location((0, -east + 2), place).within
    assert not relative_location((0, -east - 2), place).within
    assert relative_location((0, -east), place).bearing == pytest.approx(90)
    assert relative_location((0, -east), place).metres == 100
    here = relative_location((0, 0), place)
    assert (here.metres, here.within) == (0, True)
