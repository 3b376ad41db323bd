"""Models of messages between officers and owners, and of closing and reopening incidents."""

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
"""The officer's own words in the closing notice that owners read."""
WHY_CLOSED = ReasonField(needed=False)
"""The reason of a closing, for the record. It may be left out, as that a case is done says all."""


class NewMessage(Input):
    """What an officer writes to an owner. An `Idempotency-Key` header makes sending it twice
    harmless."""

    text: Annotated[str, MESSAGE]


class ThreadMessageModel(ResponseModel):
    """One message. name: the officer's name, null in a message of the owner."""

    id: Id
    number: int
    by: Annotated[Side, describe_options(Side)]
    name: Words
    at: Second
    text: str

    @classmethod
    def from_domain(cls, message: Written) -> ThreadMessageModel:
        """Make the answer for a message. It does not say who the owner is."""
        return cls.from_source(message, name=message.by_name)


class ThreadModel(ResponseModel):
    """The messages of a thread, in order. unread: before this call there was a message of
    the owner that the caller had not read and no officer had answered."""

    messages: list[ThreadMessageModel]
    unread: bool


class NewClosing(Input):
    """What an incident is closed with. words: what the officer adds to the thanks that owners get.
    reason: why it is closed, for the record."""

    words: Annotated[str, THANKS] = ""
    reason: Annotated[str, WHY_CLOSED] = ""


class ClosingForm(NewClosing, FormInput):
    """The console's form that closes an incident."""


class NewReopening(Input):
    """Why a closed incident is opened again."""

    reason: Annotated[str, ReasonField()]
