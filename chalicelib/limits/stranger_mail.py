"""Mail for strangers has a budget of its own, so that a flood never takes the rate that requests
for footage need while recorders overwrite.

SES lets an account send so many messages a second and so many in a day. First messages of requests
go out at four fifths of that rate (`notifications.services`). Of what is left, mails that anybody
can ask for may take half: a tenth of the rate, counted by the minute, and a fifth of the day.
Owners whose browser shows that they have signed in before have as much again, of their own.

Beyond it people are told to wait a minute: nothing that was promised is lost. From half of the
minute's budget on, a proof of work is asked, so that a flood from many networks pays as well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.core.times import Clock
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.table import ConditionFailed, Table
from chalicelib.limits.asker import Asker
from chalicelib.limits.counted import one_more
from chalicelib.limits.refusals import Flooded, ProofNeeded

OF_RATE, OF_DAY = 0.1, 0.2
"""Shares of the account's rate, and of what it may send in a day."""

KEPT = timedelta(days=2)

ITEMS: tuple[DeclaredItem, ...] = (
    ItemKind(
        "mails for strangers",
        pk="MAILS#(stranger|known)",
        sk=r"(MINUTE|DAY)#[0-9T:-]+",
        needed=frozenset({"times", "expires_at"}),
    ),
)

WAIT = (
    "Very many people are asking for emails just now, so we cannot send one at once. Nothing is "
    "lost. Send this again in a few minutes."
)
TOMORROW = (
    "So many people asked for emails today that we cannot send more before tomorrow. Nothing is "
    "lost: send this again tomorrow."
)
PROVE = (
    "Very many people are asking for emails just now. Your device has to show that it is not part "
    "of an attack."
)


class StrangerMail:
    """Counts mails that strangers ask for.

    rate: messages a second that the account may send, day: in a day; 0 for no limit.
    """

    def __init__(self, table: Table, clock: Clock, rate: float, day: float) -> None:
        self._table = table
        self._clock = clock
        self.a_minute = max(2, int(rate * 60 * OF_RATE)) if rate > 0 else 0
        self.a_day = max(2, int(day * OF_DAY)) if day > 0 else 0

    def count_mail(self, asker: Asker, *, own: bool = False) -> None:
        """Count a mail that is about to be sent. own: to the owner who asks, with a browser of
        theirs. Raises ProofNeeded or Flooded; then none may be sent."""
        now = self._clock().astimezone(UTC)
        who = "known" if own else "stranger"
        minute, day = f"MINUTE#{now:%Y-%m-%dT%H:%M}", f"DAY#{now:%Y-%m-%d}"
        free = own or asker.proven
        most = self.a_minute if free else self.a_minute // 2
        if self.a_minute and not self._count(who, minute, most, now):
            refused = Flooded if free else ProofNeeded
            after = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
            raise refused(WAIT if free else PROVE, now, after)
        if self.a_day and not self._count(who, day, self.a_day, now):
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            raise Flooded(TOMORROW, now, midnight)

    def _count(self, who: str, window: str, most: int, now: datetime) -> bool:
        try:
            self._table.update(f"MAILS#{who}", window, **one_more(most, now + KEPT))
        except ConditionFailed:
            return False
        return True
