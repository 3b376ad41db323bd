"""The picture, the bar of minutes and the GeoJSON say what the coverage says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.registry.model import PositionSource
from chalicelib.requests.coverage.coverage import CoverageSegment, compute_coverage
from chalicelib.requests.coverage.coverage_cells import seen_cells
from chalicelib.requests.coverage.viewing_log import MINUTE, AskedSite
from chalicelib.requests.model import FootageWindow, RecipientState
from chalicelib.requests.recipients.camera_view import UNCLEAR_WORDS, UnknownViewReason
from chalicelib.requests.standings import CameraStatus
from chalicelib.web.console.coverage import _gap
from chalicelib.web.coverage.geojson import (
    CELLS_OF_INCIDENT,
    DETAILED,
    LISTED,
    incident_coverage,
    request_coverage,
)
from chalicelib.web.coverage.picture import HEIGHT, MARGIN, WIDTH, picture_of
from chalicelib.web.coverage.timeline import lanes_of, marks_of
from chalicelib.web.coverage.words import (
    answer_words,
    camera_words,
    clock_words,
    facing,
    kept_words,
    minutes_words,
)
from chalicelib.web.http.filters import time_element
from chalicelib.web.models.coverage_models import CoverageModel
from chalicelib.web.models.coverage_models import IncidentCoverage as IncidentCoverageModel
from tests.unit.requests.coverage.coverage_cases import (
    AWAY,
    BLIND,
    FACING,
    HOUR,
    LONDON,
    NOW,
    SCENE,
    START,
    answers,
    apart,
    asked,
    by_camera,
    clock,
    covered,
    many,
    proof,
    request,
    site,
    windows,
)


@given(many, windows)
def test_the_geojson_is_as_described(
    those: list[AskedSite], window: tuple[datetime, datetime]
) -> None:
    found = covered(*those, start=window[0], end=window[1])
    made = request_coverage(proof(found), seen_cells(found)).as_json()
    CoverageModel.model_validate_json(json.dumps(made))
    sites = [one for one in made["features"] if one["properties"]["layer"] == "site"]
    assert len(sites) == len(those) == made["summary"]["sites"]
    gaps = sum(gap["minutes"] for gap in made["gaps"])
    assert gaps == pytest.approx(made["summary"]["gap_minutes"], abs=0.1)
    for gap in made["gaps"]:
        assert sum(gap["why"].values()) == len(those)
        assert not {"checked", "held"} & gap["why"].keys()


def test_cells_are_closed_rings_and_sites_name_their_cells() -> None:
    found = covered(asked(site(FACING), RecipientState.NOTHING))
    made = request_coverage(proof(found), seen_cells(found)).as_json()
    cells = [one for one in made["features"] if one["properties"]["layer"] == "checked"]
    assert cells and len({one["id"] for one in made["features"]}) == len(made["features"])
    for cell in cells:
        (ring,) = cell["geometry"]["coordinates"]
        assert ring[0] == ring[-1] and len(ring) >= 6
        assert cell["properties"]["sites"] == ["0" * 16]


def test_a_site_that_left_the_register_has_no_place() -> None:
    found = covered(asked(None, RecipientState.DECLINED))
    (only,) = request_coverage(proof(found), seen_cells(found)).as_json()["features"]
    assert only["geometry"] is None


def test_no_word_is_missing() -> None:
    assert all(standing.words for standing in CameraStatus)
    assert len({standing.words for standing in CameraStatus}) == len(CameraStatus)
    assert UNCLEAR_WORDS.keys() == set(UnknownViewReason)


@pytest.mark.parametrize(
    "bearing, words",
    [(0, "north (0°)"), (22, "north (22°)"), (23, "north-east (23°)"), (350, "north (350°)")],
)
def test_directions_are_said_in_words(bearing: int, words: str) -> None:
    assert facing(bearing) == words


def test_cameras_are_said_in_words() -> None:
    (sure,) = covered(asked(site(FACING), RecipientState.NOTHING)).sites[0].views
    assert camera_words(sure) == "Camera, faces south (180°), has the scene in view"
    assert kept_words(sure) == "keeps 7 days"
    (blind,) = covered(asked(site(BLIND), RecipientState.NOTHING)).sites[0].views
    assert "has not said which way it faces" in camera_words(blind)
    (usual,) = (
        covered(asked(site(replace(FACING, range_m=None)), RecipientState.NOTHING)).sites[0].views
    )
    assert camera_words(usual).endswith("if it sees as such cameras usually do")
    assert [minutes_words(m) for m in (0, 1, 2.5)] == ["0 minutes", "1 minute", "2.5 minutes"]


@given(many)
def test_everything_drawn_is_on_the_paper(those: list[AskedSite]) -> None:
    picture = picture_of(covered(*those))
    assert len(picture.markers) + picture.far + picture.placeless == len(those)
    for x, y in [(picture.x, picture.y), *((m.x, m.y) for m in picture.markers)]:
        assert MARGIN - 1 <= x <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= y <= HEIGHT - MARGIN + 1
    assert picture.bar <= WIDTH / 4
    for wedge in picture.wedges:
        assert re.fullmatch(r"M[\d. LAaMz-]+", wedge.path)


def test_north_is_up_and_east_is_right() -> None:
    where = [
        asked(site(FACING, bearing=turn, number=turn), RecipientState.NOTHING) for turn in (0, 90)
    ]
    picture = picture_of(covered(*where))
    north, east = sorted(picture.markers, key=lambda marker: marker.x)
    assert north.y < picture.y and east.x > picture.x


def test_views_are_drawn_as_what_they_prove() -> None:
    def looks(one: AskedSite) -> list[tuple[str, bool]]:
        return [(wedge.look, wedge.whole) for wedge in picture_of(covered(one)).wedges]

    assert looks(asked(site(FACING), RecipientState.NOTHING)) == [("checked", True)]
    assert looks(asked(site(FACING), RecipientState.SAVED)) == [("held", True)]
    assert looks(asked(site(FACING), RecipientState.NOTIFIED)) == [("other", True)]
    assert looks(asked(site(BLIND), RecipientState.NOTHING)) == []
    short = replace(FACING, retention_minutes=6 * 60 + 50)
    assert looks(asked(site(short), RecipientState.NOTHING)) == [("checked", False)]
    gone = replace(FACING, retention_minutes=60)
    assert looks(asked(site(gone), RecipientState.NOTHING)) == [("other", True)]
    postcode = replace(site(FACING), position_source=PositionSource.POSTCODE)
    assert looks(asked(postcode, RecipientState.NOTHING)) == []


def test_the_bar_shows_what_covers_and_what_does_not() -> None:
    short = replace(FACING, retention_minutes=6 * 60 + 50)
    found = covered(
        asked(site(short, number=1), RecipientState.NOTHING),
        asked(site(AWAY, number=2), RecipientState.SAVED),
    )
    lanes = {lane.look: lane for lane in lanes_of(found)}
    assert [(bar.x, bar.width) for bar in lanes["gap"].bars] == [(0.0, 33.333)]
    assert [(bar.x, bar.width) for bar in lanes["checked"].bars] == [(33.333, 66.667)]
    assert lanes["held"].bars == () and lanes["gap"].minutes == 10


@given(st.integers(0, 365 * 24 * 60), st.integers(1, 7 * 24 * 60))
def test_marks_are_few_in_order_and_on_the_bar(start: int, minutes: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * MINUTE
    marks = marks_of((begin, begin + timedelta(minutes=minutes)), LONDON)
    assert len(marks) <= 9
    places = [mark.x for mark in marks]
    assert all(0 <= x <= 100 for x in places)
    assert [mark.text for mark in marks_of((START, START + 30 * MINUTE), LONDON)] == [
        "02:00", "02:10", "02:20", "02:30",
    ]  # fmt: skip


# several requests, several cameras, recorders' clocks


@given(st.lists(answers(), max_size=4).map(apart))
def test_the_geojson_of_an_incident_is_as_described(those: list[AskedSite]) -> None:
    found = compute_coverage([FootageWindow(START, START + 30 * MINUTE)], SCENE, those, NOW)
    requests = [request(request_id=letter * 16) for letter in "rst"]
    made = incident_coverage(proof(found, *requests), seen_cells(found)).as_json()
    IncidentCoverageModel.model_validate_json(json.dumps(made))
    sites = [one for one in made["features"] if one["properties"]["layer"] == "site"]
    assert sum(len(one["properties"]["asks"]) for one in sites) == len(those)
    assert sum(part["minutes"] for part in made["timeline"]) == pytest.approx(
        made["summary"]["minutes"], abs=0.1
    )


def test_each_camera_says_what_was_said_of_it() -> None:
    two = site(FACING, replace(AWAY, number=2), replace(AWAY, number=3))
    said = by_camera(
        asked(two, RecipientState.NOTHING),
        (1, RecipientState.NOTHING),
        (2, RecipientState.UNAVAILABLE, "off"),
    )
    (only,) = covered(said).sites
    assert [answer_words(said, view) for view in only.views] == [
        "looked and saw nothing",
        "cannot help: the camera was off or not recording",
        "no answer yet",
    ]
    whole = asked(two, RecipientState.NOTHING)
    assert answer_words(whole, only.views[0]) == ""
    found = covered(said)
    (feature, *_) = request_coverage(proof(found), seen_cells(found)).as_json()["features"]
    cameras = feature["properties"]["cameras"]
    assert [one["answer"] for one in cameras] == ["nothing", "unavailable", None]
    assert [bool(one["shown"]) for one in cameras] == [True, False, False]
    assert [wedge.look for wedge in picture_of(found).wedges] == ["checked", "other", "other"]


def test_a_wrong_clock_is_said_and_a_right_one_is_not() -> None:
    one = asked(site(FACING), RecipientState.NOTHING)
    assert clock_words(one) == ""
    assert clock_words(clock(one, timedelta(seconds=20), HOUR)) == ""
    late = clock(one, timedelta(seconds=-312), HOUR)
    assert clock_words(late) == "recorder’s clock 5 minutes 12 seconds behind"
    whole = {wedge.whole for wedge in picture_of(covered(late)).wedges}
    assert whole == {True}, "checked before the answer, so the right minutes were looked at"
    early = replace(late, recipient=replace(late.recipient, answered_at=START + 5 * HOUR))
    assert {wedge.whole for wedge in picture_of(covered(early)).wedges} == {False}


def test_between_two_windows_the_bar_is_empty() -> None:
    evening = FootageWindow(START + 5 * HOUR, START + 5 * HOUR + 30 * MINUTE)
    found = compute_coverage(
        [FootageWindow(START, START + 30 * MINUTE)],
        SCENE,
        [replace(asked(site(FACING), RecipientState.NOTHING), window=evening)],
        NOW,
    )
    lanes = {lane.look: lane for lane in lanes_of(found)}
    assert [bar.width for bar in lanes["gap"].bars] == pytest.approx([9.091], abs=0.01)
    assert lanes["checked"].minutes == lanes["gap"].minutes == 30


def test_the_largest_incident_stays_under_what_lambda_returns() -> None:
    """Every site asked with two cameras, all near the scene; more sites than one answer has."""
    wide = replace(FACING, range_m=60)
    those = [
        asked(
            site(wide, replace(AWAY, number=2), metres=20 + n % 300, bearing=n * 37, number=n),
            RecipientState.NOTHING if n % 3 else RecipientState.NOTIFIED,
        )
        for n in range(LISTED + 1)
    ]
    found = compute_coverage([FootageWindow(START, START + 30 * MINUTE)], SCENE, those, NOW)
    made = incident_coverage(proof(found), seen_cells(found, CELLS_OF_INCIDENT)).as_json()
    # Quotes are escaped once more on their way through Lambda's own answer.
    assert len(json.dumps(json.dumps(made, separators=(",", ":")))) < 5_500_000
    assert made["truncated"] and made["summary"]["sites"] == LISTED + 1
    sites = [one["properties"] for one in made["features"] if one["properties"]["layer"] == "site"]
    assert len(sites) == LISTED and sum(bool(one["cameras"]) for one in sites) == DETAILED
    assert {one["state"] for one in sites[:DETAILED]} == {"nothing"}


def test_an_hour_that_came_twice_has_its_marks_twice_and_one_that_was_skipped_has_none() -> None:
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    marks = [mark.text for mark in marks_of((autumn, autumn + 90 * MINUTE), LONDON)]
    assert marks == ["01:30 BST", "01:00 GMT", "01:30 GMT", "02:00"]
    spring = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    marks = [mark.text for mark in marks_of((spring, spring + 90 * MINUTE), LONDON)]
    assert marks == ["00:30", "02:00", "02:30", "03:00"]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (
            (2026, 10, 24, 23, 30),
            (2026, 10, 25, 2, 30),
            "25 Oct 2026 00:30 BST|25 Oct 2026 02:30 GMT",
        ),
        (
            (2026, 11, 20, 8, 0, 20),
            (2026, 11, 20, 8, 10, 20),
            "20 Nov 2026 08:00|20 Nov 2026 08:11",
        ),
    ],
)
def test_a_gap_is_written_as_every_span_is(
    start: tuple[int, ...], end: tuple[int, ...], said: str
) -> None:
    """Three hours that look like two on the clock name their zones, and ends are rounded up."""
    first, last = (datetime(*parts, tzinfo=UTC) for parts in (start, end))  # type: ignore[misc,arg-type]  # year, month …
    gap = _gap(CoverageSegment(first, last, {}, 0, 0), LONDON)
    cells = [time_element(gap[at], LONDON, "dense", named=gap["named"]) for at in ("start", "end")]
    assert "|".join(re.sub("<[^>]*>", "", cell) for cell in cells) == said
