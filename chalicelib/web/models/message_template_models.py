"""Models of message templates: the forms of the console, and the answers of the API."""

from __future__ import annotations

from typing import Annotated, ClassVar

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
    """The text of a message template. Placeholders that we do not fill in are refused."""

    def read(self, sent: object) -> str:
        words = super().read(sent)
        if unknown := unknown_placeholders(words):
            known = ", ".join(PLACEHOLDERS)
            raise schema_error(f"{unknown[0][:40]} is not filled in by itself. Use {known}")
        return words


class VersionField(TypedField):
    """The version of the template that a form was made from; -1 for a form that does not say."""

    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> int:
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else -1


class TemplateRemovalForm(FormInput):
    """The form that takes a message template out of use, or puts it back."""

    version: Annotated[int, VersionField("the version")]


class MessageTemplateForm(FormInput):
    """The form of a new message template, or of a change of one."""

    name: Annotated[str, TextField("the kind of offence", LONGEST_NAME)]
    text: Annotated[str, TemplateTextField("what owners read", LONGEST_TEXT, lines=True)]
    version: Annotated[int, VersionField("the version")]


class MessageTemplateModel(ResponseModel):
    """A message template for requests about one kind of offence. text: with placeholders and, in
    square brackets, blanks for the officer. version: 0 for an unchanged one of the standard set."""

    id: Id
    name: str
    text: str
    version: int
    changed_at: Second | None


class MessageTemplatesModel(ResponseModel):
    """The message templates in use, by name. placeholders: each with what it stands for."""

    wordings: list[MessageTemplateModel]
    placeholders: dict[str, str]
