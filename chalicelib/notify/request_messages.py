"""Messages about a request for footage: asking, reminding, and saying that it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.notify import short_texts
from chalicelib.notify.messages import Sender, compose
from chalicelib.notify.sender import Message

if TYPE_CHECKING:
    from chalicelib.requests.matters import Matter


def ask(sender: Sender, matter: Matter, token: str, now: datetime) -> Message:
    """The first message. Says honestly when it is probably too late."""
    deadline = matter.recipient.deadline
    return _about(sender, "ask", matter, token, late=deadline is not None and deadline <= now)


def ask_text(sender: Sender, matter: Matter, token: str) -> Message:
    """The text message alone, the morning after an e-mail that went out at night."""
    return replace(_about(sender, "ask", matter, token, late=False), to="")


def remind(sender: Sender, matter: Matter, token: str, *, last: bool) -> Message:
    """The footage is still there, but not for long. last: no other reminder follows."""
    return _about(sender, "remind", matter, token, last=last)


def remind_upload(sender: Sender, matter: Matter, token: str) -> Message:
    """The footage is saved; it has not arrived."""
    return _about(sender, "remind_upload", matter, token, upload_by=matter.recipient.upload_by)


def time_over(sender: Sender, matter: Matter, token: str) -> Message:
    """The overwrite deadline passed without an answer. The last message of this request."""
    return _about(sender, "time_over", matter, token)


def upload_over(sender: Sender, matter: Matter, token: str) -> Message:
    """The upload time passed. The last message of this request."""
    return _about(sender, "upload_over", matter, token)


def withdrawn(sender: Sender, matter: Matter) -> Message:
    """The police no longer need it."""
    return _about(sender, "withdrawn", matter, "")


def _about(sender: Sender, kind: str, matter: Matter, token: str, **more: Any) -> Message:
    request, recipient, incident, site, owner = matter
    link = f"{sender.base_url}/reply/{token}" if token else ""
    short = short_texts.request_text(
        sender,
        kind,
        phrase=owner.phrase,
        reference=request.reference,
        officer=request.officer_name,
        window=(matter.window.start, matter.window.end),
        deadline=recipient.deadline,
        link=link,
        late=bool(more.get("late")),
        last=bool(more.get("last")),
    )
    return compose(
        sender,
        kind,
        owner.email,
        phrase=owner.phrase,
        reference=request.reference,
        tags={"request": request.id, "site": recipient.site_id},
        name=owner.name,
        happened=incident.public_description or incident.offence,
        message=request.message,
        officer=request.officer_name,
        window_from=matter.window.start,
        window_to=matter.window.end,
        address=site.address_line_1,
        cameras=len(site.cameras),
        deadline=recipient.deadline,
        certain=recipient.deadline_certain,
        steps=matter.steps,
        link=link,
        phone=owner.texts_to,
        short=short,
        text_by=None if kind == "withdrawn" else recipient.deadline,
        **more,
    )
