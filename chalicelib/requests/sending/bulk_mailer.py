"""First messages, many at a time: ten in one call of SES, and noted before the next ten go.

The caller has claimed the recipients of the messages. In one process one call is under way at a
time, of all rounds together, while other threads prepare the next. So a process that dies leaves
at most one call whose messages went out and are not noted; no other owner gets a message twice.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from chalicelib.core.errors import DomainError
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.channels import TOGETHER, Message, Undeliverable
from chalicelib.requests import emails
from chalicelib.requests.model import Recipient, RecipientState
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.records import Changes, deadline_fields
from chalicelib.requests.reminder_schedule import (
    plan_reminders,
    text_after_night,
    with_next_deadline,
)
from chalicelib.telemetry.logs import logger
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric
from chalicelib.telemetry.workers import Workers

AT_ONCE = 2
"""Threads that send: one calls SES or notes what went out, the other writes the next messages."""

AHEAD = 4 * TOGETHER
"""How many messages may be ready and unsent before no more are prepared: enough for the next calls.
A prepared message is claimed, and its claim must not end while it waits."""

SPARE = timedelta(seconds=15)
"""A message is not begun when its claim ends sooner than this."""


@dataclass(frozen=True)
class OwnerMessage:
    """One message that is ready to go: all the sites of one owner. tokens: of their links, in
    the same order. claim: until when nobody else sends it. fresh: its recipients were written
    with this claim."""

    matters: tuple[RecipientContext, ...]
    tokens: tuple[str, ...]
    claim: datetime
    fresh: bool = False

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """The recipients that the message is about."""
        return tuple(matter.recipient for matter in self.matters)


@dataclass(frozen=True)
class SendResult:
    """What became of messages. notified: recipients whose reminder timer is to be started. failed:
    how many messages could not be sent now, and must be tried again."""

    notified: list[Recipient]
    failed: int


class MailRound:
    """Messages that go out together. Sending begins as soon as there are enough for one call, while
    the caller prepares others."""

    def __init__(self, letters: BulkMailer) -> None:
        self._bulk_mailer = letters
        self._going: list[Future[SendResult]] = []
        self._few: list[OwnerMessage] = []
        self._stopped = threading.Event()

    def add(self, letters: Sequence[OwnerMessage]) -> None:
        """Begin to send these messages; too few to fill a call wait for the next ones."""
        self._few += letters
        together = self._bulk_mailer.post.group_limit
        while len(self._few) >= together:
            self._begin(together)

    def finish(self) -> SendResult:
        """Wait until all messages are sent and noted. Raises what noting raised."""
        if self._few:
            self._begin(len(self._few))
        wait(self._going)
        parts = [one.result() for one in self._going]
        notified = [recipient for part in parts for recipient in part.notified]
        return SendResult(notified, sum(part.failed for part in parts))

    def _begin(self, number: int) -> None:
        some, self._few = self._few[:number], self._few[number:]
        self._bulk_mailer.ready(number)
        self._going.append(self._bulk_mailer.pool.submit(self._send, some))

    def _send(self, letters: Sequence[OwnerMessage]) -> SendResult:
        try:
            return self._bulk_mailer.deal_with(letters, self._stopped)
        finally:
            self._bulk_mailer.ready(-len(letters))


class BulkMailer:
    """Sends first messages. The claim of one that fails is given back, so that it may be tried
    again at once; recipients that can never be reached are noted as undeliverable."""

    def __init__(self, post: RecipientMailer, zone: str, counts: Counts = UNCOUNTED) -> None:
        self.post = post
        self._zone = zone
        self._counts = counts
        self._at_ses = threading.Lock()
        self._waiting = 0
        self._fewer = threading.Condition()

    def wait_for_room(self) -> None:
        """Return when few enough messages of all rounds wait to go, so that more may be claimed
        without a slow account letting their claims end."""
        with self._fewer:
            self._fewer.wait_for(lambda: self._waiting <= AHEAD)

    def ready(self, more: int) -> None:
        """Count `more` messages in as waiting to go, or out when it is less than 0."""
        with self._fewer:
            self._waiting += more
            self._fewer.notify_all()

    @cached_property
    def pool(self) -> Workers:
        """The threads that send, shared by all rounds of a process."""
        return Workers(AT_ONCE)

    def send_messages(self, letters: Sequence[OwnerMessage]) -> SendResult:
        """Send these messages and note what went out."""
        one = MailRound(self)
        one.add(letters)
        return one.finish()

    def deal_with(self, letters: Sequence[OwnerMessage], stopped: threading.Event) -> SendResult:
        """Send messages, few enough for one call, and note what went out before any others go.

        stopped: set when a call could not be noted, as the next could not be noted either.
        Threat: a function that dies half way leaves what went out without a note, and its owners
        would get the message again.
        """
        made = [(letter, self._written(letter)) for letter in letters]
        ready = [(letter, message) for letter, message in made if message]
        failed = [letter for letter, message in made if message is None]
        now = self.post.current_time()
        after = {m.recipient.key: self._notified(m, now) for one, _ in ready for m in one.matters}
        with self._at_ses:
            try:
                found = self._handed([message for _, message in ready], stopped)
                said = [(one, what) for (one, _), what in zip(ready, found, strict=True)]
                went_out = [one for one, what in said if isinstance(what, str)]
                notified = self._note(went_out, after)
            except BaseException:
                stopped.set()
                raise
        failed += [one for one, what in said if not self._is_settled(one, what)]
        for letter in failed:
            for recipient in letter.recipients:
                self.post.store.release(recipient, letter.claim)
        return SendResult(notified, len(failed))

    def _written(self, letter: OwnerMessage) -> Message | None:
        """The e-mail of a message, or None when it cannot be made, so that the others still go."""
        now = self.post.current_time()
        try:
            if letter.claim - now < SPARE:
                raise TimeoutError("the claim is nearly over")
            return emails.request_email(self.post.mail.sender, letter.matters, letter.tokens, now)
        except Exception:  # whatever it was, the message is given back and tried again
            logger.exception("not sent", extra={"request": letter.matters[0].request.id})
            return None

    def _handed(
        self, messages: Sequence[Message], stopped: threading.Event
    ) -> list[str | DomainError | None]:
        """For each message its id, the error that refused it, or None when its fate is unknown."""
        if stopped.is_set() or not messages:
            return [None] * len(messages)
        try:
            return [*self.post.hand_over_many(messages)]
        except DomainError as error:  # such as an account that may not send just now
            logger.warning("not sent", extra={"messages": len(messages), "code": error.code})
            return [None] * len(messages)
        except Exception:  # as above
            logger.exception("not sent", extra={"messages": len(messages)})
            return [None] * len(messages)

    def _is_settled(self, letter: OwnerMessage, found: str | DomainError | None) -> bool:
        """True when a message went out or can never be delivered; False to try it again."""
        if isinstance(found, Undeliverable):
            for recipient in letter.recipients:
                self.post.mark_undeliverable(recipient, "address refused")
            return True
        if isinstance(found, DomainError):
            request_id = letter.matters[0].request.id
            logger.warning("not sent", extra={"request": request_id, "code": found.code})
        return isinstance(found, str)

    def _note(
        self, letters: Sequence[OwnerMessage], after: Mapping[str, Recipient]
    ) -> list[Recipient]:
        """Note that messages went out; return their recipients after that. after: each recipient
        as its message leaves it, by its key."""
        noted: list[Recipient] = []
        for claim in {letter.claim for letter in letters}:
            those = [one for one in letters if one.claim == claim]
            fresh = [r for one in those if one.fresh for r in one.recipients]
            others = [r for one in those if not one.fresh for r in one.recipients]
            others += self.post.store.replace_many([(r, after[r.key]) for r in fresh])
            changes = [(r, _changes(after[r.key])) for r in others]
            refused = self.post.store.change_many(changes, claim)
            noted += [self._overtaken(one, after[one.key], claim) for one in refused]
            overtaken = {one.key for one in refused}
            everyone = (r.key for one in those for r in one.recipients)
            noted += [after[key] for key in everyone if key not in overtaken]
            # SES took every message, also those whose owner was quicker than this note.
            self._counts.add(Metric.OWNERS_ASKED, len(those))
        return noted

    def _notified(self, matter: RecipientContext, now: datetime) -> Recipient:
        recipient = with_next_deadline(matter.recipient, now)
        planned = plan_reminders(now, recipient.deadline, self._zone)
        late = recipient.deadline is None or recipient.deadline <= now
        first = None if late else (planned[0] if planned else recipient.deadline)
        text_at = None
        if matter.owner.texts_to:
            text_at = text_after_night(now, recipient.deadline, planned, self._zone)
        if first and text_at:
            first = min(first, text_at)
        return replace(
            recipient,
            state=RecipientState.NOTIFIED,
            notified_at=now,
            planned=planned,
            run=1,
            next_wake=first,
            text_at=text_at,
            claimed_until=None,
        )

    def _overtaken(self, recipient: Recipient, after: Recipient, claim: datetime) -> Recipient:
        """Note a message during which the owner looked or answered, or the officer withdrew."""
        store = self.post.store
        moved = {**_changes(after), "state": RecipientState.VIEWED}
        now = after.notified_at or self.post.current_time()
        said: dict[str, object] = {"notified_at": now, "claimed_until": None}
        try:
            return store.change_recipient(
                recipient, moved, states=[RecipientState.VIEWED], claim=claim
            )
        except ConditionFailed:
            pass
        try:
            # The owner must hear that it is over: recovery finds the recipient by this wake-up.
            return store.change_recipient(
                recipient, {**said, "next_wake": now}, states=[RecipientState.WITHDRAWN]
            )
        except ConditionFailed:
            return store.change_recipient(recipient, said, states=RecipientState)


def _changes(after: Recipient) -> Changes:
    """The fields that `BulkMailer._notified` sets, for a change of the recipient."""
    return {
        "state": after.state,
        "notified_at": after.notified_at,
        "planned": after.planned,
        "run": after.run,
        "text_at": after.text_at,
        **deadline_fields(after),
        "claimed_until": None,
        "next_wake": after.next_wake,
    }
