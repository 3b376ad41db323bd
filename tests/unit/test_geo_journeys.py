"""Windows along a path: whoever kept to the speeds passed within them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.geo.journeys import PRESETS, Journey
from chalicelib.geo.reading import journey_from_json

START = datetime(2026, 11, 20, 22, 15, 30, tzinfo=UTC)


@given(
    st.sampled_from(sorted(PRESETS)),
    st.floats(0, 1),
    st.floats(0, 20_000),
    st.floats(0, 500),
    st.floats(-120, 120),
)
def test_whoever_keeps_to_the_speeds_passes_in_the_window(
    preset: str, share: float, first: float, length: float, late: float
) -> None:
    """Also when the start is wrong by up to two minutes."""
    slowest, fastest = PRESETS[preset]
    speed = slowest + share * (fastest - slowest)
    window = Journey(START, slowest, fastest).window(first, first + length)
    came = START + timedelta(seconds=late + first / speed)
    went = START + timedelta(seconds=late + (first + length) / speed)
    assert window.start <= came <= went <= window.end
    for moment in (window.start, window.end):
        assert (moment.second, moment.microsecond) == (0, 0)


def test_a_window_is_no_longer_than_it_must_be() -> None:
    window = Journey(START, 1.0, 2.0).window(600, 660)
    assert window.start == datetime(2026, 11, 20, 22, 18, tzinfo=UTC)
    assert window.end == datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


BASE = {"type": "corridor", "started_at": "2026-11-20T22:15:30Z"}


@pytest.mark.parametrize(
    "more, slowest, fastest",
    [
        ({}, *PRESETS["walking"]),
        ({"speed": "driving"}, *PRESETS["driving"]),
        ({"speed": {"slowest_kmh": 3.6, "fastest_kmh": 36}}, 1.0, 10.0),
    ],
)
def test_a_journey_is_read(more: dict[str, Any], slowest: float, fastest: float) -> None:
    assert journey_from_json({**BASE, **more}) == Journey(START, slowest, fastest)


def test_without_a_start_there_is_no_journey() -> None:
    assert journey_from_json({"type": "corridor", "speed": "walking"}) is None
    assert journey_from_json({**BASE, "type": "circle"}) is None


@pytest.mark.parametrize(
    "more, field",
    [
        ({"started_at": "yesterday"}, "area.started_at"),
        ({"started_at": "2026-11-20T22:15:30"}, "area.started_at"),
        ({"started_at": 5}, "area.started_at"),
        ({"speed": "flying"}, "area.speed"),
        ({"speed": 5}, "area.speed"),
        ({"speed": {}}, "area.speed"),
        ({"speed": {"slowest_kmh": 10, "fastest_kmh": 5}}, "area.speed"),
        ({"speed": {"slowest_kmh": 0, "fastest_kmh": 5}}, "area.speed"),
        ({"speed": {"slowest_kmh": 1, "fastest_kmh": 1e9}}, "area.speed"),
        ({"speed": {"slowest_kmh": "1", "fastest_kmh": True}}, "area.speed"),
    ],
)
def test_what_is_no_journey_is_said(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        journey_from_json({**BASE, **more})
    assert [name for name, _ in caught.value.fields] == [field]
