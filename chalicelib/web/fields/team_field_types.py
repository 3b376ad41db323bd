"""Types for who works on an incident: user names of officers, and names of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.access.permissions import LONGEST_UNIT, is_unit
from chalicelib.access.units.colleagues import LONGEST_USERNAME
from chalicelib.web.fields.field_types import FieldType, TextField
from chalicelib.web.fields.geo_field_types import finite_number
from chalicelib.web.http.validation import rule_error, schema_error

MOST_NAMES = 50
"""Names that are read; the rule of how many may be used says more (`incidents.teams`)."""


@dataclass(frozen=True)
class UsernameField(TextField):
    """The name that an officer signs in with; "" where none is needed."""

    what: str = "the user name"
    longest: int = LONGEST_USERNAME


@dataclass(frozen=True)
class UnitField(TextField):
    """The name of a unit; "" where none is needed."""

    what: str = "the unit"
    longest: int = LONGEST_UNIT

    def read(self, sent: Any) -> str:
        value = " ".join(super().read(sent).split())
        if not is_unit(value):
            raise rule_error("The name of a unit has no commas and no #")
        return value


@dataclass(frozen=True)
class _NamesField(FieldType):
    """A list of names; in a form, one on each line. of: the type of each."""

    of: ClassVar[TextField]

    def read(self, sent: Any) -> tuple[str, ...]:
        """Return the names in the order in which they were sent, each once."""
        if not isinstance(sent, list):
            raise schema_error("Must be a list")
        if not all(isinstance(one, str) for one in sent):
            raise schema_error("Must be a list of texts in quotes")
        listed = self.listed(sent)
        if len(listed) > MOST_NAMES:
            raise schema_error(f"Give at most {MOST_NAMES} names")
        names = (self.of.read(one) for one in listed)
        return tuple(dict.fromkeys(one for one in names if one))

    def listed(self, sent: list[str]) -> list[str]:
        return sent

    def describe(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.describe(), "maxItems": MOST_NAMES}


class UsernamesField(_NamesField):
    """User names of officers."""

    of = UsernameField()


class UnitsField(_NamesField):
    """Names of units."""

    of = UnitField()


class TypedUsernamesField(UsernamesField):
    """User names of officers in a box of a form: on lines of their own, or with commas between."""

    of = UsernameField(needed=False)

    def listed(self, sent: list[str]) -> list[str]:
        names = (name for box in sent for name in box.replace(",", "\n").split("\n"))
        return [name for name in names if name.strip()]


@dataclass(frozen=True)
class ChangesField(FieldType):
    """How often a team was changed, as an answer gave it."""

    what: str = "the changes"
    schema: ClassVar = {"type": "integer", "minimum": 0, "maximum": 10**9}

    def read(self, sent: Any) -> int:
        """Return the number. 5.0 is taken as 5, because JSON does not tell the two apart."""
        whole = finite_number(sent)
        if whole is None or whole != int(whole) or not 0 <= whole <= 10**9:
            raise schema_error("Give the number that the last answer had as `changes`")
        return int(whole)
