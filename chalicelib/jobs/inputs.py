"""Models of the events and messages that jobs take in. A message that is not one of ours is
refused, naming its field, before anything is done. Needs only pydantic, no model of the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from chalicelib.notifications.send_queue import SendTask

Id = Annotated[str, Field(pattern="^[0-9a-hjkmnp-tv-z]{16}$")]
"""An id as core.ids.new_id makes it."""

Followed = Annotated[str, Field(pattern="^[0-9A-Za-z-]{0,64}$")]
"""A correlation id; "" when the sender had none."""

Ids = Annotated[
    tuple[Id, ...],
    BeforeValidator(lambda sent: sent.split() if isinstance(sent, str) else sent),
]
"""Ids as the send queue carries them: one after the other in one text."""


class EventModel(BaseModel):
    """The base of all models of events. Fields that AWS adds are ignored; the values that were sent
    stay out of error texts, which reach logs."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class WakeUp(EventModel):
    """The input of a reminder timer's state machine, merged with the last wake-up's answer."""

    request_id: Id
    site_id: Id
    run: int | None = None
    correlation_id: Followed = ""


class _Task(EventModel):
    correlation_id: Followed = ""


class WriteBatch(_Task):
    """The task to write out one recipient batch of a request. part: the number of the batch."""

    task: Literal[SendTask.FAN_OUT]
    request_id: Id
    part: int


class NotifyRecipients(_Task):
    """A task about some sites of a request: ask, start reminder timers, or tell of withdrawal."""

    task: Literal[SendTask.ASK, SendTask.START_REMINDERS, SendTask.WITHDRAW]
    request_id: Id
    site_ids: Ids


class NotifyOfMessage(_Task):
    """The task to tell one side of a thread that the other side wrote a message."""

    task: Literal[SendTask.TELL_OWNER, SendTask.TELL_OFFICER]
    request_id: Id
    site_id: Id


class SendOfficerDigest(_Task):
    """The task to send the digest that is due to the officer of a request."""

    task: Literal[SendTask.OFFICER_DIGEST]
    request_id: Id


class CarryOutClosing(_Task):
    """The task to carry out an incident's closing. closing: the first, second … of the incident."""

    task: Literal[SendTask.CLOSE]
    incident_id: Id
    closing: int


class SendClosingNotice(_Task):
    """The task to send an owner the closing notice of an incident."""

    task: Literal[SendTask.THANK]
    incident_id: Id
    closing: int
    owner_id: Id


class NotifyOfDecision(_Task):
    """The task to tell the sender of a file whether it was accepted."""

    task: Literal[SendTask.UPLOAD_NOTICE]
    request_id: Id
    evidence_id: Id


class SendNotice(_Task):
    """The task to send a notice that is kept until it was sent."""

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
    # Pydantic takes this setting from the outermost model, so AnyTask's own setting is not enough.
    model_config = ConfigDict(hide_input_in_errors=True)


def read_task(body: str) -> AnyTask:
    """Read the task in a message of the send queue. Raises pydantic's ValidationError."""
    return _Body.model_validate_json(body).root


class _Bucket(EventModel):
    name: str


class _Object(EventModel):
    key: str
    etag: str = ""


class NewObject(EventModel):
    """The detail of S3's event "Object Created", as EventBridge delivers it."""

    bucket: _Bucket
    object: _Object


def read_object(detail: Any) -> NewObject:
    """Read the object that arrived from an event's detail. Raises pydantic's ValidationError."""
    return NewObject.model_validate(detail)
