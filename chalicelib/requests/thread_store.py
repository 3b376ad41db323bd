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

from chalicelib.errors import Unavailable
from chalicelib.items import ItemKind
from chalicelib.requests.model import RequestState
from chalicelib.requests.thread_model import MOST, Head, Message, Side, Told
from chalicelib.table import (
    NEW,
    ConditionFailed,
    Item,
    Table,
    Value,
    When,
    Write,
    absent,
    both,
    equals,
)
from chalicelib.times import iso_micros, iso_seconds, parse_iso

LISTING_INDEX = ("Listing", "listing", "listed_at")
WAITING = "THREAD.waiting"
_ID = "[0-9a-z]{16}"
_TRIES = 12

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "message in a thread",
        pk=f"THREAD#{_ID}.{_ID}",
        sk=f"MESSAGE#{_ID}",
        needed=frozenset({"number", "by", "by_id", "by_name", "at", "text"}),
        personal=frozenset({"by_name", "text"}),
    ),
    # Under its request, so that one query tells what is unread.
    ItemKind(
        "head of a thread",
        pk=f"REQUEST#{_ID}",
        sk=f"THREAD#{_ID}",
        needed=frozenset({"messages"}),
        may=frozenset(
            {
                *("from_owner", "from_officer", "read", "unreachable", "listing", "listed_at"),
                *("owner_told", "owner_told_at", "owner_claimed_until"),
                *("officer_told", "officer_told_at", "officer_claimed_until"),
            }
        ),
    ),
)


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
        return _head(item) if item else Head(request_id, site_id)

    def heads(self, request_id: str) -> dict[str, Head]:
        """Site id → its thread's state, of every thread of a request."""
        items = self._table.query(f"REQUEST#{request_id}", prefix="THREAD#", consistent=True)
        return {head.site_id: head for head in map(_head, items)}

    def messages(self, request_id: str, site_id: str) -> list[Message]:
        """Everything written, in order."""
        found = self._table.query(
            f"THREAD#{request_id}.{site_id}", prefix="MESSAGE#", consistent=True
        )
        return sorted(map(_message, found), key=lambda message: message.number)

    def message(self, like: Message) -> Message | None:
        """The message with the id of this one, if it was written before."""
        item = self._table.get(
            f"THREAD#{like.request_id}.{like.site_id}", f"MESSAGE#{like.id}", consistent=True
        )
        return _message(item) if item else None

    def waiting(self) -> Iterator[tuple[str, str, datetime]]:
        """(request id, site id, since when) of threads somebody is to be told of, oldest first."""
        for item in self._table.query(WAITING, index=LISTING_INDEX):
            head = _head(item)
            yield head.request_id, head.site_id, parse_iso(item["listed_at"])

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
        count: dict[str, Value] = {
            "messages": message.number,
            f"from_{message.by}": message.number,
            "listing": WAITING,
            "listed_at": iso_micros(message.at),
        }
        if message.by is Side.OFFICER:
            # Who answers has read what there was.
            count["read"] = max(head.read, head.from_owner)
        return [
            self._table.put_write(_message_item(message), when=NEW),
            self._table.update_write(
                *_head_key(message.request_id, message.site_id), assign=count, when=unchanged
            ),
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
                *_head_key(head.request_id, head.site_id),
                assign={"read": head.messages},
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
                *_head_key(head.request_id, head.site_id),
                assign={name: iso_seconds(until)},
                when=both(free, _as_told(head, side)),
            ),
            *with_it,
        )

    def release(self, head: Head, side: Side, claim: datetime) -> None:
        """Gives the right back, because sending failed and may be tried again at once."""
        name = f"{side}_claimed_until"
        try:
            self._table.update(
                *_head_key(head.request_id, head.site_id),
                assign={name: None},
                when=equals(name, iso_seconds(claim)),
            )
        except ConditionFailed:
            return  # somebody took over

    def note_told(
        self, head: Head, side: Side, at: datetime | None, *, unreachable: bool | None = None
    ) -> Head:
        """A side knows of everything up to the head's last message for it; returns the head as
        it then is. at: when the mail went out, None when there was none to send."""
        changes: dict[str, Value] = {
            f"{side}_told": head.for_side(side),
            f"{side}_claimed_until": None,
        }
        if at:
            changes[f"{side}_told_at"] = iso_seconds(at)
        if unreachable is not None:
            changes["unreachable"] = True if unreachable else None
        key = _head_key(head.request_id, head.site_id)
        try:
            after = _head(self._table.update(*key, assign=changes, when=_as_told(head, side)))
        except ConditionFailed:
            return self.head(head.request_id, head.site_id)  # told by another
        return after

    def nothing_waits(self, head: Head) -> None:
        """Takes the thread out of what the sweep looks at, if it is still as read."""
        try:
            self._table.update(
                *_head_key(head.request_id, head.site_id),
                assign={"listing": None, "listed_at": None},
                when=equals("messages", head.messages),
            )
        except ConditionFailed:
            return


def _as_told(head: Head, side: Side) -> When:
    number = head.told(side).number
    return equals(f"{side}_told", number) if number else absent(f"{side}_told")


def _head_key(request_id: str, site_id: str) -> tuple[str, str]:
    return f"REQUEST#{request_id}", f"THREAD#{site_id}"


def _message_item(message: Message) -> Item:
    return {
        "PK": f"THREAD#{message.request_id}.{message.site_id}",
        "SK": f"MESSAGE#{message.id}",
        "number": message.number,
        "by": message.by.value,
        "by_id": message.by_id,
        "by_name": message.by_name,
        "at": iso_micros(message.at),
        "text": message.text,
    }


def _message(item: Item) -> Message:
    request_id, _, site_id = str(item["PK"]).removeprefix("THREAD#").partition(".")
    return Message(
        request_id=request_id,
        site_id=site_id,
        id=str(item["SK"]).removeprefix("MESSAGE#"),
        number=item["number"],
        by=Side(item["by"]),
        by_id=item["by_id"],
        by_name=item["by_name"],
        at=parse_iso(item["at"]),
        text=item["text"],
    )


def _head(item: Item) -> Head:
    return Head(
        request_id=str(item["PK"]).removeprefix("REQUEST#"),
        site_id=str(item["SK"]).removeprefix("THREAD#"),
        messages=item["messages"],
        from_owner=item.get("from_owner", 0),
        from_officer=item.get("from_officer", 0),
        told_owner=_told(item, Side.OWNER),
        told_officer=_told(item, Side.OFFICER),
        read=item.get("read", 0),
        unreachable=item.get("unreachable", False),
    )


def _told(item: Item, side: Side) -> Told:
    at, claim = item.get(f"{side}_told_at"), item.get(f"{side}_claimed_until")
    return Told(
        item.get(f"{side}_told", 0),
        parse_iso(at) if at else None,
        parse_iso(claim) if claim else None,
    )
