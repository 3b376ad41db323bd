"""Base types for what people type and programs send, each with its sentences for wrong values.

Used as `name: Annotated[str, TextField("your name", 80)]` in a model of `web.http.validation`. A
type reads a value, describes itself for the API's document, and says `what` it is in a sentence.
What it describes and what it reads are the same: a value that the description allows is never
`schema_error`. Before a type reads a text, `core.typed.typed_text` takes out what nobody can see.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from chalicelib.core.typed.typed_text import (
    BACKWARDS,
    BREAKS,
    INVISIBLE_BMP,
    SPACES,
    clean_text,
    clean_values,
    first_unusable,
)
from chalicelib.web.http.validation import rule_error, schema_error

HIDDEN = r"\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202e"
"""Characters that a text must not hold, for a class of a regular expression in JSON Schema
(ECMA-262). Halves of surrogate pairs are not listed, because no body with one gets this far, nor
are the 137,468 characters for private use, which a rule of ours refuses."""

UNSEEN = f"{SPACES}{BREAKS}{INVISIBLE_BMP}"
"""Characters that nobody sees, for such a class: a text that is needed has another one."""


@dataclass(frozen=True)
class FieldType:
    """Base of all types of fields. what: the field as a sentence names it ("your name")."""

    what: str
    schema: ClassVar[Mapping[str, Any]] = {"type": "string"}
    """The JSON schema of the field: every value that the schema allows is taken. Types that only
    forms use need none of their own, because forms are not in the OpenAPI description."""

    def read(self, sent: Any) -> Any:
        """Return the clean value. Raises PydanticCustomError with the sentence for the field."""
        raise NotImplementedError

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> Any:
        """Return the clean value, for a type that needs a context such as the time zone. context:
        what was given to `web.http.validation.read_…`."""
        return self.read(sent)

    def cleaned(self, sent: Any) -> Any:
        """Return what was sent without the characters that nobody can see."""
        return clean_values(sent)

    def describe(self) -> dict[str, Any]:
        """Return the JSON schema; a type whose schema follows from its arguments overrides this."""
        return dict(self.schema)

    def typed(self, sent: Any) -> str:
        """Return the clean text that was typed; "" for a field that was not sent."""
        if sent is not None and not isinstance(sent, str):
            raise schema_error("Must be text in quotes")
        return clean_text(sent or "")

    def by_hand(self, sent: Any, *, lines: bool = False) -> str:
        """Return the clean text that somebody typed, trimmed. Raises PydanticCustomError with the
        place of a character that cannot be used: nobody can read it, or it turns text around."""
        text = self.typed(sent)
        value = text.strip(" \n")
        within = first_unusable(value, lines=lines)
        if within is None:
            return value
        at = within + len(text) - len(text.lstrip(" \n"))
        line, place = text.count("\n", 0, at), at - text.rfind("\n", 0, at)
        where = f"{place} on line {line + 1}" if line and lines else str(at + 1)
        said = f"Character {where} of {self.what} cannot be used"
        if text[at] == "\n":
            said += ": it is a line break"
        elif text[at] == BACKWARDS:
            said += ": it turns the text after it around"
        said += ". Delete it"
        private = unicodedata.category(text[at]) == "Co"
        raise rule_error(said) if private else schema_error(said)

    @property
    def missing(self) -> str:
        """The sentence for a field that is needed and was not sent."""
        return f"Enter {self.what}"

    @property
    def name(self) -> str:
        """The field as the beginning of a sentence names it ("Your name")."""
        return self.what[:1].upper() + self.what[1:]

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        def read(sent: Any, info: ValidationInfo) -> Any:
            return self.read_in(self.cleaned(sent), info.context or {})

        return core_schema.with_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.describe()


@dataclass(frozen=True)
class TextField(FieldType):
    """Text, trimmed and clean. longest: characters. lines: line breaks are allowed.

    Emoji, symbols and scripts of every direction are people's names and words and are kept.
    """

    longest: int
    needed: bool = True
    lines: bool = False

    def cleaned(self, sent: Any) -> Any:
        return sent  # `read` cleans it, and needs to know how long it was

    def read(self, sent: Any) -> str:
        """Return the clean text; "" may only come of a field where none is needed."""
        value = self.typed(sent).strip(" \n")
        if not value and self.needed:
            # A schema cannot name the invisible characters beyond the first plane.
            beyond = any(letter > "\uffff" for letter in sent or "")
            said = f"Enter {self.what}"
            raise rule_error(said) if beyond else schema_error(said)
        # NFC writes some letters as one character and a few as three; the shorter form counts.
        if min(len(value), len((sent or "").strip())) > self.longest:
            raise schema_error(f"{self.name} must be {self.longest} characters or fewer")
        return self.by_hand(sent, lines=self.lines)

    @property
    def pattern(self) -> str:
        """The pattern of allowed characters, with one that can be seen where text is needed."""
        refused = HIDDEN if self.lines else f"{HIDDEN}{BREAKS}"
        any_letter = f"[^{refused}]*"
        if self.needed:
            any_letter = f"[{UNSEEN}]*[^{HIDDEN}{UNSEEN}]{any_letter}"
        return rf"^[{SPACES}{BREAKS}]*{any_letter}[{SPACES}{BREAKS}]*$"

    def describe(self) -> dict[str, Any]:
        described = {"type": "string", "maxLength": self.longest, "pattern": self.pattern}
        if self.needed:
            return {**described, "minLength": 1}
        return {**described, "type": ["string", "null"]}
