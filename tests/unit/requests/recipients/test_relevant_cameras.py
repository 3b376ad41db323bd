"""Which cameras of a site count when it is asked, and that a search and a request name one time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.geo.areas import Area, Circle, Corridor, Point, Polygon
from chalicelib.geo.sight import field_of_view
from chalicelib.geo.timed_path import PRESETS, TimedPath
from chalicelib.incidents.search_history import Search
from chalicelib.registry.model import PositionSource, Site
from chalicelib.registry.site_index import index_entry, pack_entry
from chalicelib.requests.recipients.camera_view import camera_lens
from chalicelib.requests.recipients.relevant_cameras import (
    MOST_AREAS,
    RelevantCameras,
    select_relevant,
)
from chalicelib.requests.reminder_schedule import (
    overwrite_deadline,
    overwrite_deadlines,
    still_ahead,
)
from chalicelib.search.site_matching import Look, Scene, visibility_check
from tests.support.places import new_site

FROM = datetime(2026, 11, 20, 8, tzinfo=UTC)
SCENE = Point(52.476270, -1.905300)  # 30 m north of the site
DAY = 24 * 60

CIRCLE = Circle(SCENE, 200)
# A piece of road 20 m to the east.
CORRIDOR = Corridor((Point(52.47598, -1.9050), Point(52.47602, -1.9050)), 60)
AROUND = Polygon.of([[Point(52.475, -1.907), Point(52.475, -1.903), Point(52.478, -1.905)]])

NORTH = Camera(1, CameraKind.FIXED, retention_minutes=28 * DAY, bearing=0, angle=90, range_m=60)
SOUTH = Camera(2, CameraKind.DOORBELL, bearing=180, angle=90, range_m=20)  # keeps three hours
EAST = Camera(3, CameraKind.FIXED, retention_minutes=5 * DAY, bearing=90, angle=60, range_m=60)


def site(*cameras: Camera) -> Site:
    made = new_site(52_476_000, -1_905_300)[1]
    return replace(made, position_source=PositionSource.PIN, cameras=cameras)


def look(area: Area) -> Look:
    return visibility_check(area)[0]


def test_a_doorbell_on_the_other_side_hurries_nobody() -> None:
    both = site(NORTH, SOUTH)
    assert select_relevant(both, [look(CIRCLE)]) == (NORTH,)
    found = overwrite_deadline(FROM, select_relevant(both, [look(CIRCLE)]), both.property_type)
    assert found and found.at == FROM + timedelta(days=28)


def test_whatever_may_have_seen_any_of_it_counts() -> None:
    three = site(NORTH, SOUTH, EAST)
    assert select_relevant(three, [look(CORRIDOR)]) == (EAST,)
    assert select_relevant(three, [look(CIRCLE), look(CORRIDOR)]) == (NORTH, EAST)
    unsaid = replace(SOUTH, bearing=None)
    assert select_relevant(site(NORTH, unsaid), [look(CIRCLE)]) == (NORTH, unsaid)


def test_without_a_search_every_camera_counts() -> None:
    assert select_relevant(site(NORTH, SOUTH), []) == (NORTH, SOUTH)


@pytest.mark.parametrize("only", [SOUTH, replace(NORTH, records=False)])
def test_where_none_that_may_have_seen_it_keeps_anything_all_count(only: Camera) -> None:
    pair = site(only, replace(SOUTH, number=4))
    assert select_relevant(pair, [look(CIRCLE)]) == pair.cameras


def test_a_camera_for_live_pictures_only_has_nothing_to_lose() -> None:
    live = Camera(1, make="ring", plan="free")
    recorder = Camera(2, retention_minutes=14 * DAY)
    found = overwrite_deadline(FROM, [live, recorder], PropertyType.HOME)
    assert found and found.at == FROM + timedelta(days=14)
    assert overwrite_deadline(FROM, [live], PropertyType.HOME) is None


class Searches:
    """The history of one incident's searches, newest first."""

    def __init__(self, *circles: Circle) -> None:
        areas = [
            {"type": "circle", "radius_m": one.radius_m,
             "centre": [one.centre.longitude, one.centre.latitude]}
            for one in circles
        ]  # fmt: skip
        self._found = [
            Search("s", "i", FROM, "o", "PC", "why", area, {}, 0, False, {}) for area in areas
        ]

    def of_incident(self, incident_id: str, limit: int) -> tuple[Search, ...]:
        assert incident_id == "i"
        return tuple(self._found[:limit])


