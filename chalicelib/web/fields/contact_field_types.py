"""Types for people's contact details: names, lines of an address, e-mail, telephone, and the
consent given at registration."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from chalicelib.core.countries import Country
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import TICKED, CountryField, TypedField
from chalicelib.web.http.validation import rule_error, schema_error

LONGEST_EMAIL = 254  # RFC 5321's path, less its angle brackets
LONGEST_LOCAL_PART = 64

# Letters of every script, their marks, digits, punctuation and spaces; of the rest only what
# names and addresses hold ("Flat 3+4"), and the joiners that Persian and Indic words need.
_KINDS = {"L", "M", "N", "P"}
_ALSO = set(" +`´^¨°\u200c\u200d")


@dataclass(frozen=True)
class WordsField(TextField):
    """A name or a line of an address: text, and neither emoji nor the angle brackets of HTML,
    which are part of no name."""

    def read(self, sent: Any) -> str:
        """Return the words, with one space between them."""
        value = " ".join(super().read(sent).split())
        others = [letter for letter in value if not _belongs(letter)]
        if others:
            shown = " ".join(dict.fromkeys(_shown(letter) for letter in others))
            # No schema can tell a symbol from a letter, so these are rules of ours.
            raise rule_error(f"{self.name} cannot contain {shown}")
        if (value or self.needed) and not any(
            unicodedata.category(letter)[0] in "LN" for letter in value
        ):
            raise rule_error(f"Enter {self.what}")
        return value


def _belongs(letter: str) -> bool:
    return unicodedata.category(letter)[0] in _KINDS or letter in _ALSO


def _shown(letter: str) -> str:
    """Return the character itself when it can be seen, else what kind it is of."""
    if unicodedata.category(letter) in ("So", "Sm", "Sc", "Sk"):
        return "emoji or symbols" if unicodedata.category(letter) == "So" else letter
    return "hidden characters"


_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_EMAIL_FORM = "Enter an email address in the correct format, like name@example.com"


@dataclass(frozen=True)
class EmailField(TypedField):
    """An address that SES can send to: ASCII before the @, a domain with a dot after it.

    The domain is folded to lower case, and to its ASCII form when it is written in another
    script. Whether anybody reads mail there, only the link that we send can tell. needed: an
    empty box is a problem; otherwise it gives "".
    """

    what: str = "your email address"
    needed: bool = True

    def clean(self, typed: str) -> str:
        value = unicodedata.normalize("NFKC", typed).strip()
        if not value:
            if self.needed:
                raise schema_error(f"Enter {self.what}")
            return ""
        if len(value) > LONGEST_EMAIL:
            raise schema_error(f"{self.name} must be {LONGEST_EMAIL} characters or fewer")
        local, at, domain = value.rpartition("@")
        if not at or len(local) > LONGEST_LOCAL_PART or not _LOCAL.fullmatch(local):
            raise schema_error(_EMAIL_FORM)
        return f"{local}@{self._domain(domain, LONGEST_EMAIL - len(local) - 1)}"

    def _domain(self, typed: str, longest: int) -> str:
        try:
            domain = typed.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise schema_error(_EMAIL_FORM) from None
        labels = domain.split(".")
        if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
            raise schema_error(_EMAIL_FORM)
        if len(labels[-1]) < 2 or labels[-1].isdigit() or len(domain) > longest:
            raise schema_error(_EMAIL_FORM)
        return domain


@dataclass(frozen=True)
class PhoneField(CountryField):
    """A phone number as `+447700900982`; "" when none was given."""

    what: str = "your phone number"

    def clean_in(self, typed: str, country: Country) -> str:
        """Return the number as it is dialled from anywhere."""
        if not typed.strip():
            return ""
        try:
            return country.normal_phone(typed)
        except ValueError:
            raise schema_error(country.phone_wanted) from None


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

    def clean(self, typed: str) -> bool:
        if typed not in TICKED:
            raise schema_error("Tick the box to agree, or you cannot register")
        return True
