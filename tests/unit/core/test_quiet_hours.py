"""The night, to the second: from nine in the evening to eight in the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.quiet_hours import disturbs, evening, is_night, morning

ZONES = ("Europe/London", "America/Chicago")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def local(zone: str, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_night_begins_at_nine_and_ends_at_eight(zone: str) -> None:
    nine, eight = local(zone, 20, 21), local(zone, 21, 8)
    assert not is_night(nine - SECOND, zone) and is_night(nine, zone)
    assert is_night(eight - SECOND, zone) and not is_night(eight, zone)
    for moment in (nine, local(zone, 20, 23, 59), local(zone, 21, 0), eight - SECOND):
        assert morning(moment, zone) == eight
        assert evening(moment, zone) == nine - MINUTE
    assert morning(nine - SECOND, zone) == local(zone, 20, 8)
    assert evening(nine - SECOND, zone) == local(zone, 19, 20, 59)


def test_times_come_back_in_the_zone_that_they_were_asked_in() -> None:
    moment = local(ZONES[0], 20, 23)
    assert morning(moment, ZONES[0]).tzinfo is UTC and evening(moment, ZONES[0]).tzinfo is UTC


@pytest.mark.parametrize("zone", ZONES)
def test_only_a_deadline_of_the_same_night_is_worth_waking_somebody(zone: str) -> None:
    midnight = local(zone, 21, 0)
    assert not disturbs(midnight, local(zone, 21, 8) - SECOND, zone)
    assert disturbs(midnight, local(zone, 21, 8), zone)
    assert disturbs(midnight, local(zone, 22, 0), zone)
    assert not disturbs(midnight, local(zone, 20, 21), zone)
    assert disturbs(midnight, local(zone, 20, 21) - SECOND, zone)
    assert not disturbs(local(zone, 20, 12), local(zone, 22, 0), zone)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_evening_and_morning_enclose_every_moment_of_the_night(moment: datetime) -> None:
    zone = ZONES[0]
    if is_night(moment, zone):
        assert evening(moment, zone) < moment < morning(moment, zone)
        assert not is_night(evening(moment, zone), zone)
        assert not is_night(morning(moment, zone), zone)
        assert morning(moment, zone) - evening(moment, zone) <= timedelta(hours=12, minutes=1)
