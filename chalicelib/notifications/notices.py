"""E-mails that must go out though nobody waits for them: each is kept until it was sent.

A notice is an entry of the outbox (dynamodb.outbox), written in the transaction of the change that
it tells of. It holds the whole message, because the change may be that an address or an owner is
gone; so it is deleted when it went out, and by the table when it could not for days.
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
"""For which a notice is tried. Then the address of somebody who left is not kept any longer."""


@dataclass(frozen=True)
class Notice:
    """One message that is still to go out. kind: the name of its template."""

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
    """Keeps notices and sends them."""

    def __init__(self, table: Table, outbox: Outbox, mailer: Mailer) -> None:
        self._table = table
        self._outbox = outbox
        self._mailer = mailer

    def record_notice(self, message: Message) -> tuple[Notice, Write]:
        """A notice, and the write for the change's own transaction. Afterwards it is given to
        `queue`."""
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
        """Has it sent, now that the change is made."""
        self._outbox.queue(SendTask.NOTICE, _ids(notice))

    def send_notice(self, notice_id: str) -> None:
        """Sends a notice. Repeating it sends nothing twice. Raises what sending raised, so that
        the queue tries again."""
        lease = self._outbox.claim((f"NOTICE#{notice_id}", "NOTICE"))
        if lease is None:
            return  # sent, or being sent; should they fail, it is found again
        kept = NOTICE.read(lease.item)
        message = Message(kept.to, kept.subject, kept.text, kept.html, kind=kept.kind)
        # There is no other way to reach an address that takes no message.
        with self._outbox.releasing(lease), suppress(Undeliverable):
            self._mailer.send(message)
        self._outbox.remove(lease)


def _ids(notice: Notice) -> dict[str, str]:
    return {"notice_id": notice.id}
