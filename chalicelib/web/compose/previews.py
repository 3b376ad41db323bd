"""Previews of what an owner will get, for the officer who writes the request: made by the same
templates and code as the real messages and reply page, with a made-up owner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.incidents.service import Incident
from chalicelib.requests import emails
from chalicelib.requests.model import FootageWindow
from chalicelib.requests.overviews.preview_sample import TOKEN, sample_context
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.reply import thread
from chalicelib.web.reply.view import reply_page

_SCRIPT = re.compile(r"<script\b[^>]*>\s*</script>", re.IGNORECASE)
_LINK = re.compile(r"(<a\b[^>]*?)\s+href=\"[^\"]*\"", re.IGNORECASE)
_NO_MESSAGE = "(what you write appears here)"


@dataclass(frozen=True)
class MessagePreview:
    """What an owner would get. subject, text, html: of the e-mail. short: the text message, for
    owners who chose one. reply: the reply page. html and reply are whole, inert documents."""

    subject: str
    text: str
    html: str
    short: str
    reply: str


def preview_message(
    call: RequestContext,
    incident: Incident,
    message: str,
    window: FootageWindow,
    contact_name: str,
    contact_phone: str,
) -> MessagePreview:
    """The messages and the reply page of an owner who is asked for `window` with `message`."""
    profile = call.services.access.officer_profiles.profile(call.officer.id)
    matter = sample_context(
        incident,
        call.officer,
        profile.name if profile else call.officer.username,
        message or _NO_MESSAGE,
        window,
        contact_name,
        contact_phone,
        call.now,
    )
    mail = emails.request_email(call.services.notifications.sender, [matter], [TOKEN], call.now)
    owner = call_as_stranger(call)
    talk = thread.empty_thread_context(owner, matter)
    reply = reply_page(owner, matter, f"/reply/{TOKEN}", talk=talk)
    return MessagePreview(
        mail.subject,
        mail.text,
        inert_document(mail.html),
        mail.short,
        inert_document(str(reply.body)),
    )


def inert_document(document: str) -> str:
    """An HTML document without its scripts and without the addresses of its links.

    Threat: something typed that escapes its place in a template. The frame that shows this is
    sandboxed (no scripts, no forms, no leaving it); a link that leads nowhere would still take
    an officer out of what they write.
    """
    return _LINK.sub(r"\1", _SCRIPT.sub("", document))


def call_as_stranger(call: RequestContext) -> RequestContext:
    """A call of the reply page as an owner would make it: nobody is signed in, and no form is bound
    to a session.

    Threat: the officer's own form token would stand in the copy of another page.
    """
    return RequestContext(
        services=call.services,
        method="GET",
        path=f"/reply/{TOKEN}",
        route="/reply/{token}",
        parameters={"token": TOKEN},
        query={},
        headers={},
        body=b"",
        now=call.now,
    )
