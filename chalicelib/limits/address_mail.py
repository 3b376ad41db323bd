"""How many mails strangers may have us send to one mailbox, without locking its owner out.

Two threats pull in two directions. Somebody has us send mail after mail to a person; and somebody
asks so often in an owner's name that the day's mails are used up and the owner gets no link. So:

1. The first `burst` mails of a day (UTC) go out at once, whoever asks.
2. After that, a client that has not asked for this mailbox today still gets one, up to `MORE` a
   day: the owner at home is another client than the stranger who asked twenty-five times.
3. After that, one goes out when the last one was sent `GAP` ago or longer, or was used. A link to
   sign in lives for longer than GAP, so that the newest mail in the mailbox always has a link that
   works, whoever asked for it; and only who reads the mailbox can use it.
4. A browser with which this owner has signed in before has a number of its own each day, which
   strangers cannot use up.

Earlier links stay valid. The same is read and written for every address, registered or not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.table import (
    Condition,
    ConditionFailed,
    Item,
    Table,
    Write,
    below,
    equals,
)
from chalicelib.limits.asker import Asker
from chalicelib.limits.client_address import client_mark

MORE = 20
"""Mails a day beyond the first ones, each for a client that has not had one."""

GAP = timedelta(minutes=20)
"""Time between two mails when all others of the day have gone."""

_MARK = 16
"""Characters that are kept of a client's mark; two clients of one mailbox hardly share them."""

ASKED = frozenset({"times", "expires_at"})
"""Attributes of the item that counts; the others are ALSO."""
ALSO = frozenset({"last_at", "last_link", "clients"})


@dataclass(frozen=True)
class MailAsked:
    """A mail that somebody asked for. mailbox: its partition in the table. what: the kind of mail.
    link: the hash of the link that is in it. burst: see the top. own: the mailbox's owner asks,
    with a browser of theirs."""

    mailbox: str
    what: str
    asker: Asker
    link: str
    burst: int
    own: bool = False

    def key(self, day: str) -> tuple[str, str]:
        """Return the key of the item that counts such mails on a day."""
        return self.mailbox, f"ASKED#{self.what}{'-own' if self.own else ''}#{day}"


class AddressMail:
    """Decides for one mailbox at a time. key: gives the stage's secret."""

    def __init__(self, table: Table, clock: Clock, key: Callable[[], bytes]) -> None:
        self._table = table
        self._clock = clock
        self._key = key

    def allow(self, asked: MailAsked) -> Write | None:
        """Return the write that counts the mail, for the transaction of its link; None when no mail
        goes out now. The write fails when another was sent meanwhile."""
        now = self._clock()
        day = f"{now:%Y-%m-%d}"
        key = asked.key(day)
        item = self._table.get(*key, consistent=True) or {}
        client = client_mark(self._key(), asked.asker.network, f"{asked.mailbox} {day}")
        client = client[:_MARK]
        clients = [str(one) for one in item.get("clients", [])]
        when = self._condition(asked, item, client in clients)
        if when is None:
            return None
        return self._table.update_write(
            *key,
            add={"times": 1},
            assign={
                "expires_at": epoch(now) + 2 * 86400,
                "last_at": epoch(now),
                "last_link": asked.link,
                "clients": list(dict.fromkeys([*clients, client]))[: asked.burst + MORE],
            },
            when=when,
        )

    def forget(self, asked: MailAsked) -> None:
        """Note that the mail which was counted last did not go out, so that the next one may."""
        with suppress(ConditionFailed):  # another mail has gone out since
            self._table.update(
                *asked.key(f"{self._clock():%Y-%m-%d}"),
                add={"times": -1},
                assign={"last_at": 0, "clients": []},
                when=equals("last_link", asked.link),
            )

    def _condition(self, asked: MailAsked, item: Item, had_one: bool) -> Condition | None:
        """What must still hold when the mail is counted; None when none may go out."""
        times = int(item.get("times", 0))
        if times < asked.burst:
            return below("times", asked.burst)
        if asked.own:
            return None
        same = equals("times", times)
        if not had_one and times < asked.burst + MORE:
            return same
        rested = self._clock().timestamp() - int(item.get("last_at", 0)) >= GAP.total_seconds()
        return same if rested or self._used(str(item.get("last_link", ""))) else None

    def _used(self, link: str) -> bool:
        found = self._table.get(f"LINK#{link}", "LINK", consistent=True)
        return bool(found and found.get("used_at"))
