"""One-time links sent by e-mail: a random token in the message, only its hash in the table.

A link is opened with a GET as often as anybody likes (mail scanners do) and used once, in the
same transaction as what it permits. DynamoDB removes expired items late, so time is compared
here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core.errors import Gone, NotFound
from chalicelib.core.ids import is_token, new_token, token_hash
from chalicelib.core.times import Clock, epoch, iso_seconds
from chalicelib.dynamodb.field_marks import Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import Condition, Table, Write, absent, all_of, equals

KEPT_AFTER_USE = timedelta(days=7)
"""How long a link outlives its end, so that a second click finds it used and not unknown."""


class LinkPurpose(StrEnum):
    """What a one-time link permits. A link for one purpose never serves another."""

    CONFIRM = "confirm a registration"
    SIGN_IN = "sign in"
    REPLY = "answer a request"
    NEW_EMAIL = "use another email address"


@dataclass(frozen=True)
class OneTimeLink:
    """A one-time link as stored.

    subject: the id that the link is about. created_at: when it was sent. used_at: when it was used,
    or None. result: the id of what using the link made, "" before.
    """

    hash: str
    purpose: LinkPurpose
    subject: str
    ends_at: Seconds
    created_at: Seconds
    used_at: Seconds | None = None
    result: str = ""

    def is_of_former_address(self, changed_at: datetime | None) -> bool:
        """Return True when the owner's e-mail address was changed after this link was sent.

        Threat: somebody else reads the mailbox that the owner left.
        """
        return changed_at is not None and self.created_at < changed_at


LINK = StoredRecord(
    "one-time link",
    OneTimeLink,
    "LINK#{hash}",
    "LINK",
    patterns={"hash": "[0-9a-f]{64}"},
    derived=[
        Derived("expires_at", ("ends_at",), lambda link: epoch(link.ends_at + KEPT_AFTER_USE)),
    ],
)

ITEMS: tuple[DeclaredItem, ...] = (LINK,)


class OneTimeLinks:
    """Makes, opens and uses one-time links."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def make_link(self, purpose: LinkPurpose, subject: str, life: timedelta) -> tuple[str, Write]:
        """Return a new link's token, for its message alone, and the write that stores the link."""
        token, now = new_token(), self._clock()
        link = OneTimeLink(token_hash(token), purpose, subject, ends_at=now + life, created_at=now)
        return token, self._table.put_write(LINK.item(link))

    def open_link(self, token: str, purpose: LinkPurpose) -> OneTimeLink:
        """Return the link of this token, used or not.

        Raises NotFound for a token that is mistyped, forged or for another purpose, and Gone
        for one that expired unused.
        """
        item = None
        if is_token(token):
            item = self._table.get(_partition(token_hash(token)), "LINK", consistent=True)
        if item is None or item["purpose"] != purpose.value:
            raise NotFound(
                "This link is not one of ours or is not complete. "
                "Copy the whole link from the email."
            )
        link = LINK.read(item)
        if link.used_at is None and link.ends_at <= self._clock():
            raise Gone("This link has expired.")
        return link

    def use_link(self, link: OneTimeLink, result: str = "") -> Write:
        """Return the write that marks a link used, with `result`.

        Its condition fails when the link was used already or has expired."""
        now = self._clock()
        in_time = Condition("#ends > :now", {"#ends": "ends_at"}, {":now": iso_seconds(now)})
        return self._table.update_write(
            *LINK.key(link),
            assign=LINK.changes(used_at=now, result=result),
            when=all_of(equals("purpose", link.purpose.value), absent("used_at"), in_time),
        )


def _partition(link_hash: str) -> str:
    return f"LINK#{link_hash}"
