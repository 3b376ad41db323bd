"""Mails to officers about an incident's team: who joined, left, took charge or entered it.

Threat: mail is read on lock screens, forwarded, and kept by others. So such a mail names no crime
and no place, and its link asks for a sign-in. It says which officer did it, by user name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.access.units.colleagues import Colleague, Colleagues
from chalicelib.dynamodb.table import Write
from chalicelib.notifications.notices import Notice, Notices
from chalicelib.notifications.rendering import MessageSender, compose_message


@dataclass(frozen=True)
class TeamNews:
    """What one officer is told. heading: the subject as well. path: where the link leads."""

    to: Colleague
    heading: str
    sentence: str
    path: str


@dataclass(frozen=True)
class PreparedMail:
    """Mails to be sent, with the writes that keep them in the transaction of what they tell."""

    notices: tuple[Notice, ...]
    writes: tuple[Write, ...]


class TeamMail:
    """Prepares mails to officers, and queues them once their writes are made."""

    def __init__(self, notices: Notices, sender: MessageSender, colleagues: Colleagues) -> None:
        self._notices = notices
        self._sender = sender
        self.colleagues = colleagues

    def prepare(self, news: Iterable[TeamNews]) -> PreparedMail:
        """Prepare the mails; an officer of whom no address is known is told nothing."""
        made = [
            self._notices.record_notice(
                compose_message(
                    self._sender,
                    "officer_told",
                    one.to.email,
                    name=one.to.name,
                    heading=one.heading,
                    sentence=one.sentence,
                    link=f"{self._sender.base_url}{one.path}",
                )
            )
            for one in news
            if one.to.email
        ]
        return PreparedMail(tuple(one for one, _ in made), tuple(write for _, write in made))

    def send(self, mail: PreparedMail) -> None:
        """Queue mails whose writes are made."""
        for notice in mail.notices:
            self._notices.queue(notice)
