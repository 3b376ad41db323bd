"""What officers look for, and which part of the record they want."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.geodesy import distance
from chalicelib.geo.plausible import widened
from chalicelib.incidents.search_service import SearchCriteria
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.page_tokens import seal_page_token
from chalicelib.web.http.plausible import FAR, SWAPPED, SWAPPED_BOXES, implausible
from chalicelib.web.http.validation import NoQuery, read_json, read_query
from chalicelib.web.models.incident_models import PAGES, IncidentQuery
from chalicelib.web.models.record_models import AuditQuery, StatisticsQuery
from chalicelib.web.models.search_models import MOST_ON_PAGE, NewSearch, SearchForm

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CIRCLE = {"type": "circle", "centre": [-1.9, 52.48], "radius_m": 300}


KEY = b"k" * 32
CONTEXT: dict[str, Any] = {
    "now": NOW,
    "key": KEY,
    "bounds": (widened((-2.21, 52.33, -1.42, 52.67)),),
    "country": COUNTRIES["GB"],
}


def wanted_of(body: dict[str, Any]) -> SearchCriteria:
    return read_json(NewSearch, body, CONTEXT).criteria()


def form_of(**typed: str) -> SearchCriteria:
    form = SubmittedForm({name: [value] for name, value in typed.items()})
    return form.read(SearchForm, CONTEXT).criteria()


def problems(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        wanted_of(body)
    return dict(caught.value.fields)


def test_a_search_is_taken_as_it_is() -> None:
    filters = {"kinds": ["home"], "states": ["live", "closing", "live"]}
    body = {"area": CIRCLE, "reason": " Way home ", "filters": filters, "limit": 50}
    wanted = wanted_of(body)
    assert isinstance(wanted.area, Circle)
    assert wanted.reason == "Way home"
    assert wanted.filters == {"kinds": ("home",), "states": ("live", "closing")}
    assert wanted.limit == 50


def test_area_reason_and_limit_are_told_together() -> None:
    found = problems({"area": {**CIRCLE, "radius_m": -1}, "limit": 0, "offset": 3})
    assert set(found) == {"area.radius_m", "reason", "limit", "offset"}


@pytest.mark.parametrize("reason", ["", "  ", "...", "1234", "-", None, 5, ["why"], "x" * 501])
def test_a_reason_is_words(reason: Any) -> None:
    assert list(problems({"area": CIRCLE, "reason": reason})) == ["reason"]


@pytest.mark.parametrize("limit", [0, -1, 10_001, 1.5, "5", True, 10**30])
def test_a_limit_is_a_number_of_sites(limit: Any) -> None:
    assert list(problems({"area": CIRCLE, "reason": "Way home", "limit": limit})) == ["limit"]


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ([], "filters"),
        ("home", "filters"),
        ({"kind": ["home"]}, "filters.kind"),
        ({"kinds": "home"}, "filters.kinds"),
        ({"kinds": []}, "filters.kinds"),
        ({"kinds": ["castle"]}, "filters.kinds"),
        ({"states": [["live"]]}, "filters.states"),
    ],
)
def test_a_filter_that_would_be_passed_over_is_told(filters: Any, field: str) -> None:
    assert list(problems({"area": CIRCLE, "reason": "Way home", "filters": filters})) == [field]


def test_the_form_asks_for_a_circle() -> None:
    wanted = form_of(radius_m="300", reason="Way home", latitude="52.48", longitude="-1.9")
    assert wanted.area_json == CIRCLE
    assert wanted.limit == MOST_ON_PAGE


def test_the_lost_are_listed_unless_somebody_says_no() -> None:
    body = {"area": CIRCLE, "reason": "Way home"}
    assert wanted_of(body).show_lost is True
    assert wanted_of({**body, "show_lost": None}).show_lost is True
    assert wanted_of({**body, "show_lost": False}).show_lost is False
    no_answers: tuple[object, ...] = ("no", 0, 1, [])
    for said in no_answers:
        assert list(problems({**body, "show_lost": said})) == ["show_lost"]


def test_an_empty_form_is_told_field_by_field() -> None:
    with pytest.raises(Invalid) as caught:
        form_of()
    named = [name for name, _ in caught.value.fields]
    assert named == ["radius_m", "reason", "latitude", "longitude"]


def test_a_place_that_cannot_be_meant_is_told() -> None:
    swapped = {**CIRCLE, "centre": [52.48, -1.9]}
    assert problems({"area": swapped, "reason": "Way home"}) == {"area": SWAPPED}
    far = {**CIRCLE, "centre": [-94.58, 39.1]}
    assert problems({"area": far, "reason": ""}) == {"area": FAR, "reason": "Enter the reason"}
    with pytest.raises(Refused) as caught:
        form_of(radius_m="300", reason="Way home", latitude="-1.9", longitude="52.48")
    assert caught.value.fields == [("latitude", SWAPPED_BOXES)]


@pytest.mark.parametrize("longitude", [179.9, -179.9])
def test_the_margin_of_an_area_at_the_edge_of_the_map(longitude: float) -> None:
    """Fiji: the box reaches past 180°."""
    bounds = (widened((177.0, -18.5, 179.95, -16.0)),)
    assert implausible(-17.5, longitude, bounds) == ""
    assert implausible(-17.5, 170, bounds) == FAR


def test_a_misspelt_member_of_an_area_is_told() -> None:
    found = problems({"area": {**CIRCLE, "radius": 5}, "reason": "Way home"})
    assert found == {"area.radius": "There is no field of this name. Use type, centre, radius_m"}


ONE = {"subject": "incident.1"}


@pytest.mark.parametrize(
    "query",
    [
        {"subjekt": "incident.1"},
        {"subject": "incident.1;"},
        {"subject": "a", "actor": "officer.1"},
        {"actor": "somebody"},
        {"actor": "officer.1", "month": "2026-13"},
        {"day": "2026-02-30"},
        {"day": "20261120"},
        {"day": ""},
        {"day": "2026-11-20", "subject": "incident.1"},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "ten"},
        {"limit": ""},
        {"page": "@@"},
        {"page": "bm90IGEgcGxhY2U"},
        {"page": "MDAwMDAwMDAwMQ"},
        {"page": "MDAwMS0wMS0wMlQwMDowMDowMFo"},
        {"page": seal_page_token(KEY, PAGES, "2026-11-20T10:00:00.000000Z")},
        {**ONE, "page": seal_page_token(KEY, AuditQuery().pages, "2026-11-20T10:00:00.000000Z")},
        {"page": seal_page_token(b"another", AuditQuery().pages, "2026-11-20T10:00:00.000000Z")},
    ],
)
def test_a_question_to_the_record_that_cannot_be_meant_is_told(query: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        read_query(AuditQuery, query, CONTEXT)
    assert set(dict(caught.value.fields)) & set(query)


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    place = "2026-11-20T10:00:00.000000Z"
    for query, pages in ((AuditQuery(), {}), (AuditQuery(subject="incident.1"), ONE)):
        sent = {**pages, "page": seal_page_token(KEY, query.pages, place)}
        assert read_query(AuditQuery, sent, CONTEXT).page == place
    listed = read_query(IncidentQuery, {"page": seal_page_token(KEY, PAGES, place)}, CONTEXT)
    assert listed.page == place
    assert seal_page_token(KEY, PAGES, "") == ""


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=3))
def test_any_question_is_taken_or_refused(query: dict[str, str]) -> None:
    for model in (AuditQuery, IncidentQuery, StatisticsQuery, NoQuery):
        with suppress(Invalid):
            read_query(model, query, CONTEXT)


def many_corners(corners: int) -> dict[str, Any]:
    ring = [
        [-1.9 + 0.01 * math.sin(turn), 52.48 + 0.01 * math.cos(turn)]
        for turn in (2 * math.pi * n / corners for n in range(corners))
    ]
    return {"type": "polygon", "coordinates": [[*ring, ring[0]]]}


def test_the_record_keeps_what_was_searched_and_it_can_be_sent_again() -> None:
    few = many_corners(400)
    assert wanted_of({"area": few, "reason": "Way home"}).area_json == few
    many = wanted_of({"area": many_corners(3_000), "reason": "Way home"})
    kept = json.loads(json.dumps(many.area_json))
    assert kept["margin_m"] == 1
    assert len(kept["coordinates"][0]) < 200
    again = wanted_of({"area": kept, "reason": "Way home"})
    assert again.area == many.area
    assert again.area_json == kept
    assert problems({"area": {**kept, "margin_m": 5}, "reason": "Way home"}).keys() == {
        "area.margin_m"
    }
    assert problems({"area": {**CIRCLE, "margin_m": 1}, "reason": "Way home"}).keys() == {
        "area.margin_m"
    }


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("52.48, -1.9", ""),
        ("", "N52 28.8 W001 54.0"),
        ("-1.9, 52.48", ""),
        ("52,48", "-1,9"),
        ("1.9W", "52.48N"),
        ("SP 06890 86905", ""),
    ],
)
def test_a_whole_place_in_one_box_is_the_centre(latitude: str, longitude: str) -> None:
    wanted = form_of(radius_m="300", reason="Way home", latitude=latitude, longitude=longitude)
    assert isinstance(wanted.area, Circle)
    assert distance(wanted.area.centre, Point(52.48, -1.9)) < 10


def test_a_place_of_another_service_is_told_at_its_box() -> None:
    with pytest.raises(Invalid) as caught:
        form_of(radius_m="x", reason="", latitude="///filled.count.soap", longitude="")
    said = dict(caught.value.fields)
    assert list(said) == ["radius_m", "reason", "latitude", "longitude"]
    assert "what3words.com" in said["latitude"]
