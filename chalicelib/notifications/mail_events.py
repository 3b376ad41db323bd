"""What SES tells about messages that came back, as EventBridge hands it on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

NOT_MADE = "rendering failure"
"""The kind of a message that SES took and could not put together: it went to nobody, and its
address is as good as before."""


@dataclass(frozen=True)
class MailEvent:
    """One thing that happened to one message.

    kind: `bounce`, `complaint`, `reject` …. final: writing to this address again is of no use
    or not wanted. request_id, site_id: from the message's own tags, "" for other messages.
    correlation_id: of whoever sent it.
    """

    kind: str
    final: bool
    request_id: str = ""
    site_id: str = ""
    correlation_id: str = ""


def _first(sent: Any) -> Any:
    """A tag comes as a list of its values; ours have one."""
    return (sent or [""])[0] if isinstance(sent, list | None) else sent


_Tag = Annotated[
    str, BeforeValidator(_first), StringConstraints(pattern="^[0-9A-Za-z-]*$", max_length=64)
]


class _Part(BaseModel):
    """Of what SES says, what is read here. Addresses are not, nor do they come into errors."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class _Tags(_Part):
    request: _Tag = ""
    site: _Tag = ""
    correlation: _Tag = ""


class _Mail(_Part):
    tags: _Tags | None = None


class _Bounce(_Part):
    type: str = Field("", alias="bounceType")


class _Detail(_Part):
    event: str = Field("", validation_alias=AliasChoices("eventType", "notificationType"))
    bounce: _Bounce | None = None
    mail: _Mail | None = None


def read_event(detail: Mapping[str, Any]) -> MailEvent:
    """The event in an EventBridge event's detail (SES event publishing format).

    A full mailbox or a server that is down (a transient bounce) is not final. Addresses are
    not read: the tags lead to the recipient without personal data. Raises pydantic's
    ValidationError for what is no such event.
    """
    said = _Detail.model_validate(detail)
    kind = said.event.lower()
    returned = said.bounce is not None and said.bounce.type == "Permanent"
    final = kind in ("complaint", "reject", NOT_MADE) or returned
    tags = (said.mail.tags if said.mail else None) or _Tags()
    return MailEvent(kind, final, tags.request, tags.site, tags.correlation)
