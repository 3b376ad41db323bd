"""Marks in `Annotated[...]` by which a model says how a field is stored, besides its type. Pure.

`stored_record.StoredRecord` reads these marks; the models stay plain dataclasses.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any

from chalicelib.core.times import epoch, iso, iso_micros, iso_seconds, parse_iso


class FieldMark(Enum):
    """A property of a stored field that its type does not tell."""

    PERSONAL = "personal"
    """The field holds personal data."""
    KEPT = "kept"
    """The item holds the field even at its default, because conditions or indexes use it."""
    APART = "apart"
    """The field stands in items of its own, and the caller that reads the record supplies it."""


@dataclass(frozen=True)
class StoredName:
    """The name of a field's attribute in the item, where it is not the field's own."""

    name: str


@dataclass(frozen=True)
class StoredForm:
    """How a value is stored that pydantic would store differently. write: turns the value into what
    the item holds. read: turns that back, and raises ValueError for anything else."""

    write: Callable[[Any], str | int]
    read: Callable[[object], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Return the pydantic schema that reads and writes the value by these two functions."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )


def _to_json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _from_json(stored: object) -> object:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    return json.loads(stored)


def _from_text(stored: object) -> datetime:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    return parse_iso(stored)


def _from_epoch(stored: object) -> datetime:
    if not isinstance(stored, int) or isinstance(stored, bool):
        raise ValueError("not a number")
    return datetime.fromtimestamp(stored, UTC)


Seconds = Annotated[datetime, StoredForm(iso_seconds, _from_text)]
"""A time kept to the second, fractions cut off."""
Micros = Annotated[datetime, StoredForm(iso_micros, _from_text)]
"""A time kept to the microsecond, always in the same length, so that text order is time order."""
Exact = Annotated[datetime, StoredForm(iso, _from_text)]
"""A time kept as it is, with microseconds only where there are any."""
Epoch = Annotated[datetime, StoredForm(epoch, _from_epoch)]
"""A time in whole seconds since 1970, the form of DynamoDB's time-to-live."""

JsonText = Annotated[dict[str, Any], StoredForm(_to_json, _from_json)]
"""JSON kept as text, because it has fractions, which the table does not hold."""

Personal = Annotated[str, FieldMark.PERSONAL]
"""A text that is personal data."""
