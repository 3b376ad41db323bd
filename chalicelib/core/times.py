"""Times as they are computed with and written: UTC inside, ISO 8601 text with `Z` outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""A function that returns the present moment, aware, in UTC. Tests give services their own."""


def utc_now() -> datetime:
    """Return the present moment of the system's clock, in UTC, to the microsecond."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Return `2026-11-20T10:00:00Z`, with microseconds when there are any. The text sorts as the
    time does only where all have the same precision; stored sort keys use `iso_micros`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_seconds(moment: datetime) -> str:
    """Return a time as `2026-11-20T10:00:00Z`, with fractions of a second cut off."""
    return iso(moment.replace(microsecond=0))


def iso_micros(moment: datetime) -> str:
    """Return `2026-11-20T10:00:00.000000Z`: always of one length, so text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """Return the time in ISO 8601 text, in UTC. Raises ValueError, also for one without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970 (UTC), the form of DynamoDB's time-to-live."""
    return int(moment.timestamp())


def whole_minute(moment: datetime) -> datetime:
    """Return the whole minute that a moment is in."""
    return moment.replace(second=0, microsecond=0)


def whole_minute_from(moment: datetime) -> datetime:
    """Return the first whole minute that is not before a moment."""
    whole = whole_minute(moment)
    return whole if whole == moment else whole + timedelta(minutes=1)
