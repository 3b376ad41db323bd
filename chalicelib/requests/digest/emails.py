"""The officer digest: what is new of a request, in counts, with the way to the console.

Threat: mail is read on lock screens, forwarded, and kept by others. So a message to an
officer names no owner, no address and no crime: the reference of the request, counts, and a link
that asks for a sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.notifications.channels import Message
from chalicelib.notifications.rendering import MessageSender, compose_message


@dataclass(frozen=True)
class RequestStanding:
    """How many sites of a request were asked, answered, and are in each state. said: states that
    are worth a line, as (words, how many), zeros left out."""

    asked: int
    answered: int
    said: tuple[tuple[str, int], ...]


def digest_email(
    sender: MessageSender,
    to: str,
    *,
    name: str,
    reference: str,
    request_id: str,
    happened: Sequence[str],
    standing: RequestStanding,
) -> Message:
    """A digest of what happened since the last one. happened: whole sentences, the weightiest
    first; the first is the subject."""
    return compose_message(
        sender,
        "officer_news",
        to,
        reference=reference,
        name=name,
        happened=happened,
        standing=standing,
        link=f"{sender.base_url}/console/requests/{request_id}",
        profile=f"{sender.base_url}/console/profile",
    )
