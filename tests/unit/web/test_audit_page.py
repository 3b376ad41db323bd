"""What the audit page and the custody record show of an entry's details."""

from __future__ import annotations

import pytest

from chalicelib.web.console.audit import details_in_words
from chalicelib.web.http.filters import day_words, month_words


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("window_from", "2026-11-19T22:00:00Z", ("Footage from", "19 Nov 2026 22:00")),
        ("locked_until", "2027-07-01T01:28:14.123456Z", (
            "Cannot be deleted before", "1 Jul 2027 02:28")),
        ("size", 12_345_678, ("Size", "12 MB")),
        ("clock_offset_seconds", 432, ("Recorder’s clock", "7 minutes 12 seconds ahead")),
        ("bbox", "-1.95,52.45,-1.85,52.5", ("Part of the map", "52.45, -1.95 to 52.5, -1.85")),
        ("area", '{"type": "circle", "centre": [-1.9, 52.4], "radius_m": 300}', (
            "Area", "300 m around 52.40000, -1.90000")),
        ("area", '{"type": "poly', ("Area", "an area")),
        ("wanted", "newest", ("Looked up", "newest entries")),
        ("wanted", "subject incident.4f0c", ("Looked up", "Incident 4f0c")),
        ("wanted", "subject route.GET /console/map", ("Looked up", "Map page")),
        ("wanted", "actor owner.4f0c 2026-11", ("Looked up", "Owner 4f0c, November 2026")),
        ("wanted", "actor owner.4f0c", ("Looked up", "Owner 4f0c")),
        ("wanted", "day 2026-11-02", ("Looked up", "2 November 2026")),
        ("what", "cameras", ("Changed", "number of cameras")),
        ("cameras", 3, ("Cameras", "3")),
    ],
)  # fmt: skip
def test_details_are_words_and_local_times(
    name: str, value: str | int, said: tuple[str, str]
) -> None:
    assert details_in_words({name: value}, "Europe/London") == [said]


def test_days_and_months_of_the_record_are_written_out() -> None:
    assert day_words("2026-11-02") == "2 November 2026"
    assert month_words("2026-03") == "March 2026"
