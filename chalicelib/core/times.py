"""Times as they are stored and spoken: UTC inside, ISO 8601 with `Z` outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC. Services take one, so that tests can set it."""


def utc_now() -> datetime:
    """The real clock, in UTC, to the microsecond."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-20T10:00:00Z`, or with microseconds when there are any. Sorts as the time does
    as long as all values have the same precision; stored sort keys use `iso_micros`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_seconds(moment: datetime) -> str:
    """`2026-11-20T10:00:00Z`, fractions cut off."""
    return iso(moment.replace(microsecond=0))


def iso_micros(moment: datetime) -> str:
    """`2026-11-20T10:00:00.000000Z`: always the same length, so text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """The reverse of `iso`. Raises ValueError for anything else, also for a time without zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)


def epoch(moment: datetime) -> int:
    """Seconds since 1970, as DynamoDB's time-to-live wants them."""
    return int(moment.timestamp())
