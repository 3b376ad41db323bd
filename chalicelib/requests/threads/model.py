"""What an officer and an owner write to each other about one recipient. Pure.

A thread is numbered from 1 without gaps. Its head knows how many messages there are and up to
which number each side was told by mail, so what is still to be told is a comparison of numbers
and not of clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from chalicelib.dynamodb.field_marks import FieldMark, Micros, Personal, Seconds

LONGEST = 2000
"""Characters of one message."""

MOST = 200
"""Messages in one thread. Threat: a link that got into wrong hands fills the table and sends
mail without end."""

GAP = timedelta(minutes=4)
"""The least time between two mails to one side: who writes three short messages sends one mail
for the first and one for the rest. A task waits for it in the send queue, whose backlog alarm
rings at five minutes."""


class Side(StrEnum):
    """Who wrote, or who is to be told."""

    OWNER = "owner"
    OFFICER = "officer"

    @property
    def other(self) -> Side:
        """The side that a message of this side is for."""
        return Side.OFFICER if self is Side.OWNER else Side.OWNER


@dataclass(frozen=True)
class ThreadMessage:
    """One message. by_id: the officer's or the owner's id. by_name: the officer's name as owners
    see it; "" for the owner, whose name is not part of a thread."""

    request_id: str
    site_id: str
    id: str
    number: int
    by: Side
    by_id: str
    by_name: Personal
    at: Micros
    text: Personal


@dataclass(frozen=True)
class NotifiedState:
    """What one side was told by mail. number: up to which message; at: when; claimed_until: until
    then somebody is sending the next mail."""

    number: int = 0
    at: datetime | None = None
    claimed_until: datetime | None = None


@dataclass(frozen=True)
class ThreadHead:
    """The state of a thread.

    messages: how many there are. from_owner, from_officer: number of the last one of each side, 0
    for none. owner_…, officer_…: what each side was told by mail, see NotifiedState. read_by: up to
    which number each officer has read, by id. unreachable: the owner could not be written to when
    last it was tried. due_at: from when on somebody is to be told, None when nobody is.
    """

    request_id: str
    site_id: str
    messages: Annotated[int, FieldMark.KEPT] = 0
    from_owner: int = 0
    from_officer: int = 0
    owner_told: int = 0
    owner_told_at: Seconds | None = None
    owner_claimed_until: Seconds | None = None
    officer_told: int = 0
    officer_told_at: Seconds | None = None
    officer_claimed_until: Seconds | None = None
    read_by: dict[str, int] = field(default_factory=dict)
    unreachable: bool = False
    due_at: Seconds | None = None

    @property
    def key(self) -> str:
        """The id of the thread's recipient, as Recipient.key."""
        return f"{self.request_id}.{self.site_id}"

    def notified_state(self, side: Side) -> NotifiedState:
        """What one side was told by mail."""
        if side is Side.OWNER:
            return NotifiedState(self.owner_told, self.owner_told_at, self.owner_claimed_until)
        return NotifiedState(self.officer_told, self.officer_told_at, self.officer_claimed_until)

    def for_side(self, side: Side) -> int:
        """Number of the last message that is for this side."""
        return self.from_officer if side is Side.OWNER else self.from_owner

    def is_unnotified(self, side: Side) -> bool:
        """True while this side has messages that no mail told it of."""
        return self.for_side(side) > self.notified_state(side).number

    def is_unread_by(self, officer_id: str) -> bool:
        """True while the owner wrote something that this officer has not read and that no officer
        has answered. That a colleague has read it does not mean that anybody will act on it."""
        return self.from_owner > max(self.from_officer, self.read_by.get(officer_id, 0))


def notify_after(head: ThreadHead, side: Side, now: datetime) -> datetime:
    """When the next mail to this side may go out: now, or GAP after the one before."""
    last = head.notified_state(side).at
    return now if last is None else max(now, last + GAP)


def notice_due(head: ThreadHead, now: datetime) -> datetime | None:
    """When the next mail to either side may go out; None when both know everything."""
    return min(
        (notify_after(head, one, now) for one in Side if head.is_unnotified(one)), default=None
    )


def new_messages(
    side: Side, messages: Iterable[ThreadMessage], after: int, until: int
) -> list[ThreadMessage]:
    """The messages for a side that are numbered above `after` and up to `until`, in order."""
    wanted = [m for m in messages if m.by is side.other and after < m.number <= until]
    return sorted(wanted, key=lambda message: message.number)


def officers_to_notify(created_by: str, messages: Iterable[ThreadMessage]) -> list[str]:
    """Ids of the officers whom it concerns that an owner writes: who made the request, first, and
    everybody who wrote. Which of them are told is said by `incidents.teams.case_readers`."""
    wrote = [m.by_id for m in sorted(messages, key=lambda m: m.number) if m.by is Side.OFFICER]
    return list(dict.fromkeys([created_by, *wrote]))
