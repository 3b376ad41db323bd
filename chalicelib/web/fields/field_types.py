"""Base types for what people type and programs send, each with its sentences for wrong values.

Used as `name: Annotated[str, TextField("your name", 80)]` in a model of `web.http.validation`. A
type reads a value, describes itself for the API's document, and says `what` it is in a sentence.
What it describes and what it reads are the same: a value that the description allows is never
`schema_error`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from chalicelib.web.http.validation import rule_error, schema_error

# Threat: bidirectional overrides make text read as something else to an officer.
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

HIDDEN = r"\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
"""Characters that a text must not hold, for a class of a regular expression in JSON Schema
(ECMA-262). Halves of surrogate pairs are not listed, because no body with one gets this far, nor
are the 137,468 characters for private use, which a rule of ours refuses."""

SPACES = r"\t\n\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Characters that are cut off at both ends of a text, for a class of a regular expression."""

_TRIMMED = "".join(
    chr(code) for code in range(0x3001) if re.fullmatch(f"[{SPACES}]", chr(code), re.ASCII)
)


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

    def describe(self) -> dict[str, Any]:
        """Return the JSON schema; a type whose schema follows from its arguments overrides this."""
        return dict(self.schema)

    def typed(self, sent: Any) -> str:
        """Return the text that was typed; "" for a field that was not sent."""
        if sent is not None and not isinstance(sent, str):
            raise schema_error("Must be text in quotes")
        return sent or ""

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
            return self.read_in(sent, info.context or {})

        return core_schema.with_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.describe()


@dataclass(frozen=True)
class TextField(FieldType):
    """Text: trimmed, in Unicode's NFC, without control and hidden characters.

    longest: characters. lines: line breaks are allowed. Emoji and right-to-left scripts are
    people's names and words and are kept; only what reorders or hides text is refused.
    """

    longest: int
    needed: bool = True
    lines: bool = False

    def read(self, sent: Any) -> str:
        """Return the clean text; "" may only come of a field where none is needed."""
        typed = self.typed(sent).replace("\r\n", "\n").strip(_TRIMMED)
        value = unicodedata.normalize("NFC", typed).strip(_TRIMMED)
        if not value and self.needed:
            raise schema_error(f"Enter {self.what}")
        # NFC writes some letters as one character and a few as three; the shorter form counts.
        if min(len(value), len(typed)) > self.longest:
            raise schema_error(f"{self.name} must be {self.longest} characters or fewer")
        unusable = {letter for letter in value if is_unwanted(letter)} - set("\n" * self.lines)
        if unusable:
            private = all(unicodedata.category(letter) == "Co" for letter in unusable)
            said = f"{self.name} contains characters that cannot be used"
            raise rule_error(said) if private else schema_error(said)
        return value

    @property
    def pattern(self) -> str:
        """The pattern of allowed characters, with one that is no space where text is needed."""
        any_letter = rf"(?:[^{HIDDEN}]|\r?\n)*" if self.lines else f"[^{HIDDEN}]*"
        if self.needed:
            any_letter = f"[^{HIDDEN}{SPACES}]{any_letter}"
        return rf"^[\t\n\r ]*{any_letter}[\t\n\r ]*$"

    def describe(self) -> dict[str, Any]:
        described = {"type": "string", "maxLength": self.longest, "pattern": self.pattern}
        if self.needed:
            return {**described, "minLength": 1}
        return {**described, "type": ["string", "null"]}


def is_unwanted(letter: str) -> bool:
    """Tell whether a character hides or reorders text, or cannot be read by anybody."""
    return unicodedata.category(letter) in {"Cc", "Cs", "Co"} or letter in _REORDERING
