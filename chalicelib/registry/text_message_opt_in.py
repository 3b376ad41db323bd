"""Owners choose text messages, and show by a code that the telephone is theirs.

Threats: a mistyped number would send a stranger somebody's three words and reply links; the form
could be used to flood a stranger or to run up the force's bill with dear numbers. So a number
counts only after a code that went there came back, codes are few, and only numbers of
the stage's own country are taken.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import Conflict, Gone, Invalid, TooMany, Unavailable
from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import Clock, epoch, iso_seconds
from chalicelib.core.typed.typed_text import with_plain_digits
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import Condition, ConditionFailed, Table, Write, equals
from chalicelib.notifications.channels import Texter, Undeliverable
from chalicelib.notifications.rendering import MessageSender
from chalicelib.notifications.text_messages import code_text
from chalicelib.registry.model import Owner
from chalicelib.registry.records import OWNER
from chalicelib.registry.store import CHANGED, daily_count_write

CODE_LIFE = timedelta(minutes=15)
TRIES = 5
"""Tries at one code. With `MOST_A_DAY` codes that is 25 guesses among a million."""

MOST_A_DAY = 5
"""Most codes in a day for one owner, and for one number."""

_KEY = "TEXTCODE"
_GONE = "This code has expired. Ask for a new one."


@dataclass(frozen=True)
class SentCode:
    """A code that was sent and not typed in yet. code: its hash. tries: how often somebody typed
    a code."""

    owner_id: str
    phone: Personal
    code: str
    ends_at: Seconds
    tries: Annotated[int, FieldMark.KEPT] = 0


CODE = StoredRecord(
    "code for text messages",
    SentCode,
    "OWNER#{owner_id}",
    _KEY,
    derived=[Derived("expires_at", ("ends_at",), lambda code: epoch(code.ends_at))],
)

ITEMS: tuple[DeclaredItem, ...] = (
    CODE,
    ItemKind(
        "codes asked for",
        pk="(OWNER#[0-9a-z]{16})|(PHONE#[0-9a-f]{64})",
        sk=r"TEXTED#\d{4}-\d{2}-\d{2}",
        needed=frozenset({"times", "expires_at"}),
    ),
)


class TextMessageOptIn:
    """Turns text messages to an owner on and off. sender: names the country whose numbers are
    accepted. key: gives the stage's secret."""

    def __init__(
        self,
        table: Table,
        texter: Texter,
        sender: MessageSender,
        audit: AuditLog,
        clock: Clock,
        key: Callable[[], bytes],
    ) -> None:
        self._table = table
        self._texter = texter
        self._sender = sender
        self._audit = audit
        self._clock = clock
        self._key = key
        self._country = COUNTRIES[sender.country]

    def send_code(self, owner: Owner, phone: str) -> None:
        """Send a code to the number; an earlier code is no longer accepted.

        Raises Invalid for a number that text messages do not go to, TooMany, Undeliverable, or
        Unavailable when it cannot be sent now; then no code waits, and no page asks for one.
        """
        if not self._country.takes_texts(phone):
            raise Invalid.field("phone", self._country.mobile_wanted)
        now, code = self._clock(), f"{secrets.randbelow(1_000_000):06}"
        sent = SentCode(owner.id, phone, self._hash(owner.id, code), ends_at=now + CODE_LIFE)
        try:
            self._table.transact_with_retry(
                self._count(_partition(owner.id), now),
                self._count(f"PHONE#{keyed_hash(self._key(), 'phone', phone)}", now),
                self._table.put_write(CODE.item(sent)),
            )
        except ConditionFailed:
            raise TooMany(
                f"We send at most {MOST_A_DAY} codes a day. Try again tomorrow."
            ) from None
        try:
            self._texter.send(phone, code_text(self._sender, code, CODE_LIFE.seconds // 60))
        except (Undeliverable, Unavailable):
            with suppress(ConditionFailed):  # another code was sent meanwhile
                self._table.delete(*CODE.key(sent), when=equals("code", sent.code))
            raise

    def _count(self, partition: str, now: datetime) -> Write:
        return daily_count_write(self._table, partition, "TEXTED", now, MOST_A_DAY)

    def waiting_number(self, owner_id: str) -> str:
        """The number whose code has not been typed in yet, "" when there is none."""
        item = self._table.get(_partition(owner_id), _KEY, consistent=True)
        sent = CODE.read(item) if item else None
        return sent.phone if sent and self._counts(sent) else ""

    def confirm_code(self, owner: Owner, typed: str) -> None:
        """Turn text messages on when the code is right; the code is then used up.

        A try is counted before the code is compared, so that many at once are not more than
        `TRIES`. Raises Invalid (`code`), Gone when no code waits, or Conflict when the owner's
        details changed at the same moment.
        """
        sent = self._tried(owner.id)
        plain = with_plain_digits(typed)
        digits = "".join(one for one in plain if one.isascii() and one.isdigit())
        if not hmac.compare_digest(sent.code, self._hash(owner.id, digits)):
            left = TRIES - sent.tries
            more = f"You have {left} more {'try' if left == 1 else 'tries'}"
            raise Invalid.field(
                "code", f"This is not the code we sent. {more if left else 'Ask for a new one'}"
            )
        try:
            self._table.transact_with_retry(
                self._table.delete_write(*CODE.key(sent), when=equals("code", sent.code)),
                self._choice(owner, sent.phone),
            )
        except ConditionFailed as failed:
            raise (Conflict(CHANGED) if failed.index else Gone(_GONE)) from None
        self._record(owner, "text messages on")

    def stop_messages(self, owner: Owner) -> None:
        """Turn text messages off. Raises Conflict as `confirm_code` does."""
        if not owner.texts_to:
            return
        try:
            self._table.transact_with_retry(self._choice(owner, ""))
        except ConditionFailed:
            raise Conflict(CHANGED) from None
        self._record(owner, "text messages off")

    def _tried(self, owner_id: str) -> SentCode:
        """Count this try and return the sent code. Raises Gone when no code can be tried."""
        now = self._clock()
        in_time = Condition(
            "#ends > :now AND #tries < :most",
            {"#ends": "ends_at", "#tries": "tries"},
            {":now": iso_seconds(now), ":most": TRIES},
        )
        try:
            item = self._table.update(_partition(owner_id), _KEY, add={"tries": 1}, when=in_time)
        except ConditionFailed:
            raise Gone(_GONE) from None
        return CODE.read(item)

    def _counts(self, sent: SentCode) -> bool:
        return sent.ends_at > self._clock() and sent.tries < TRIES

    def _choice(self, owner: Owner, phone: str) -> Write:
        return self._table.update_write(
            _partition(owner.id),
            "OWNER",
            assign=OWNER.changes(texts_to=phone, version=owner.version + 1),
            when=equals("version", owner.version),
        )

    def _hash(self, owner_id: str, code: str) -> str:
        """Hash a code with the stage's secret: a plain hash of six digits is guessed at once."""
        return keyed_hash(self._key(), "text code", f"{owner_id} {code}")

    def _record(self, owner: Owner, what: str) -> None:
        actor = Actor.owner(owner.id)
        self._audit.record_act(actor, Action.CHANGED_OWNER, f"owner.{owner.id}", what=what)


def _partition(owner_id: str) -> str:
    return f"OWNER#{owner_id}"
