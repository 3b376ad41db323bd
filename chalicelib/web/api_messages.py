"""Messages between an officer and an owner over the API."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.thread_model import LONGEST, Message
from chalicelib.times import iso_seconds
from chalicelib.web.call import Call
from chalicelib.web.forms import text
from chalicelib.web.json_fields import JsonFields, string
from chalicelib.web.queries import idempotency_key
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_messages", "api")

PATH = "/api/v1/requests/{request_id}/recipients/{site_id}/messages"


@routes.json("GET", PATH, Audience.API, Permission.READ_THREAD)
def listing(call: Call) -> Response:
    """List what officers and the owner of a site wrote to each other, in order."""
    thread = call.services.threads.for_officer(
        call.id("request_id"), call.id("site_id"), call.officer
    )
    return json_reply(
        {"messages": [message_json(m) for m in thread.messages], "unread": thread.head.unread}
    )


@routes.json("POST", PATH, Audience.API, Permission.REQUEST)
def write(call: Call) -> Response:
    """Write to the owner of a site: {text}. They get it by mail as well.

    With an Idempotency-Key header the same message sent again is the same message.
    """
    fields = JsonFields(call.json(), ("text",))
    said = fields.take("text", string(text("the message", LONGEST, lines=True)), "")
    fields.check()
    written = call.services.threads.from_officer(
        call.id("request_id"), call.id("site_id"), said, call.officer, idempotency_key(call)
    )
    return json_reply(message_json(written), 201)


def message_json(message: Message) -> dict[str, Any]:
    """One message. Who the owner is, is not part of it (DESIGN §7)."""
    return {
        "id": message.id,
        "number": message.number,
        "by": message.by.value,
        "name": message.by_name or None,
        "at": iso_seconds(message.at),
        "text": message.text,
    }
