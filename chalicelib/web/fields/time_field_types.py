"""Types for moments: in a program's JSON with their zone, in a form in the force's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from chalicelib.core.local_times import (
    local_choices,
    moments_of,
    skipped_words,
    twice_words,
)
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http.validation import rule_error, schema_error

MOMENT = (
    r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):([0-5][0-9])"
    r":([0-5][0-9]|60)(\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A moment of RFC 3339, the profile of ISO 8601 that JSON Schema calls `date-time`."""

_MOMENT = re.compile(MOMENT)
_LIKE = "like 2026-11-20T21:30:00Z"
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class MomentField(FieldType):
    """A time with its zone, which becomes UTC. Every time that can be written is read; whether a
    year can be meant is left to the model that has the field."""

    schema: ClassVar = {"type": "string", "format": "date-time", "pattern": f"^{MOMENT}$"}

    def read(self, sent: Any) -> datetime:
        """Return the moment; beyond the ends of Python's calendar, the nearest that it has."""
        if sent is None or sent == "":
            raise schema_error(f"Enter {self.what}")
        if not isinstance(sent, str) or len(sent) > 40:
            raise schema_error(f"{self.name} must be a time {_LIKE}")
        found = _MOMENT.fullmatch(sent)
        if found is None:
            raise schema_error(f"{self.name} must be a time with its zone, {_LIKE}")
        year, *rest = (int(part) for part in found.groups()[:6])
        month, day, hour, minute, second = rest
        if year == 0:
            return _EARLIEST
        try:
            # A leap second counts as the first second of the next minute.
            local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        except ValueError:
            raise rule_error(f"{self.name} is not a real date") from None
        part = timedelta(microseconds=int((found[7] or ".0")[1:7].ljust(6, "0")))
        try:
            return local + timedelta(seconds=second // 60) + part - _offset(found[8])
        except OverflowError:
            return _EARLIEST if year == 1 else _LATEST


def _offset(said: str) -> timedelta:
    if said in "Zz":
        return timedelta()
    length = timedelta(hours=int(said[1:3]), minutes=int(said[4:]))
    return -length if said[0] == "-" else length


@dataclass(frozen=True)
class TypedMoment(FieldType):
    """Base of the types for times in forms."""

    def filled_in(self, sent: Any) -> str:
        """Return what was typed into a box that must not stay empty."""
        value = sent.strip() if isinstance(sent, str) else ""
        if not value:
            raise schema_error(f"Enter {self.what}")
        return value


WHICH = ".which"
"""What the name of a time's field ends in where a form asks which of two moments the time means."""


@dataclass(frozen=True)
class LocalMomentField(TypedMoment):
    """A time from `<input type="datetime-local">` in the force's zone (`zone` of the context), read
    into UTC.

    A time that the clocks skipped is refused with the times around it. One that they showed twice
    is refused until the form's second box says which is meant: a guess would be wrong by an hour
    every other time.
    """

    second_box: ClassVar = WHICH

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> datetime:
        typed, _, chosen = str(sent or "").partition("\n")
        typed = self.filled_in(typed)
        try:
            wall = datetime.fromisoformat(typed)
        except ValueError:
            wall = None
        # A day without a time would silently mean its midnight.
        if wall is None or wall.tzinfo or len(typed) > 26 or ":" not in typed:
            raise schema_error(f"{self.name} must be a date and time, like 2026-11-20T21:30")
        try:
            return meant_moment(wall, chosen.strip(), context["zone"])
        except OverflowError:
            raise schema_error(f"{self.name} is not a real date") from None


def meant_moment(wall: datetime, chosen: str, zone: str) -> datetime:
    """Return the moment that a typed local time means. chosen: of the choice between two moments,
    "" where none was made; one that was made for another time is no choice.

    Raises a rule error, or OverflowError beyond the ends of the calendar.
    """
    found = moments_of(wall, zone)
    if not found:
        raise rule_error(skipped_words(wall, zone))
    if len(found) == 1:
        return found[0]
    for one in local_choices(wall, zone):
        if chosen == one.value:
            return one.moment
    raise rule_error(twice_words(wall))


@dataclass(frozen=True)
class WallTimeField(TypedMoment):
    """A wall time that was read off a clock in no particular zone, in whole seconds."""

    def read(self, sent: Any) -> datetime:
        """Return the wall time, without a zone."""
        value = self.filled_in(sent)
        try:
            moment = datetime.fromisoformat(value if ":" in value else "")
        except ValueError:
            raise schema_error(f"Enter {self.what} as a date and a time") from None
        if moment.tzinfo or not 1970 <= moment.year <= 2099:
            raise schema_error(f"Enter {self.what} as a date and a time between 1970 and 2099")
        return moment.replace(microsecond=0)
