"""The outbox: what must go out stands in the table until it has gone.

An entry is two attributes of any item: `due_day` says of which kind it is, and `due_at` from when
on it is to be seen to. They are written in the same transaction as the change that causes the
message, so neither is ever without the other. A message of the send queue then brings it about;
should that be lost, or whoever works on it die, `recover` finds the entry when it is overdue by
the grace, and has it queued again. Why it is so: docs/decisions/0016-outbox.md.

Who sends takes a lease first: a moment in the table until which nobody else sends. Two who meet on
one entry send one message, and one who dies is followed by another. Only a death between the
answer of SES and the note sends a message twice, which is better than never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.times import Clock, iso_seconds, parse_iso
from chalicelib.dynamodb.stored_record import Derived, Model
from chalicelib.dynamodb.table import (
    NEW,
    Condition,
    ConditionFailed,
    Item,
    Table,
    Value,
    all_of,
    equals,
)
from chalicelib.telemetry.workers import Workers

DUE_INDEX = ("Due", "due_day", "due_at")

LEASE = timedelta(seconds=60)
"""Longer than any function may run that sends what it leased together."""

GRACE = timedelta(seconds=60)
"""By how much an entry may be overdue before its message in the queue, or whoever works on it, is
taken for lost."""

_AT_ONCE = 8

Key = tuple[str, str]
Ids = Mapping[str, str]


class TaskQueue(Protocol):
    """What brings entries about."""

    def queue_tasks(self, task: str, named: Iterable[Ids], delay: timedelta = timedelta(0)) -> int:
        """Queues one message for each of `named` and returns how many were taken."""


@dataclass(frozen=True)
class EntryKind:
    """One kind of entry. name: where it stands in the Due index. messages: of an item, those of
    the send queue that bring it about, each a task and what it names; none when there is
    nothing left to do."""

    name: str
    messages: Callable[[Item], Iterable[tuple[str, Ids]]]


def filed_under(name: str, field: str = "due_at") -> Derived[Model]:
    """For the declaration of a record that is an entry: `due_day` follows from its time. field:
    which has that time, stored as `due_at`."""
    return Derived(
        "due_day", (field,), lambda one: name if getattr(one, field) else None, always=False
    )


def lease_free(lease: str, now: datetime) -> Condition:
    """Nobody holds the lease that stands in this attribute."""
    return Condition(
        "attribute_not_exists(#lease) OR #lease <= :now",
        {"#lease": lease},
        {":now": iso_seconds(now)},
    )


def lease_held(lease: str, until: datetime) -> Condition:
    """The lease that was taken until then still stands in this attribute."""
    return equals(lease, iso_seconds(until))


@dataclass(frozen=True)
class Lease:
    """The right to see to one entry until a moment, which nobody else then has. item: as it is
    with the lease."""

    key: Key
    item: Item
    until: datetime

    @property
    def stands(self) -> Condition:
        """Nobody has taken over."""
        return lease_held("due_at", self.until)


class Outbox:
    """Leases entries whose due time is their lease as well, and recovers those of any kind."""

    def __init__(self, table: Table, queue: TaskQueue, clock: Clock) -> None:
        self._table = table
        self._queue = queue
        self._clock = clock

    def now(self) -> datetime:
        """This moment, in whole seconds as entries hold it."""
        return self._clock().replace(microsecond=0)

    def add(self, item: Item) -> bool:
        """Writes an item that is an entry of its own; False when it is there already."""
        try:
            self._table.put(item, when=NEW)
        except ConditionFailed:
            return False
        return True

    def queue(self, task: str, *named: Ids, delay: timedelta = timedelta(0)) -> int:
        """Queues messages that bring entries about. What the queue does not take is no error:
        `recover` finds it. Returns how many it took."""
        return self._queue.queue_tasks(task, named, delay)

    # one entry

    def work(self, key: Key, act: Callable[[Item], Mapping[str, Value] | None]) -> None:
        """Does what an entry asks for, under a lease, and notes it with the attributes that `act`
        gives. Repeating it does nothing more. Raises what `act` raised, so that the queue tries
        again."""
        lease = self.claim(key)
        if lease is None:
            return  # done, or being done; should they fail, it is found again
        with self.releasing(lease):
            noted = act(lease.item)
        self.done(lease, noted)

    def find(self, key: Key) -> tuple[Item, datetime] | None:
        """The item of an entry and when it is due; None when there is nothing to do."""
        item = self._table.get(*key, consistent=True)
        return (item, parse_iso(item["due_at"])) if item and "due_at" in item else None

    def claim(self, key: Key) -> Lease | None:
        """Takes the lease of an entry that is due; None when it is not due, or somebody else has
        the lease. Should its holder die, the entry is due again when the lease ends.

        Threat: the queue repeats itself and meets the sweep; a person would get the same message
        twice.
        """
        found, now = self.find(key), self.now()
        if found is None or found[1] > now:
            return None
        until = now + LEASE
        try:
            item = self._table.update(*key, assign=_at(until), when=lease_held("due_at", found[1]))
        except ConditionFailed:
            return None
        return Lease(key, item, until)

    @contextmanager
    def releasing(self, lease: Lease) -> Iterator[None]:
        """Gives the lease back when the work under it fails, so that it may be tried again at
        once."""
        try:
            yield
        except Exception:
            self.postpone(lease, self.now())
            raise

    def done(
        self,
        lease: Lease,
        changes: Mapping[str, Value] | None = None,
        *,
        add: Mapping[str, int] | None = None,
        when: Condition | None = None,
    ) -> bool:
        """Takes the entry off its item, with other changes of it; False when somebody took over
        or `when` does not hold."""
        gone: dict[str, Value] = {**(changes or {}), "due_day": None, "due_at": None}
        return self._note(lease, gone, add, when)

    def postpone(
        self,
        lease: Lease,
        until: datetime,
        changes: Mapping[str, Value] | None = None,
        *,
        add: Mapping[str, int] | None = None,
    ) -> bool:
        """Gives the lease back, to be seen to again at that moment; False when somebody took
        over."""
        return self._note(lease, {**(changes or {}), **_at(until)}, add, None)

    def _note(
        self,
        lease: Lease,
        assign: Mapping[str, Value],
        add: Mapping[str, int] | None,
        when: Condition | None,
    ) -> bool:
        condition = all_of(lease.stands, when) if when else lease.stands
        try:
            self._table.update(*lease.key, assign=assign, add=add, when=condition)
        except ConditionFailed:
            return False
        return True

    def remove(self, lease: Lease) -> None:
        """Deletes the whole item, when it was nothing but the entry."""
        try:
            self._table.delete(*lease.key, when=lease.stands)
        except ConditionFailed:
            return  # somebody took over

    # what was lost

    def recover(self, kind: EntryKind) -> int:
        """Queues again what is overdue of one kind; returns how many messages the queue took.

        An entry that was found is due from now on, so that of two recoveries at once one queues
        it, and the next waits for the grace.
        """
        now = self.now()
        span = ("0", iso_seconds(now - GRACE))
        found = self._table.query(kind.name, index=DUE_INDEX, between=span)
        with Workers(_AT_ONCE) as pool:
            taken = list(pool.map(lambda item: self._take_up(kind, item, now), found))
        lost: dict[str, list[Ids]] = {}
        for task, ids in (message for messages in taken for message in messages):
            lost.setdefault(task, []).append(ids)
        return sum(self.queue(task, *named) for task, named in lost.items())

    def _take_up(self, kind: EntryKind, item: Item, now: datetime) -> list[tuple[str, Ids]]:
        """The messages of an entry that nobody else has seen to since it was read."""
        messages = list(kind.messages(item))
        lease = Lease((item["PK"], item["SK"]), item, parse_iso(item["due_at"]))
        if not messages:
            self.done(lease)
            return []
        return messages if self.postpone(lease, now) else []


def _at(moment: datetime) -> dict[str, Value]:
    return {"due_at": iso_seconds(moment)}
