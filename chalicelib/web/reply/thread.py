"""The owner's side of the thread between owner and officer, read and written with the reply link.

Officers' words are shown as text, never as markup or links. The thread stays readable as long as
the link works; writing ends with the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from chalice import Response

from chalicelib.core.errors import DomainError, Invalid, TooMany
from chalicelib.core.ids import new_id
from chalicelib.evidence.model import Evidence, EvidenceKind
from chalicelib.limits.acts import Act
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recorder_clock import clock_finding
from chalicelib.requests.replies.answers import RequestOver
from chalicelib.requests.threads.model import LONGEST, Side, ThreadMessage
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import KnownWordField, OwnIdField
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query
from chalicelib.web.reply.uploads import upload_sender

routes = Routes("reply.thread", "resident")


class ThreadQuery(FormInput):
    """The query of the thread page. sent: "yes" when a message has just been sent."""

    sent: Annotated[str, KnownWordField("whether it was sent", ("yes",))]


class MessageForm(FormInput):
    """A message of either side. form: an id that the page made up, so that a form that is sent
    twice makes one message."""

    text: Annotated[str, TextField("your message", LONGEST, lines=True)]
    form: Annotated[str, OwnIdField()]


@routes.page("/reply/{token}/messages", Audience.LINK)
def thread_page(call: RequestContext) -> Response:
    """Shows the messages and files of the thread, and the form for another message."""
    return _page(call, call.services.requests.reply_links.open_link(call.token()))


def _again(call: RequestContext, error: DomainError) -> Response:
    return _page(call, call.services.requests.reply_links.open_link(call.token()), error)


@routes.form("/reply/{token}/messages", Audience.LINK, again=_again, act=Act.REPLY)
def submit_owner_message(call: RequestContext) -> Response:
    """Takes an owner's message; the officer is told by e-mail."""
    matter = call.services.requests.reply_links.open_link(call.token())
    if not matter.request.is_open:
        return _page(call, matter, status=RequestOver.status)
    recipient = matter.recipient
    try:
        sent = call.form.read(MessageForm)
        call.services.requests.threads.from_owner(recipient, sent.text, sent.form)
    except (Invalid, TooMany) as error:
        return _page(call, matter, error)
    except RequestOver as over:
        return _page(call, matter, status=over.status)
    # Without JavaScript, this is the first sign that a person uses the page.
    call.services.requests.answers.mark_viewed(recipient.request_id, recipient.site_id)
    return redirect(f"/reply/{call.token()}/messages?sent=yes")


def thread_context(
    call: RequestContext, matter: RecipientContext, sent: Sequence[Evidence]
) -> dict[str, Any]:
    """Template variables of the parts `clock_check.html` and `thread.html` on the reply page. sent:
    all files that came by the reply link, shown among the messages where there are any."""
    messages = call.services.requests.threads.for_owner(matter.recipient).messages
    return {"talk": _talk(call, matter, thread_entries(messages, sent if messages else []))}


def empty_thread_context(call: RequestContext, matter: RecipientContext) -> dict[str, Any]:
    """Variables of `thread_context` for an empty thread, without reading anything stored: for
    previews, and for pages that do not show the thread."""
    return {"talk": _talk(call, matter, [])}


def _talk(
    call: RequestContext, matter: RecipientContext, shown: list[dict[str, Any]]
) -> dict[str, Any]:
    zone = call.services.settings.time_zone
    return {
        "entries": shown,
        "news": bool(shown) and not shown[-1]["owner"],
        "may_write": matter.request.is_open,
        # The same message sent again, because no answer came, is one message.
        "form": call.form.typed("form") or new_id(),
        "longest": LONGEST,
        "clock": clock_finding(matter.recipient, matter.window, zone),
        "now": call.now,
        "values": {},
        "errors": {},
    }


def thread_entries(
    messages: tuple[ThreadMessage, ...], files: Sequence[Evidence]
) -> list[dict[str, Any]]:
    """Messages, and files that arrived, in one list by time, oldest first."""
    said = [
        {"at": m.at, "owner": m.by is Side.OWNER, "name": m.by_name, "text": m.text}
        for m in messages
    ]
    sent = [
        {
            "at": file.received_at,
            "owner": True,
            "name": "",
            "file": file.file_name or "a file",
            "clock": file.kind is EvidenceKind.CLOCK,
            "state": file.state.value,
            "id": file.id,
        }
        for file in files
        if file.received_at
    ]
    return sorted([*said, *sent], key=lambda entry: str(entry["at"]))


def _page(
    call: RequestContext,
    matter: RecipientContext,
    error: DomainError | None = None,
    status: int = 200,
) -> Response:
    messages = call.services.requests.threads.for_owner(matter.recipient).messages
    sent = call.services.evidence.uploads.of_sender(upload_sender(matter))
    again = call.form.redisplay_context(error) if error else {"values": {}, "errors": {}}
    talk = {**_talk(call, matter, thread_entries(messages, sent)), **again}
    return page(
        call,
        "resident/thread.html",
        status=error.status if error else status,
        matter=matter,
        address=f"/reply/{call.token()}",
        errors=again["errors"],
        notice="Your message has been sent."
        if read_query(ThreadQuery, call.query).sent and not error
        else "",
        talk=talk,
    )
