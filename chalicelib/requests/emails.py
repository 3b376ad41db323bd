"""Messages about a request for footage: asking, reminding, and saying that it is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.cameras.retention import SavingWay, saving_ways
from chalicelib.notifications import text_messages
from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, compose_message
from chalicelib.requests.recipient_states import EACH_CAMERA, offered_answers
from chalicelib.requests.reminder_schedule import with_next_deadline

if TYPE_CHECKING:
    from chalicelib.requests.model import Recipient
    from chalicelib.requests.recipients.recipient_context import RecipientContext


def request_email(
    sender: MessageSender, matters: Sequence[RecipientContext], tokens: Sequence[str], now: datetime
) -> Message:
    """The first message, about all the sites of one owner that a request asks. It says so when it
    is probably too late for all of them.

    tokens: of the reply links, one for each site.
    """
    counted = [one._replace(recipient=with_next_deadline(one.recipient, now)) for one in matters]
    late = all(one.recipient.deadline and one.recipient.deadline <= now for one in counted)
    return _about_all(sender, "ask", counted, tokens, now, late=late)


def request_text_message(
    sender: MessageSender, matters: Sequence[RecipientContext], tokens: Sequence[str]
) -> Message:
    """The text message without its e-mail, for the morning after an e-mail sent at night."""
    return replace(_about_all(sender, "ask", matters, tokens, late=False), to="")


def reminder_email(
    sender: MessageSender,
    matters: Sequence[RecipientContext],
    tokens: Sequence[str],
    *,
    last: bool,
    some_lost: bool = False,
) -> Message:
    """A reminder that the footage will soon be overwritten. last: no other reminder follows.
    some_lost: one camera has lost it, and the time left is that of the next."""
    return _about_all(sender, "remind", matters, tokens, last=last, some_lost=some_lost)


def upload_reminder_email(sender: MessageSender, matter: RecipientContext, token: str) -> Message:
    """A reminder that saved footage has not arrived."""
    return _about(sender, "remind_upload", matter, token, upload_by=matter.recipient.upload_by)


def deadline_passed_email(
    sender: MessageSender, matters: Sequence[RecipientContext], tokens: Sequence[str]
) -> Message:
    """The last message of a request whose overwrite deadline passed without an answer."""
    return _about_all(sender, "time_over", matters, tokens)


def upload_time_over_email(sender: MessageSender, matter: RecipientContext, token: str) -> Message:
    """The last message of a request whose saved footage did not arrive in the upload time."""
    return _about(sender, "upload_over", matter, token)


def withdrawal_email(sender: MessageSender, matters: Sequence[RecipientContext]) -> Message:
    """The message that footage is no longer needed from these sites of one owner."""
    ordered = sorted(matters, key=lambda matter: matter.site.address_line_1)
    places = _places(sender, ordered, [""] * len(matters))
    return _about(sender, "withdrawn", matters[0], "", places=places)


def _about_all(
    sender: MessageSender,
    kind: str,
    matters: Sequence[RecipientContext],
    tokens: Sequence[str],
    now: datetime | None = None,
    **more: Any,
) -> Message:
    """A message about several sites of one owner, the most urgent first; what is said once is said
    of that. now: for a message that may come after the deadline of some of them."""
    pairs = zip(matters, tokens, strict=True)
    ordered = sorted(pairs, key=lambda pair: _urgency(pair[0].recipient, now))
    first, token = ordered[0]
    places = _places(sender, *zip(*ordered, strict=True))
    more["told"] = first.told_about(matters)
    if more.get("late"):
        kept_until = first.kept_until
        more["going_until"] = kept_until if kept_until and now and kept_until > now else None
    ways = _ways(matters)
    return _about(sender, kind, first, token, places=places, ways=ways, **more)


def _ways(matters: Sequence[RecipientContext]) -> list[tuple[str, tuple[str, ...]]]:
    """How the owner saves footage, for each make that they have: what it is for, and the steps."""
    found = saving_ways([camera for matter in matters for camera in matter.cameras])
    if len(found) == 1:
        return [(found[0].make, found[0].steps)]
    if len(matters) > 1:  # each site counts its cameras from 1, so their numbers say nothing here
        return [(way.make or "Other cameras", way.steps) for way in found]
    return [(_named(way), way.steps) for way in found]


def _named(way: SavingWay) -> str:
    cameras = "Camera" if len(way.cameras) == 1 else "Cameras"
    numbers = ", ".join(str(number) for number in way.cameras)
    return f"{cameras} {numbers}{f' ({way.make})' if way.make else ''}"


def _urgency(recipient: Recipient, now: datetime | None) -> tuple[bool, bool, float, str]:
    """Sort key: what is lost next first; then what nobody knows; then what is lost already."""
    deadline = recipient.deadline
    lost = bool(now and deadline and deadline <= now)
    when = deadline.timestamp() if deadline else 0.0
    return (lost, deadline is None, when, recipient.site_id)


def _places(
    sender: MessageSender, matters: Sequence[RecipientContext], tokens: Sequence[str]
) -> list[dict[str, Any]]:
    """What a message says of each site, in their order."""
    return [
        {
            "address": matter.site.address_line_1,
            "cameras": len(matter.cameras),
            "start": matter.window.start,
            "end": matter.window.end,
            "recorder": matter.recorder_words(sender.time_zone),
            "link": _link(sender, token),
            "answers": _answers(_link(sender, token), len(matter.cameras) > 1),
        }
        for matter, token in zip(matters, tokens, strict=True)
    ]


def _link(sender: MessageSender, token: str) -> str:
    return f"{sender.base_url}/reply/{token}" if token else ""


def _answers(link: str, several: bool) -> list[tuple[str, str]]:
    """Each answer with the address of the page on which it is confirmed. Threat: mail scanners
    follow every link, so that none of these may answer by itself."""
    offered = [(words, f"{link}?answer={answer}") for answer, words in offered_answers(several)]
    return [*offered, (EACH_CAMERA, f"{link}/cameras")] if several else offered


def _about(
    sender: MessageSender, kind: str, matter: RecipientContext, token: str, **more: Any
) -> Message:
    request, recipient, _, site, owner = matter
    link = _link(sender, token)
    told = more.pop("told", None) or matter.told_words
    short = _short(sender, kind, matter, link, more) if owner.texts_to else ""
    return compose_message(
        sender,
        kind,
        owner.email,
        phrase=owner.phrase,
        reference=request.reference,
        tags={"request": request.id, "site": recipient.site_id},
        name=owner.name,
        happened=told.happened,
        message=told.asks,
        officer=request.officer_name,
        contact=request.contact_name or request.officer_name,
        contact_phone=request.contact_phone or sender.force_phone,
        window_from=matter.window.start,
        window_to=matter.window.end,
        address=site.address_line_1,
        cameras=len(matter.cameras),
        deadline=recipient.deadline,
        certain=recipient.deadline_certain,
        link=link,
        phone=owner.texts_to,
        short=short,
        text_by=None if kind == "withdrawn" else recipient.deadline,
        **more,
    )


def _short(
    sender: MessageSender, kind: str, matter: RecipientContext, link: str, more: Mapping[str, Any]
) -> str:
    """The text message that goes out beside an e-mail. Of sites that are asked for times of their
    own it speaks of the most urgent alone: no text has room for all of their times."""
    places = more.get("places", ())
    windows = {(place["start"], place["end"]) for place in places} or {matter.window_ends}
    alone = len(windows) > 1 and kind != "withdrawn"
    told = places[:1] if alone else places
    return text_messages.request_text(
        sender,
        kind,
        phrase=matter.owner.phrase,
        reference=matter.request.reference,
        officer=matter.request.officer_name,
        window=matter.window_ends if alone else _whole_span(windows),
        deadline=matter.recipient.deadline,
        link=link,
        late=bool(more.get("late")),
        going=bool(more.get("going_until")),
        last=bool(more.get("last")),
        cameras=sum(place["cameras"] for place in told),
        elsewhere=len(places) - len(told),
    )


def _whole_span(windows: Collection[tuple[datetime, datetime]]) -> tuple[datetime, datetime]:
    return min(start for start, _ in windows), max(end for _, end in windows)
