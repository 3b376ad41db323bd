"""Tells senders what became of their files: thanks with the receipt, or please send again."""

from __future__ import annotations

from typing import Protocol

from chalicelib.access.officer_profiles import News
from chalicelib.evidence.model import Evidence, State
from chalicelib.notifications.channels import Mailer
from chalicelib.notifications.rendering import Sender, compose
from chalicelib.registry.model import Owner
from chalicelib.requests.digest.officer_digest import Newsroom


class Owners(Protocol):
    """What this needs of the register."""

    def owner(self, owner_id: str) -> Owner | None:
        """The owner, or None when they have left the register."""


class Tell:
    """One e-mail per decision. Raises a DomainError when it cannot be sent."""

    def __init__(self, owners: Owners, mailer: Mailer, sender: Sender, news: Newsroom) -> None:
        self._owners = owners
        self._news = news
        self._mailer = mailer
        self._sender = sender

    def __call__(self, evidence: Evidence) -> None:
        """To the owner who sent it, if they are still on the register; and, with what else there
        is to tell, to the officer who asked for it."""
        if evidence.state is State.ACCEPTED:
            self._news.note(evidence.request_id, News.FOOTAGE)
        owner = self._owners.owner(evidence.owner_id)
        if owner is None:
            return
        accepted = evidence.state is State.ACCEPTED
        self._mailer.send(
            compose(
                self._sender,
                "footage_accepted" if accepted else "footage_rejected",
                owner.email,
                phrase=owner.phrase,
                file_name=evidence.file_name,
                size=evidence.size,
                received_at=evidence.received_at,
                sha256=evidence.sha256,
                reason=evidence.reason,
            )
        )
