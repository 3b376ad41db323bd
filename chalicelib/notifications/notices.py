"""Notices: e-mails about a change, which are kept until they have been sent.

A notice is an entry of the outbox (`dynamodb.outbox`), written in the transaction of the change
that it reports. It holds the whole message, because the change may remove the address or the owner.
It is deleted once sent, and by the table when it could not be sent within KEPT.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.field_marks import Epoch, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.outbox import EntryKind, Outbox, filed_under
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import Table, Write
from chalicelib.notifications.channels import Mailer, Message, Undeliverable
from chalicelib.notifications.send_queue import SendTask

KEPT = timedelta(days=14)
"""How long a notice is tried and kept; then the address of an owner who left is kept no longer."""


@dataclass(frozen=True)
class Notice:
    """One e-mail that is still to be sent. kind: the name of its template."""

    id: str
    to: Personal
    subject: Personal
    text: Personal
    html: Personal
    kind: str
    due_at: Seconds
    expires_at: Epoch


NOTICE = StoredRecord("notice", Notice, "NOTICE#{id}", "NOTICE", derived=[filed_under("NOTICE")])

ITEMS: tuple[DeclaredItem, ...] = (NOTICE,)
NOTICES = EntryKind("NOTICE", lambda item: [(SendTask.NOTICE, _ids(NOTICE.read(item)))])


class Notices:
    """Stores notices, queues them and sends them."""

    def __init__(self, table: Table, outbox: Outbox, mailer: Mailer) -> None:
        self._table = table
        self._outbox = outbox
        self._mailer = mailer

    def record_notice(self, message: Message) -> tuple[Notice, Write]:
        """Return a notice, and the write that stores it in the transaction of its change. Once that
        has been made, call `queue` with the notice."""
        now = self._outbox.now()
        notice = Notice(
            id=new_id(),
            to=message.to,
            subject=message.subject,
            text=message.text,
            html=message.html,
            kind=message.kind,
            due_at=now,
            expires_at=now + KEPT,
        )
        return notice, self._table.put_write(NOTICE.item(notice))

    def queue(self, notice: Notice) -> None:
        """Queue a notice to be sent, once the transaction with its write has been made."""
        self._outbox.queue(SendTask.NOTICE, _ids(notice))

    def send_notice(self, notice_id: str) -> None:
        """Send a notice; a repeat sends nothing. Raises what sending raised, so that the queue
        tries again."""
        lease = self._outbox.claim((f"NOTICE#{notice_id}", "NOTICE"))
        if lease is None:
            return  # Sent, or leased by another worker; should that fail, it is recovered.
        kept = NOTICE.read(lease.item)
        message = Message(kept.to, kept.subject, kept.text, kept.html, kind=kept.kind)
        # A notice whose address takes no message is dropped: there is no other way to its reader.
        with self._outbox.releasing(lease), suppress(Undeliverable):
            self._mailer.send(message)
        self._outbox.remove(lease)


def _ids(notice: Notice) -> dict[str, str]:
    return {"notice_id": notice.id}
