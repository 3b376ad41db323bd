"""API views of the messages between officers and the owner of a site."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import REQUEST
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.messages", "api")

PATH = f"{REQUEST}/recipients/{{site_id}}/messages"


@routes.json("GET", PATH, Audience.API, Permission.READ_THREAD)
def list_messages(call: RequestContext) -> Response:
    """List what officers and the owner of a site wrote to each other, in order."""
    from chalicelib.web.models.message_models import ThreadMessageModel, ThreadModel

    thread = call.services.requests.threads.for_officer(
        call.id("request_id"), call.id("site_id"), call.officer, call.incident.id
    )
    messages = [ThreadMessageModel.from_domain(one) for one in thread.messages]
    unread = thread.head.is_unread_by(call.officer.id)
    return ThreadModel(messages=messages, unread=unread).reply()


@routes.json("POST", PATH, Audience.API, Permission.REQUEST)
def write_message(call: RequestContext) -> Response:
    """Write a message to the owner of a site: {text}. The owner gets it by e-mail as well.

    A repeat with the same Idempotency-Key header does not write the message twice.
    """
    from chalicelib.web.models.message_models import NewMessage, ThreadMessageModel

    said = call.body_as(NewMessage).text
    written = call.services.requests.threads.from_officer(
        call.id("request_id"), call.id("site_id"), said, call.officer, call.idempotency_key()
    )
    return ThreadMessageModel.from_domain(written).reply(201)
