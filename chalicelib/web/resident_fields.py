"""The types of `contact_field_types` and `place_field_types` for forms that have no model yet:
each function takes what was typed and gives the clean value, or raises FieldProblem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import PydanticCustomError

from chalicelib.web.contact_field_types import Email, Phone, Words
from chalicelib.web.field_types import FieldType
from chalicelib.web.forms import FieldProblem
from chalicelib.web.place_field_types import LATITUDE, LONGITUDE, Postcode


def _cleaner(kind: FieldType) -> Callable[[str], Any]:
    def clean(typed: str) -> Any:
        try:
            return kind.read(typed)
        except PydanticCustomError as error:
            raise FieldProblem(str(error)) from error

    return clean


def words(what: str, longest: int, *, needed: bool = True) -> Callable[[str], str]:
    """A cleaner for a name or a line of an address."""
    return _cleaner(Words(what, longest, needed))


email: Callable[[str], str] = _cleaner(Email())
phone: Callable[[str], str] = _cleaner(Phone())
postcode: Callable[[str], str] = _cleaner(Postcode())
latitude: Callable[[str], int | None] = _cleaner(LATITUDE)
longitude: Callable[[str], int | None] = _cleaner(LONGITUDE)
