"""What SES tells about messages that came back, as EventBridge hands it on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOT_MADE = "rendering failure"
"""The kind of a message that SES took and could not put together: it went to nobody, and its
address is as good as before."""


@dataclass(frozen=True)
class MailEvent:
    """One thing that happened to one message.

    kind: `bounce`, `complaint`, `reject` …. final: writing to this address again is of no use
    or not wanted. request_id, site_id: from the message's own tags, "" for other messages.
    """

    kind: str
    final: bool
    request_id: str = ""
    site_id: str = ""


def read_event(detail: Mapping[str, Any]) -> MailEvent:
    """The event in an EventBridge event's detail (SES event publishing format).

    A full mailbox or a server that is down (a transient bounce) is not final. Addresses are
    not read: the tags lead to the recipient without personal data.
    """
    kind = str(detail.get("eventType", detail.get("notificationType", ""))).lower()
    bounce = detail.get("bounce") or {}
    final = kind in ("complaint", "reject", NOT_MADE) or bounce.get("bounceType") == "Permanent"
    tags = (detail.get("mail") or {}).get("tags") or {}
    return MailEvent(kind, final, _first(tags, "request"), _first(tags, "site"))


def _first(tags: Mapping[str, Any], name: str) -> str:
    values = tags.get(name) or [""]
    return str(values[0] if isinstance(values, list) else values)
