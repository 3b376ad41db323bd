"""Threads in the Registry table.

A message and the head that counts it are written in one transaction, on the condition that the
request is open and that the head is as it was read: numbers have no gaps, and nobody writes to
a request that ended a moment before. While somebody is still to be told, the head is an entry of
the outbox; each side has a lease of its own, so that neither waits for the other's mail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.retries import retry
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.outbox import EntryKind, filed_under, lease_free, lease_held
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import (
    EXISTS,
    NEW,
    Condition,
    ConditionFailed,
    Table,
    Write,
    absent,
    all_of,
    equals,
)
from chalicelib.notifications.send_queue import SendTask
from chalicelib.requests.model import RequestState
from chalicelib.requests.threads.model import MOST, Side, ThreadHead, ThreadMessage

NOTICE_TASKS = {Side.OWNER: SendTask.TELL_OWNER, Side.OFFICER: SendTask.TELL_OFFICER}
_TRIES = 12

MESSAGE = StoredRecord(
    "message in a thread", ThreadMessage, "THREAD#{request_id}.{site_id}", "MESSAGE#{id}"
)
# The head stands under its request, so that one query tells what is unread.
HEAD = StoredRecord(
    "head of a thread",
    ThreadHead,
    "REQUEST#{request_id}",
    "THREAD#{site_id}",
    derived=[filed_under("THREAD")],
)

ITEMS: tuple[DeclaredItem, ...] = (MESSAGE, HEAD)
THREADS = EntryKind("THREAD", lambda item: _messages(HEAD.read(item)))


class RequestEnded(Exception):
    """A message cannot be added, because its request has ended."""


class ThreadFull(Exception):
    """A message cannot be added, because its thread has MOST messages already."""


class ThreadStore:
    """Reads and writes threads in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # reads

    def head(self, request_id: str, site_id: str) -> ThreadHead:
        """Read a thread's head; that of an empty thread when nobody has written."""
        item = self._table.get(*_head_key(request_id, site_id), consistent=True)
        return HEAD.read(item) if item else ThreadHead(request_id, site_id)

    def heads(self, request_id: str) -> dict[str, ThreadHead]:
        """Site id → its thread's state, of every thread of a request."""
        items = self._table.query(f"REQUEST#{request_id}", prefix="THREAD#", consistent=True)
        return {head.site_id: head for head in map(HEAD.read, items)}

    def messages(self, request_id: str, site_id: str) -> list[ThreadMessage]:
        """Every message of a thread, in order."""
        found = self._table.query(
            f"THREAD#{request_id}.{site_id}", prefix="MESSAGE#", consistent=True
        )
        return sorted(map(MESSAGE.read, found), key=lambda message: message.number)

    def message(self, like: ThreadMessage) -> ThreadMessage | None:
        """The message with the id of this one, if it was written before."""
        item = self._table.get(*MESSAGE.key(like), consistent=True)
        return MESSAGE.read(item) if item else None

    # writes

    def add_message(self, message: ThreadMessage) -> tuple[ThreadMessage, ThreadHead, bool]:
        """Adds a message; its number is given here.

        Returns the message as it stands, the head after it, and False when it was there already:
        a form sent twice is one message. Raises RequestEnded, ThreadFull, Unavailable.
        """
        return retry(
            lambda: self._add(message),
            on=ConditionFailed,  # somebody wrote in between
            most=_TRIES,
            otherwise="Many messages are arriving at once. Send yours again.",
        )

    def _add(self, message: ThreadMessage) -> tuple[ThreadMessage, ThreadHead, bool]:
        head = self.head(message.request_id, message.site_id)
        if head.messages >= MOST:
            raise ThreadFull
        numbered = replace(message, number=head.messages + 1)
        try:
            self._table.transact_with_retry(*self._writes(numbered, head))
        except ConditionFailed as failed:
            if failed.index == 0:
                return self.message(message) or message, head, False
            if failed.index == 2:
                raise RequestEnded from None
            raise
        return numbered, self.head(message.request_id, message.site_id), True

    def _writes(self, message: ThreadMessage, head: ThreadHead) -> list[Write]:
        unchanged = equals("messages", head.messages) if head.messages else absent("messages")
        count: dict[str, object] = {
            "messages": message.number,
            f"from_{message.by}": message.number,
            "due_at": message.at,
        }
        return [
            self._table.put_write(MESSAGE.item(message), when=NEW),
            self._table.update_write(*HEAD.key(head), assign=HEAD.changes(**count), when=unchanged),
            self._table.check_write(
                f"REQUEST#{message.request_id}", "REQUEST", equals("state", RequestState.OPEN.value)
            ),
        ]

    def note_read(self, head: ThreadHead, officer_id: str) -> None:
        """Note that an officer has read everything up to this head's last message. The note is left
        out when somebody else reads at this moment: the next look makes it."""
        read_by = {**head.read_by, officer_id: head.messages}
        unchanged = equals("read_by", head.read_by) if head.read_by else absent("read_by")
        try:
            self._table.update(
                *HEAD.key(head),
                assign=HEAD.changes(read_by=read_by),
                when=all_of(EXISTS, unchanged),
            )
        except ConditionFailed:
            return

    # telling

    def claim(
        self, head: ThreadHead, side: Side, now: datetime, until: datetime, *with_it: Write
    ) -> None:
        """Claim the right to send one mail to a side, for a while; see RequestStore.claim_group.

        Raises ConditionFailed when somebody else has the claim, or has told the side meanwhile.
        """
        name = f"{side}_claimed_until"
        self._table.transact_with_retry(
            self._table.update_write(
                *HEAD.key(head),
                assign=HEAD.changes(**{name: until}),
                when=all_of(lease_free(name, now), _as_told(head, side)),
            ),
            *with_it,
        )

    def release(self, head: ThreadHead, side: Side, claim: datetime) -> None:
        """Give a claim back, because sending failed and may be tried again at once."""
        name = f"{side}_claimed_until"
        try:
            self._table.update(
                *HEAD.key(head), assign=HEAD.changes(**{name: None}), when=lease_held(name, claim)
            )
        except ConditionFailed:
            return  # somebody else has claimed the side

    def note_told(
        self, head: ThreadHead, side: Side, at: datetime | None, *, unreachable: bool | None = None
    ) -> ThreadHead:
        """Note that a side knows of all messages for it that the head counts; return the head
        after that. at: when the mail went out, None when there was none to send."""
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

    def set_due(self, head: ThreadHead, moment: datetime | None) -> None:
        """Set when a side is next to be told, None for neither, unless somebody wrote meanwhile."""
        try:
            self._table.update(
                *HEAD.key(head),
                assign=HEAD.changes(due_at=moment),
                when=equals("messages", head.messages),
            )
        except ConditionFailed:
            return


def _as_told(head: ThreadHead, side: Side) -> Condition:
    number = head.notified_state(side).number
    return equals(f"{side}_told", number) if number else absent(f"{side}_told")


def _head_key(request_id: str, site_id: str) -> tuple[str, str]:
    return f"REQUEST#{request_id}", f"THREAD#{site_id}"


def tell_ids(head: ThreadHead) -> dict[str, str]:
    """The ids that name a thread in the send queue."""
    return {"request_id": head.request_id, "site_id": head.site_id}


def _messages(head: ThreadHead) -> list[tuple[SendTask, dict[str, str]]]:
    return [(NOTICE_TASKS[side], tell_ids(head)) for side in Side if head.is_unnotified(side)]
