"""What jobs take in, each as a small model: a message that is none of ours is refused by name of
its field before anything is done. Only pydantic is needed for it, none of the API's models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from chalicelib.notifications.send_queue import SendTask

Id = Annotated[str, Field(pattern="^[0-9a-hjkmnp-tv-z]{16}$")]
"""As ids.new_id makes it."""

Followed = Annotated[str, Field(pattern="^[0-9A-Za-z-]{0,64}$")]
"""A correlation id; "" from whoever has none."""

Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(lambda sent: sent.split() if isinstance(sent, str) else sent),
]
"""As the queue carries them: one after the other in one text."""


class EventModel(BaseModel):
    """One event. What else a service of AWS puts into it is left alone; what was sent stays out of
    error texts, which reach logs."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class WakeUp(EventModel):
    """The state machine's input, merged with what the last wake-up answered."""

    request_id: Id
    site_id: Id
    run: int | None = None
    correlation_id: Followed = ""


class _Task(EventModel):
    correlation_id: Followed = ""


class WriteBatch(_Task):
    """A part of a request."""

    task: Literal[SendTask.FAN_OUT]
    request_id: Id
    part: int


class NotifyRecipients(_Task):
    """Something about some sites of a request."""

    task: Literal[SendTask.ASK, SendTask.START_REMINDERS, SendTask.WITHDRAW]
    request_id: Id
    site_ids: Ids


class NotifyOfMessage(_Task):
    """Somebody wrote."""

    task: Literal[SendTask.TELL_OWNER, SendTask.TELL_OFFICER]
    request_id: Id
    site_id: Id


class SendOfficerDigest(_Task):
    """To the officer of a request."""

    task: Literal[SendTask.OFFICER_DIGEST]
    request_id: Id


class CarryOutClosing(_Task):
    """Of an incident, the so-manieth."""

    task: Literal[SendTask.CLOSE]
    incident_id: Id
    closing: int


class SendClosingNotice(_Task):
    """The last message to an owner."""

    task: Literal[SendTask.THANK]
    incident_id: Id
    closing: int
    owner_id: Id


class NotifyOfDecision(_Task):
    """What became of a file, to its sender."""

    task: Literal[SendTask.UPLOAD_NOTICE]
    request_id: Id
    evidence_id: Id


class SendNotice(_Task):
    """A message that is kept until it was sent."""

    task: Literal[SendTask.NOTICE]
    notice_id: Id


AnyTask = (
    WriteBatch
    | NotifyRecipients
    | NotifyOfMessage
    | SendOfficerDigest
    | CarryOutClosing
    | SendClosingNotice
    | NotifyOfDecision
    | SendNotice
)


class _Body(RootModel[Annotated[AnyTask, Field(discriminator="task")]]):
    # What is said of an error follows the outermost model.
    model_config = ConfigDict(hide_input_in_errors=True)


def read_task(body: str) -> AnyTask:
    """What a message of the send queue asks for. Raises pydantic's ValidationError."""
    return _Body.model_validate_json(body).root


class _Bucket(EventModel):
    name: str


class _Object(EventModel):
    key: str
    etag: str = ""


class NewObject(EventModel):
    """The detail of S3's "Object Created", as EventBridge hands it on."""

    bucket: _Bucket
    object: _Object


def read_object(detail: Any) -> NewObject:
    """The object that arrived. Raises pydantic's ValidationError."""
    return NewObject.model_validate(detail)
