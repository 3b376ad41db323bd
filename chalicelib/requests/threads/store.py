"""Threads in the Registry table.

A message and the head that counts it are written in one transaction, on the condition that the
request is open and that the head is as it was read: numbers have no gaps, and nobody writes to
a request that ended a moment before. While somebody is still to be told, the head stands in the
Listing index, where the sweep finds what the queue lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.core.errors import Unavailable
from chalicelib.core.times import iso_seconds
from chalicelib.dynamodb.item_schema import Declared
from chalicelib.dynamodb.stored_record import Derived, Record
from chalicelib.dynamodb.table import (
    NEW,
    ConditionFailed,
    Table,
    When,
    Write,
    absent,
    both,
    equals,
)
from chalicelib.requests.model import RequestState
from chalicelib.requests.threads.model import MOST, Head, Message, Side

LISTING_INDEX = ("Listing", "listing", "listed_at")
WAITING = "THREAD.waiting"
_TRIES = 12

MESSAGE = Record("message in a thread", Message, "THREAD#{request_id}.{site_id}", "MESSAGE#{id}")
# Under its request, so that one query tells what is unread.
HEAD = Record(
    "head of a thread",
    Head,
    "REQUEST#{request_id}",
    "THREAD#{site_id}",
    derived=[
        Derived(
            "listing",
            ("waiting_since",),
            lambda head: WAITING if head.waiting_since else None,
            always=False,
        )
    ],
)

ITEMS: tuple[Declared, ...] = (MESSAGE, HEAD)


class RequestEnded(Exception):
    """The request wants nothing any more."""


class ThreadFull(Exception):
    """There are MOST messages already."""


class ThreadStore:
    """Reads and writes of threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # reads

    def head(self, request_id: str, site_id: str) -> Head:
        """The thread's state; that of an empty one when nobody has written."""
        item = self._table.get(*_head_key(request_id, site_id), consistent=True)
        return HEAD.read(item) if item else Head(request_id, site_id)

    def heads(self, request_id: str) -> dict[str, Head]:
        """Site id → its thread's state, of every thread of a request."""
        items = self._table.query(f"REQUEST#{request_id}", prefix="THREAD#", consistent=True)
        return {head.site_id: head for head in map(HEAD.read, items)}

    def messages(self, request_id: str, site_id: str) -> list[Message]:
        """Everything written, in order."""
        found = self._table.query(
            f"THREAD#{request_id}.{site_id}", prefix="MESSAGE#", consistent=True
        )
        return sorted(map(MESSAGE.read, found), key=lambda message: message.number)

    def message(self, like: Message) -> Message | None:
        """The message with the id of this one, if it was written before."""
        item = self._table.get(*MESSAGE.key(like), consistent=True)
        return MESSAGE.read(item) if item else None

    def waiting(self) -> Iterator[tuple[str, str, datetime]]:
        """(request id, site id, since when) of threads somebody is to be told of, oldest first."""
        for item in self._table.query(WAITING, index=LISTING_INDEX):
            head = HEAD.read(item)
            if head.waiting_since:
                yield head.request_id, head.site_id, head.waiting_since

    # writes

    def add(self, message: Message) -> tuple[Message, Head, bool]:
        """Adds a message; its number is given here.

        Returns the message as it stands, the head after it, and False when it was there already:
        a form sent twice is one message. Raises RequestEnded, ThreadFull, Unavailable.
        """
        for _ in range(_TRIES):
            head = self.head(message.request_id, message.site_id)
            if head.messages >= MOST:
                raise ThreadFull
            numbered = replace(message, number=head.messages + 1)
            try:
                self._table.transact_patiently(*self._writes(numbered, head))
            except ConditionFailed as failed:
                if failed.index == 0:
                    return self.message(message) or message, head, False
                if failed.index == 2:
                    raise RequestEnded from None
                continue  # somebody wrote in between
            return numbered, self.head(message.request_id, message.site_id), True
        raise Unavailable("Many messages are arriving at once. Send yours again.")

    def _writes(self, message: Message, head: Head) -> list[Write]:
        unchanged = equals("messages", head.messages) if head.messages else absent("messages")
        count: dict[str, object] = {
            "messages": message.number,
            f"from_{message.by}": message.number,
            "waiting_since": message.at,
        }
        if message.by is Side.OFFICER:
            # Who answers has read what there was.
            count["read"] = max(head.read, head.from_owner)
        return [
            self._table.put_write(MESSAGE.item(message), when=NEW),
            self._table.update_write(*HEAD.key(head), assign=HEAD.changes(**count), when=unchanged),
            self._table.check_write(
                f"REQUEST#{message.request_id}", "REQUEST", equals("state", RequestState.OPEN.value)
            ),
        ]

    def note_read(self, head: Head) -> None:
        """An officer has read everything up to this head's last message."""
        further = When(
            "attribute_not_exists(#read) OR #read < :read",
            {"#read": "read"},
            {":read": head.messages},
        )
        try:
            self._table.update(
                *HEAD.key(head),
                assign=HEAD.changes(read=head.messages),
                when=both(further, When("attribute_exists(PK)")),
            )
        except ConditionFailed:
            return

    # telling

    def claim(
        self, head: Head, side: Side, now: datetime, until: datetime, *with_it: Write
    ) -> None:
        """Takes the right to send one mail to a side, for a while; see RequestStore.claim.

        Raises ConditionFailed when somebody else has it, or has told them in the meantime.
        """
        name = f"{side}_claimed_until"
        free = When(
            "attribute_not_exists(#claim) OR #claim <= :now",
            {"#claim": name},
            {":now": iso_seconds(now)},
        )
        self._table.transact_patiently(
            self._table.update_write(
                *HEAD.key(head),
                assign=HEAD.changes(**{name: until}),
                when=both(free, _as_told(head, side)),
            ),
            *with_it,
        )

    def release(self, head: Head, side: Side, claim: datetime) -> None:
        """Gives the right back, because sending failed and may be tried again at once."""
        name = f"{side}_claimed_until"
        try:
            self._table.update(
                *HEAD.key(head),
                assign=HEAD.changes(**{name: None}),
                when=equals(name, iso_seconds(claim)),
            )
        except ConditionFailed:
            return  # somebody took over

    def note_told(
        self, head: Head, side: Side, at: datetime | None, *, unreachable: bool | None = None
    ) -> Head:
        """A side knows of everything up to the head's last message for it; returns the head as
        it then is. at: when the mail went out, None when there was none to send."""
        changes: dict[str, object] = {
            f"{side}_told": head.for_side(side),
            f"{side}_claimed_until": None,
        }
        if at:
            changes[f"{side}_told_at"] = at
        if unreachable is not None:
            changes["unreachable"] = unreachable
        try:
            item = self._table.update(
                *HEAD.key(head), assign=HEAD.changes(**changes), when=_as_told(head, side)
            )
        except ConditionFailed:
            return self.head(head.request_id, head.site_id)  # told by another
        return HEAD.read(item)

    def nothing_waits(self, head: Head) -> None:
        """Takes the thread out of what the sweep looks at, if it is still as read."""
        try:
            self._table.update(
                *HEAD.key(head),
                assign=HEAD.changes(waiting_since=None),
                when=equals("messages", head.messages),
            )
        except ConditionFailed:
            return


def _as_told(head: Head, side: Side) -> When:
    number = head.told(side).number
    return equals(f"{side}_told", number) if number else absent(f"{side}_told")


def _head_key(request_id: str, site_id: str) -> tuple[str, str]:
    return f"REQUEST#{request_id}", f"THREAD#{site_id}"
