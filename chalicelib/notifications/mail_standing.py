"""Whether SES takes e-mail of this account, as the last call found: noted for officers, who see why
their messages wait, and counted for the alarm. One item for the stage, which tells of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.times import Clock
from chalicelib.dynamodb.field_marks import Epoch, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import Table
from chalicelib.notifications.mail_refusals import MailTrouble
from chalicelib.telemetry.logs import logger
from chalicelib.telemetry.metrics import Counts, Metric

HOLDS = timedelta(minutes=35)
"""For how long a trouble is taken to go on. What waits is tried again with each sweep, every 15
minutes, and a refusal is noted anew; so a trouble that ended is forgotten, and one that was missed
once is not."""

_AGAIN = timedelta(minutes=1)
"""A trouble is noted no more often than this by one process."""


@dataclass(frozen=True)
class MailStanding:
    """The trouble of the last call that SES refused for the account's sake. at: of that call."""

    trouble: MailTrouble
    at: Seconds
    expires_at: Epoch


STANDING = StoredRecord("mail-standing", MailStanding, "MAIL", "STANDING")

ITEMS: tuple[DeclaredItem, ...] = (STANDING,)


class MailStandings:
    """Notes troubles and counts the messages that wait because of them."""

    def __init__(self, table: Table, clock: Clock, counts: Counts) -> None:
        self._table = table
        self._clock = clock
        self._counts = counts
        self._noted: tuple[MailTrouble, datetime] | None = None

    def note_trouble(self, trouble: MailTrouble, messages: int = 1) -> None:
        """Note that SES did not take this many messages because of a trouble of the account."""
        self._counts.add(Metric.MAIL_WAITS, messages)
        now = self._clock().replace(microsecond=0)
        if self._noted and self._noted[0] is trouble and now - self._noted[1] < _AGAIN:
            return
        try:
            self._table.put(STANDING.item(MailStanding(trouble, now, now + HOLDS)))
        except Exception:
            # Threat: other messages of the same call went out. An error here would hide that, and
            # they would be sent again.
            logger.exception("not noted", extra={"code": trouble})
            return
        self._noted = (trouble, now)

    def waits(self) -> bool:
        """Tell whether this process was refused for the account's sake just now."""
        return self._noted is not None and self._clock() - self._noted[1] < _AGAIN

    def present(self) -> MailStanding | None:
        """Return the trouble that goes on now, or None."""
        item = self._table.get("MAIL", "STANDING")
        found = STANDING.read(item) if item else None
        return found if found and self._clock() < found.expires_at else None
