"""When somebody set off and how fast, out of the API's JSON."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid
from chalicelib.geo.timed_path import PRESETS, TimedPath
from chalicelib.incidents.search_service import SearchCriteria
from chalicelib.web.http.validation import read_json
from chalicelib.web.models.search_models import NewSearch

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
START = datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC)
CORRIDOR = {"type": "corridor", "path": [[-1.9, 52.48], [-1.9, 52.49]], "width_m": 100}
BODY = {"area": CORRIDOR, "reason": "Way home", "started_at": "2026-11-20T09:15:30Z"}
WALKING = {"preset": "walking"}


def wanted(body: dict[str, Any]) -> SearchCriteria:
    return read_json(NewSearch, body, {"now": NOW}).criteria()


def read(**more: Any) -> TimedPath | None:
    return wanted({**BODY, **more}).journey


@pytest.mark.parametrize(
    "speed, slowest, fastest",
    [
        (WALKING, *PRESETS["walking"]),
        ({"preset": "driving"}, *PRESETS["driving"]),
        ({"min_kmh": 3.6, "max_kmh": 36}, 1.0, 10.0),
        ({"min_kmh": 7.2, "max_kmh": 7.2}, 2.0, 2.0),
    ],
)
def test_a_journey_is_read(speed: Any, slowest: float, fastest: float) -> None:
    assert read(speed=speed) == TimedPath(START, slowest, fastest)


def test_without_both_there_is_no_journey() -> None:
    assert read(started_at=None) is None
    untimed = wanted({"area": CORRIDOR, "reason": "Way home"})
    assert (untimed.journey, untimed.speed) == (None, {})


@pytest.mark.parametrize(
    "more, names",
    [
        ({}, ["speed"]),
        ({"started_at": None, "speed": WALKING}, ["started_at"]),
        ({"started_at": "yesterday", "speed": WALKING}, ["started_at"]),
        ({"started_at": "2026-11-20T09:15:30", "speed": WALKING}, ["started_at"]),
        ({"started_at": 5, "speed": WALKING}, ["started_at"]),
        ({"started_at": "2026-11-20T10:06:00Z", "speed": WALKING}, ["started_at"]),
        ({"started_at": "0001-01-01T00:00:00Z", "speed": WALKING}, ["started_at"]),
        ({"started_at": "9999-12-31T23:59:59Z", "speed": WALKING}, ["started_at"]),
        ({"speed": "walking"}, ["speed"]),
        ({"speed": 5}, ["speed"]),
        ({"speed": {}}, ["speed"]),
        ({"speed": {"preset": "flying"}}, ["speed.preset"]),
        ({"speed": {"preset": ["walking"]}}, ["speed.preset"]),
        ({"speed": {"preset": "walking", "min_kmh": 3}}, ["speed"]),
        ({"speed": {"min_kmh": 10, "max_kmh": 5}}, ["speed.max_kmh"]),
        ({"speed": {"min_kmh": 0, "max_kmh": 5}}, ["speed.min_kmh"]),
        ({"speed": {"min_kmh": 1, "max_kmh": 1e9}}, ["speed.max_kmh"]),
        ({"speed": {"min_kmh": "1", "max_kmh": True}}, ["speed.min_kmh", "speed.max_kmh"]),
        ({"speed": {"min_kmh": 5}}, ["speed.max_kmh"]),
        ({"speed": {"slowest_kmh": 5}}, ["speed.min_kmh", "speed.max_kmh", "speed.slowest_kmh"]),
    ],
)
def test_what_is_no_journey_is_said(more: dict[str, Any], names: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        read(**more)
    assert [name for name, _ in caught.value.fields] == names


def test_only_a_corridor_is_timed() -> None:
    circle = {"type": "circle", "centre": [-1.9, 52.48], "radius_m": 300}
    with pytest.raises(Invalid) as caught:
        read(area=circle, speed=WALKING)
    assert [name for name, _ in caught.value.fields] == ["started_at", "speed"]


def test_a_way_that_takes_longer_than_a_request_may_ask_for_is_refused() -> None:
    path = [[-1.9, 52.0], [-1.9, 54.0]]
    with pytest.raises(Invalid) as caught:
        read(area={**CORRIDOR, "path": path}, speed={"min_kmh": 0.5, "max_kmh": 5})
    assert [name for name, _ in caught.value.fields] == ["speed"]


@given(
    st.dictionaries(
        st.sampled_from(["started_at", "speed"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.dictionaries(
            st.sampled_from(["preset", "min_kmh", "max_kmh", "x"]),
            st.text() | st.floats() | st.lists(st.integers()),
        ),
    )
)
def test_nothing_that_is_sent_is_more_than_refused(more: dict[str, Any]) -> None:
    with suppress(Invalid):
        read(**more)
