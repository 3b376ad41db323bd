"""The forms of a recorder clock check: an owner's, with a date in three boxes, and an officer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import ValidationInfo, field_validator, model_validator

from chalicelib.core.times import parse_iso
from chalicelib.requests.recorder_clock import (
    AHEAD,
    LOOKED_WITHIN,
    CheckMethod,
    ClockDoubt,
    clock_doubt,
    looked_at,
    offset_seconds,
    offset_words,
)
from chalicelib.requests.recorder_reading import (
    EARLIEST_YEAR,
    TimeOfDay,
    UnreadableTime,
    read_day,
    read_month,
    read_time,
    read_year,
)
from chalicelib.web.fields.plain_field_types import OwnIdField, TypedField
from chalicelib.web.fields.time_field_types import WHICH, LocalMomentField, WallTimeField
from chalicelib.web.http.validation import FormInput, schema_error

T = TypeVar("T")

HALF_MINUTE = timedelta(seconds=30)
"""Added to a time without seconds: on average it is read in the middle of its minute."""


@dataclass(frozen=True)
class ClockReading:
    """A reading of a recorder's clock. shown: the wall time that it showed; seen_at: the true
    moment, UTC; how: how that moment is known."""

    shown: datetime
    seen_at: datetime
    how: CheckMethod


@dataclass(frozen=True)
class TypedTime:
    """A time of day as typed. chosen: which of two moments a true time means, "" for none."""

    at: TimeOfDay
    chosen: str = ""

    @property
    def average_delay(self) -> timedelta:
        """How much later than typed the time was on average: nothing where seconds were typed."""
        return timedelta() if self.at.to_the_second else HALF_MINUTE


@dataclass(frozen=True)
class TimeField(TypedField):
    """The time of day that the recorder shows."""

    what: str = "the time that the recorder shows"

    def clean(self, typed: str) -> TypedTime | None:
        """The typed time. Raises a schema error when it is missing or unreadable."""
        if not typed.strip():
            raise schema_error(f"Enter {self.what}")
        return TypedTime(_clearly(read_time, typed))


@dataclass(frozen=True)
class TrueTimeField(TypedField):
    """The time of day at which somebody looked; None for an empty box. In the night that the clocks
    go back the form's second box says which of two moments it was."""

    what: str = "the true time"
    second_box: ClassVar = WHICH

    def clean(self, typed: str) -> TypedTime | None:
        """The typed time. Raises a schema error when it is unreadable."""
        said, _, chosen = typed.partition("\n")
        return TypedTime(_clearly(read_time, said), chosen) if said.strip() else None


def _clearly(read: Callable[[str], T], typed: str) -> T:
    try:
        return read(typed)
    except UnreadableTime as unclear:
        raise schema_error(str(unclear)) from unclear


_NO_DATE = object()
"""Stands for all three parts of a date that was left empty, so that this is one problem only."""


@dataclass(frozen=True)
class DatePartField(TypedField):
    """A part of the date that the recorder shows. part: what reads it."""

    part: Callable[[str], int]

    def read(self, sent: Any) -> Any:
        """The number; None when the whole date was left empty, which the day's field reports."""
        return None if sent is _NO_DATE else super().read(sent)

    def clean(self, typed: str) -> int:
        """The number. Raises a schema error when it is missing or unreadable."""
        if not typed.strip():
            raise schema_error(f"Enter {self.what}")
        return _clearly(self.part, typed)


@dataclass(frozen=True)
class ClockDayField(DatePartField):
    """The day that the recorder shows; this field also reports a date that was left empty."""

    def read(self, sent: Any) -> Any:
        """The day. Raises a schema error when the whole date was left empty."""
        if sent is _NO_DATE:
            raise schema_error("Enter the date that the recorder shows")
        return super().read(sent)


