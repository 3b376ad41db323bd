"""Messages between officers and owners, and what an incident is closed with."""

from __future__ import annotations

from typing import Annotated

from chalicelib.requests.closing.service import LONGEST_WORDS
from chalicelib.requests.threads.model import LONGEST, Side
from chalicelib.requests.threads.model import ThreadMessage as Written
from chalicelib.web.fields.case_field_types import ReasonField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.http.validation import FormInput, Input
from chalicelib.web.models.response_models import Id, ResponseModel, Second, Words, describe_options

MESSAGE = TextField("the message", LONGEST, lines=True)
THANKS = TextField("what you add to the thanks", LONGEST_WORDS, needed=False, lines=True)
"""Owners read it."""
WHY_CLOSED = TextField("the reason", 500, needed=False, lines=True)
"""For the record; that a case is done needs no explanation."""


class NewMessage(Input):
    """What an officer writes to an owner. An `Idempotency-Key` header makes sending it twice
    harmless."""

    text: Annotated[str, MESSAGE]


class ThreadMessageModel(ResponseModel):
    """One message. name: the officer's, null for the owner's."""

    id: Id
    number: int
    by: Annotated[Side, describe_options(Side)]
    name: Words
    at: Second
    text: str

    @classmethod
    def from_domain(cls, message: Written) -> ThreadMessageModel:
        """One message. Who the owner is, is not part of it."""
        return cls.from_source(message, name=message.by_name)


class ThreadModel(ResponseModel):
    """What was written, in order. unread: the owner wrote something that no officer had read."""

    messages: list[ThreadMessageModel]
    unread: bool


class NewClosing(Input):
    """An incident is closed. words: what the officer adds to the thanks that owners get. reason:
    for the record."""

    words: Annotated[str, THANKS] = ""
    reason: Annotated[str, WHY_CLOSED] = ""


class ClosingForm(NewClosing, FormInput):
    """The console's form of the same."""


class NewReopening(Input):
    """Why a closed incident is opened again."""

    reason: Annotated[str, ReasonField()]
