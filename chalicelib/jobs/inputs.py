"""What jobs take in, each as a small model: a message that is none of ours is refused by name of
its field before anything is done. Only pydantic is needed for it, none of the API's models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from chalicelib.notifications.send_queue import Errand

Id = Annotated[str, Field(pattern="^[0-9a-hjkmnp-tv-z]{16}$")]
"""As ids.new_id makes it."""

Followed = Annotated[str, Field(pattern="^[0-9A-Za-z-]{0,64}$")]
"""A correlation id; "" from whoever has none."""

Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(lambda sent: sent.split() if isinstance(sent, str) else sent),
]
"""As the queue carries them: one after the other in one text."""


class Small(BaseModel):
    """One event. What else a service of AWS puts into it is left alone; what was sent stays out of
    error texts, which reach logs."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class WakeUp(Small):
    """The state machine's input, merged with what the last wake-up answered."""

    request_id: Id
    site_id: Id
    run: int | None = None
    correlation_id: Followed = ""


class _Errand(Small):
    correlation_id: Followed = ""


class WriteOut(_Errand):
    """A part of a request."""

    errand: Literal[Errand.FAN_OUT]
    request_id: Id
    part: int


class TellRecipients(_Errand):
    """Something about some sites of a request."""

    errand: Literal[Errand.ASK, Errand.START_CLOCKS, Errand.WITHDRAW]
    request_id: Id
    site_ids: Ids


class TellOfMessage(_Errand):
    """Somebody wrote."""

    errand: Literal[Errand.TELL_OWNER, Errand.TELL_OFFICER]
    request_id: Id
    site_id: Id


class TellNews(_Errand):
    """To the officer of a request."""

    errand: Literal[Errand.NEWS]
    request_id: Id


class CarryOutClosing(_Errand):
    """Of an incident, the so-manieth."""

    errand: Literal[Errand.CLOSE]
    incident_id: Id
    closing: int


class Thank(_Errand):
    """The last message to an owner."""

    errand: Literal[Errand.THANK]
    incident_id: Id
    closing: int
    owner_id: Id


class TellOfDecision(_Errand):
    """What became of a file, to its sender."""

    errand: Literal[Errand.UPLOAD_NOTICE]
    request_id: Id
    evidence_id: Id


class SendNotice(_Errand):
    """A message that is kept until it was sent."""

    errand: Literal[Errand.NOTICE]
    notice_id: Id


AnyErrand = (
    WriteOut
    | TellRecipients
    | TellOfMessage
    | TellNews
    | CarryOutClosing
    | Thank
    | TellOfDecision
    | SendNotice
)


class _Body(RootModel[Annotated[AnyErrand, Field(discriminator="errand")]]):
    # What is said of an error follows the outermost model.
    model_config = ConfigDict(hide_input_in_errors=True)


def read_errand(body: str) -> AnyErrand:
    """What a message of the send queue asks for. Raises pydantic's ValidationError."""
    return _Body.model_validate_json(body).root


class _Bucket(Small):
    name: str


class _Object(Small):
    key: str
    etag: str = ""


class NewObject(Small):
    """The detail of S3's "Object Created", as EventBridge hands it on."""

    bucket: _Bucket
    object: _Object


def read_object(detail: Any) -> NewObject:
    """The object that arrived. Raises pydantic's ValidationError."""
    return NewObject.model_validate(detail)
