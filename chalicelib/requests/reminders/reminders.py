"""The reminder timer of one recipient: what a wake-up does.

Step Functions waits and wakes; everything is decided here from what the table says at that
moment. An answer, a withdrawal or a newer run ends an execution at its next wake-up without
another message. Reminder timers that stopped are found by recovery (sending/recovery.py).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.requests import emails
from chalicelib.requests.closing.termination import end_one
from chalicelib.requests.digest.officer_digest import OfficerDigest
from chalicelib.requests.model import WAITING, Recipient, RecipientState, states_before
from chalicelib.requests.recipients.recipient_context import OwnerGone, RecipientContext
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.records import Changes, deadline_fields
from chalicelib.requests.reminder_schedule import (
    ReminderStep,
    StepKind,
    after_reminder,
    next_step,
    timer_spread,
    with_next_deadline,
)
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

_TURNS = 5  # tries of a wake-up that meets other writers on its recipient

_LOOKS, _LOOK = 3, 0.7
"""How often, and after how many seconds, a wake-up looks again while its recipient is sent to. The
sender is mostly the reminder timer of another site of the same owner, whose message is for
both; to sleep and come back would take three transitions more."""

LATER = timedelta(seconds=2)
"""By how much the last wake-up comes after the deadline. The clocks of two machines differ a
little: one that came early would sleep again, but after the last there is no more sleep."""


@dataclass(frozen=True)
class WakeResult:
    """What an execution does next: end, or sleep until `at`.

    spread: how much later than `at` (timer_spread), so that not all timers ring at once.
    last: what comes then is the end, so the execution need not ask again. Should it not be the
    end after all (somebody else is sending, the owner has saved the footage), recovery goes on.
    """

    done: bool
    at: datetime | None = None
    last: bool = False
    spread: timedelta = timedelta(0)


class Reminders:
    """Does what one wake-up of a reminder timer finds due."""

    def __init__(
        self, post: RecipientMailer, news: OfficerDigest, zone: str, counts: Counts = UNCOUNTED
    ) -> None:
        self._recipient_mailer = post
        self._store = post.store
        self._news = news
        self._zone = zone
        self._counts = counts

    def wake(self, request_id: str, site_id: str, run: int | None = None) -> WakeResult:
        """Send what is due and say when to come back. Repeating the call sends nothing twice.

        run: which start of the reminder timer this is; None takes any. Raises what sending raised,
        so that the workflow tries again.
        """
        looks = _LOOKS
        for _ in range(_TURNS + _LOOKS):
            recipient = self._store.recipient(request_id, site_id)
            if recipient is None or not self._ticks(recipient, run):
                return WakeResult(done=True)
            now = self._recipient_mailer.current_time()
            if recipient.next_wake and recipient.next_wake > now:
                return _sleep(recipient, recipient.next_wake)
            if recipient.claimed_until and recipient.claimed_until > now:
                if not looks:
                    return WakeResult(done=False, at=recipient.claimed_until)
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
        return WakeResult(
            done=False, at=self._recipient_mailer.current_time() + timedelta(seconds=5)
        )

    def _ticks(self, recipient: Recipient, run: int | None) -> bool:
        """True while this run of the reminder timer still has anything to do."""
        if recipient.state not in WAITING or recipient.state is RecipientState.PENDING:
            return False
        if recipient.next_wake is None or (run is not None and run < recipient.run):
            return False
        request = self._store.request(recipient.request_id)
        if request and request.is_open:
            return True
        # The officer's withdrawal, or the closing, did not get as far as this recipient.
        if request:
            end_one(self._store, recipient, request, self._recipient_mailer.current_time())
        return False

    def _take(self, step: ReminderStep, now: datetime) -> None:
        """Do one step and note it. Raises ConditionFailed when somebody else did the step."""
        recipient = step.recipient
        if step.kind is StepKind.WAIT:
            self._note(recipient, {"planned": recipient.planned, "next_wake": step.at})
            return
        steps = [step, *self._beside(step, now)]
        try:
            matters = [self._recipient_mailer.matters.read_context(one.recipient) for one in steps]
            claim = self._recipient_mailer.send_group(
                matters, lambda those, tokens: self._message(steps, those, tokens)
            )
        except OwnerGone:
            self._recipient_mailer.mark_undeliverable(recipient, "not registered any more")
            self._stop(recipient)
            return
        except Undeliverable:
            for one in steps:
                self._recipient_mailer.mark_undeliverable(one.recipient, "address refused")
                self._stop(one.recipient)
            return
        for one in steps:
            self._done(one, now, claim)

    def _beside(self, step: ReminderStep, now: datetime) -> list[ReminderStep]:
        """The same step of the owner's other sites that have it due too: one message for all."""
        recipient = step.recipient
        if not recipient.beside or recipient.state is RecipientState.SAVED:
            return []
        found = []
        for other in self._store.recipients_of_sites(recipient.request_id, recipient.beside):
            ready = other.next_wake and other.next_wake <= now and not other.claimed_until
            theirs = next_step(other, now, self._zone) if ready else None
            asked = other.state in (RecipientState.NOTIFIED, RecipientState.VIEWED)
            if theirs and asked and theirs.kind is step.kind and self._there(other):
                found.append(theirs)
        return found

    def _there(self, recipient: Recipient) -> bool:
        """True when a site is still registered; its own reminder timer ends one that is not."""
        try:
            self._recipient_mailer.matters.read_context(recipient)
        except OwnerGone:
            return False
        return True

    def _done(self, step: ReminderStep, now: datetime, claim: datetime) -> None:
        """Note a step as done. A change meanwhile is seen when the reminder timer looks again."""
        try:
            if step.kind is StepKind.TEXT:
                self._texted(step.recipient, now, claim)
            elif step.kind in (StepKind.REMIND, StepKind.MOVE_ON):
                self._reminded(step, now, claim)
            else:
                self._ended(step.recipient, now, claim)
        except ConditionFailed:
            return

    def _message(
        self,
        steps: Sequence[ReminderStep],
        matters: Sequence[RecipientContext],
        tokens: Sequence[str],
    ) -> Message:
        sender, kind = self._recipient_mailer.mail.sender, steps[0].kind
        if matters[0].recipient.state is RecipientState.SAVED:
            said = emails.upload_time_over_email
            if kind is StepKind.REMIND:
                said = emails.upload_reminder_email
            return said(sender, matters[0], tokens[0])
        if kind is StepKind.TEXT:
            return emails.request_text_message(sender, matters, tokens)
        if kind is StepKind.REMIND:
            last = all(step.last for step in steps)
            return emails.reminder_email(sender, matters, tokens, last=last)
        if kind is StepKind.MOVE_ON:
            now = self._recipient_mailer.current_time()
            others = [
                one._replace(recipient=with_next_deadline(one.recipient, now)) for one in matters
            ]
            return emails.reminder_email(sender, others, tokens, last=False, some_lost=True)
        return emails.deadline_passed_email(sender, matters, tokens)

    def _texted(self, recipient: Recipient, now: datetime, claim: datetime) -> None:
        following = next_step(replace(recipient, text_at=None), now, self._zone)
        changes = {
            "text_at": None,
            "claimed_until": None,
            "next_wake": following.at if following else None,
        }
        self._store.change_recipient(recipient, changes, states=_track(recipient), claim=claim)

    def _reminded(self, step: ReminderStep, now: datetime, claim: datetime) -> None:
        recipient = step.recipient
        after = after_reminder(step, now, self._zone)
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
            self._store.change_recipient(
                recipient, {**sent, **more}, states=_track(recipient), claim=claim
            )
        except ConditionFailed:
            # The owner answered while the reminder went out: it was sent, and that is noted.
            self._store.change_recipient(recipient, sent, states=RecipientState)

    def _ended(self, recipient: Recipient, now: datetime, claim: datetime) -> None:
        """End the wait: saved footage stays saved, any other recipient expires."""
        changes: dict[str, object] = {
            "planned": (),
            "claimed_until": None,
            "ended_at": now,
            "next_wake": None,
        }
        if recipient.state is not RecipientState.SAVED:
            changes["state"] = RecipientState.EXPIRED
        note, states = (
            self._news.record_event(recipient.request_id, NotificationTopic.DEADLINE),
            _track(recipient),
        )
        self._store.change_recipient(
            recipient, changes, states=states, claim=claim, with_it=[note.write]
        )
        if recipient.state is not RecipientState.SAVED:
            self._counts.add(Metric.FOOTAGE_LOST)
        self._news.queue(note)

    def _note(self, recipient: Recipient, changes: Changes) -> None:
        self._store.change_recipient(
            recipient, changes, states=[recipient.state], due=recipient.next_wake
        )

    def _stop(self, recipient: Recipient) -> None:
        """Clear what is due of a recipient whose owner is gone; what was saved stays saved."""
        self._store.change_recipient(
            recipient, {"claimed_until": None, "next_wake": None}, states=RecipientState
        )


def _sleep(recipient: Recipient, until: datetime) -> WakeResult:
    """Sleep until the next step. The end of the upload time may wait for a morning, and another
    camera may hold the footage longer, so only the last overwrite deadline is marked `last`."""
    more = recipient.planned or recipient.later
    if more or recipient.state is RecipientState.SAVED or until != recipient.deadline:
        return WakeResult(done=False, at=until, spread=timer_spread(recipient, until))
    return WakeResult(
        done=False, at=until + LATER, last=True, spread=timer_spread(recipient, until)
    )


def _track(recipient: Recipient) -> frozenset[RecipientState]:
    """The states in which the same reminder timer goes on: opening the reply page does not stop
    it."""
    if recipient.state is RecipientState.SAVED:
        return frozenset({RecipientState.SAVED})
    return states_before(RecipientState.EXPIRED)
