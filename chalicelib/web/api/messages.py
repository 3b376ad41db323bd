"""Messages between an officer and an owner over the API."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import REQUEST
from chalicelib.web.http.queries import idempotency_key
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.messages", "api")

PATH = f"{REQUEST}/recipients/{{site_id}}/messages"


@routes.json("GET", PATH, Audience.API, Permission.READ_THREAD)
def listing(call: Call) -> Response:
    """List what officers and the owner of a site wrote to each other, in order."""
    from chalicelib.web.models.message_models import Thread, ThreadMessage

    thread = call.services.requests.threads.for_officer(
        call.id("request_id"), call.id("site_id"), call.officer
    )
    messages = [ThreadMessage.said(one) for one in thread.messages]
    return Thread(messages=messages, unread=thread.head.unread).reply()


@routes.json("POST", PATH, Audience.API, Permission.REQUEST)
def write(call: Call) -> Response:
    """Write to the owner of a site: {text}. They get it by mail as well.

    With an Idempotency-Key header the same message sent again is the same message.
    """
    from chalicelib.web.models.message_models import NewMessage, ThreadMessage

    said = call.body_as(NewMessage).text
    written = call.services.requests.threads.from_officer(
        call.id("request_id"), call.id("site_id"), said, call.officer, idempotency_key(call)
    )
    return ThreadMessage.said(written).reply(201)
