"""Find recipients that are due and have no live reminder timer, and start the timer again.

So losing the workflow engine, a message of the queue or a function half way loses no reminder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from chalicelib.core.times import Clock
from chalicelib.dynamodb.outbox import GRACE
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.requests.model import Recipient, RecipientState
from chalicelib.requests.recipients.recipient_batches import recipient_ids
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.workers import Workers

LATE = timedelta(seconds=20)
"""By how much a wake-up may be late before recovery takes its timer for stopped. Taking a slow
timer for stopped costs a few workflow steps and no message."""

PATIENCE = timedelta(minutes=5)
"""For how long a reminder timer that is alive may be late. After that the timer is started anew."""

LOOK_AHEAD = timedelta(minutes=15)
"""For wake-ups until its next run, recovery asks the workflow whether their reminder timers are
alive, so that the timers of a lost engine ring in time and not one run late."""

LOOK_BACK = timedelta(days=1)
"""Days that end are looked at once more: a wake-up noted a moment before midnight can be
written a moment after recovery ran."""

FURTHEST_BACK = timedelta(days=60)
"""How far the very first run of recovery looks back."""

STARTED_WITHIN = timedelta(seconds=30)
"""How long after its message a timer may not run yet: a task of its own starts it."""

_AT_ONCE = 8


class Recovery:
    """Finds recipients that are due and have no live reminder timer, and sets them going again."""

    def __init__(
        self, store: RequestStore, queue: SendQueue, workflow: ReminderWorkflow, clock: Clock
    ) -> None:
        self._store = store
        self._queue = queue
        self._workflow = workflow
        self._clock = clock

    def recover(self) -> int:
        """Run recovery once. Returns how many recipients it set going again."""
        now = self._clock().replace(microsecond=0)
        begin = self._store.swept_until()
        count, oldest = 0, (now - LOOK_BACK).date()
        overdue = self._overdue(begin or (now - FURTHEST_BACK).date(), now - LATE)
        soon = self._until(now.date(), now - LATE, now + LOOK_AHEAD)
        with Workers(_AT_ONCE) as pool:
            for some in _chunks(overdue):
                oldest = min([oldest, *(one.next_wake.date() for one in some if one.next_wake)])
                count += sum(pool.map(lambda one: self._set_going(one, now), some))
            for some in _chunks(soon):
                count += sum(pool.map(self._revive, some))
        if oldest != begin:
            self._store.set_swept_until(oldest)
        return count

    def _until(self, begin: date, after: datetime, until: datetime) -> Iterator[Recipient]:
        """Recipients due after one moment and until another."""
        found = self._overdue(begin, until)
        return (one for one in found if one.next_wake and one.next_wake > after)

    def _revive(self, recipient: Recipient) -> int:
        """Start a reminder timer that is not due yet and not alive. Saved footage is left out: its
        timer may still sleep until the overwrite deadline, and its reminders can wait."""
        asked = recipient.state in (RecipientState.NOTIFIED, RecipientState.VIEWED)
        begun = recipient.notified_at
        if not asked or recipient.next_wake is None or not begun:
            return 0
        if self._clock() - begun < STARTED_WITHIN or self._workflow.is_running(recipient):
            return 0
        return self._restart(recipient, recipient.next_wake)

    def _restart(self, recipient: Recipient, wake_at: datetime) -> int:
        try:
            restarted = self._store.restart_timer(recipient, wake_at)
        except ConditionFailed:
            return 0  # the timer rang in the meantime, or another recovery was quicker
        self._workflow.start_timer(restarted, wake_at)
        return 1

    def _overdue(self, begin: date, until: datetime) -> Iterator[Recipient]:
        day = begin
        while day <= until.date():
            yield from self._store.due_recipients(day, until)
            day += timedelta(days=1)

    def _set_going(self, recipient: Recipient, now: datetime) -> int:
        if recipient.claimed_until and recipient.claimed_until > now:
            return 0
        if recipient.state is RecipientState.PENDING:
            return self._queue_again(SendTask.ASK, recipient, now)
        if recipient.state is RecipientState.WITHDRAWN:
            return self._queue_again(SendTask.WITHDRAW, recipient, now)
        if self._rings_late(recipient, now):
            return 0
        return self._restart(recipient, now)

    def _rings_late(self, recipient: Recipient, now: datetime) -> bool:
        """True when a reminder timer is alive and only slow: many ring at once, or are trying
        again. Starting it anew would waste its work, and that of the next timer as well."""
        asked = recipient.state in (RecipientState.NOTIFIED, RecipientState.VIEWED)
        due = recipient.next_wake
        if not asked or due is None or now - due > PATIENCE:
            return False
        return self._workflow.is_running(recipient)

    def _queue_again(self, task: SendTask, recipient: Recipient, now: datetime) -> int:
        try:
            later = self._store.postpone_wake_up(recipient, now + GRACE)
        except ConditionFailed:
            return 0  # somebody else changed the recipient
        return self._queue.queue_tasks(task, recipient_ids([later]))


def _chunks(recipients: Iterator[Recipient]) -> Iterator[list[Recipient]]:
    """Recipients in lists of at most 200: after an outage of weeks there may be thousands."""
    while some := list(islice(recipients, 200)):
        yield some
