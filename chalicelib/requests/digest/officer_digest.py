"""Tells an officer what became of a request: one mail now and then, not one for each owner.

Whatever happens is noted on one item of the request, which puts it into the Due index; a minute
later, and at least ten minutes after the last mail, one mail says what is new. What is new comes
from comparing how the request stands with how it stood when the officer was last told, so that
a note that is repeated, early or late can make nothing untrue. The send queue brings the mail
about; the sweep finds what the queue lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.access.officer_profiles import KnownOfficers, News, Profile
from chalicelib.core.times import Clock, iso_seconds, parse_iso
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import (
    ConditionFailed,
    Item,
    Table,
    Value,
    absent,
    both,
    equals,
    present,
)
from chalicelib.notifications.channels import Mailer, Undeliverable
from chalicelib.notifications.rendering import Sender
from chalicelib.requests.digest import emails
from chalicelib.requests.digest.emails import Standing
from chalicelib.requests.model import UNANSWERED, FootageRequest, Recipient, State, counts
from chalicelib.requests.recipient_states import MOST_TELLING, STATES
from chalicelib.requests.sending.send_queue import Errand, SendQueue
from chalicelib.requests.store import DUE_INDEX, RequestStore
from chalicelib.telemetry.logs import logger

GATHER = timedelta(minutes=1)
"""For which the first news waits for more of it."""

GAP = timedelta(minutes=10)
"""At least this long between two mails about one request."""

CLAIM = timedelta(minutes=2)
"""Longer than one mail can take; then somebody else may try."""

NAP = timedelta(minutes=4)
"""The longest that an errand waits in the queue: it looks, and goes to wait again. The alarm for a
queue that stands still rings at five minutes, whatever the oldest message in it waits for."""

DUE = "NEWS"
"""Stands in the Due index where recipients have a day."""

_TURNS = 5
_NOTED = (News.FOOTAGE, News.DEADLINE, News.ENDED)
"""Messages have mails of their own (thread_post.py)."""
_ID = "[0-9a-z]{16}"

ITEMS: tuple[ItemKind, ...] = (
    # Named after the kinds of news: how often each was noted since the last mail. told: how many
    # recipients had saved, or let a deadline pass, when the officer was last told.
    ItemKind(
        "news of a request",
        pk=f"REQUEST#{_ID}",
        sk="NEWS",
        needed=frozenset(),
        may=frozenset({*_NOTED, "due_day", "due_at", "told", "told_at", "ended_told"}),
    ),
)


@dataclass(frozen=True)
class Digest:
    """What is new of one request. happened: kind of news and a sentence about it. ended: every
    clock of it has ended, which is told once."""

    happened: tuple[tuple[News, str], ...]
    totals: dict[str, int]
    ended: bool

    def wanted_by(self, profile: Profile) -> list[str]:
        """The sentences that this officer wants."""
        return [sentence for kind, sentence in self.happened if profile.wants(kind)]


def totals(recipients: Iterable[Recipient]) -> dict[str, int]:
    """What a later digest is compared with."""
    listed = list(recipients)
    return {
        "saved": sum(one.saved_at is not None for one in listed),
        "passed": sum(one.state is State.EXPIRED for one in listed),
        "given_up": sum(one.state is State.SAVED and one.ended_at is not None for one in listed),
    }


def digest(
    request: FootageRequest, recipients: Iterable[Recipient], item: Item, *, ended_told: bool
) -> Digest:
    """What is new, the weightiest first. item: counts by kind as noted, and what was told."""
    listed = list(recipients)
    now, before = totals(listed), item.get("told", {})
    new = {name: max(0, count - before.get(name, 0)) for name, count in now.items()}
    happened: list[tuple[News, str]] = []
    if files := item.get(News.FOOTAGE, 0):
        happened.append(
            (News.FOOTAGE, f"{files} new file{'' if files == 1 else 's'} can be looked at")
        )
    if new["saved"]:
        happened.append((News.FOOTAGE, f"Footage was saved at {_sites(new['saved'])}"))
    ended = False
    if request.is_open:
        if new["passed"]:
            text = f"The deadline passed without an answer at {_sites(new['passed'])}"
            happened.append((News.DEADLINE, text))
        if new["given_up"]:
            text = f"Saved footage has not come within 14 days from {_sites(new['given_up'])}"
            happened.append((News.DEADLINE, text))
        ended = not ended_told and not any(one.next_wake for one in listed)
        if ended:
            happened.append(
                (News.ENDED, "No reminder is left to send: the request has run its course")
            )
    return Digest(tuple(happened), now, ended or ended_told)


def standing(recipients: Iterable[Recipient]) -> Standing:
    """How a request stands, for the end of the mail."""
    found = counts(recipients)
    waiting = sum(found[state.value] for state in UNANSWERED)
    said = [(STATES[state].summary, found[state.value]) for state in MOST_TELLING]
    said.append(("No answer yet", waiting))
    told = tuple((words, count) for words, count in said if words and count)
    return Standing(found["total"], found["answered"], told)


def _sites(count: int) -> str:
    return f"{count} site{'' if count == 1 else 's'}"


class Newsroom:
    """Takes news in and tells the officer who made the request."""

    def __init__(
        self,
        table: Table,
        store: RequestStore,
        officers: KnownOfficers,
        queue: SendQueue,
        mailer: Mailer,
        sender: Sender,
        clock: Clock,
    ) -> None:
        self._table = table
        self._store = store
        self._officers = officers
        self._queue = queue
        self._mailer = mailer
        self._sender = sender
        self._clock = clock

    def note(self, request_id: str, kind: News) -> None:
        """Something happened: FOOTAGE for each file that can be looked at, DEADLINE when one
        passed, ENDED for an answer, which may have been the last thing to wait for. Never raises:
        an owner's answer must not fail because an officer's mail cannot be prepared.
        """
        try:
            self._note(request_id, kind)
        except Exception:
            logger.exception("news not noted", extra={"request_id": request_id})

    def _note(self, request_id: str, kind: News) -> None:
        key = _key(request_id)
        for _ in range(_TURNS):
            try:
                self._table.update(*key, add={kind.value: 1}, when=present("due_at"))
                return
            except ConditionFailed:
                item = self._table.get(*key, consistent=True) or {}
            now = self._now()
            due = now + GATHER
            if "told_at" in item:
                due = max(due, parse_iso(item["told_at"]) + GAP)
            try:
                self._table.update(
                    *key, add={kind.value: 1}, assign=_due(due), when=absent("due_at")
                )
            except ConditionFailed:
                continue
            self._ring(request_id, due - now)
            return

    def tell(self, request_id: str) -> None:
        """Sends the mail that is due, if any. Repeating it sends nothing twice.

        Raises what sending raised, so that the queue tries again.
        """
        item = self._table.get(*_key(request_id), consistent=True)
        if item is None or "due_at" not in item:
            return
        now, due = self._now(), parse_iso(item["due_at"])
        if due > now:
            self._ring(request_id, due - now)
            return
        claim = now + CLAIM
        try:
            taken = self._table.update(
                *_key(request_id), assign=_due(claim), when=equals("due_at", item["due_at"])
            )
        except ConditionFailed:
            return  # somebody else is at it; should they fail, it is due again
        try:
            found = self._send(request_id, taken)
        except Exception:
            with_claim = equals("due_at", iso_seconds(claim))
            self._table.update(*_key(request_id), assign=_due(now), when=with_claim)
            raise
        self._told(request_id, taken, found, now, claim)

    def _send(self, request_id: str, item: Item) -> Digest | None:
        request = self._store.request(request_id)
        if request is None:
            return None
        recipients = self._store.recipients(request_id)
        found = digest(request, recipients, item, ended_told="ended_told" in item)
        profile = self._officers.profile(request.created_by)
        happened = found.wanted_by(profile) if profile else []
        if profile and happened:
            message = emails.news(
                self._sender,
                profile.email,
                name=profile.name,
                reference=request.reference,
                request_id=request.id,
                happened=happened,
                standing=standing(recipients),
            )
            try:
                self._mailer.send(message)
            except Undeliverable:
                # The console shows the same; trying again would not help.
                logger.warning("officer cannot be reached", extra={"request_id": request_id})
        return found

    def _told(
        self, request_id: str, item: Item, found: Digest | None, now: datetime, claim: datetime
    ) -> None:
        """Notes what was told. What was noted in the meantime is due after the gap."""
        noted = {kind.value: item[kind] for kind in _NOTED if kind in item}
        less = {kind: -count for kind, count in noted.items()}
        changes: dict[str, Value] = {"told_at": iso_seconds(now)}
        if found:
            changes |= {"told": found.totals, "ended_told": found.ended or None}
        mine = equals("due_at", iso_seconds(claim))
        same = [
            equals(kind.value, item[kind]) if kind in item else absent(kind.value)
            for kind in _NOTED
        ]
        try:
            done = {**changes, "due_day": None, "due_at": None}
            self._table.update(*_key(request_id), add=less, assign=done, when=both(mine, *same))
        except ConditionFailed:
            again = now + GAP
            try:
                self._table.update(
                    *_key(request_id), add=less, assign={**changes, **_due(again)}, when=mine
                )
            except ConditionFailed:
                return  # it took us longer than the claim, and somebody took over
            self._ring(request_id, GAP)

    def sweep(self) -> int:
        """Tells what the queue lost; returns how much of it there was."""
        late = iso_seconds(self._now() - GATHER)
        found = list(self._table.query(DUE, index=DUE_INDEX, between=("0", late)))
        for item in found:
            self._queue.put_one(Errand.NEWS, request_id=str(item["PK"]).removeprefix("REQUEST#"))
        return len(found)

    def _ring(self, request_id: str, wait: timedelta) -> None:
        self._queue.put_one(Errand.NEWS, delay=min(wait, NAP), request_id=request_id)

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)


def _key(request_id: str) -> tuple[str, str]:
    return f"REQUEST#{request_id}", "NEWS"


def _due(moment: datetime) -> dict[str, Value]:
    return {"due_day": DUE, "due_at": iso_seconds(moment)}
