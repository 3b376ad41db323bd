"""Reading the fields of a JSON object the way `forms.Form` reads a form: one cleaner per field,
problems gathered, so that a program hears of all of them at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.errors import FieldErrors, Invalid
from chalicelib.times import parse_iso
from chalicelib.web.forms import FieldProblem

T = TypeVar("T")
Cleaner = Callable[[Any], T]


class JsonFields:
    """One object. known: the names it may have; any other is a problem, because a misspelt
    optional field that is silently left out gives a wrong answer."""

    def __init__(self, body: Mapping[str, Any], known: Iterable[str]) -> None:
        self._body = body
        self.errors: FieldErrors = []
        names = list(known)
        for name in body:
            if name not in names:
                self.problem(name[:60], f"There is no field of this name. Use {', '.join(names)}")

    def take(self, name: str, clean: Cleaner[T], default: T) -> T:
        """The clean value of a field (None when it is not there); on a problem notes it and
        returns `default`."""
        try:
            return clean(self._body.get(name))
        except FieldProblem as problem:
            self.problem(name, str(problem))
            return default

    def problem(self, name: str, message: str) -> None:
        """Notes a problem found outside a field's own cleaner."""
        self.errors.append((name, message))

    def check(self) -> None:
        """Raises Invalid when there was any problem."""
        if self.errors:
            raise Invalid("Some fields cannot be used as they are.", self.errors)


def string(clean: Callable[[str], T]) -> Cleaner[T]:
    """A text field, cleaned as its form field is. A missing one counts as empty."""

    def cleaner(value: Any) -> T:
        if value is not None and not isinstance(value, str):
            raise FieldProblem("Must be text in quotes")
        return clean(value or "")

    return cleaner


def moment(what: str) -> Cleaner[datetime]:
    """A time as ISO 8601 with a zone; becomes UTC."""

    def cleaner(value: Any) -> datetime:
        if value is None or value == "":
            raise FieldProblem(f"Enter {what}")
        example = "like 2026-11-20T21:30:00Z"
        if not isinstance(value, str) or len(value) > 40:
            raise FieldProblem(f"{what.capitalize()} must be a time {example}")
        try:
            return parse_iso(value)
        except (ValueError, OverflowError):  # the latter at the ends of the calendar
            zone = f"{what.capitalize()} must be a time with its zone, {example}"
            raise FieldProblem(zone) from None

    return cleaner


def number(value: Any) -> float | None:
    """A finite JSON number, or None. Whole numbers of hundreds of digits and `1e999` are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > 10**15:
        return None
    return float(value) if math.isfinite(value) else None
