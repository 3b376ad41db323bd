"""The clock of one recipient: what a wake-up does.

Step Functions waits and wakes; everything is decided here from what the table says at that
moment. An answer, a withdrawal or a newer run ends an execution at its next wake-up without
another message. Clocks that stopped are found by the sweep (sweep.py).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.access.officer_profiles import News
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.requests import emails
from chalicelib.requests.closing.termination import end_one
from chalicelib.requests.digest.officer_digest import Newsroom
from chalicelib.requests.model import WAITING, Recipient, State, before
from chalicelib.requests.recipients.recipient_context import Matter, OwnerGone
from chalicelib.requests.recipients.recipient_mailer import Post
from chalicelib.requests.records import Changes, deadline_fields
from chalicelib.requests.reminders.reminder_schedule import (
    Kind,
    Step,
    moved_on,
    next_step,
    reminded,
    spread,
)
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

_TURNS = 5  # of a wake-up that meets others on its recipient

_LOOKS, _LOOK = 3, 0.7
"""While somebody else is sending to it, a wake-up looks again a few times after so many seconds.
It is mostly the clock of another site of the same owner, whose message is for both; to sleep and
come back would take three transitions more."""

LATER = timedelta(seconds=2)
"""By how much the last wake-up comes after the deadline. The clocks of two machines differ a
little: one that came early would sleep again, but after the last there is no more sleep."""


@dataclass(frozen=True)
class Wake:
    """What an execution does next: end, or sleep until `at`.

    spread: how much later than that (deadlines.spread), so that not all ring at once.
    last: what comes then is the end, so the execution need not ask again. Should it not be the
    end after all (somebody else is sending, the owner has saved the footage), the sweep goes on.
    """

    done: bool
    at: datetime | None = None
    last: bool = False
    spread: timedelta = timedelta(0)


class Reminders:
    """What one wake-up does."""

    def __init__(self, post: Post, news: Newsroom, zone: str, counts: Counts = UNCOUNTED) -> None:
        self._post = post
        self._store = post.store
        self._news = news
        self._zone = zone
        self._counts = counts

    def wake(self, request_id: str, site_id: str, run: int | None = None) -> Wake:
        """Sends what is due and says when to come back. Repeating it sends nothing twice.

        run: which start of the clock this is; None takes any. Raises what sending raised, so
        that the workflow tries again.
        """
        looks = _LOOKS
        for _ in range(_TURNS + _LOOKS):
            recipient = self._store.recipient(request_id, site_id)
            if recipient is None or not self._ticks(recipient, run):
                return Wake(done=True)
            now = self._post.now()
            if recipient.next_wake and recipient.next_wake > now:
                return _sleep(recipient, recipient.next_wake)
            if recipient.claimed_until and recipient.claimed_until > now:
                if not looks:
                    return Wake(done=False, at=recipient.claimed_until)
                looks -= 1
                time.sleep(_LOOK)
                continue
            step = next_step(recipient, now, self._zone)
            try:
                if step is None:
                    self._note(recipient, {"next_wake": None})
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
        # The officer's withdrawal, or the closing, did not get as far as this recipient.
        if request:
            end_one(self._store, recipient, request, self._post.now())
        return False

    def _take(self, step: Step, now: datetime) -> None:
        """Does one step and notes it. Raises ConditionFailed when somebody else did."""
        recipient = step.recipient
        if step.kind is Kind.WAIT:
            self._note(recipient, {"planned": recipient.planned, "next_wake": step.at})
            return
        steps = [step, *self._beside(step, now)]
        try:
            matters = [self._post.matters.of(one.recipient) for one in steps]
            claim = self._post.send_group(
                matters, lambda those, tokens: self._message(steps, those, tokens)
            )
        except OwnerGone:
            self._post.undeliverable(recipient, "not registered any more")
            self._stop(recipient)
            return
        except Undeliverable:
            for one in steps:
                self._post.undeliverable(one.recipient, "address refused")
                self._stop(one.recipient)
            return
        for one in steps:
            self._done(one, now, claim)

    def _beside(self, step: Step, now: datetime) -> list[Step]:
        """The same step of the owner's other sites where it is due too: one message for all."""
        recipient = step.recipient
        if not recipient.beside or recipient.state is State.SAVED:
            return []
        found = []
        for other in self._store.some(recipient.request_id, recipient.beside):
            ready = other.next_wake and other.next_wake <= now and not other.claimed_until
            theirs = next_step(other, now, self._zone) if ready else None
            asked = other.state in (State.NOTIFIED, State.VIEWED)
            if theirs and asked and theirs.kind is step.kind and self._there(other):
                found.append(theirs)
        return found

    def _there(self, recipient: Recipient) -> bool:
        """Whether a site is still registered; one that is not is seen to by its own clock."""
        try:
            self._post.matters.of(recipient)
        except OwnerGone:
            return False
        return True

    def _done(self, step: Step, now: datetime, claim: datetime) -> None:
        """Notes a step. What changed meanwhile is seen when the clock looks again."""
        try:
            if step.kind is Kind.TEXT:
                self._texted(step.recipient, now, claim)
            elif step.kind in (Kind.REMIND, Kind.MOVE_ON):
                self._reminded(step, now, claim)
            else:
                self._ended(step.recipient, now, claim)
        except ConditionFailed:
            return

    def _message(
        self, steps: Sequence[Step], matters: Sequence[Matter], tokens: Sequence[str]
    ) -> Message:
        sender, kind = self._post.mail.sender, steps[0].kind
        if matters[0].recipient.state is State.SAVED:
            said = emails.upload_over
            if kind is Kind.REMIND:
                said = emails.remind_upload
            return said(sender, matters[0], tokens[0])
        if kind is Kind.TEXT:
            return emails.ask_text(sender, matters, tokens)
        if kind is Kind.REMIND:
            last = all(step.last for step in steps)
            return emails.remind(sender, matters, tokens, last=last)
        if kind is Kind.MOVE_ON:
            now = self._post.now()
            others = [one._replace(recipient=moved_on(one.recipient, now)) for one in matters]
            return emails.remind(sender, others, tokens, last=False, some_lost=True)
        return emails.time_over(sender, matters, tokens)

    def _texted(self, recipient: Recipient, now: datetime, claim: datetime) -> None:
        following = next_step(replace(recipient, text_at=None), now, self._zone)
        changes = {
            "text_at": None,
            "claimed_until": None,
            "next_wake": following.at if following else None,
        }
        self._store.change(recipient, changes, states=_track(recipient), claim=claim)

    def _reminded(self, step: Step, now: datetime, claim: datetime) -> None:
        recipient = step.recipient
        after = reminded(step, now, self._zone)
        following = next_step(after, now, self._zone)
        sent = {"reminded": after.reminded}
        more = {
            "planned": after.planned,
            "claimed_until": None,
            "text_at": None,
            **deadline_fields(after),
            "next_wake": following.at if following else None,
        }
        try:
            self._store.change(recipient, {**sent, **more}, states=_track(recipient), claim=claim)
        except ConditionFailed:
            # The owner answered while the reminder went out: it was sent, and that is noted.
            self._store.change(recipient, sent, states=State)

    def _ended(self, recipient: Recipient, now: datetime, claim: datetime) -> None:
        """Saved footage stays saved; otherwise the officer sees that time ran out."""
        changes: dict[str, object] = {
            "planned": (),
            "claimed_until": None,
            "ended_at": now,
            "next_wake": None,
        }
        if recipient.state is not State.SAVED:
            changes["state"] = State.EXPIRED
        note, states = self._news.note(recipient.request_id, News.DEADLINE), _track(recipient)
        self._store.change(recipient, changes, states=states, claim=claim, with_it=[note.write])
        if recipient.state is not State.SAVED:
            self._counts.add(Metric.FOOTAGE_LOST)
        self._news.queue(note)

    def _note(self, recipient: Recipient, changes: Changes) -> None:
        self._store.change(recipient, changes, states=[recipient.state], due=recipient.next_wake)

    def _stop(self, recipient: Recipient) -> None:
        """A saved recipient stays saved when its owner is gone, but nothing more is due."""
        self._store.change(recipient, {"claimed_until": None, "next_wake": None}, states=State)


def _sleep(recipient: Recipient, until: datetime) -> Wake:
    """Until the next step. The end of saved footage's clock may wait for a morning, and another
    camera may hold it longer, so only the last overwrite deadline is known to be the last."""
    more = recipient.planned or recipient.later
    if more or recipient.state is State.SAVED or until != recipient.deadline:
        return Wake(done=False, at=until, spread=spread(recipient, until))
    return Wake(done=False, at=until + LATER, last=True, spread=spread(recipient, until))


def _track(recipient: Recipient) -> frozenset[State]:
    """The states in which the same clock goes on: opening the reply page does not stop it."""
    if recipient.state is State.SAVED:
        return frozenset({State.SAVED})
    return before(State.EXPIRED)