class OwnerClockForm(FormInput):
    """An owner's clock check. The true time is, in this order: the time that was typed, the moment
    that was marked with the page's button (looked_at), or the arrival of the form.

    Context: `now`, and the force's `zone`. sure: "yes" when an owner confirms that the recorder
    really shows an unlikely time.
    """

    shown_day: Annotated[int | None, ClockDayField("the day that the recorder shows", read_day)]
    shown_month: Annotated[
        int | None, DatePartField("the month that the recorder shows", read_month)
    ]
    shown_year: Annotated[int | None, DatePartField("the year that the recorder shows", read_year)]
    shown_time: Annotated[TypedTime, TimeField()]
    true_time: Annotated[TypedTime | None, TrueTimeField()]
    looked_at: str
    sure: str

    @model_validator(mode="before")
    @classmethod
    def _one_date(cls, values: dict[str, Any]) -> dict[str, Any]:
        parts = ("shown_day", "shown_month", "shown_year")
        if any(values[part].strip() for part in parts):
            return values
        return {**values, **dict.fromkeys(parts, _NO_DATE)}

    @field_validator("shown_year")
    @classmethod
    def _is_a_date(cls, year: int | None, info: ValidationInfo) -> int | None:
        day, month = info.data.get("shown_day"), info.data.get("shown_month")
        if day and month and year and not _date(year, month, day):
            said = "There is no such date. Enter it as the recorder shows it"
            raise schema_error(said, "shown_day")
        return year

    @field_validator("true_time")
    @classmethod
    def _was_lately(cls, typed: TypedTime | None, info: ValidationInfo) -> TypedTime | None:
        try:
            if typed:
                _looked(typed, info.context)
        except UnreadableTime as unclear:
            raise schema_error(str(unclear)) from unclear
        return typed

    @field_validator("sure")
    @classmethod
    def _believed(cls, sure: str, info: ValidationInfo) -> str:
        read = _check_of(info.data, info.context)
        if sure == "yes" or read is None:
            return sure
        offset = offset_seconds(read.shown, read.seen_at, (info.context or {})["zone"])
        times = {name: info.data[name] for name in ("shown_time", "true_time") if info.data[name]}
        vague = [name for name, typed in times.items() if not typed.at.half_day_known]
        found = clock_doubt(offset, not vague)
        if found is ClockDoubt.HALF_DAY:
            said = "Is that morning or afternoon? Add am or pm to the time"
            raise schema_error(said, vague[0])
        if found:
            raise schema_error(
                f"With this the recorder’s clock is {offset_words(offset)}. Look at the date and "
                "the time once more. If the recorder really shows them, tick the box"
            )
        return sure

    def reading(self, context: Mapping[str, Any]) -> ClockReading:
        """The owner's reading, in the context that the form was read in."""
        read = _check_of(dict(self), context)
        assert read is not None
        return read


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _looked(typed: TypedTime, context: Any) -> datetime:
    return looked_at(typed.at, context["now"], context["zone"], typed.chosen)


def _check_of(fields: Mapping[str, Any], context: Any) -> ClockReading | None:
    """The clock reading that the fields make together; None while one of them is wrong."""
    parts = [fields.get(f"shown_{part}") for part in ("year", "month", "day", "time")]
    if not all(parts) or "true_time" not in fields:
        return None
    year, month, number, clock = parts
    day = _date(year, month, number)  # type: ignore[arg-type]  # all of them are there
    if day is None or not isinstance(clock, TypedTime):
        return None
    shown = datetime.combine(day, time(clock.at.hour, clock.at.minute, clock.at.second))
    seen_at, how = _seen(fields["true_time"], str(fields.get("looked_at", "")), context)
    return ClockReading(shown + clock.average_delay, seen_at, how)


def _seen(typed: TypedTime | None, mark: str, context: Any) -> tuple[datetime, CheckMethod]:
    if typed:
        return _looked(typed, context) + typed.average_delay, CheckMethod.TIMED
    marked = _marked(mark, context["now"])
    return (marked, CheckMethod.TIMED) if marked else (context["now"], CheckMethod.TYPED)


def _marked(said: str, now: datetime) -> datetime | None:
    """The moment that the page's script marked by the server's clock; None when it is no time or
    not within LOOKED_WITHIN before now."""
    try:
        moment = parse_iso(said[:40])
    except (ValueError, OverflowError):
        return None
    return min(moment, now) if now - LOOKED_WITHIN <= moment <= now + AHEAD else None


class OfficerClockForm(FormInput):
    """An officer's reading of a picture of the recorder's screen, both times as `datetime-local`
    fields send them. picture: the id of the picture, "" for none."""

    shown: Annotated[datetime, WallTimeField("what the recorder shows")]
    true_at: Annotated[datetime, LocalMomentField("the true time")]
    picture: Annotated[str, OwnIdField()]

    @field_validator("true_at")
    @classmethod
    def _in_the_past(cls, moment: datetime, info: ValidationInfo) -> datetime:
        now: datetime = (info.context or {})["now"]
        if moment > now + AHEAD:
            raise schema_error("The true time must be in the past")
        if moment.year < EARLIEST_YEAR:
            raise schema_error(f"Enter the true time as a date after {EARLIEST_YEAR}")
        return min(moment.replace(microsecond=0), now)

    def reading(self) -> ClockReading:
        """The officer's reading."""
        return ClockReading(self.shown, self.true_at, CheckMethod.PICTURE)
