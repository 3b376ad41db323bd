"""The wordings that requests begin with: the console's forms, and what the API answers."""

from __future__ import annotations

from typing import Annotated

from chalicelib.incidents.message_templates import (
    LONGEST_NAME,
    LONGEST_TEXT,
    PLACEHOLDERS,
    unknown_placeholders,
)
from chalicelib.web.fields.field_types import Text
from chalicelib.web.fields.plain_field_types import TypedField
from chalicelib.web.http.validation import FormInput, wrong
from chalicelib.web.models.answers import Answer, Id, Second


class WordingText(Text):
    """What owners read; only placeholders that we fill in."""

    def read(self, sent: object) -> str:
        words = super().read(sent)
        if unknown := unknown_placeholders(words):
            known = ", ".join(PLACEHOLDERS)
            raise wrong(f"{unknown[0][:40]} is not filled in by itself. Use {known}")
        return words


class Version(TypedField):
    """The version that a form was made on; -1 for a form that does not say."""

    def clean(self, typed: str) -> int:
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else -1


class RemovalForm(FormInput):
    """A wording is taken out of use, or put back."""

    version: Annotated[int, Version("the version")]


class WordingForm(FormInput):
    """A new wording, or a change of one."""

    name: Annotated[str, Text("the kind of offence", LONGEST_NAME)]
    text: Annotated[str, WordingText("what owners read", LONGEST_TEXT, lines=True)]
    version: Annotated[int, Version("the version")]


class Wording(Answer):
    """What a request for one kind of offence can begin with. text: with placeholders and, in
    square brackets, blanks for the officer. version: 0 for one of the standard set as it came."""

    id: Id
    name: str
    text: str
    version: int
    changed_at: Second | None


class Wordings(Answer):
    """The wordings in use, by name. placeholders: each with what it stands for."""

    wordings: list[Wording]
    placeholders: dict[str, str]
