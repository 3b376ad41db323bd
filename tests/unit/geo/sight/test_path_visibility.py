"""Windows along a path: whoever went along it at any of the speeds is within them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import cos, pi, sin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.geo import geodesy
from chalicelib.geo.areas import Corridor, Point
from chalicelib.geo.sight.path_visibility import POSITION_M, VIEW_M, near_finder, stretch_finder
from chalicelib.geo.timed_path import (
    CLOCK_SLACK,
    PAD,
    PRESETS,
    START_SLACK,
    PassingWindow,
    TimedPath,
)

START = datetime(2026, 11, 20, 22, 15, 30, tzinfo=UTC)
HERE = Point(52.48, -1.9)

metres = st.floats(-1500, 1500)
speeds = st.tuples(st.floats(0.15, 80), st.floats(0.15, 80)).map(sorted)


def at(east: float, north: float) -> Point:
    """So many metres from HERE."""
    return Point(HERE.latitude + north / 111_268, HERE.longitude + east / 67_900)


corridors = st.builds(
    lambda corners, width: Corridor(tuple(at(*corner) for corner in corners), width),
    st.lists(st.tuples(metres, metres), min_size=2, max_size=8, unique=True),
    st.floats(2, 400),
)


def beside(path: Corridor, along: float, away: float, turn: float) -> Point:
    """A place at most half of the width from the path at `along` metres."""
    latitude, longitude = path.place_at(along)
    reach = away * path.half * 0.99
    return Point(
        latitude / 1e6 + reach * sin(turn) / 111_300, longitude / 1e6 + reach * cos(turn) / 67_950
    )


@given(
    corridors, st.floats(0, 1), st.floats(0, 1), st.floats(0, 2 * pi), speeds, st.floats(0, 1),
    st.floats(-1, 1), st.floats(-1, 1),
)  # fmt: skip
def test_whoever_passed_did_so_in_the_window(
    path: Corridor, part: float, away: float, turn: float, speed: list[float], share: float,
    late: float, clock: float,
) -> None:  # fmt: skip
    """At any speed of the range, with the start and the recorder's clock as wrong as they may be:
    every moment at which the person was as near as the path comes, or in view, is in it."""
    place = beside(path, part * path.length_m, away, turn)
    spot = path.locator()(place.latitude_e6, place.longitude_e6)
    assume(spot is not None)
    assert spot
    journey = TimedPath(START, *speed)
    stretch = stretch_finder(path)((place.latitude_e6, place.longitude_e6), None, False)
    window = journey.window(*stretch)
    went = speed[0] + share * (speed[1] - speed[0])
    wrong = late * START_SLACK + clock * CLOCK_SLACK
    for step in range(101):
        along = path.length_m * step / 100
        there = Point.from_microdegrees(*path.place_at(along))
        if geodesy.distance(place, there) <= max(spot.distance, VIEW_M):
            assert stretch[0] - 0.01 <= along <= stretch[1] + 0.01
            shown = START + timedelta(seconds=along / went) + wrong
            assert window.start <= shown <= window.end


@given(corridors, st.floats(0, 1), st.floats(0, 1), st.floats(0, 2 * pi), speeds)
def test_a_window_is_never_turned_round(
    path: Corridor, part: float, away: float, turn: float, speed: list[float]
) -> None:
    place = beside(path, part * path.length_m, away, turn)
    assume(path.contains(place))
    first, last = stretch_finder(path)((place.latitude_e6, place.longitude_e6), None, False)
    assert 0 <= first <= last <= path.length_m
    window = TimedPath(START, *speed).window(first, last)
    assert window.start + 2 * PAD <= window.end


@given(
    st.lists(st.floats(0, 3000), min_size=2, max_size=6),
    st.floats(0, 2 * pi),
    st.floats(-0.9, 0.9),
    speeds,
)
def test_further_along_is_never_before(
    places: list[float], turn: float, aside: float, speed: list[float]
) -> None:
    """Along a straight street with houses all on one line, windows begin and end later and later,
    and grow."""
    end = (3000 * cos(turn), 3000 * sin(turn))
    path = Corridor((HERE, at(*end)), 60)
    stretch, journey = stretch_finder(path), TimedPath(START, *speed)
    windows: list[PassingWindow] = []
    for along in sorted(places):
        part = along / 3000
        house = at(end[0] * part - aside * 30 * sin(turn), end[1] * part + aside * 30 * cos(turn))
        if path.contains(house):
            windows.append(
                journey.window(*stretch((house.latitude_e6, house.longitude_e6), None, False))
            )
    for before, after in pairwise(windows):
        assert before.start <= after.start
        assert before.end <= after.end
        # Whole minutes hide up to two of them, and at the path's ends less of it is in view.
        slack = timedelta(minutes=2, seconds=2 * (VIEW_M + POSITION_M) / speed[0] * 1.1)
        assert before.end - before.start <= after.end - after.start + slack


def test_a_path_that_comes_back_is_watched_from_first_to_last() -> None:
    there_and_back = Corridor((HERE, at(1000, 0), at(1000, 60), at(0, 60)), 150)
    house = at(200, 30)
    first, last = stretch_finder(there_and_back)(
        (house.latitude_e6, house.longitude_e6), None, False
    )
    assert first == pytest.approx(200 - 74, abs=2)
    assert last == pytest.approx(1000 + 60 + 800 + 74, abs=4)


def test_what_is_known_to_be_seen_takes_the_place_of_what_is_near() -> None:
    path = Corridor((HERE, at(2000, 0)), 60)
    house = at(500, 0)
    place = (house.latitude_e6, house.longitude_e6)
    seen = stretch_finder(path)(place, (480.0, 530.0), False)
    assert seen == (480 - POSITION_M, 530 + POSITION_M)
    # Another camera at the site may see more of what is near.
    first, last = stretch_finder(path)(place, (480.0, 620.0), True)
    assert first == pytest.approx(500 - VIEW_M - POSITION_M, abs=2)
    assert last == 620 + POSITION_M


def test_an_owner_is_asked_for_minutes_and_not_for_a_day() -> None:
    """Somebody walks; a house after 200 m of the way."""
    path = Corridor((HERE, at(2000, 0)), 60)
    house = at(200, 15)
    journey = TimedPath(START, *PRESETS["walking"])
    window = journey.window(
        *stretch_finder(path)((house.latitude_e6, house.longitude_e6), None, False)
    )
    assert window.start == datetime(2026, 11, 20, 22, 11, tzinfo=UTC)
    assert window.end == datetime(2026, 11, 20, 22, 27, tzinfo=UTC)


# To the metre

STREET = Corridor((Point(0, 0), Point(0, 0.02)), 100)
"""2,226 m along the equator."""
DEGREE_M = 111_319.4908


def spot(east: float, north: float) -> tuple[int, int]:
    return round(north / 110_574.3 * 1e6), round(east / DEGREE_M * 1e6)


def test_the_parts_of_a_path_within_so_many_metres_are_told() -> None:
    find = near_finder(STREET)
    ((low, high),) = find(spot(1000, 30), 50)
    assert (low, high) == pytest.approx((960, 1040), abs=0.2)
    assert find(spot(1000, 50.2), 50) == []
    assert find(spot(10, 0), 50)[0] == pytest.approx((0, 60), abs=0.2)
    assert find(spot(2226 + 30, 0), 50)[0] == pytest.approx((2206, STREET.length_m), abs=0.6)
    assert find(spot(2226 + 60, 0), 50) == []
    # Over two of the pieces that the path is cut into, 742 m long.
    ((low, high),) = find(spot(742, 0), 100)
    assert (low, high) == pytest.approx((642, 842), abs=0.3)
    assert find(spot(1000, 0), 49.2)[0][0] == pytest.approx(950.8, abs=0.2)


def test_a_path_that_comes_back_is_near_twice() -> None:
    back = Corridor((Point(0, 0), Point(0, 0.02), Point(0.0002, 0.02), Point(0.0002, 0)), 100)
    spans = near_finder(back)(spot(1000, 11), 20)
    assert [(round(low), round(high)) for low, high in spans] == [(983, 1017), (3458, 3492)]


def test_somebody_who_stood_still_was_near_all_the_time() -> None:
    still = Corridor((Point(0, 0), Point(0, 0)), 100)
    assert (
        near_finder(still)(spot(0, 20), 20.2) == [(0, 0)]
        and near_finder(still)(spot(0, 21), 20) == []
    )
    assert stretch_finder(still)(spot(0, 20), None, False) == (0, 0)


def test_what_counts_is_as_near_as_the_nearest_or_in_a_usual_view() -> None:
    assert (VIEW_M, POSITION_M) == (50, 30)
    find = stretch_finder(STREET)
    low, high = find(spot(1000, 0), None, False)
    assert (low, high) == pytest.approx((920, 1080), abs=0.3)
    low, high = find(spot(1000, 48), None, False)
    assert (low, high) == pytest.approx((936, 1064), abs=0.5)
    assert find(spot(1000, 500), None, False) == (0, STREET.length_m), "beside the corridor"
    wide = stretch_finder(Corridor(STREET.path, 400))
    low, high = wide(spot(1000, 190), None, False)
    assert high - low == pytest.approx(2 * (220**2 - 190**2) ** 0.5, abs=1)


def test_what_is_seen_counts_with_room_for_a_wrong_position() -> None:
    find = stretch_finder(STREET)
    assert find(spot(1000, 0), (980, 1020), False) == (950, 1050)
    assert find(spot(1000, 0), (1100, 1200), False) == (1070, 1230)
    low, high = find(spot(1000, 0), (1100, 1200), True)
    assert (low, high) == pytest.approx((920, 1230), abs=0.3)
    assert find(spot(10, 0), (5, 20), False) == (0, 50)
    assert find(spot(2220, 0), (2200, 2220), False)[1] == STREET.length_m
    # Another part of the path that is as near still counts beside what is seen.
    back = Corridor((Point(0, 0), Point(0, 0.02), Point(0.0002, 0.02), Point(0.0002, 0)), 100)
    first, last = stretch_finder(back)(spot(1000, 0), (990, 1010), False)
    assert first == 960 and last == pytest.approx(3475 + 77, abs=2)
