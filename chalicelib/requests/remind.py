"""The clock of one recipient, and the sweep that finds clocks that stopped.

Step Functions waits and wakes; everything is decided here from what the table says at that
moment. An answer, a withdrawal or a newer run ends an execution at its next wake-up without
another message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.notify import request_messages
from chalicelib.notify.sender import Message, Undeliverable
from chalicelib.requests.clockwork import Errand, SendQueue, Workflow
from chalicelib.requests.deadlines import Kind, Step, next_step
from chalicelib.requests.deliver import Post
from chalicelib.requests.ending import withdraw_one
from chalicelib.requests.matters import Matter, OwnerGone
from chalicelib.requests.model import WAITING, Recipient, State, before
from chalicelib.requests.records import times, wake_fields
from chalicelib.requests.send import PENDING_FOR
from chalicelib.requests.store import RequestStore
from chalicelib.table import ConditionFailed, Value
from chalicelib.times import Clock, iso_seconds

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

_TURNS = 5  # of a wake-up that meets others on its recipient


@dataclass(frozen=True)
class Wake:
    """What an execution does next: end, or sleep until `at`."""

    done: bool
    at: datetime | None = None


class Reminders:
    """What one wake-up does."""

    def __init__(self, post: Post, zone: str) -> None:
        self._post = post
        self._store = post.store
        self._zone = zone

    def wake(self, request_id: str, site_id: str, run: int | None = None) -> Wake:
        """Sends what is due and says when to come back. Repeating it sends nothing twice.

        run: which start of the clock this is; None takes any. Raises what sending raised, so
        that the workflow tries again.
        """
        for _ in range(_TURNS):
            recipient = self._store.recipient(request_id, site_id)
            if recipient is None or not self._ticks(recipient, run):
                return Wake(done=True)
            now = self._post.now()
            if recipient.next_wake and recipient.next_wake > now:
                return Wake(done=False, at=recipient.next_wake)
            if recipient.claimed_until and recipient.claimed_until > now:
                return Wake(done=False, at=recipient.claimed_until)
            step = next_step(recipient, now, self._zone)
            try:
                if step is None:
                    self._note(recipient, wake_fields(None))
                else:
                    self._take(step, now)
            except ConditionFailed:
                continue  # it changed under our hands: look again
        return Wake(done=False, at=self._post.now() + timedelta(seconds=5))

    def _ticks(self, recipient: Recipient, run: int | None) -> bool:
        """True while this run still has anything to do."""
        if recipient.state not in WAITING or recipient.state is State.PENDING:
            return False
        if recipient.next_wake is None or (run is not None and run < recipient.run):
            return False
        request = self._store.request(recipient.request_id)
        if request and request.is_open:
            return True
        # The officer's withdrawal did not get as far as this recipient.
        withdraw_one(self._store, recipient, self._post.now())
        return False

    def _take(self, step: Step, now: datetime) -> None:
        """Does one step and notes it. Raises ConditionFailed when somebody else did."""
        recipient = step.recipient
        if step.kind is Kind.WAIT:
            planned: dict[str, Value] = {"planned": times(recipient.planned)}
            self._note(recipient, {**planned, **wake_fields(step.at)})
            return
        try:
            claim = self._post.send(
                self._post.matters.of(recipient),
                lambda matter, token: self._message(step, matter, token),
            )
        except OwnerGone:
            self._post.undeliverable(recipient, "not registered any more")
            self._stop(recipient)
            return
        except Undeliverable:
            self._post.undeliverable(recipient, "address refused")
            self._stop(recipient)
            return
        if step.kind is Kind.REMIND:
            self._reminded(step, now, claim)
        else:
            self._ended(recipient, now, claim)

    def _message(self, step: Step, matter: Matter, token: str) -> Message:
        sender, saved = self._post.sender, matter.recipient.state is State.SAVED
        if step.kind is Kind.REMIND:
            if saved:
                return request_messages.remind_upload(sender, matter, token)
            return request_messages.remind(sender, matter, token, last=step.last)
        over = request_messages.upload_over if saved else request_messages.time_over
        return over(sender, matter, token)

    def _reminded(self, step: Step, now: datetime, claim: datetime) -> None:
        recipient = step.recipient
        after = replace(
            recipient, planned=recipient.planned[1:], reminded=(*recipient.reminded, now)
        )
        following = next_step(after, now, self._zone)
        sent: dict[str, Value] = {"reminded": times(after.reminded)}
        more = {"planned": times(after.planned), "claimed_until": None}
        wake = wake_fields(following.at if following else None)
        try:
            self._store.change(
                recipient, {**sent, **more, **wake}, states=_track(recipient), claim=claim
            )
        except ConditionFailed:
            # The owner answered while the reminder went out: it was sent, and that is noted.
            self._store.change(recipient, sent, states=State)

    def _ended(self, recipient: Recipient, now: datetime, claim: datetime) -> None:
        """Saved footage stays saved; otherwise the officer sees that time ran out."""
        changes: dict[str, Value] = {
            "planned": None,
            "claimed_until": None,
            "ended_at": iso_seconds(now),
            **wake_fields(None),
        }
        if recipient.state is not State.SAVED:
            changes["state"] = State.EXPIRED.value
        self._store.change(recipient, changes, states=_track(recipient), claim=claim)

    def _note(self, recipient: Recipient, changes: dict[str, Value]) -> None:
        self._store.change(recipient, changes, states=[recipient.state], due=recipient.next_wake)

    def _stop(self, recipient: Recipient) -> None:
        """A saved recipient stays saved when its owner is gone, but nothing more is due."""
        self._store.change(recipient, {"claimed_until": None, **wake_fields(None)}, states=State)


def _track(recipient: Recipient) -> frozenset[State]:
    """The states in which the same clock goes on: opening the reply page does not stop it."""
    if recipient.state is State.SAVED:
        return frozenset({State.SAVED})
    return before(State.EXPIRED)


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
