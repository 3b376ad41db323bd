"""The outbox: messages that must be sent stand in the table until they have been sent.

An entry is two attributes of any item: `due_day` names the kind of entry, and `due_at` is the time
from which it is due. They are written in the same transaction as the change that causes the
message, so that neither is ever without the other. A message of the send queue has the entry worked
on. Should that message be lost or its worker die, `recover` finds the entry once it is overdue by
GRACE, and queues it again. The reasons are in docs/decisions/0016-outbox.md.

A worker first takes a lease: a moment in the table until which no other worker sends. Two workers
that meet on one entry send one message, and one that dies is followed by another. Only a death
between SES's answer and the note of it sends a message twice, which is better than never.
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
"""How long a lease lasts: longer than any function may run that sends under leases."""

GRACE = timedelta(seconds=60)
"""How long an entry may be overdue before its queued message or its worker is taken for lost."""

_AT_ONCE = 8

Key = tuple[str, str]
Ids = Mapping[str, str]


class TaskQueue(Protocol):
    """The send queue, whose messages have entries worked on."""

    def queue_tasks(self, task: str, named: Iterable[Ids], delay: timedelta = timedelta(0)) -> int:
        """Queue one message of `task` for each of `named`; return how many the queue took."""


@dataclass(frozen=True)
class EntryKind:
    """One kind of entry. name: its partition in the Due index. messages: gives for an item the
    messages of the send queue that have it worked on, each a task and the ids that it names;
    none when there is nothing left to do."""

    name: str
    messages: Callable[[Item], Iterable[tuple[str, Ids]]]


def filed_under(name: str, field: str = "due_at") -> Derived[Model]:
    """Return the derived `due_day` for the declaration of a record that is an entry. name: the kind
    of entry. field: the field with the due time, which is stored as `due_at`."""
    return Derived(
        "due_day", (field,), lambda one: name if getattr(one, field) else None, always=False
    )


def lease_free(lease: str, now: datetime) -> Condition:
    """Return the condition that nobody holds the lease in the attribute `lease` at `now`."""
    return Condition(
        "attribute_not_exists(#lease) OR #lease <= :now",
        {"#lease": lease},
        {":now": iso_seconds(now)},
    )


def lease_held(lease: str, until: datetime) -> Condition:
    """Return the condition that the attribute `lease` still holds the lease taken until `until`."""
    return equals(lease, iso_seconds(until))


@dataclass(frozen=True)
class Lease:
    """The sole right to work on an entry until a moment. item: the item with the lease."""

    key: Key
    item: Item
    until: datetime

    @property
    def stands(self) -> Condition:
        """The condition that no other worker has taken the entry over."""
        return lease_held("due_at", self.until)


class Outbox:
    """Adds, leases and completes entries, with `due_at` as the lease, and recovers lost ones."""

    def __init__(self, table: Table, queue: TaskQueue, clock: Clock) -> None:
        self._table = table
        self._queue = queue
        self._clock = clock

    def now(self) -> datetime:
        """Return the present moment in whole seconds, the precision of entries."""
        return self._clock().replace(microsecond=0)

    def add(self, item: Item) -> bool:
        """Write an item that is an entry of its own; return False when the item exists already."""
        try:
            self._table.put(item, when=NEW)
        except ConditionFailed:
            return False
        return True

    def queue(self, task: str, *named: Ids, delay: timedelta = timedelta(0)) -> int:
        """Queue one message of `task` for each of `named`; return how many the queue took. A
        message that it did not take is no error: `recover` finds the entry."""
        return self._queue.queue_tasks(task, named, delay)

    # one entry

    def work(self, key: Key, act: Callable[[Item], Mapping[str, Value] | None]) -> None:
        """Call `act` with the item of a due entry, under a lease, then take the entry off the item
        and assign the attributes that `act` returned. A repeat does nothing. Raises what `act`
        raised, so that the queue tries again."""
        lease = self.claim(key)
        if lease is None:
            return  # Done, or leased by another worker; should that fail, `recover` finds it.
        with self.releasing(lease):
            noted = act(lease.item)
        self.done(lease, noted)

    def find(self, key: Key) -> tuple[Item, datetime] | None:
        """Return the item of an entry and when it is due; None when the item has no entry."""
        item = self._table.get(*key, consistent=True)
        return (item, parse_iso(item["due_at"])) if item and "due_at" in item else None

    def claim(self, key: Key) -> Lease | None:
        """Take the lease of a due entry; None when the entry is not due or is leased to another.
        Should the holder die, the entry is due again when the lease ends.

        Threat: a message that SQS delivers twice, or that meets a recovery, would send a person
        the same message twice.
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
        """Make the entry due at once when the work under its lease raises, and raise that again."""
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
        """Take the entry off its item, together with other changes of the item; False when another
        worker took over or `when` does not hold."""
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
        """Give the lease back and make the entry due at `until`; False when another took over."""
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
        """Delete the item of an entry that was its only content, unless another took over."""
        try:
            self._table.delete(*lease.key, when=lease.stands)
        except ConditionFailed:
            return  # Another worker took over.

    # recovery of lost entries

    def recover(self, kind: EntryKind) -> int:
        """Queue the overdue entries of one kind again; return how many messages the queue took.

        Each entry found becomes due now, so that only one of two simultaneous recoveries queues
        it, and the next recovery waits for GRACE.
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
        """Return the messages of an entry and make it due now; none when it changed meanwhile."""
        messages = list(kind.messages(item))
        lease = Lease((item["PK"], item["SK"]), item, parse_iso(item["due_at"]))
        if not messages:
            self.done(lease)
            return []
        return messages if self.postpone(lease, now) else []


def _at(moment: datetime) -> dict[str, Value]:
    return {"due_at": iso_seconds(moment)}
