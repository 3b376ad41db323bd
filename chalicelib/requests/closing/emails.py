"""The last messages to an owner about an incident: thanks, or that nothing is needed any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, compose_message


@dataclass(frozen=True)
class HelpGiven:
    """What an owner did. sent, saved: addresses of sites that footage came from, or that it was
    saved at and did not come from. looked: the owner looked and saw nothing; unable: the owner
    could not help; declined: the owner declined, and answered nothing else."""

    sent: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    looked: bool = False
    unable: bool = False
    declined: bool = False


@dataclass(frozen=True)
class NoticeSubject:
    """What a closing notice is about. contact, contact_phone: whom to ask. words: what the officer
    words_by, who closed the incident, adds. tags: ids that a bounce or a complaint comes back
    with."""

    name: str
    phrase: str
    reference: str
    happened: str
    contact: str
    contact_phone: str
    words: str = ""
    words_by: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def thanks_email(
    sender: MessageSender, to: str, about: NoticeSubject, helped: HelpGiven
) -> Message:
    """The closing notice that thanks an owner for an answer, and says what happens to footage."""
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
    """The closing notice for an owner who was asked and had not answered."""
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
