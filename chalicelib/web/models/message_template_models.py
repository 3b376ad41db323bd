"""The wordings that requests begin with: the console's forms, and what the API answers."""

from __future__ import annotations

from typing import Annotated

from chalicelib.incidents.message_templates import (
    LONGEST_NAME,
    LONGEST_TEXT,
    PLACEHOLDERS,
    unknown_placeholders,
)
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import TypedField
from chalicelib.web.http.validation import FormInput, schema_error
from chalicelib.web.models.response_models import Id, ResponseModel, Second


class TemplateTextField(TextField):
    """What owners read; only placeholders that we fill in."""

    def read(self, sent: object) -> str:
        words = super().read(sent)
        if unknown := unknown_placeholders(words):
            known = ", ".join(PLACEHOLDERS)
            raise schema_error(f"{unknown[0][:40]} is not filled in by itself. Use {known}")
        return words


class VersionField(TypedField):
    """The version that a form was made on; -1 for a form that does not say."""

    def clean(self, typed: str) -> int:
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else -1


class TemplateRemovalForm(FormInput):
    """A wording is taken out of use, or put back."""

    version: Annotated[int, VersionField("the version")]


class MessageTemplateForm(FormInput):
    """A new wording, or a change of one."""

    name: Annotated[str, TextField("the kind of offence", LONGEST_NAME)]
    text: Annotated[str, TemplateTextField("what owners read", LONGEST_TEXT, lines=True)]
    version: Annotated[int, VersionField("the version")]


class MessageTemplateModel(ResponseModel):
    """What a request for one kind of offence can begin with. text: with placeholders and, in
    square brackets, blanks for the officer. version: 0 for one of the standard set as it came."""

    id: Id
    name: str
    text: str
    version: int
    changed_at: Second | None


class MessageTemplatesModel(ResponseModel):
    """The wordings in use, by name. placeholders: each with what it stands for."""

    wordings: list[MessageTemplateModel]
    placeholders: dict[str, str]
