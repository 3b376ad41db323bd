"""What a stored record's model says of a field besides its type, in `Annotated[...]`. Pure.

`stored.Record` reads these marks; the models stay plain dataclasses.
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
    """What can be said of a field besides its type."""

    PERSONAL = "personal"
    """Personal data."""
    KEPT = "kept"
    """Stands in the item even when it has its default, because conditions or indexes look at
    it."""
    APART = "apart"
    """Stands in items of its own; whoever reads the record gives it."""


@dataclass(frozen=True)
class StoredName:
    """The attribute's name, where it is not the field's."""

    name: str


@dataclass(frozen=True)
class StoredForm:
    """How a value is stored that pydantic would write otherwise. write, read: to what stands in
    the item, and back; read raises ValueError for anything else."""

    write: Callable[[Any], str | int]
    read: Callable[[object], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """As pydantic asks for it."""
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
"""A time kept as it was said, with microseconds only where there are any."""
Epoch = Annotated[datetime, StoredForm(epoch, _from_epoch)]
"""A time in seconds since 1970, as time-to-live wants it."""

JsonText = Annotated[dict[str, Any], StoredForm(_to_json, _from_json)]
"""JSON kept as text, because there are fractions in it, which the table does not hold."""

Personal = Annotated[str, FieldMark.PERSONAL]
"""A text that is personal data."""
