"""What people type of a recorder's clock: a time of day, a day, a month and a year. Pure.

People copy what the screen shows, and screens show times in every way there is. What can only mean
one thing is taken; what cannot be read is answered with what to type instead.
"""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass

from chalicelib.core.typed.typed_text import PLAIN_DASHES, clean_text, with_plain_digits

EARLIEST_YEAR, LATEST_YEAR = 1970, 2099
"""The years that recorders show, those that have lost the date included."""

_LIKE = "like 14:03:27 or 2:03:27 pm"
_HALF = r"(?P<half>[ap])\.?(?:\s?m\.?)?"
_HALF_FIRST = r"(?P<first>[ap])\.?\s?m\.?\s?"
"""`PM 01:45`, as some recorders show it."""
_BETWEEN = r"\s?[:;.,h'’\-]\s?|\s"
_APART = re.compile(
    rf"(?:{_HALF_FIRST})?(?P<hour>[0-9]{{1,2}})(?:{_BETWEEN})(?P<minute>[0-9]{{2}})"
    rf"(?:(?:{_BETWEEN})(?P<second>[0-9]{{2}})(?:\s?s)?)?"
    rf"\s?(?:{_HALF}|h|hrs?\.?|hours?)?"
)
_TOGETHER = re.compile(
    rf"(?:{_HALF_FIRST})?(?P<hour>[0-9]{{1,2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?"
    rf"\s?(?:{_HALF}|h|hrs?\.?|hours?)?"
)
_HOUR_ALONE = re.compile(rf"[0-9]{{1,2}}\s?(?:{_HALF}|h|hrs?|hours?|o['’]?clock)?")
_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **PLAIN_DASHES,
    **dict.fromkeys(map(ord, "\u2236\u00b7"), ":"),
}
"""Letters, digits and signs of full width, dashes and ratios, as some keyboards write them, in
their usual form."""
_NAMED = re.compile(r"(?:12(?:[:.]?00)?\s?)?(noon|midday|midnight)")
_WORDS = {"noon": "12:00 pm", "midday": "12:00 pm", "midnight": "12:00 am"}
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?")


@dataclass(frozen=True)
class TimeOfDay:
    """A time as typed. half_day_known: False for a time that a clock of 12 hours also shows.
    to_the_second: seconds were typed."""

    hour: int
    minute: int
    second: int
    half_day_known: bool
    to_the_second: bool = True


class UnreadableTime(ValueError):
    """The typed text is no time, or no part of a date. The message says how to enter one."""


def _plain(typed: str) -> str:
    """Typed text in small letters, without what cannot be seen, and with single spaces."""
    return " ".join(with_plain_digits(clean_text(typed)).translate(_NARROW).casefold().split())


def read_time(typed: str) -> TimeOfDay:
    """Read a time such as `14:03:27`, `14.03`, `0145`, `13h45` or `2:03:27 pm`. Raises
    UnreadableTime."""
    text = _plain(typed)
    if named := _NAMED.fullmatch(text):
        text = _WORDS[named[1]]
    found = _APART.fullmatch(text) or _TOGETHER.fullmatch(text)
    if found is None and _HOUR_ALONE.fullmatch(text):
        raise UnreadableTime(f"Enter the minutes too, {_LIKE}")
    if found is None:
        raise UnreadableTime(f"Enter the time as numbers, {_LIKE}")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = found["half"] or found["first"] or ""
    if found["half"] and found["first"]:
        raise UnreadableTime(f"Enter the time with one am or pm, {_LIKE}")
    if half and not 1 <= hour <= 12:
        raise UnreadableTime("A time with am or pm has an hour from 1 to 12")
    if hour == 24 and not minute and not second:
        raise UnreadableTime("Enter midnight as 00:00 or 12:00 am")
    if hour > 23 or minute > 59 or second > 59:
        raise UnreadableTime(f"There is no such time. Enter it {_LIKE}")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    known = bool(half) or not 1 <= hour <= 12
    return TimeOfDay(hour, minute, second, known, found["second"] is not None)


def read_day(typed: str) -> int:
    """Read the day of a month, `27` or `27th`. Raises UnreadableTime."""
    found = _DAY.fullmatch(_plain(typed))
    if found is None:
        raise UnreadableTime("Enter only the day here, as a number like 27")
    if not 1 <= int(found[1]) <= 31:
        raise UnreadableTime("The day must be a number from 1 to 31")
    return int(found[1])


def read_month(typed: str) -> int:
    """Read a month, as a number or as its name in full or cut off after three letters or more.
    Raises UnreadableTime."""
    text = _plain(typed).rstrip(".")
    if re.fullmatch("[0-9]{1,2}", text):
        if not 1 <= int(text) <= 12:
            raise UnreadableTime("The month must be a number from 1 to 12, or its name")
        return int(text)
    for number, name in enumerate(month_name):
        if len(text) >= 3 and name.casefold().startswith(text):
            return number
    raise UnreadableTime("Enter the month as a number or a name, like 11 or November")


def read_year(typed: str) -> int:
    """Read a year as recorders show it, `2026` or `26`. Raises UnreadableTime."""
    text = _plain(typed).lstrip("'’")
    if not re.fullmatch("[0-9]{2}|[0-9]{4}", text):
        raise UnreadableTime("The year must be two or four numbers, like 2026")
    year = int(text) + (2000 if len(text) == 2 else 0)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise UnreadableTime(f"The year must be between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return year
