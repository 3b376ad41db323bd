"""Types for people's contact details: names, lines of an address, phones, and the consent given at
registration. E-mail addresses are in `email_field_types`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.core.countries import Country
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import TICKED, CountryField, TypedField
from chalicelib.web.http.validation import rule_error, schema_error

_BRACKETS = "<>"
_SEEN = "LNS"
"""Kinds of characters of which a name has one: letters, digits, symbols. Dots alone are no name."""


@dataclass(frozen=True)
class WordsField(TextField):
    """A name or a line of an address: text in any script and with any symbol, as businesses have
    them ("£1 Shop", "Café ☕"), but for the angle brackets of HTML, which are part of no name."""

    def read(self, sent: Any) -> str:
        """Return the words, with one space between them."""
        value = " ".join(super().read(sent).split())
        brackets = [letter for letter in _BRACKETS if letter in value]
        if brackets:
            # No schema can tell a symbol from a letter, so these are rules of ours.
            raise rule_error(f"{self.name} cannot contain {' '.join(brackets)}")
        if (value or self.needed) and not any(
            unicodedata.category(letter)[0] in _SEEN for letter in value
        ):
            raise rule_error(f"Enter {self.what}")
        return value


@dataclass(frozen=True)
class PhoneField(CountryField):
    """A phone number as `+447700900982` or `+441214960101;ext=12`; "" when none was given."""

    what: str = "your phone number"

    def clean_in(self, typed: str, country: Country) -> str:
        """Return the number as it is kept."""
        if not typed.strip():
            return ""
        try:
            return country.normal_phone(typed)
        except ValueError as error:
            raise schema_error(country.phone_refusal(error)) from None


@dataclass(frozen=True)
class MobileField(CountryField):
    """A mobile phone number that our text messages can reach."""

    what: str = "your mobile phone number"

    def clean_in(self, typed: str, country: Country) -> str:
        """Return the number as `+447700900982`."""
        if not typed.strip():
            raise schema_error(f"Enter {self.what}")
        try:
            number = country.normal_phone(typed)
        except ValueError:
            number = ""
        if not country.takes_texts(number):
            raise schema_error(country.mobile_wanted)
        return number


@dataclass(frozen=True)
class ConsentField(TypedField):
    """The box of the consent, which must be ticked."""

    what: str = "your consent"
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> bool:
        if typed not in TICKED:
            raise schema_error("Tick the box to agree, or you cannot register")
        return True
