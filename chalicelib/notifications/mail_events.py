"""Reading of SES's events about bounced and refused e-mails, from EventBridge. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

NOT_MADE = "rendering failure"
"""The kind of event for an e-mail that SES accepted and could not render: it was sent to nobody,
and its address is as good as before."""


@dataclass(frozen=True)
class MailEvent:
    """One event in the life of one e-mail.

    kind: `bounce`, `complaint`, `reject` …. final: writing to this address again is of no use
    or not wanted. request_id, site_id: from the e-mail's own tags, "" without them.
    correlation_id: that of the call that sent the e-mail.
    """

    kind: str
    final: bool
    request_id: str = ""
    site_id: str = ""
    correlation_id: str = ""


def _first(sent: Any) -> Any:
    """Return a tag's only value; SES gives every tag as a list of values."""
    return (sent or [""])[0] if isinstance(sent, list | None) else sent


_Tag = Annotated[
    str, BeforeValidator(_first), StringConstraints(pattern="^[0-9A-Za-z-]*$", max_length=64)
]


class _Part(BaseModel):
    """The base of the models of SES's events: none reads addresses, and no error repeats input."""

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
    """Return the event in the detail of an EventBridge event (SES event publishing format).

    A full mailbox or a server that is down (a transient bounce) is not final. Addresses are
    not read: the tags lead to the recipient without personal data. Raises pydantic's
    ValidationError for a detail of another form.
    """
    said = _Detail.model_validate(detail)
    kind = said.event.lower()
    returned = said.bounce is not None and said.bounce.type == "Permanent"
    final = kind in ("complaint", "reject", NOT_MADE) or returned
    tags = (said.mail.tags if said.mail else None) or _Tags()
    return MailEvent(kind, final, tags.request, tags.site, tags.correlation)
