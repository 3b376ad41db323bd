"""Types of our own for what people type and programs send, each with the sentences it refuses by.

Used as `name: Annotated[str, Text("your name", 80)]` in a model of `web.validation`. A type reads
a value, describes itself for the API's document, and says `what` it is in a sentence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from chalicelib.web.validation import wrong

# Threat: bidirectional overrides make text read as something else to an officer.
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class FieldType:
    """What the types below share. what: the field as a sentence names it ("your name")."""

    what: str

    def read(self, sent: Any) -> Any:
        """The clean value. Raises PydanticCustomError with the sentence beside the field."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """Its JSON schema: everything that it calls right is taken."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """At the beginning of a sentence."""
        return self.what[:1].upper() + self.what[1:]

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.describe()


@dataclass(frozen=True)
class Text(FieldType):
    """Text: trimmed, in Unicode's NFC, without control and hidden characters.

    longest: characters. lines: line breaks are allowed. Emoji and right-to-left scripts are
    people's names and words and are kept; only what reorders or hides text is refused.
    """

    longest: int
    needed: bool = True
    lines: bool = False

    def read(self, sent: Any) -> str:
        """The text; "" where none is needed."""
        if sent is not None and not isinstance(sent, str):
            raise wrong("Must be text in quotes")
        value = unicodedata.normalize("NFC", sent or "").replace("\r\n", "\n").strip()
        if not value and self.needed:
            raise wrong(f"Enter {self.what}")
        if len(value) > self.longest:
            raise wrong(f"{self.name} must be {self.longest} characters or fewer")
        if any(unwanted(letter) and not (self.lines and letter == "\n") for letter in value):
            raise wrong(f"{self.name} contains characters that cannot be used")
        return value

    def describe(self) -> dict[str, Any]:
        """A string of that many characters."""
        return {"type": "string", "maxLength": self.longest, "minLength": int(self.needed)}


def unwanted(letter: str) -> bool:
    """True for a character that hides or reorders text, or that nobody can read."""
    return unicodedata.category(letter) in {"Cc", "Cs", "Co"} or letter in _REORDERING
