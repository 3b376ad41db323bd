"""First messages, many at a time: sent side by side, and noted in groups.

Whoever hands letters in has claimed their recipients; each is noted as soon as others that are
done can be noted with it. So between SES's answer and the note there is about as long as one
transaction takes, and only a death in there sends a message twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
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

AT_ONCE = 16
"""Messages under way at the same time: nearly all of it is waiting for SES."""

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


@dataclass
class Sent:
    """What became of letters. notified: recipients whose clock is to be started. failed: how many
    letters could not be sent now, and must be tried again."""

    notified: list[Recipient] = field(default_factory=list)
    failed: int = 0


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
        sent = Sent()
        waiting = {self._pool.submit(self._hand_over, letter): letter for letter in letters}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            delivered = []
            for one in done:
                letter = waiting.pop(one)
                if self._went(one, letter, sent):
                    delivered.append(letter)
            sent.notified += self._note(delivered)
        return sent

    def _hand_over(self, letter: Letter) -> None:
        now = self.post.now()
        if letter.claim - now < SPARE:
            raise TimeoutError("the claim is nearly over")
        self.post.hand_over(
            request_messages.ask(self.post.sender, letter.matters, letter.tokens, now)
        )

    def _went(self, done: Future[None], letter: Letter, sent: Sent) -> bool:
        """True when the message went out."""
        try:
            done.result()
        except Undeliverable:
            for recipient in letter.recipients:
                self.post.undeliverable(recipient, "address refused")
            return False
        except Exception:  # whatever it was, the letter is given back and tried again
            logger.exception("not sent", extra={"request": letter.matters[0].request.id})
            for recipient in letter.recipients:
                self.post.store.release(recipient, letter.claim)
            sent.failed += 1
            return False
        return True

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