def looks(*areas: Circle) -> tuple[Look, ...]:
    history: Any = Searches(*areas)
    return RelevantCameras(history).of_incident("i")


def sees(found: Look, place: Point) -> bool:
    lens = camera_lens(Camera(1, CameraKind.FIXED, bearing=0, angle=360, range_m=20))
    return found(lens, (place.latitude_e6, place.longitude_e6)).sees != field_of_view.NO


def test_where_officers_looked_is_where_they_searched_last() -> None:
    """An officer who asks has just searched; the same area again is one look."""
    places = [Point(52.4 + number / 100, -1.9) for number in range(7)]
    areas = [Circle(place, 50) for place in places]
    assert looks() == ()
    found = looks(*areas)
    assert len(found) == MOST_AREAS == 5
    for area, one in zip(places[:5], found, strict=True):
        assert [sees(one, place) for place in places] == [place == area for place in places]
    again = looks(*[areas[0]] * 10, areas[1])
    assert len(again) == 2 and sees(again[1], places[1])
    assert len(looks(*[areas[0]] * 19, areas[1], areas[2])) == 2, "older searches are not read"


cameras = st.builds(
    Camera,
    st.just(1),
    st.sampled_from(CameraKind),
    retention_minutes=st.none() | st.integers(1, 90 * DAY),
    records=st.booleans(),
    bearing=st.none() | st.integers(0, 359),
    angle=st.none() | st.integers(1, 360),
    range_m=st.none() | st.integers(1, 200),
)


@given(
    st.lists(cameras, min_size=1, max_size=4),
    st.sampled_from([CIRCLE, CORRIDOR, AROUND]),
    st.sampled_from(PropertyType),
    st.integers(0, 60 * DAY),
)
def test_search_and_request_name_the_same_time(
    those: list[Camera], area: Area, kind: PropertyType, minutes_ago: int
) -> None:
    """What an officer reads beside a site is what its owner is told and reminded by."""
    numbered = tuple(replace(one, number=n) for n, one in enumerate(those, start=1))
    asked = replace(site(*numbered), property_type=kind)
    now = FROM + timedelta(minutes=minutes_ago)
    (match,) = Scene(area, FROM, now).matches(
        [[("SITE#" + asked.id, pack_entry(index_entry(asked)))]]
    )
    named, _ = still_ahead(
        overwrite_deadlines(FROM, select_relevant(asked, [look(area)]), kind), now
    )
    assert (named.at if named else None) == match[1].deadline


@given(
    st.lists(cameras, min_size=1, max_size=4), st.sampled_from(PropertyType), st.integers(0, 9000)
)
def test_so_they_do_of_the_minutes_of_each_owner(
    those: list[Camera], kind: PropertyType, minutes_ago: int
) -> None:
    """Along a way, each site is asked for the minutes in which somebody passed it."""
    numbered = tuple(replace(one, number=n) for n, one in enumerate(those, start=1))
    asked = replace(site(*numbered), property_type=kind)
    begun, now = FROM + timedelta(hours=2), FROM + timedelta(minutes=minutes_ago)
    journey = TimedPath(begun, *PRESETS["walking"])
    scene = Scene(CORRIDOR, FROM, now, journey)
    (match,) = scene.matches([[("SITE#" + asked.id, pack_entry(index_entry(asked)))]])
    window = match[8]
    assert window
    every = overwrite_deadlines(window.start, select_relevant(asked, [look(CORRIDOR)]), kind)
    named, _ = still_ahead(every, now)
    assert (named.at if named else None) == match[1].deadline
