"""Types for what a page sends besides words: choices, whole numbers, tokens of links and ids.

A page sends text and nothing else, so these read text; a program's JSON has numbers of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.core.countries import Country
from chalicelib.core.ids import is_id, is_token
from chalicelib.core.typed.typed_text import with_plain_digits
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http.validation import FormInput, schema_error

TICKED = ("yes", "on", "true", "1")
"""What browsers and programs send for a ticked box."""


@dataclass(frozen=True)
class TypedField(FieldType):
    """Base of the types for forms. An empty box and a box that was not sent are the same."""

    boxed: ClassVar[bool] = True
    """True when people type it into a box; False for what our own pages and addresses carry."""

    def read(self, sent: Any) -> Any:
        return self.clean(self.by_hand(sent) if self.boxed else self.typed(sent))

    def clean(self, typed: str) -> Any:
        """Return the clean value of what was typed. Raises PydanticCustomError."""
        raise NotImplementedError


@dataclass(frozen=True)
class CountryField(TypedField):
    """Base of types whose form depends on the country. The context has the stage's `country`."""

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> Any:
        return self.clean_in(self.by_hand(sent), context["country"])

    def clean_in(self, typed: str, country: Country) -> Any:
        """Return the clean value of what was typed, read as it is written in `country`."""
        raise NotImplementedError


@dataclass(frozen=True)
class ChoiceField(TypedField):
    """One of a few options. The option itself is returned, so that a member of an enum stays one.

    empty: the choice may be left out, which gives "".
    """

    options: tuple[str, ...]
    empty: bool = False
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> str:
        if self.empty and not typed:
            return ""
        for option in self.options:
            if option == typed:
                return option
        raise schema_error(f"Select {self.what}")


@dataclass(frozen=True)
class KnownWordField(TypedField):
    """One of a few words that our own addresses carry; "" for any other, so that what
    somebody adds to an address by hand changes nothing."""

    options: tuple[str, ...]
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> str:
        return typed if typed in self.options else ""


@dataclass(frozen=True)
class TickField(TypedField):
    """A box that may be ticked or not."""

    what: str = "the box"

    def clean(self, typed: str) -> bool:
        return typed in TICKED


@dataclass(frozen=True)
class WholeNumberField(TypedField):
    """A whole number between `least` and `most`; None for an empty box where none is needed."""

    least: int
    most: int
    needed: bool = True

    def clean(self, typed: str) -> int | None:
        value = with_plain_digits(typed).strip()
        if not value:
            if self.needed:
                raise schema_error(f"Enter {self.what}")
            return None
        if not (value.isascii() and value.isdecimal()) or len(value) > 9:
            raise schema_error(f"{self.name} must be a whole number, like {max(self.least, 2)}")
        if not self.least <= int(value) <= self.most:
            raise schema_error(f"{self.name} must be between {self.least} and {self.most}")
        return int(value)


@dataclass(frozen=True)
class TokenField(TypedField):
    """A one-time token of a link; "" for anything that cannot be one, because a link that was
    cut off has the same answer as one that was never given out."""

    what: str = "the link"
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> str:
        return typed if is_token(typed) else ""


@dataclass(frozen=True)
class OwnIdField(TypedField):
    """An id that was made for one of our forms; "" for text that cannot be such an id."""

    what: str = "the form's id"
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> str:
        return typed if is_id(typed) else ""


class VersionForm(FormInput):
    """Base of forms that change a stored record. version: that of the record that the page was made
    from; text that is no version matches no record."""

    version: str
