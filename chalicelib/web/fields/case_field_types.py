"""Types for what officers enter about a case: its reference, a reason, ids, phones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.core.countries import Country
from chalicelib.core.ids import is_id
from chalicelib.core.typed.reasons import NOT_WORDS, says_nothing
from chalicelib.core.typed.typed_text import BREAKS, PLAIN_DASHES, SPACES, with_plain_digits
from chalicelib.requests.model import MOST_SITES
from chalicelib.web.fields.field_types import HIDDEN, FieldType, TextField
from chalicelib.web.fields.plain_field_types import CountryField
from chalicelib.web.http.validation import rule_error, schema_error

ID = "^[0-9a-hjkmnp-tv-z]{16}$"
"""The pattern of an id, for schemas."""

ID_SCHEMA: dict[str, Any] = {"type": "string", "pattern": ID, "description": "16 characters"}


_INNER, _OUTER = "[A-Za-z0-9./-]", "[A-Za-z0-9]"
_WRITTEN = (
    f"(?:[0-9]{_INNER}+{_OUTER}|{_OUTER}{_INNER}+[0-9]|{_OUTER}{_INNER}*[0-9]{_INNER}*{_OUTER})"
)
_REFERENCE = re.compile(_WRITTEN)
_AROUND = ".,;:'\"\u2018\u2019\u201c\u201d()[]"
"""Signs that stand around a reference in a sentence, and are copied with it."""


@dataclass(frozen=True)
class CrimeReferenceField(FieldType):
    """A crime reference, normalised to capitals without spaces, like 20/123456/26.

    Forces write theirs differently, so letters, digits, `/`, `-` and `.` are all allowed.
    """

    what: str = "the crime reference"
    schema: ClassVar = {
        "type": "string",
        "minLength": 3,
        "maxLength": 30,
        "pattern": f"^{_WRITTEN}$",
    }

    def read(self, sent: Any) -> str:
        typed = unicodedata.normalize("NFKC", self.by_hand(sent).translate(PLAIN_DASHES))
        value = re.sub(r"\s+", "", with_plain_digits(typed)).strip(_AROUND)
        if not value:
            raise schema_error(f"Enter {self.what}")
        if len(value) > 30:
            raise schema_error(f"{self.name} must be 30 characters or fewer")
        if not _REFERENCE.fullmatch(value):
            raise schema_error("Enter a crime reference, like 20/123456/26")
        return value.upper()


@dataclass(frozen=True)
class OptionalReferenceField(CrimeReferenceField):
    """A crime reference in a box that may be left empty, which gives ""."""

    def read(self, sent: Any) -> str:
        return super().read(sent) if str(sent or "").strip() else ""


_LETTERS = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u061b\u061d-\u115e\u1161-\u167f"
    r"\u1681-\u17b3\u17b6-\u180a\u1810-\u1fff\u2c00-\u2dff\u3040-\u3163\u3165-\ud7ff"
    r"\uf900-\ufdff"
)
"""Characters of the scripts that people write in, as a class of a regular expression."""
_LETTER = re.compile(f"[{_LETTERS}]")
_SAID = rf"(?:[^{HIDDEN}{_LETTERS}]*[{_LETTERS}]){{3}}[^{HIDDEN}]*"
"""A text without hidden characters and with three letters or more."""


@dataclass(frozen=True)
class ReasonField(TextField):
    """A reason in words, with at least three letters. What else counts as words is told in one
    place for all reasons: `core.typed.reasons`."""

    what: str = "the reason"
    longest: int = 500
    lines: bool = True

    def read(self, sent: Any) -> str:
        value = super().read(sent)
        if not value:
            return value
        if len(_LETTER.findall(sent)) < 3:
            raise schema_error("Enter the reason in words")
        if says_nothing(value):
            raise rule_error(NOT_WORDS)
        return value

    @property
    def pattern(self) -> str:
        """The pattern of allowed characters, at least three of them letters."""
        if not self.needed:
            return rf"^(?:[{SPACES}{BREAKS}]*|{_SAID})$"
        return f"^{_SAID}$"

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "description": "Why, in words; kept with your name"}


@dataclass(frozen=True)
class IdField(FieldType):
    """The id of a site or of another stored thing."""

    what: str = "the id of a site, as a search gave it"
    schema: ClassVar = ID_SCHEMA

    def read(self, sent: Any) -> str:
        typed = self.typed(sent)
        if not is_id(typed):
            raise schema_error(f"Enter {self.what}")
        return typed


@dataclass(frozen=True)
class SiteIdsField(FieldType):
    """Ids of sites, at most as many as one request may ask."""

    what: str = "the sites to ask"
    schema: ClassVar = {"type": "array", "items": ID_SCHEMA, "minItems": 1, "maxItems": MOST_SITES}

    def read(self, sent: Any) -> tuple[str, ...]:
        """Return the ids, in the order in which they were sent."""
        if not isinstance(sent, list) or not sent:
            raise schema_error("Give a list of at least one site id")
        if len(sent) > MOST_SITES:
            raise schema_error(f"Choose at most {MOST_SITES} sites, not {len(sent)}")
        if not all(isinstance(one, str) and is_id(one) for one in sent):
            raise schema_error(
                "Must be a list of site ids, each a text in quotes as a search gave it"
            )
        return tuple(sent)


_PHONE = r"\+?\(?[0-9][0-9 ()./-]{1,24}(?: ?(?:[Ee][Xx][Tt](?:\.|ension)?|[Xx]|#) ?[0-9]{1,6})?"
_PHONE_FORM = re.compile(_PHONE)
_SHORT_NUMBER = re.compile(
    r"([1-9][0-9]{1,5})(?: ?(?:ext(?:\.|ension)?|x|#) ?([0-9]{1,6}))?", re.IGNORECASE
)


@dataclass(frozen=True)
class WorkPhoneField(CountryField):
    """A phone number as owners are to read it, also a short one like 101, and extensions; "" for
    the force's switchboard."""

    what: str = "the phone number"
    schema: ClassVar = {"type": ["string", "null"], "maxLength": 40, "pattern": rf"^(?:{_PHONE})?$"}

    def clean_in(self, typed: str, country: Country) -> str:
        """Return the number as people in the country write it."""
        value = " ".join(unicodedata.normalize("NFKC", typed).split())
        if short := _SHORT_NUMBER.fullmatch(value):
            return " ext ".join(filter(None, short.groups()))
        if not value:
            return ""
        try:
            return country.written_phone(country.normal_phone(value))
        except ValueError as error:
            # A schema can tell what looks like a number, and no plan of numbers.
            refused = rule_error if _PHONE_FORM.fullmatch(value) else schema_error
            raise refused(country.phone_refusal(error)) from None
