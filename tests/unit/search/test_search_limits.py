"""What one answer or one look may hold, and what is said and drawn of a site."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from math import pi
from typing import Any

import pytest
from pydantic import TypeAdapter

from chalicelib.cameras.model import CameraKind, PropertyType
from chalicelib.geo.areas import Circle, Corridor, Point
from chalicelib.geo.h3_cells import CELL_M2
from chalicelib.geo.sight.view_sectors import ViewSector
from chalicelib.registry.site_index import CameraGroup, IndexEntry
from chalicelib.search import cell_counts, index_reader, parallel_queries, site_map, site_search
from chalicelib.search.area_description import area_in_words
from chalicelib.search.cell_counts import (
    CountedCell,
    is_readable,
    resolution_for,
    stored_resolution,
)
from chalicelib.search.drawn_views import MOST_SECTORS, sectors_of
from chalicelib.search.parallel_queries import ParallelQueries
from chalicelib.search.site_map import MapFrame
from chalicelib.search.site_matching import CLOSING, LIVE, LOST, Scene
from chalicelib.search.site_search import FoundSite, SeenStretch, SiteSearch
from chalicelib.web.models import search_answers
from tests.support.entries import view
from tests.support.memory_table import MemoryTable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CENTRE = Point(52.48, -1.9)
DEGREE = 1_000_000


def test_the_limits_are_those_that_the_interface_promises() -> None:
    """docs/interface.md, docs/search.md and docs/decisions/0008-map-and-counts.md name them."""
    assert (site_search.MOST_SQUARE_KM, site_search.MOST_SITES) == (100, 10_000)
    assert (site_search.MOST_POINTS, site_search.REMEMBERED) == (16, 15)
    assert (site_map.SITES_FROM, site_map.MOST_SITES_SHOWN) == (14, 3_000)
    assert (site_map.LARGEST_KM2, site_map.MOST_ENTRIES) == (400, 10_000)
    assert (cell_counts.MOST_LISTED, cell_counts.MOST_READ) == (300, 560)
    assert (MOST_SECTORS, parallel_queries.AT_ONCE, index_reader.TRIES) == (12, 8, 6)


# Areas and cells


def test_an_area_is_said_in_a_few_words() -> None:
    circle = {"type": "circle", "centre": [-1.90539, 52.475941], "radius_m": 300.0}
    assert area_in_words(circle) == "300 m around 52.47594, -1.90539"
    path = {"type": "corridor", "path": [[0, 0], [1, 1], [2, 2]], "width_m": 62.5}
    assert area_in_words(path) == "62.5 m along a route of 3 points"
    assert area_in_words({"type": "polygon"}) == area_in_words({}) == "an area"


def test_counts_are_read_at_the_next_finer_stored_resolution() -> None:
    assert [stored_resolution(resolution) for resolution in range(9)] == [5, 5, 5, 5, 5, 5, 7, 7, 8]
    for resolution in (6, 7, 8):
        most = 560 * CELL_M2[stored_resolution(resolution)] / 1e6
        assert is_readable(resolution, most * 0.9999) and not is_readable(resolution, most * 1.0001)
    assert is_readable(5, 1e9) and is_readable(0, 1e9)


def test_an_area_is_divided_into_as_many_cells_as_can_be_looked_at() -> None:
    for resolution in range(1, 9):
        most = 300 * CELL_M2[resolution] / 1e6
        if is_readable(resolution, most):
            assert resolution_for(most * 0.9999) == resolution
            assert resolution_for(most * 1.0001) < resolution
    assert resolution_for(1) == 8 and resolution_for(6e8) == 0


def test_a_counted_cell_is_told_with_its_place_and_corners() -> None:
    cell = CountedCell("88195da49bfffff", 5)
    said = search_answers.CountedCellModel.from_domain(cell).model_dump(mode="json")
    assert (said["cell"], said["sites"]) == ("88195da49bfffff", 5)
    assert len(said["boundary"]) == len(cell.boundary) == 6
    for (lng, lat), (exact_lng, exact_lat) in zip(said["boundary"], cell.boundary, strict=True):
        assert (lng, lat) == (round(exact_lng, 6), round(exact_lat, 6))
        assert abs(exact_lat - cell.latitude) < 0.01 and abs(exact_lng - cell.longitude) < 0.02


# Frames of the map


def frame(west: float, south: float, east: float, north: float, zoom: int = 5) -> MapFrame:
    low, bottom, high, top = (round(side * DEGREE) for side in (west, south, east, north))
    return MapFrame(low, bottom, high, top, zoom)


def test_a_frame_is_as_wide_as_it_goes_eastwards() -> None:
    assert frame(-10, 0, 10, 1).wide == 20 * DEGREE
    assert frame(170, 0, -170, 1).wide == 20 * DEGREE
    assert frame(-180, 0, 180, 1).wide == 360 * DEGREE
    globe = 4 * pi * 6371.0088**2
    assert frame(-180, -90, 180, 90).square_km == pytest.approx(globe, rel=1e-6)
    assert frame(0, 0, 90, 90).square_km == pytest.approx(globe / 8, rel=1e-6)
    assert frame(170, -30, -130, 30).square_km == pytest.approx(globe / 12, rel=1e-6)
    box = frame(170, -10, -170, 20).box
    assert (box.south, box.west, box.north, box.wide) == (-10, 170, 20, 20)


def test_what_stands_on_its_border_is_in_a_frame() -> None:
    across = MapFrame(179_000_000, -1_000_000, -179_000_000, 1_000_000, 9)
    for inside in ((0, 179_000_000), (1_000_000, 180_000_000), (-1_000_000, -179_000_000)):
        assert across.holds(*inside)
    for outside in ((0, 178_999_999), (1_000_001, 0), (-1_000_001, 180_000_000), (0, -178_999_999)):
        assert not across.holds(*outside)


def test_hexagons_are_as_fine_as_the_zoom_asks_and_the_frame_allows() -> None:
    wanted = [0, 0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 7, 8, 8, 8, 8]
    small = [MapFrame(0, 0, 1000, 1000, zoom).resolution for zoom in range(16)]
    assert small == wanted
    # The whole Earth at a deep zoom gets the coarsest that are stored for it.
    assert frame(-180, -85, 180, 85, 13).resolution == 5
    assert frame(0, 50, 4, 52, 13).resolution == 5 and frame(0, 50, 0.2, 50.2, 13).resolution == 8


# What is said and drawn


def test_the_first_twelve_sectors_of_a_site_are_drawn_each_once() -> None:
    facing = [view(1, CameraKind.FIXED, 600, bearing, 60, 40) for bearing in range(0, 300, 20)]
    drawn = sectors_of([*facing[:2], *facing, view(3, CameraKind.UNKNOWN, 600)])
    assert drawn == tuple(ViewSector(bearing, 60, 40, False) for bearing in range(0, 240, 20))
    drawn_all_round = search_answers.SiteView.of(ViewSector(None, 359.6, 48.5, True))
    assert drawn_all_round == search_answers.SiteView(
        bearing=None, angle=360, range_m=48, usual=True
    )


def found(**changes: Any) -> FoundSite:
    given = {
        "id": "a" * 16, "latitude_e6": 52_480_000, "longitude_e6": -1_900_000, "kind": "home",
        "cameras": 1, "distance_m": 5, "deadline": None, "minutes_left": None, "state": LOST,
        "sees_scene": "no", **changes,
    }  # fmt: skip
    return FoundSite(**given)


def told(site: FoundSite, drawn: bool = True) -> dict[str, Any]:
    """As the interface says it."""
    said: dict[str, Any] = TypeAdapter(search_answers.SiteModel).dump_python(
        search_answers.SiteModel.from_domain(site, drawn),
        mode="json",
        by_alias=True,
        exclude_defaults=True,
    )
    return said


def test_a_site_is_told_without_what_it_does_not_have() -> None:
    plain = told(found())
    assert not {"stretches", "window", "views"} & plain.keys() and plain["deadline"] is None
    part = SeenStretch(10, 20, ((52_480_000, -1_900_000), (52_481_000, -1_900_000)))
    assert told(found(stretches=(part,)))["stretches"] == [
        {"from_m": 10, "to_m": 20, "path": [[-1.9, 52.48], [-1.9, 52.481]]}
    ]
    assert "stretches" not in told(found(stretches=(part,)), drawn=False)


def kept(minutes: int) -> CameraGroup:
    return view(1, CameraKind.UNKNOWN, minutes)


def entry(number: int, *views: CameraGroup, north: int = 0, east: int = 0) -> IndexEntry:
    place = (CENTRE.latitude_e6 + north, CENTRE.longitude_e6 + east)
    return IndexEntry(f"{number:016d}", *place, PropertyType.HOME, views or (kept(9000),))


def listed(entries: list[IndexEntry], area: Any = None, **more: Any) -> tuple[FoundSite, ...]:
    search = SiteSearch(MemoryTable().add(entries))
    given = {"window_from": NOW, "now": NOW, **more}
    return search.search(area or Circle(CENTRE, 500), **given).sites


def test_sites_that_are_alike_stand_by_distance_and_then_by_id() -> None:
    some = [entry(2, kept(60)), entry(1, kept(60)), entry(3, kept(60), north=-10), entry(9),
            entry(8), entry(4, kept(59), north=900)]  # fmt: skip
    assert [int(site.id) for site in listed(some)] == [4, 1, 2, 3, 8, 9]
    with_views = [entry(1, view(2, CameraKind.FIXED, 600, 90, 60, 40))]
    (site,) = listed(with_views)
    assert site.sectors == (ViewSector(90, 60, 40, False),) and site.cameras == 2
    assert told(site)["views"] == [{"bearing": 90, "angle": 60, "range_m": 40, "usual": False}]
    assert "views" not in told(site, drawn=False)


def test_a_limit_is_kept_and_a_hundred_square_kilometres_are_listed() -> None:
    some = [entry(number) for number in range(3)]
    assert len(listed(some, limit=3)) == 3 and len(listed(some, limit=2)) == 2
    largest = Circle(CENTRE, 5641)
    assert largest.square_km < 100 < Circle(CENTRE, 5642.5).square_km
    assert len(listed(some, largest)) == 3 and listed(some, Circle(CENTRE, 5642.5)) == ()


@pytest.mark.parametrize(
    "minutes, ago, state, left",
    [
        (1440, 0, LIVE, 1440),
        (1440, 1, CLOSING, 1439),
        (20_000, 18_000, CLOSING, 2000),
        (20_000, 17_999, LIVE, 2001),
        (60, 60, LOST, 0),
        (60, 61, LOST, -1),
    ],
)
def test_how_footage_stands_to_the_minute(minutes: int, ago: int, state: str, left: int) -> None:
    (site,) = listed([entry(1, kept(minutes))], window_from=NOW - timedelta(minutes=ago))
    assert (site.state, site.minutes_left) == (state, left)


def test_of_several_cameras_the_first_that_still_holds_it_counts() -> None:
    three = [entry(1, kept(60), kept(120), kept(5000))]
    for ago, left in ((0, 60), (59, 1), (60, 60), (119, 1), (120, 4880), (5000, -4940)):
        (site,) = listed(three, window_from=NOW - timedelta(minutes=ago))
        assert site.minutes_left == left
    (ahead,) = listed(three, window_from=NOW + timedelta(minutes=10))
    assert ahead.minutes_left == 70


def test_a_long_stretch_of_a_path_is_told_by_some_of_its_points() -> None:
    path = tuple(Point(52.48 + n * 0.000003, -1.9) for n in range(200))
    around = view(1, CameraKind.FIXED, 600, None, 360, 60)
    (site,) = listed([entry(1, around, north=300, east=100)], Corridor(path, 100))
    (part,) = site.stretches
    assert 16 <= len(part.path) <= 18
    assert part.path[0] == (52_480_000, -1_900_000) and part.path[-1][0] > 52_480_500


def test_a_short_stretch_of_a_path_is_told_by_all_of_its_points() -> None:
    corners = [(52.48, -1.9), (52.48005, -1.9), (52.48005, -1.89995), (52.4801, -1.89995)]
    path = Corridor(tuple(Point(*corner) for corner in corners), 100)
    (site,) = listed([entry(1, view(1, CameraKind.FIXED, 600, None, 360, 60))], path)
    (part,) = site.stretches
    assert part.path == tuple((round(lat * 1e6), round(lng * 1e6)) for lat, lng in corners)


def test_only_on_a_path_somebody_can_have_passed() -> None:
    from chalicelib.geo.timed_path import TimedPath

    with pytest.raises(ValueError, match="only a corridor has a path"):
        Scene(Circle(CENTRE, 500), NOW, NOW, TimedPath(NOW, 1, 2))


# Many queries at once


def test_answers_come_in_the_order_of_the_questions_and_some_at_once() -> None:
    together = threading.Barrier(3, timeout=20)

    def ask(number: int) -> int:
        together.wait()
        return number * 10

    many = ParallelQueries("test")
    assert many.run_all(ask, [3, 1, 2]) == [30, 10, 20]
    assert many.run_all(lambda number: number, []) == []
    own: list[str] = []
    assert many.run_all(lambda _: own.append(threading.current_thread().name), [1]) == [None]
    assert own == [threading.current_thread().name], "one question needs no other thread"
    many.close()
    many.close()


def test_on_a_journey_a_camera_that_looks_away_hurries_nobody() -> None:
    from chalicelib.geo.timed_path import TimedPath

    path = Corridor((Point(52.475, -1.9), Point(52.485, -1.9)), 100)
    away = view(1, CameraKind.FIXED, 180, 90, 90, 40)
    facing = view(1, CameraKind.FIXED, 9000, 270, 90, 40)
    journey = TimedPath(NOW, 1, 2)
    (both,) = listed([entry(1, away, facing, east=300)], path, journey=journey)
    (alone,) = listed([entry(1, away, east=300)], path, journey=journey)
    assert both.window and both.deadline == both.window.start + timedelta(minutes=9000)
    assert alone.window and alone.deadline == alone.window.start + timedelta(minutes=180)
