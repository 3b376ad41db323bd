"""What the reply page says of time: which minutes, which clocks, how long it is still there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera
from chalicelib.core.countries import COUNTRIES
from chalicelib.core.formatting import local_window
from chalicelib.registry.model import Site
from chalicelib.requests.model import FootageWindow, Recipient
from chalicelib.requests.reminder_schedule import overwrite_deadline
from chalicelib.web.reply.times import (
    FootageHold,
    camera_holds,
    clocks_note,
    time_left,
    zone_name,
)
from tests.support.places import a_site

LONDON = "Europe/London"
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = FootageWindow(NOW - 2 * DAY, NOW - 2 * DAY + timedelta(minutes=30))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day …


def site(*cameras: Camera) -> Site:
    return a_site(*cameras, created_at=NOW)


def recipient(place: Site) -> Recipient:
    found = overwrite_deadline(WINDOW.start, place.cameras, place.property_type)
    return Recipient(
        "r" * 16,
        place.id,
        place.owner_id,
        NOW,
        deadline=found.at if found else None,
        deadline_certain=bool(found and found.certain),
    )


@pytest.mark.parametrize(
    "start, end, words",
    [
        (
            utc(2026, 11, 20, 1, 50),
            utc(2026, 11, 20, 2, 20),
            "Friday 20 November 2026, from 1:50am to 2:20am",
        ),
        # Nothing that is asked for is cut off.
        (
            utc(2026, 11, 20, 1, 50, 10),
            utc(2026, 11, 20, 2, 20, 1),
            "Friday 20 November 2026, from 1:50am to 2:21am",
        ),
        (
            utc(2026, 11, 19, 23, 50),
            utc(2026, 11, 20, 0, 10),
            "from Thursday 19 November 2026, 11:50pm to Friday 20 November 2026, 12:10am",
        ),
        # 1:50 comes before 1:10 when the clocks go back.
        (
            utc(2026, 10, 25, 0, 50),
            utc(2026, 10, 25, 1, 10),
            "Sunday 25 October 2026, from 1:50am BST to 1:10am GMT",
        ),
    ],
)
def test_the_minutes_are_said_as_clocks_showed_them(
    start: datetime, end: datetime, words: str
) -> None:
    assert local_window(start, end, LONDON) == words


@pytest.mark.parametrize(
    "start, now, said",
    [
        (utc(2026, 10, 20, 12), utc(2026, 10, 24), ""),
        (utc(2026, 10, 20, 12), utc(2026, 10, 26), "gone back"),
        (utc(2026, 3, 20, 12), utc(2026, 4, 2), "gone forward"),
        (utc(2026, 10, 25, 0, 50), utc(2026, 10, 26), "one hour came twice"),
        (utc(2026, 3, 29, 0, 50), utc(2026, 3, 30), "skip an hour"),
    ],
)
def test_clocks_that_have_changed_are_named(start: datetime, now: datetime, said: str) -> None:
    note = clocks_note(
        FootageWindow(start, start + timedelta(minutes=30)), now, LONDON, COUNTRIES["GB"]
    )
    assert said in note and bool(note) == bool(said)


def test_zones_have_names() -> None:
    here = COUNTRIES["GB"]
    assert zone_name(utc(2026, 7, 1), LONDON, here) == "British Summer Time"
    assert zone_name(utc(2026, 1, 1), LONDON, here) == "Greenwich Mean Time"
    assert zone_name(utc(2026, 1, 1), "Asia/Tokyo", here) == "JST"


def test_zones_of_another_country_have_names() -> None:
    here = COUNTRIES["US"]
    assert zone_name(utc(2026, 7, 1), "America/Chicago", here) == "Central Daylight Time"
    assert zone_name(utc(2026, 1, 1), "America/Chicago", here) == "Central Standard Time"
    assert zone_name(utc(2026, 7, 1), "America/Phoenix", here) == "Mountain Standard Time"
    assert zone_name(utc(2026, 7, 1), "Pacific/Honolulu", here) == "Hawaii-Aleutian Standard Time"
    window = FootageWindow(utc(2026, 10, 20, 12), utc(2026, 10, 20, 13))
    note = clocks_note(window, utc(2026, 11, 2), "America/Chicago", here)
    assert "gone back" in note and "(Central Daylight Time)" in note


def test_a_change_of_half_an_hour_is_said_so() -> None:
    here, zone = COUNTRIES["GB"], "Australia/Lord_Howe"
    since = FootageWindow(utc(2026, 4, 3, 12), utc(2026, 4, 3, 13))
    note = clocks_note(since, utc(2026, 4, 6), zone, here)
    assert "(UTC+11)" in note and note.endswith("show this 30 minutes earlier.")
    night = FootageWindow(utc(2026, 4, 4, 14), utc(2026, 4, 4, 16))
    assert "so 30 minutes came twice" in clocks_note(night, utc(2026, 4, 6), zone, here)


def test_what_is_certain_is_said_to_be_and_nothing_else() -> None:
    certain = site(Camera(1, make="ring", plan="30-days"))
    left = time_left(recipient(certain), certain, WINDOW, NOW)
    assert (left.hold, left.certain) == (FootageHold.THERE, True)
    assert left.minutes == 28 * 24 * 60
    assumed = site(Camera(1))
    assert not time_left(recipient(assumed), assumed, WINDOW, NOW).certain
    nothing = site(Camera(1, records=False))
    assert time_left(recipient(nothing), nothing, WINDOW, NOW).hold is FootageHold.UNKNOWN


@given(st.integers(0, 20 * 24 * 60))
def test_footage_goes_from_its_first_minute_to_its_last(passed: int) -> None:
    """Never said to be gone while any of it may be there, nor to be there when it is going."""
    place = site(Camera(1))
    now = WINDOW.start + timedelta(minutes=passed)
    hold = time_left(recipient(place), place, WINDOW, now).hold
    week = 7 * 24 * 60
    expected = (
        FootageHold.THERE
        if passed < week
        else FootageHold.GOING
        if passed < week + 30
        else FootageHold.GONE
    )
    assert hold is expected


def test_a_longer_lived_camera_keeps_hope_alive() -> None:
    place = site(Camera(1, make="ring", plan="1-days"), Camera(2, make="ring", plan="30-days"))
    left = time_left(recipient(place), place, WINDOW, NOW)
    assert left.hold is FootageHold.GOING and left.last == WINDOW.end + 30 * DAY
    holds = camera_holds(recipient(place), place, WINDOW, NOW)
    assert [one.left.hold for one in holds] == [FootageHold.THERE, FootageHold.GONE]


def test_the_page_says_what_the_message_said_even_when_cameras_were_described_since() -> None:
    place = site(Camera(1))
    asked = recipient(place)
    described = site(replace(place.cameras[0], make="ring", plan="1-days"))
    left = time_left(asked, described, WINDOW, NOW)
    assert left.first == asked.deadline
    assert left.first and left.last and left.last >= left.first
