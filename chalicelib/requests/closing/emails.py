"""The last messages to an owner about an incident: thanks, or that nothing is needed any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, compose_message


@dataclass(frozen=True)
class HelpGiven:
    """What an owner did. sent, saved: addresses of sites that footage came from, or that it was
    saved at and did not come from. looked: somebody looked and there was nothing, or could not
    help; declined: they would rather not, and that alone."""

    sent: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    looked: bool = False
    declined: bool = False


@dataclass(frozen=True)
class NoticeSubject:
    """What the last message is about. contact, contact_phone: whom to ask. tags: ids that a bounce
    or a complaint comes back with."""

    name: str
    phrase: str
    reference: str
    happened: str
    contact: str
    contact_phone: str
    words: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def thanks_email(
    sender: MessageSender, to: str, about: NoticeSubject, helped: HelpGiven
) -> Message:
    """Thanks for an answer, whatever it was, and what happens with what was sent."""
    return compose_message(
        sender,
        "thanks",
        to,
        phrase=about.phrase,
        reference=about.reference,
        tags=about.tags,
        about=about,
        helped=helped,
        privacy=f"{sender.base_url}/privacy",
    )


def not_needed_email(
    sender: MessageSender, to: str, about: NoticeSubject, addresses: Sequence[str]
) -> Message:
    """The incident is closed, and this owner had been asked and had not answered."""
    return compose_message(
        sender,
        "not_needed",
        to,
        phrase=about.phrase,
        reference=about.reference,
        tags=about.tags,
        about=about,
        addresses=addresses,
    )
