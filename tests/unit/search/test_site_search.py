"""The search service: time, order, limits, large areas, busy tables."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import h3
import pytest
from botocore.awsrequest import AWSResponse
from pydantic import TypeAdapter

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.errors import Unavailable
from chalicelib.geo.areas import Circle, Corridor, Point, Polygon
from chalicelib.geo.h3_cells import CELL_M2
from chalicelib.geo.h3_cover import MOST_QUERIES, USUAL_DENSITY, KeyRange, plan_queries
from chalicelib.geo.timed_path import PRESETS, TimedPath
from chalicelib.registry.site_index import CameraGroup, IndexEntry
from chalicelib.search.cell_counts import MOST_LISTED, is_readable, resolution_for
from chalicelib.search.index_reader import TRIES, TableIndexReader
from chalicelib.search.site_matching import CLOSING, LIVE, LOST
from chalicelib.search.site_search import (
    REMEMBERED,
    SPARSEST,
    FoundSite,
    SearchResult,
    SiteSearch,
)
from chalicelib.web.models.search_answers import SiteModel
from tests.benchmarks.canned import CannedTable
from tests.support.entries import view
from tests.support.memory_table import MemoryTable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CENTRE = Point(52.48, -1.9)
CIRCLE = Circle(CENTRE, 500)
DAY = 24 * 60


def entry(number: int, *views: CameraGroup, north: int = 0, east: int = 0) -> IndexEntry:
    """A site so many microdegrees from the centre."""
    return IndexEntry(
        f"{number:016d}",
        CENTRE.latitude_e6 + north,
        CENTRE.longitude_e6 + east,
        PropertyType.HOME,
        views or (view(1, CameraKind.UNKNOWN, 7 * DAY),),
    )


def kept(minutes: int) -> CameraGroup:
    return view(1, CameraKind.UNKNOWN, minutes)


def search(entries: list[IndexEntry], hours_ago: float = 0, **more: Any) -> SearchResult:
    began = NOW - timedelta(hours=hours_ago)
    return SiteSearch(MemoryTable().add(entries)).search(CIRCLE, window_from=began, now=NOW, **more)


def only(entries: list[IndexEntry], hours_ago: float = 0) -> FoundSite:
    (site,) = search(entries, hours_ago).sites
    return site


def test_a_site_keeps_footage_until_its_shortest_lived_camera_overwrites() -> None:
    site = only([entry(1, kept(10 * DAY), kept(3 * DAY))], hours_ago=24)
    assert site.deadline == NOW + timedelta(days=2)
    assert site.minutes_left == 2 * DAY
    assert site.cameras == 2


def test_a_camera_that_lost_it_does_not_lose_it_for_the_others() -> None:
    both = entry(1, kept(180), kept(7 * DAY))
    assert only([both], hours_ago=2).minutes_left == 60
    later = only([both], hours_ago=5)
    assert (later.state, later.minutes_left) == (LIVE, 7 * DAY - 300)
    assert only([both], hours_ago=8 * 24).state == LOST


def test_a_site_has_the_deadlines_of_its_other_cameras_too() -> None:
    """So that a list that stays open goes on with the next when the first has passed."""
    nobody_said = CameraGroup(1, Camera(0))
    cameras = [kept(30 * DAY), kept(180), nobody_said, kept(7 * DAY), kept(0), kept(180)]
    site = only([entry(1, *cameras)], hours_ago=1)
    began = NOW - timedelta(hours=1)
    assert site.deadline == began + timedelta(hours=3)
    assert [(one.at - began, one.certain) for one in site.later_deadlines] == [
        (timedelta(days=7), False),  # of two that end together the assumed counts
        (timedelta(days=30), True),
    ]
    later = only([entry(1, *cameras)], hours_ago=8 * 24)
    assert later.deadline == NOW + timedelta(days=22) and later.later_deadlines == ()
    assert only([entry(1, *cameras)], hours_ago=31 * 24).later_deadlines == ()
    away = view(1, CameraKind.FIXED, 30 * DAY, bearing=0, angle=90, range_m=40)
    looks = view(1, CameraKind.FIXED, 7 * DAY, bearing=180, angle=90, range_m=40)
    assert only([entry(1, away, looks, north=200)]).later_deadlines == ()


@pytest.mark.parametrize(
    "minutes_kept, minutes_ago, state",
    [
        (7 * DAY, 0, LIVE),
        (2 * DAY, DAY, LIVE),
        (2 * DAY, DAY + 1, CLOSING),  # under 24 hours
        (30 * DAY, 27 * DAY - 1, LIVE),
        (30 * DAY, 27 * DAY, CLOSING),  # a tenth
        (180, 0, CLOSING),
        (180, 179, CLOSING),
        (180, 180, LOST),
        (180, 5000, LOST),
    ],
)
def test_live_closing_and_lost(minutes_kept: int, minutes_ago: int, state: str) -> None:
    site = only([entry(1, kept(minutes_kept))], hours_ago=minutes_ago / 60)
    assert site.state == state
    assert site.minutes_left == minutes_kept - minutes_ago


def test_cameras_that_record_nothing_have_nothing_to_lose() -> None:
    site = only([entry(1, kept(0))])
    assert (site.state, site.deadline, site.minutes_left) == (LOST, None, None)
    assert only([entry(1, kept(0), kept(DAY * 3))]).minutes_left == 3 * DAY


def test_a_camera_turned_away_does_not_hurry_anybody() -> None:
    """The doorbell overwrites in three hours but looks away; the camera that sees counts."""
    away = view(1, CameraKind.FIXED, 180, bearing=0, angle=90, range_m=40)
    looks = view(1, CameraKind.FIXED, 7 * DAY, bearing=180, angle=90, range_m=40)
    site = only([entry(1, away, looks, north=200)])
    assert site.sees_scene == "yes"
    assert site.minutes_left == 7 * DAY
    turned = only([entry(1, away, north=200)])
    assert turned.sees_scene == "no"
    assert turned.minutes_left == 180, "still listed, with the only footage there is"
    far = only([entry(1, away, looks, north=2000)])
    assert far.sees_scene == "no"
    far_and_unknown = only([entry(1, away, kept(DAY * 9), north=2000)])
    assert far_and_unknown.sees_scene == "unknown"
    assert far_and_unknown.minutes_left == 9 * DAY


def test_an_assumed_deadline_is_said_to_be_assumed() -> None:
    """The 7 days of an undescribed camera are ours; of two that end together the assumed counts."""
    nobody_said = CameraGroup(1, Camera(0))
    assert only([entry(1, kept(3 * DAY))]).deadline_certain
    assumed = only([entry(1, nobody_said)])
    assert not assumed.deadline_certain and assumed.minutes_left == 7 * DAY
    assert only([entry(1, nobody_said, kept(3 * DAY))]).deadline_certain
    assert not only([entry(1, kept(7 * DAY), nobody_said)]).deadline_certain
    assert only([entry(1, kept(0))]).deadline_certain, "nothing is claimed"


def test_seeing_and_distance_mean_the_same_in_every_shape() -> None:
    """What was marked is a point, a line or an area: the distance is to the nearest of it, and a
    camera sees it when any of it is in view."""
    looks = view(1, CameraKind.FIXED, 7 * DAY, bearing=0, angle=90, range_m=60)
    away = view(1, CameraKind.FIXED, 7 * DAY, bearing=180, angle=90, range_m=60)
    sites = [entry(1, looks, north=-270), entry(2, away, north=-270, east=10)]  # 30 m south
    east, west = Point(CENTRE.latitude, -1.895), Point(CENTRE.latitude, -1.905)
    box = [
        Point(52.4795, -1.901), Point(52.4795, -1.899),
        Point(52.4805, -1.899), Point(52.4805, -1.901),
    ]  # fmt: skip
    said = {}
    for area in (CIRCLE, Corridor((west, east), 200.0), Polygon.of([box])):
        found = SiteSearch(MemoryTable().add(sites)).search(area, window_from=NOW, now=NOW).sites
        said[type(area)] = {site.id[-1]: (site.distance_m, site.sees_scene) for site in found}
    assert said[Circle] == said[Corridor] == {"1": (30, "yes"), "2": (30, "no")}
    # In an area every site is at what was marked, and its own ground is part of what it sees.
    assert [distance for distance, _ in said[Polygon].values()] == [0, 0]
    assert said[Polygon]["1"][1] == "yes"


def test_most_urgent_first_then_nearest_then_lost() -> None:
    entries = [
        entry(1, kept(9 * DAY), north=400),
        entry(2, kept(9 * DAY), north=-100),
        entry(3, kept(20 * 60), north=300),
        entry(4, kept(90), north=900),
        entry(5, kept(60), north=800),
        entry(6, kept(30), north=10),
        entry(7, kept(60), north=100),
    ]
    result = search(entries, hours_ago=1)
    assert [int(site.id) for site in result.sites] == [4, 3, 2, 1, 6, 7, 5]
    assert (result.total, result.lost, result.truncated) == (7, 3, False)
    without = search(entries, hours_ago=1, show_lost=False)
    assert [int(site.id) for site in without.sites] == [4, 3, 2, 1]
    assert (without.total, without.lost, without.truncated) == (7, 3, False)


def test_what_is_left_out_is_said() -> None:
    result = search([entry(n, north=n) for n in range(30)], limit=7)
    assert [int(site.id) for site in result.sites] == list(range(7))
    assert (result.total, result.truncated) == (30, True)


def test_an_area_with_five_thousand_sites_is_answered_whole() -> None:
    entries = [entry(n, north=n % 71 * 30, east=n // 71 * 30) for n in range(5000)]
    result = search(entries)
    assert (result.total, len(result.sites), result.truncated) == (5000, 5000, False)
    assert len({site.id for site in result.sites}) == 5000


def said(site: FoundSite) -> dict[str, Any]:
    """As the interface says it."""
    found: dict[str, Any] = TypeAdapter(SiteModel).dump_python(
        SiteModel.from_domain(site), mode="json", by_alias=True, exclude_defaults=True
    )
    return found


def test_as_the_interface_says_it() -> None:
    site = only([entry(1, view(2, CameraKind.UNKNOWN, 3 * DAY), north=1000)], hours_ago=1)
    assert said(site) == {
        "id": "0000000000000001",
        "location": [-1.9, 52.481],
        "kind": "home",
        "cameras": 2,
        "distance_m": 111,
        "deadline": "2026-11-23T11:00:00Z",
        "minutes_left": 3 * DAY - 60,
        "state": "live",
        "sees_scene": "unknown",
    }


def test_a_corridor_tells_which_stretch_is_seen() -> None:
    path = (Point(52.475, -1.9), Point(52.485, -1.9))
    camera = view(1, CameraKind.FIXED, DAY * 5, bearing=270, angle=90, range_m=40)
    table = MemoryTable().add([entry(1, camera, east=300)])
    (site,) = SiteSearch(table).search(Corridor(path, 100), window_from=NOW, now=NOW).sites
    assert site.sees_scene == "yes"
    assert site.distance_m == 20
    (seen,) = site.stretches
    assert seen.start_m < 556 < seen.end_m
    told = said(site)["stretches"][0]
    assert told["to_m"] - told["from_m"] == pytest.approx(40, abs=3)
    assert told["path"][0] == [-1.9, pytest.approx(52.475 + seen.start_m / 111_267, abs=1e-5)]
    assert told["path"][-1] == [-1.9, pytest.approx(52.475 + seen.end_m / 111_267, abs=1e-5)]


def test_a_camera_turned_away_from_the_path_does_not_see_it() -> None:
    path = (Point(52.475, -1.9), Point(52.485, -1.9))
    camera = view(1, CameraKind.FIXED, DAY * 5, bearing=90, angle=90, range_m=40)
    table = MemoryTable().add([entry(1, camera, east=300)])
    (site,) = SiteSearch(table).search(Corridor(path, 100), window_from=NOW, now=NOW).sites
    assert (site.sees_scene, site.stretches) == ("no", ())
    assert "stretches" not in said(site)


def test_on_a_journey_each_site_has_a_window_of_its_own() -> None:
    """Somebody walked 2 km north from 11:00; the cameras stand at its start and at its end."""
    path = (Point(52.475, -1.9), Point(52.493, -1.9))
    facing = view(1, CameraKind.FIXED, 180, bearing=270, angle=90, range_m=40)
    near, far = entry(1, facing, north=-4900, east=300), entry(2, kept(180), north=12_900, east=300)
    table = MemoryTable().add([near, far])
    began = NOW - timedelta(hours=1)
    journey = TimedPath(began, *PRESETS["walking"])
    sites = (
        SiteSearch(table)
        .search(Corridor(path, 100), window_from=began, now=NOW, journey=journey)
        .sites
    )
    by_id = {int(site.id): site for site in sites}
    first, last = by_id[1], by_id[2]
    assert first.window
    assert last.window
    assert first.window.start == began - timedelta(minutes=5)
    assert first.window.end == began + timedelta(minutes=7)
    # From 1,914 m at 2.5 m/s to the path's end, 2,003 m, at 0.8 m/s and a tenth longer; each with
    # five minutes for what start and clock may be wrong.
    assert last.window.start == began + timedelta(minutes=7)
    assert last.window.end == began + timedelta(minutes=51)
    for site in sites:
        assert site.window
        assert site.deadline == site.window.start + timedelta(minutes=180)
    assert said(first)["window"] == {
        "from": "2026-11-20T10:55:00Z",
        "to": "2026-11-20T11:07:00Z",
    }


def test_a_large_area_is_answered_with_counts_and_without_reading_pins() -> None:
    entries = [entry(n, north=n * 997, east=n * 1009) for n in range(100)]
    table = MemoryTable().add(entries)
    result = SiteSearch(table).search(Circle(CENTRE, 40_000), window_from=NOW, now=NOW)
    assert table.entry_meter.queries == 0
    assert (result.total, result.sites, result.truncated) == (100, (), True)
    assert sum(cell.sites for cell in result.cells) == 100
    assert "100 km²" in result.hint
    for cell in result.cells:
        resolution = h3.get_resolution(cell.cell)
        inside = [one for one in entries if h3.cell_to_parent(one.h3, resolution) == cell.cell]
        assert len(inside) == cell.sites
        assert len(cell.boundary) >= 5


def test_cells_of_a_large_area_are_as_fine_as_can_be_looked_at() -> None:
    for radius in (6_000, 10_000, 20_000, 60_000, 400_000, 5_000_000):
        area = Circle(CENTRE, radius)
        found = resolution_for(area.square_km)
        assert area.square_km * 1e6 / CELL_M2[found] <= MOST_LISTED
        finer = area.square_km * 1e6 / CELL_M2[found + 1]
        assert found == 8 or finer > MOST_LISTED or not is_readable(found + 1, area.square_km)


@pytest.mark.parametrize("latitude", [-89.9, -60.0, 0.0, 52.0, 84.0, 89.99])
@pytest.mark.parametrize("longitude", [-180.0, -100.0, 0.3, 179.99])
@pytest.mark.parametrize("radius", [5_700, 30_000, 300_000])
def test_a_large_area_anywhere_is_counted(latitude: float, longitude: float, radius: float) -> None:
    centre = Point(latitude, longitude)
    at = (centre.latitude_e6, centre.longitude_e6)
    table = MemoryTable().add([IndexEntry("x" * 16, *at, PropertyType.HOME, ())])
    found = SiteSearch(table).search(Circle(centre, radius), window_from=NOW, now=NOW)
    assert (found.total, [cell.sites for cell in found.cells]) == (1, [1])
    assert table.entry_meter.queries == 0
    assert table.count_meter.queries <= 2 * MOST_QUERIES


# How dense sites are


def test_the_first_search_of_a_process_expects_a_usual_town() -> None:
    service = SiteSearch(MemoryTable())
    assert service.plan(CIRCLE) == plan_queries(CIRCLE, USUAL_DENSITY)


def test_what_the_last_searches_found_is_expected_of_the_next() -> None:
    """Nothing is read before a search: a town is planned finely because others were dense."""
    crowd = [entry(n, north=n % 80 * 9, east=n // 80 * 9) for n in range(6400)]
    table = MemoryTable().add(crowd)
    service = SiteSearch(table)
    first = service.plan(CIRCLE)
    for _ in range(REMEMBERED):
        service.search(CIRCLE, window_from=NOW, now=NOW)
    assert len(service.plan(CIRCLE).ranges) > len(first.ranges)
    for _ in range(REMEMBERED):
        service.search(Circle(Point(60, 20), 500), window_from=NOW, now=NOW)
    assert service.plan(CIRCLE) == plan_queries(CIRCLE, SPARSEST)
    assert table.count_meter.queries == 0


@pytest.mark.parametrize("expected", [1e-9, 5e-6, 1e-3, 1.0])
def test_a_wrong_guess_costs_reads_and_finds_the_same(expected: float) -> None:
    entries = [entry(n, north=n * 37 % 4000, east=n * 53 % 6000) for n in range(900)]
    service = SiteSearch(MemoryTable().add(entries))
    service._met.extend([expected] * REMEMBERED)
    assert service.search(CIRCLE, window_from=NOW, now=NOW) == search(entries)


# Reading from DynamoDB, through boto3, with the network replaced

WHERE = KeyRange("86195c05fffffff", "8b195c050000fff", "8b195c059483fff~")


class Answers:
    """Gives one canned answer after the other."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers = list(answers)
        self.client = boto3.client(
            "dynamodb",
            region_name="eu-west-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=boto3.session.Config(retries={"total_max_attempts": 1}),
        )
        self.client.meta.events.register("before-send.dynamodb.*", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.asked.append(json.loads(request.body))
        status, answer = self._answers.pop(0)
        body = json.dumps(answer).encode()

        class Raw:
            def stream(self, **_: Any) -> Any:
                yield body

        return AWSResponse(request.url, status, {}, Raw())


BUSY = (400, {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"})
THROUGHPUT = (400, {"__type": "x#ProvisionedThroughputExceededException"})
EMPTY: tuple[int, dict[str, Any]] = (200, {"Items": [], "Count": 0})


def test_every_page_is_read() -> None:
    first = {"PK": {"S": "SITE#1"}, "v": {"B": "AAEC"}}
    second = {"PK": {"S": "SITE#2"}, "v": {"B": "/w=="}}
    key = {"PK": {"S": "SITE#1"}, "SK": {"S": "SITE"}, "cell": {"S": WHERE.partition}}
    table = Answers((200, {"Items": [first], "LastEvaluatedKey": key}), (200, {"Items": [second]}))
    found = TableIndexReader(table.client, "registry").entries(WHERE)
    assert found == [("SITE#1", b"\0\1\2"), ("SITE#2", b"\xff")]
    assert "ExclusiveStartKey" not in table.asked[0]
    assert table.asked[1]["ExclusiveStartKey"] == key
    assert table.asked[0]["ExpressionAttributeValues"][":a"] == {"S": WHERE.first}
    assert table.asked[0]["IndexName"] == "Cell"


def test_a_busy_table_is_asked_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    table = Answers(BUSY, THROUGHPUT, BUSY, (200, {"Items": [{"SK": {"S": "t"}, "n": {"N": "5"}}]}))
    reader = TableIndexReader(table.client, "registry", pauses.append)
    assert reader.counts(WHERE) == [("t", 5)]
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.05 * 2**n for n, pause in enumerate(pauses))


def test_a_table_that_stays_busy_is_said_to_be_unavailable() -> None:
    table = Answers(*[BUSY] * TRIES)
    with pytest.raises(Unavailable):
        TableIndexReader(table.client, "registry", lambda _: None).entries(WHERE)
    assert len(table.asked) == TRIES


def test_other_errors_are_not_hidden() -> None:
    table = Answers((400, {"__type": "x#AccessDeniedException"}))
    reader = TableIndexReader(table.client, "registry", lambda _: None)
    with pytest.raises(table.client.exceptions.ClientError, match="AccessDenied"):
        reader.entries(WHERE)


def test_queries_of_others_by_the_same_client_are_let_alone() -> None:
    stored = {"Items": [{"v": {"B": "AAEC"}}], "Count": 1}
    table = Answers((200, stored), EMPTY, (200, stored))
    reader = TableIndexReader(table.client, "registry")
    assert table.client.query(TableName="x")["Items"] == [{"v": {"B": b"\0\1\2"}}]
    assert reader.entries(WHERE) == []
    assert table.client.query(TableName="x")["Items"] == [{"v": {"B": b"\0\1\2"}}]


def test_through_boto3_a_search_finds_the_same() -> None:
    entries = [entry(n, north=n * 37 % 4000, east=n * 53 % 6000) for n in range(900)]
    table = MemoryTable().add(entries)
    through = SiteSearch(TableIndexReader(CannedTable(table).client, "registry"))
    assert through.search(CIRCLE, window_from=NOW, now=NOW) == search(entries)
    through.close()


def test_searches_at_once_do_not_disturb_each_other() -> None:
    entries = [entry(n, north=n * 37 % 4000, east=n * 53 % 6000) for n in range(900)]
    service = SiteSearch(
        TableIndexReader(CannedTable(MemoryTable().add(entries)).client, "registry")
    )
    expected = search(entries)
    found: list[SearchResult] = []

    def run() -> None:
        found.extend(service.search(CIRCLE, window_from=NOW, now=NOW) for _ in range(3))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    service.close()
    assert found == [expected] * 18
