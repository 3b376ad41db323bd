"""Mails that say that somebody wrote in a thread (requests/threads/service.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, compose_message
from chalicelib.notifications.text_messages import message_text

if TYPE_CHECKING:
    from chalicelib.requests.model import FootageRequest
    from chalicelib.requests.recipients.recipient_context import RecipientContext


def owner_has_message(
    sender: MessageSender, matter: RecipientContext, words: Sequence[tuple[str, str]], token: str
) -> Message:
    """Tell an owner that an officer wrote. words: (officer's name, what they wrote), in order: the
    owner should not have to open a page to read a question."""
    request, recipient, _, site, owner = matter
    wrote = list(dict.fromkeys(name for name, _ in words))
    officers = " and ".join(wrote) or request.officer_name
    last = words[-1][0] if words else request.officer_name
    # The page that every other message leads to: it shows first that there is a message.
    link = f"{sender.base_url}/reply/{token}"
    short = message_text(
        sender, officer=last, phrase=owner.phrase, reference=request.reference, link=link
    )
    return compose_message(
        sender,
        "thread_owner",
        owner.email,
        phrase=owner.phrase,
        reference=request.reference,
        tags={"request": request.id, "site": recipient.site_id},
        name=owner.name,
        address=site.address_line_1,
        words=list(words),
        officer=officers,
        contact_phone=request.contact_phone or sender.force_phone,
        link=link,
        phone=owner.texts_to,
        short=short if owner.texts_to else "",
    )


def officer_has_message(
    sender: MessageSender,
    to: str,
    name: str,
    request: FootageRequest,
    site_id: str,
    number: int | None = None,
) -> Message:
    """Tell an officer that an owner wrote, and where to read it: the words are read at the console,
    where reading is on record. number: by which officers call the site. No tags: a bounce of this
    mail is not the owner's."""
    return compose_message(
        sender,
        "thread_officer",
        to,
        reference=request.reference,
        name=name,
        site=number or site_id,
        link=f"{sender.base_url}/console/requests/{request.id}/recipients/{site_id}",
        profile=f"{sender.base_url}/console/profile",
    )
