"""What officers look for, and which part of the record they want."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.geo.areas import Circle
from chalicelib.web import search_fields
from chalicelib.web.audit_query import read_query
from chalicelib.web.forms import Form
from chalicelib.web.queries import limit_of, only

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CIRCLE = {"type": "circle", "centre": [-1.9, 52.48], "radius_m": 300}


def problems(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        search_fields.from_json(body, NOW)
    return dict(caught.value.fields)


def test_a_search_is_taken_as_it_is() -> None:
    filters = {"kinds": ["home"], "states": ["live", "closing", "live"]}
    body = {"area": CIRCLE, "reason": " Way home ", "filters": filters, "limit": 50}
    wanted = search_fields.from_json(body, NOW)
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
    fields = {"radius_m": "300", "reason": "Way home", "latitude": "52.48", "longitude": "-1.9"}
    wanted = search_fields.from_form(Form({name: [value] for name, value in fields.items()}))
    assert wanted.area_json == CIRCLE
    assert wanted.limit == search_fields.MOST_ON_PAGE


def test_the_lost_are_listed_unless_somebody_says_no() -> None:
    body = {"area": CIRCLE, "reason": "Way home"}
    assert search_fields.from_json(body, NOW).show_lost is True
    assert search_fields.from_json({**body, "show_lost": None}, NOW).show_lost is True
    assert search_fields.from_json({**body, "show_lost": False}, NOW).show_lost is False
    no_answers: tuple[object, ...] = ("no", 0, 1, [])
    for said in no_answers:
        assert list(problems({**body, "show_lost": said})) == ["show_lost"]


def test_an_empty_form_is_told_field_by_field() -> None:
    with pytest.raises(Invalid) as caught:
        search_fields.from_form(Form({}))
    named = [name for name, _ in caught.value.fields]
    assert named == ["radius_m", "reason", "latitude", "longitude"]


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
        {"day": "2026-11-20", "subject": "incident.1"},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "ten"},
        {"page": "@@"},
        {"page": "bm90IGEgcGxhY2U"},
    ],
)
def test_a_question_to_the_record_that_cannot_be_meant_is_told(query: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        read_query(query, NOW)
    assert set(dict(caught.value.fields)) & set(query)


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=3))
def test_any_question_is_taken_or_refused(query: dict[str, str]) -> None:
    for read in (
        lambda: read_query(query, NOW),
        lambda: only(query),
        lambda: limit_of(query, 5, 9),
    ):
        with suppress(Invalid):
            read()
