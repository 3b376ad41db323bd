"""The cells of a list of sites that stay true while the page is open, as the templates write them.
frontend/test/countdown.test.ts holds the same of those that scripts write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.web.http import templating

DEADLINE = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITE = {"deadline": "2026-11-20T12:00:00Z", "state": "live", "cameras": 1}
LATER = [
    {"at": "2026-11-20T18:00:00Z", "certain": False},
    {"at": "2026-12-01T12:00:00Z"},
]


def said(cell: str, site: dict[str, Any], now: datetime) -> str:
    """What a cell of the page that was made a week before says when it is still open now."""
    parts = templating.environment("Europe/London", "GB").get_template("parts/status.html").module
    made: str = getattr(parts, cell)(site, DEADLINE - timedelta(days=7))
    found = re.findall(
        r'<span(?: data-shown-from="([^"]*)")?(?: data-shown-until="([^"]*)")?(?: hidden)?>'
        r"(.*?)(?=<span data-shown|$)",
        made,
    )
    held = [
        words
        for since, until, words in found
        if (not since or datetime.fromisoformat(since) <= now)
        and (not until or now < datetime.fromisoformat(until))
    ]
    return " ".join(re.sub(r"<[^>]*>", " ", " ".join(held)).split())


@pytest.mark.parametrize(
    ("after", "state", "assumed"),
    [
        (timedelta(days=-2), "Still held", False),
        (timedelta(days=-1), "Closing soon", False),
        (timedelta(seconds=-1), "Closing soon", False),
        (timedelta(0), "Closing soon", True),  # of the next camera
        (timedelta(hours=6), "Still held", False),
        (timedelta(days=10), "Closing soon", False),
        (timedelta(days=11), "Likely lost", False),
    ],
)
def test_a_row_goes_on_with_the_next_camera(after: timedelta, state: str, assumed: bool) -> None:
    site = {**SITE, "cameras": 3, "later_deadlines": LATER}
    now = DEADLINE + after
    assert said("timed_state", site, now) == state
    left = said("time_left", site, now)
    assert left.endswith("assumed") is assumed
    assert left.startswith("Passed") is (state == "Likely lost")


def test_a_site_of_one_camera_is_lost_at_zero() -> None:
    assert said("timed_state", SITE, DEADLINE) == "Likely lost"
    assert said("time_left", {**SITE, "deadline_certain": False}, DEADLINE) == "Passed assumed"
