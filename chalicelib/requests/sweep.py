"""The sweep: finds recipients that are due and have no live clock, and starts it again.

So losing the workflow engine, a message of the queue or a function half way loses no reminder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from chalicelib.requests.clockwork import Errand, SendQueue, Workflow
from chalicelib.requests.model import Recipient, State
from chalicelib.requests.send import PENDING_FOR
from chalicelib.requests.store import RequestStore
from chalicelib.table import ConditionFailed
from chalicelib.times import Clock

GRACE = timedelta(seconds=20)
"""By how much a wake-up may be late before the sweep takes its clock for stopped. Taking a slow
one for stopped costs a few workflow steps and no message."""

ORPHAN_AFTER = timedelta(hours=1)
"""How old a recipient without its request must be to be removed; the request is written within
seconds of its recipients, or never."""

LOOK_AHEAD = timedelta(minutes=15)
"""For wake-ups until the next sweep, the sweep asks the workflow whether their clocks are alive, so
that those of a lost engine ring in time and not a sweep late."""

LOOK_BACK = timedelta(days=1)
"""Days that end are looked at once more: a wake-up noted a moment before midnight can be
written a moment after a sweep."""

FURTHEST_BACK = timedelta(days=60)
"""How far the very first sweep looks back."""


class Sweep:
    """Finds recipients that are due and have no live clock, and starts it again."""

    def __init__(
        self, store: RequestStore, queue: SendQueue, workflow: Workflow, clock: Clock
    ) -> None:
        self._store = store
        self._queue = queue
        self._workflow = workflow
        self._clock = clock

    def run(self) -> int:
        """One sweep. Returns how many recipients it set going again."""
        now = self._clock().replace(microsecond=0)
        begin = self._store.swept_until()
        count, oldest = 0, (now - LOOK_BACK).date()
        for recipient in self._overdue(begin or (now - FURTHEST_BACK).date(), now - GRACE):
            oldest = min(oldest, recipient.next_wake.date() if recipient.next_wake else oldest)
            try:
                count += self._set_going(recipient, now)
            except ConditionFailed:
                continue  # it rang in the meantime, or another sweep was quicker
        count += sum(map(self._revive, self._until(now.date(), now - GRACE, now + LOOK_AHEAD)))
        if oldest != begin:
            self._store.set_swept_until(oldest)
        return count

    def _until(self, begin: date, after: datetime, until: datetime) -> Iterator[Recipient]:
        """Recipients due after one moment and until another."""
        found = self._overdue(begin, until)
        return (one for one in found if one.next_wake and one.next_wake > after)

    def _revive(self, recipient: Recipient) -> int:
        """Starts a clock that is not due yet and not alive. Saved footage is left out: its
        clock may be one that still sleeps for the overwrite deadline, and it can wait."""
        asked = recipient.state in (State.NOTIFIED, State.VIEWED)
        if not asked or recipient.next_wake is None or self._workflow.is_running(recipient):
            return 0
        try:
            restarted = self._store.restart(recipient, recipient.next_wake)
        except ConditionFailed:
            return 0
        self._workflow.start(restarted, recipient.next_wake)
        return 1

    def _overdue(self, begin: date, until: datetime) -> Iterator[Recipient]:
        day = begin
        while day <= until.date():
            yield from self._store.due(day, until)
            day += timedelta(days=1)

    def _set_going(self, recipient: Recipient, now: datetime) -> int:
        if recipient.claimed_until and recipient.claimed_until > now:
            return 0
        if recipient.state is State.PENDING:
            return self._send_again(recipient, now)
        if recipient.state is State.WITHDRAWN:
            later = self._store.postpone(recipient, now + PENDING_FOR)
            return self._queue.put(Errand.WITHDRAW, [later])
        restarted = self._store.restart(recipient, now)
        self._workflow.start(restarted, now)
        return 1

    def _send_again(self, recipient: Recipient, now: datetime) -> int:
        if self._store.request(recipient.request_id) is None:
            if now - recipient.created_at > ORPHAN_AFTER:
                self._store.forget_orphan(recipient)
            return 0
        later = self._store.postpone(recipient, now + PENDING_FOR)
        return self._queue.put(Errand.ASK, [later])
