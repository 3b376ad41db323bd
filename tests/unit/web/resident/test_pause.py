"""How long a pause of so many months is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.resident.pause import months_after


@pytest.mark.parametrize(
    "start, months, end",
    [
        ("2026-11-20", 1, "2026-12-20"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
    ],
)
def test_the_same_day_or_the_last_of_its_month(start: str, months: int, end: str) -> None:
    begun = datetime.fromisoformat(f"{start}T10:30:15.5+00:00")
    assert months_after(begun, months) == datetime.fromisoformat(f"{end}T10:30:15+00:00")


@given(st.integers(0, 6_000_000_000), st.sampled_from([1, 3, 6]))
def test_never_shorter_than_four_weeks_a_month_nor_longer_than_31_days(
    seconds: int, months: int
) -> None:
    begun = datetime.fromtimestamp(seconds, UTC)
    days = (months_after(begun, months) - begun).days
    assert 28 * months <= days <= 31 * months
