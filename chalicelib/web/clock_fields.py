"""Reading the forms of a recorder's clock check: an owner's, part by part, and an officer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from chalicelib.requests.clock_check import (
    AHEAD,
    LOOKED_WITHIN,
    Doubt,
    How,
    TimeOfDay,
    Unclear,
    doubt,
    looked_at,
    offset_seconds,
    offset_words,
    read_time,
    read_year,
    wall,
)
from chalicelib.times import parse_iso
from chalicelib.web.forms import FieldProblem, Form, whole_number

T = TypeVar("T")

HALF_MINUTE = timedelta(seconds=30)
"""Who reads a clock without seconds reads, on average, the middle of a minute."""


@dataclass(frozen=True)
class Check:
    """What was read off a recorder. shown: a wall time; seen_at: the true moment, UTC."""

    shown: datetime
    seen_at: datetime
    how: How


def owner_check(form: Form, now: datetime, zone: str) -> Check | None:
    """What an owner typed; None when something is wrong, which the form then says.

    The true time is, in this order: what they typed, the moment that they marked with the page's
    button, or the arrival of the form.
    """
    day, clock = _day(form), _clock(form)
    seen_at, how = _seen(form, now, zone)
    if day is None or clock is None or seen_at is None:
        return None
    shown = datetime.combine(day, time(clock.hour, clock.minute, clock.second))
    if not _has_seconds(form.typed("shown_time")):
        shown += HALF_MINUTE
    _ask_about(form, offset_seconds(shown, seen_at, zone), clock)
    return None if form.errors else Check(shown, seen_at, how)


def _day(form: Form) -> date | None:
    if not any(form.typed(f"shown_{part}").strip() for part in ("day", "month", "year")):
        form.problem("shown_day", "Enter the date that the recorder shows")
        return None
    day = form.take("shown_day", whole_number("the day that the recorder shows", 1, 31), 0)
    month = form.take("shown_month", whole_number("the month that the recorder shows", 1, 12), 0)
    year = form.take("shown_year", _year, 0)
    if not (day and month and year):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        form.problem("shown_day", "There is no such date. Enter it as the recorder shows it")
        return None


def _year(typed: str) -> int:
    if not typed.strip():
        raise FieldProblem("Enter the year that the recorder shows")
    return _clearly(read_year, typed)


def _clock(form: Form) -> TimeOfDay | None:
    if not form.typed("shown_time").strip():
        form.problem("shown_time", "Enter the time that the recorder shows")
        return None
    return form.take("shown_time", lambda typed: _clearly(read_time, typed), None)


def _seen(form: Form, now: datetime, zone: str) -> tuple[datetime | None, How]:
    if form.typed("true_time").strip():
        typed = form.take("true_time", lambda text: _clearly(read_time, text), None)
        if typed is None:
            return None, How.TIMED
        late = timedelta() if _has_seconds(form.typed("true_time")) else HALF_MINUTE
        try:
            return looked_at(typed, now, zone) + late, How.TIMED
        except Unclear as unclear:
            form.problem("true_time", str(unclear))
            return None, How.TIMED
    marked = _marked(form.typed("looked_at"), now)
    return (marked, How.TIMED) if marked else (now, How.TYPED)


def _marked(said: str, now: datetime) -> datetime | None:
    """The moment that the page's script marked by our own clock; None when it cannot be one."""
    try:
        moment = parse_iso(said[:40])
    except (ValueError, OverflowError):
        return None
    return min(moment, now) if now - LOOKED_WITHIN <= moment <= now + AHEAD else None


def _ask_about(form: Form, offset: int, clock: TimeOfDay) -> None:
    found = doubt(offset, clock.half_day_known)
    if found is None or form.typed("sure") == "yes":
        return
    if found is Doubt.HALF_DAY:
        form.problem("shown_time", "Is that morning or afternoon? Add am or pm to the time")
    else:
        form.problem(
            "sure",
            f"With this the recorder’s clock is {offset_words(offset)}. Look at the date and the "
            "time once more. If the recorder really shows them, tick the box",
        )


def _clearly(read: Callable[[str], T], typed: str) -> T:
    try:
        return read(typed)
    except Unclear as unclear:
        raise FieldProblem(str(unclear)) from unclear


def _has_seconds(typed: str) -> bool:
    digits = "".join(letter if letter.isdigit() else " " for letter in typed)
    return len(digits.split()) == 3


def officer_check(form: Form, now: datetime, zone: str) -> Check:
    """What an officer read off a picture: `shown` and `true_at`, both as `datetime-local` fields
    send them. Raises Invalid."""
    shown = form.take("shown", lambda typed: _local("what the recorder shows", typed), None)
    true_at = form.take("true_at", lambda typed: _local("the true time", typed), None)
    if true_at and true_at > wall(now + AHEAD, zone):
        form.problem("true_at", "The true time must be in the past")
    form.check()
    assert shown is not None and true_at is not None
    moment = true_at.replace(tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
    return Check(shown, min(moment, now), How.PICTURE)


def _local(what: str, typed: str) -> datetime:
    if not typed.strip():
        raise FieldProblem(f"Enter {what}")
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise FieldProblem(f"Enter {what} as a date and a time") from None
    if moment.tzinfo or not 1970 <= moment.year <= 2099:
        raise FieldProblem(f"Enter {what} as a date and a time between 1970 and 2099")
    return moment.replace(microsecond=0)
