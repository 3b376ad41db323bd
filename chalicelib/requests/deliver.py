"""Writes to owners: the first message, a withdrawal, and what comes back.

Each message is claimed by a conditional write before it is sent and noted after it. Two who
meet on one recipient send one message; one who dies in between is followed by another when the
claim has run out. Only a death between SES's answer and the note sends a message twice, which
is better than never.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.access.links import Links, Purpose
from chalicelib.errors import NotFound
from chalicelib.notify import request_messages
from chalicelib.notify.messages import Sender
from chalicelib.notify.messenger import Messenger
from chalicelib.notify.sender import Message, Undeliverable
from chalicelib.requests.clockwork import Workflow
from chalicelib.requests.deadlines import plan
from chalicelib.requests.ending import withdraw_one
from chalicelib.requests.matters import Matter, Matters, OwnerGone
from chalicelib.requests.model import Recipient, State, before
from chalicelib.requests.records import times, wake_fields
from chalicelib.requests.store import RequestStore
from chalicelib.table import ConditionFailed, Value
from chalicelib.times import Clock, iso_seconds

CLAIM = timedelta(seconds=60)
"""Longer than any function may run that sends one message."""

LINK_LIFE = timedelta(days=200)
"""A reply link works while its request is open; this only bounds how long it is kept."""


class Post:
    """Sends one message to one recipient, once."""

    def __init__(
        self,
        store: RequestStore,
        matters: Matters,
        links: Links,
        mailer: Messenger,
        sender: Sender,
        clock: Clock,
    ) -> None:
        self.store = store
        self.matters = matters
        self._links = links
        self._mailer = mailer
        self.sender = sender
        self.clock = clock

    def send(
        self, matter: Matter, make: Callable[[Matter, str], Message], *, link: bool = True
    ) -> datetime:
        """Claims the recipient, makes the message with a link of its own and sends it.

        Returns the claim, under which the caller notes what was done. Raises ConditionFailed
        when somebody else is sending or the recipient has changed, Undeliverable, or what
        sending raised, the claim then given back.
        """
        recipient = matter.recipient
        token, write = self._links.make(Purpose.REPLY, recipient.key, LINK_LIFE)
        message = make(matter, token)
        now = self.now()
        claim = now + CLAIM
        self.store.claim(recipient, now, claim, *([write] if link else []))
        try:
            self._mailer.send(message)
        except Undeliverable:
            raise
        except Exception:
            self.store.release(recipient, claim)
            raise
        return claim

    def now(self) -> datetime:
        """This moment, in whole seconds as recipients hold it."""
        return self.clock().replace(microsecond=0)

    def undeliverable(self, recipient: Recipient, reason: str) -> None:
        """Notes that the owner cannot be reached; an answer that came all the same stands."""
        changes: dict[str, Value] = {
            "state": State.UNDELIVERABLE.value,
            "reason": reason,
            "ended_at": iso_seconds(self.now()),
            "planned": None,
            "claimed_until": None,
            **wake_fields(None),
        }
        try:
            self.store.change(recipient, changes, states=before(State.UNDELIVERABLE))
        except ConditionFailed:
            return


class Deliveries:
    """What the send queue asks for."""

    def __init__(self, post: Post, workflow: Workflow, zone: str) -> None:
        self._post = post
        self._store = post.store
        self._workflow = workflow
        self._zone = zone

    def ask(self, request_id: str, site_id: str) -> None:
        """Sends the first message and starts the clock. Repeating it does nothing more.

        Raises what sending raised, so that the queue tries again.
        """
        recipient = self._store.recipient(request_id, site_id)
        if recipient is None:
            return
        if recipient.state is not State.PENDING:
            self._start(recipient)
            return
        try:
            matter = self._post.matters.of(recipient)
            claim = self._claim_and_send(matter)
        except ConditionFailed:
            return  # somebody else is at it; should they fail, the sweep comes back to it
        except OwnerGone:
            self._post.undeliverable(recipient, "not registered any more")
        except Undeliverable:
            self._post.undeliverable(recipient, "address refused")
        except NotFound:
            return  # its request never came true
        else:
            if claim:
                self._start(self._notified(recipient, claim))

    def _claim_and_send(self, matter: Matter) -> datetime | None:
        """The claim, or None when there is nothing to send any more."""
        now, until = self._post.now(), matter.owner.paused_until
        if not matter.request.is_open:
            withdraw_one(self._store, matter.recipient, now)
            return None
        if until and until > now:
            self._post.undeliverable(matter.recipient, "paused")
            return None
        return self._post.send(matter, self._message)

    def _message(self, matter: Matter, token: str) -> Message:
        return request_messages.ask(self._post.sender, matter, token, self._post.now())

    def _notified(self, recipient: Recipient, claim: datetime) -> Recipient:
        now = self._post.now()
        planned = plan(now, recipient.deadline, self._zone)
        late = recipient.deadline is None or recipient.deadline <= now
        first = None if late else (planned[0] if planned else recipient.deadline)
        changes: dict[str, Value] = {
            "notified_at": iso_seconds(now),
            "planned": times(planned),
            "run": 1,
            "claimed_until": None,
            **wake_fields(first),
        }
        for old, new in ((State.PENDING, State.NOTIFIED), (State.VIEWED, State.VIEWED)):
            try:
                moved = {**changes, "state": new.value}
                return self._store.change(recipient, moved, states=[old], claim=claim)
            except ConditionFailed:
                continue
        return self._overtaken(recipient, now)

    def _overtaken(self, recipient: Recipient, now: datetime) -> Recipient:
        """The owner answered, or the officer withdrew, while the message went out."""
        said: dict[str, Value] = {"notified_at": iso_seconds(now), "claimed_until": None}
        try:
            # They must hear that it is over: the sweep finds them under this wake-up.
            return self._store.change(
                recipient, {**said, **wake_fields(now)}, states=[State.WITHDRAWN]
            )
        except ConditionFailed:
            return self._store.change(recipient, said, states=State)

    def _start(self, recipient: Recipient) -> None:
        running = recipient.state in (State.NOTIFIED, State.VIEWED)
        if running and recipient.run == 1 and recipient.next_wake:
            self._workflow.start(recipient, recipient.next_wake)

    def tell_withdrawn(self, request_id: str, site_id: str) -> None:
        """Tells an owner who was asked that it is over. Repeating it does nothing more."""
        recipient = self._store.recipient(request_id, site_id)
        if recipient is None or recipient.state is not State.WITHDRAWN or not recipient.next_wake:
            return
        try:
            claim = self._post.send(
                self._post.matters.of(recipient),
                lambda matter, _: request_messages.withdrawn(self._post.sender, matter),
                link=False,
            )
            told: dict[str, Value] = {"claimed_until": None, **wake_fields(None)}
            self._store.change(recipient, told, states=State, claim=claim)
        except ConditionFailed:
            return
        except (NotFound, Undeliverable):
            self._store.change(recipient, wake_fields(None), states=State)
