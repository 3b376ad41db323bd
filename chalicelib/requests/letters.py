"""First messages, many at a time: sent side by side, and noted in groups.

Whoever hands letters in has claimed their recipients. What went out is noted with others that
went out in the same quarter of a second, and only a death in there sends a message twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from aws_lambda_powertools import Logger

from chalicelib.notify import request_messages
from chalicelib.notify.sender import Undeliverable
from chalicelib.requests.deadlines import plan, text_after_night
from chalicelib.requests.deliver import Post
from chalicelib.requests.matters import Matter
from chalicelib.requests.model import Recipient, State
from chalicelib.requests.records import times, wake_fields
from chalicelib.table import ConditionFailed, Value
from chalicelib.times import iso_seconds

logger = Logger(service="sightline")

AT_ONCE = 8
"""Messages under way at the same time: nearly all of it is waiting for SES."""

GROUP = 32
"""Messages that are noted together."""

LONGEST_UNNOTED = 0.25
"""Seconds that a message which went out may wait to be noted with others."""

SPARE = timedelta(seconds=15)
"""A message is not begun when its claim ends sooner than this."""


@dataclass(frozen=True)
class Letter:
    """One message that is ready to go: all the sites of one owner. tokens: of their links, in
    the same order. claim: until when nobody else sends it."""

    matters: tuple[Matter, ...]
    tokens: tuple[str, ...]
    claim: datetime

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Those it goes to."""
        return tuple(matter.recipient for matter in self.matters)


@dataclass(frozen=True)
class Sent:
    """What became of letters. notified: recipients whose clock is to be started. failed: how many
    letters could not be sent now, and must be tried again."""

    notified: list[Recipient]
    failed: int


class _Tray:
    """Collects letters that went out; whoever makes it full enough has them noted, so that the
    others can go on sending meanwhile."""

    def __init__(self, note: Callable[[Sequence[Letter]], list[Recipient]]) -> None:
        self._note = note
        self._lock = threading.Lock()
        self._letters: list[Letter] = []
        self._since = 0.0
        self.noted: list[Recipient] = []

    def put(self, letter: Letter) -> None:
        """Adds one, and empties the tray when it is time."""
        with self._lock:
            now = time.monotonic()
            self._since = self._since if self._letters else now
            self._letters.append(letter)
            enough = len(self._letters) >= GROUP or now - self._since >= LONGEST_UNNOTED
        if enough:
            self.empty()

    def empty(self) -> None:
        """Has all that is in it noted."""
        with self._lock:
            letters, self._letters = self._letters, []
        noted = self._note(letters)
        with self._lock:
            self.noted += noted


class Letters:
    """Sends them."""

    def __init__(self, post: Post, zone: str) -> None:
        self.post = post
        self._zone = zone

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE)

    def send(self, letters: Sequence[Letter]) -> Sent:
        """Sends each letter and notes it. What fails is given back, so that it may be tried again
        at once; what can never be delivered is noted as that."""
        tray = _Tray(self._note)
        going = [self._pool.submit(self._deal_with, letter, tray) for letter in letters]
        gone = [one.result() for one in going]
        tray.empty()
        return Sent(tray.noted, gone.count(False))

    def _deal_with(self, letter: Letter, tray: _Tray) -> bool:
        """False when the letter must be tried again."""
        try:
            self._hand_over(letter)
        except Undeliverable:
            for recipient in letter.recipients:
                self.post.undeliverable(recipient, "address refused")
        except Exception:  # whatever it was, the letter is given back and tried again
            logger.exception("not sent", extra={"request": letter.matters[0].request.id})
            for recipient in letter.recipients:
                self.post.store.release(recipient, letter.claim)
            return False
        else:
            tray.put(letter)
        return True

    def _hand_over(self, letter: Letter) -> None:
        now = self.post.now()
        if letter.claim - now < SPARE:
            raise TimeoutError("the claim is nearly over")
        self.post.hand_over(
            request_messages.ask(self.post.sender, letter.matters, letter.tokens, now)
        )

    def _note(self, letters: Sequence[Letter]) -> list[Recipient]:
        """Notes that letters went out; returns their recipients as they then are."""
        now = self.post.now()
        noted: list[Recipient] = []
        for claim in {letter.claim for letter in letters}:
            those = [one for each in letters if each.claim == claim for one in each.matters]
            after = {one.recipient.key: self._notified(one, now) for one in those}
            changes = [(one.recipient, _changes(after[one.recipient.key])) for one in those]
            for refused in self.post.store.change_many(changes, claim):
                noted.append(self._overtaken(refused, after.pop(refused.key), claim))
            noted += after.values()
        return noted

    def _notified(self, matter: Matter, now: datetime) -> Recipient:
        recipient = matter.recipient
        planned = plan(now, recipient.deadline, self._zone)
        late = recipient.deadline is None or recipient.deadline <= now
        first = None if late else (planned[0] if planned else recipient.deadline)
        text_at = None
        if matter.owner.texts_to:
            text_at = text_after_night(now, recipient.deadline, planned, self._zone)
        if first and text_at:
            first = min(first, text_at)
        return replace(
            recipient,
            state=State.NOTIFIED,
            notified_at=now,
            planned=planned,
            run=1,
            next_wake=first,
            text_at=text_at,
            claimed_until=None,
        )

    def _overtaken(self, recipient: Recipient, after: Recipient, claim: datetime) -> Recipient:
        """The owner looked or answered, or the officer withdrew, while the message went out."""
        store = self.post.store
        moved = {**_changes(after), "state": State.VIEWED.value}
        now = after.notified_at or self.post.now()
        said: dict[str, Value] = {"notified_at": iso_seconds(now), "claimed_until": None}
        try:
            return store.change(recipient, moved, states=[State.VIEWED], claim=claim)
        except ConditionFailed:
            pass
        try:
            # They must hear that it is over: the sweep finds them under this wake-up.
            return store.change(recipient, {**said, **wake_fields(now)}, states=[State.WITHDRAWN])
        except ConditionFailed:
            return store.change(recipient, said, states=State)


def _changes(after: Recipient) -> dict[str, Value]:
    return {
        "state": after.state.value,
        "notified_at": iso_seconds(after.notified_at) if after.notified_at else None,
        "planned": times(after.planned),
        "run": after.run,
        "text_at": iso_seconds(after.text_at) if after.text_at else None,
        "claimed_until": None,
        **wake_fields(after.next_wake),
    }
