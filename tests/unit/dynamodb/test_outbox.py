"""The outbox: whatever meets, dies or is lost, each entry is sent, and by one at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.core.times import iso_seconds
from chalicelib.dynamodb.outbox import (
    GRACE,
    LEASE,
    EntryKind,
    Ids,
    Lease,
    Outbox,
    lease_free,
    lease_held,
)
from chalicelib.dynamodb.table import ConditionFailed, Item, Table, Value, equals
from tests.support.memory_client import MemoryClient

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KIND = EntryKind("letter", lambda item: [] if item.get("settled") else [("send", _ids(item))])
KEY = ("LETTER#1", "LETTER")


def _ids(item: Item) -> dict[str, str]:
    return {"letter": item["PK"].removeprefix("LETTER#")}


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Queued:
    """Keeps what is queued; while `lost` is set, it takes nothing."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.lost = False

    def queue_tasks(self, task: str, named: Iterable[Ids], delay: timedelta = timedelta(0)) -> int:
        if self.lost:
            return 0
        before = len(self.messages)
        self.messages += [(task, json.dumps(dict(ids))) for ids in named]
        return len(self.messages) - before


class Desk:
    def __init__(self) -> None:
        self.clock, self.queue = Clock(), Queued()
        self.table = Table(MemoryClient(), "table")
        self.outbox = Outbox(self.table, self.queue, self.clock)

    def add(self, key: tuple[str, str] = KEY, due: datetime = START, **more: Value) -> None:
        item = {"PK": key[0], "SK": key[1], "due_day": KIND.name, "due_at": iso_seconds(due)}
        assert self.outbox.add({**item, **more})

    def item(self) -> Item:
        return self.table.get(*KEY) or {}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_is_due_is_done_once_and_what_was_done_is_noted(desk: Desk) -> None:
    desk.add()
    seen: list[Item] = []

    def act(item: Item) -> dict[str, Value]:
        seen.append(item)
        return {"told": 7}

    for _ in range(3):
        desk.outbox.work(KEY, act)
    assert len(seen) == 1 and seen[0]["due_at"] == iso_seconds(START + LEASE)
    assert desk.item() == {"PK": KEY[0], "SK": KEY[1], "told": 7}
    assert desk.outbox.find(KEY) is None and desk.outbox.find(("none", "none")) is None


def test_an_entry_is_added_once(desk: Desk) -> None:
    desk.add(told=1)
    assert not desk.outbox.add({"PK": KEY[0], "SK": KEY[1], "told": 2})
    assert desk.item()["told"] == 1


def test_nobody_sees_to_what_is_not_due(desk: Desk) -> None:
    desk.add(due=START + SECOND)
    assert desk.outbox.claim(KEY) is None
    assert desk.outbox.find(KEY) == (desk.item(), START + SECOND)
    desk.clock.now += SECOND
    assert desk.outbox.claim(KEY)


def test_one_of_many_has_the_lease_and_it_ends_by_itself(desk: Desk) -> None:
    desk.add()
    with ThreadPoolExecutor(8) as pool:
        leases = [one for one in pool.map(lambda _: desk.outbox.claim(KEY), range(8)) if one]
    assert [one.until for one in leases] == [START + LEASE]
    desk.clock.now += LEASE - SECOND
    assert desk.outbox.claim(KEY) is None
    desk.clock.now += SECOND
    later = desk.outbox.claim(KEY)
    assert later and later.until == START + 2 * LEASE
    assert not desk.outbox.done(leases[0], {"told": 1}), "somebody took over"
    assert not desk.outbox.postpone(leases[0], START)
    desk.outbox.remove(leases[0])
    assert desk.item()["due_at"] == iso_seconds(later.until)
    assert desk.outbox.done(later, {"told": 2}) and desk.item()["told"] == 2


def test_work_that_fails_can_be_tried_again_at_once(desk: Desk) -> None:
    desk.add()

    def busy(_: Item) -> None:
        raise ConnectionError("busy")

    with pytest.raises(ConnectionError):
        desk.outbox.work(KEY, busy)
    assert desk.outbox.claim(KEY)


def test_whoever_is_killed_keeps_the_lease(desk: Desk) -> None:
    desk.add()

    def killed(_: Item) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.outbox.work(KEY, killed)
    assert desk.outbox.claim(KEY) is None


def test_what_changed_meanwhile_is_not_done(desk: Desk) -> None:
    desk.add(count=1)
    lease = desk.outbox.claim(KEY)
    assert lease
    desk.table.update(*KEY, add={"count": 1})
    assert not desk.outbox.done(lease, when=equals("count", 1))
    again = START + 5 * SECOND
    assert desk.outbox.postpone(lease, again, {"told": 1}, add={"count": -1})
    assert (desk.item()["count"], desk.item()["told"]) == (1, 1)
    assert desk.outbox.find(KEY) == (desk.item(), again)


def test_an_item_that_was_nothing_but_the_entry_is_removed(desk: Desk) -> None:
    desk.add()
    lease = desk.outbox.claim(KEY)
    assert lease
    desk.outbox.remove(lease)
    assert desk.item() == {}


def test_what_is_overdue_by_the_grace_is_queued_again_once(desk: Desk) -> None:
    desk.add()
    desk.add(("LETTER#2", "LETTER"), START + SECOND)
    desk.clock.now += GRACE - SECOND
    assert desk.outbox.recover(KIND) == 0
    desk.clock.now += SECOND
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: desk.outbox.recover(KIND), range(4))) == 1
    assert desk.queue.messages == [("send", '{"letter": "1"}')]
    assert desk.outbox.claim(KEY), "it is due, not leased"
    desk.clock.now += SECOND
    assert desk.outbox.recover(KIND) == 1
    assert desk.queue.messages[1:] == [("send", '{"letter": "2"}')]


def test_what_the_queue_does_not_take_is_found_again(desk: Desk) -> None:
    desk.add()
    desk.queue.lost = True
    desk.clock.now += GRACE
    assert desk.outbox.recover(KIND) == 0
    desk.queue.lost = False
    assert desk.outbox.recover(KIND) == 0
    desk.clock.now += GRACE
    assert desk.outbox.recover(KIND) == 1


def test_an_entry_with_nothing_left_to_do_is_taken_off(desk: Desk) -> None:
    desk.add(settled=True)
    desk.clock.now += GRACE
    assert desk.outbox.recover(KIND) == 0
    assert desk.item() == {"PK": KEY[0], "SK": KEY[1], "settled": True}


def test_entries_of_another_kind_are_left_alone(desk: Desk) -> None:
    desk.add()
    desk.clock.now += 2 * GRACE
    assert desk.outbox.recover(EntryKind("other", lambda _: [("send", {})])) == 0


def test_a_lease_of_its_own_attribute_is_taken_by_one(desk: Desk) -> None:
    """As recipients and threads have, which several can write to at a time."""
    until = START + LEASE
    desk.table.put({"PK": KEY[0], "SK": KEY[1]})

    def take(now: datetime) -> bool:
        try:
            desk.table.update(
                *KEY, assign={"lease": iso_seconds(now + LEASE)}, when=lease_free("lease", now)
            )
        except ConditionFailed:
            return False
        return True

    assert take(START) and not take(START) and not take(until - SECOND)
    desk.table.update(*KEY, assign={"seen": 1}, when=lease_held("lease", until))
    assert take(until)
    with pytest.raises(ConditionFailed):
        desk.table.update(*KEY, assign={"seen": 2}, when=lease_held("lease", until))


class Meeting(Outbox):
    """An outbox where somebody else can act between the read of an entry and the next write."""

    between: Callable[[], None] | None = None

    def find(self, key: tuple[str, str]) -> tuple[Item, datetime] | None:
        found, (act, self.between) = super().find(key), (self.between, None)
        if act:
            act()
        return found


class Senders(RuleBasedStateMachine):
    """Senders, sweeps and a queue that loses and repeats, in any order; whoever works may die or
    fail between any two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.outbox = Meeting(self.desk.table, self.desk.queue, self.desk.clock)
        self.working: list[tuple[Lease, bool]] = []
        self.sent: Counter[str] = Counter()
        self.cut_short: Counter[str] = Counter()
        self.letters = 0

    @initialize(number=st.integers(1, 3))
    def some(self, number: int) -> None:
        for _ in range(number):
            self.letters += 1
            key = (f"LETTER#{self.letters}", "LETTER")
            self.desk.add(key, self.desk.clock.now)
            self.desk.outbox.queue("send", {"letter": str(self.letters)})

    @rule(data=st.data(), again=st.booleans(), two=st.booleans())
    def begin(self, data: st.DataObject, again: bool, two: bool) -> None:
        """The queue hands a message on, perhaps not for the last time, perhaps to two at once."""
        messages = self.desk.queue.messages
        if messages:
            at = data.draw(st.integers(0, len(messages) - 1))
            _, ids = messages[at] if again else messages.pop(at)
            key = (f"LETTER#{json.loads(ids)['letter']}", "LETTER")
            self.outbox.between = (lambda: self.claim(key)) if two else None
            self.claim(key)

    def claim(self, key: tuple[str, str]) -> None:
        lease = self.outbox.claim(key)
        if lease:
            self.working.append((lease, False))

    @rule(data=st.data(), how=st.sampled_from(["sends", "fails", "dies"]))
    def go_on(self, data: st.DataObject, how: str) -> None:
        """One who works does the next step, or cannot."""
        if not self.working:
            return
        at = data.draw(st.integers(0, len(self.working) - 1))
        lease, has_sent = self.working.pop(at)
        late = self.desk.clock.now >= lease.until
        if how == "dies":
            self.cut_short[lease.key[0]] += has_sent
        elif has_sent:
            done = self.desk.outbox.done(lease)
            assert done or late, "only a lease that ended can be lost"
            self.cut_short[lease.key[0]] += not done
        elif how == "fails":
            self.desk.outbox.postpone(lease, self.desk.outbox.now())
        elif not late:
            self.sent[lease.key[0]] += 1
            self.working.append((lease, True))

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds: int) -> None:
        self.desk.clock.now += timedelta(seconds=seconds)

    @rule()
    def lose(self) -> None:
        self.desk.queue.messages.clear()

    @rule(lost=st.booleans())
    def sweep(self, lost: bool) -> None:
        self.desk.queue.lost = lost
        self.desk.outbox.recover(KIND)
        self.desk.queue.lost = False

    @invariant()
    def no_two_hold_a_lease(self) -> None:
        now = self.desk.clock.now
        live = Counter(lease.key for lease, _ in self.working if lease.until > now)
        assert max(live.values(), default=0) <= 1

    @invariant()
    def nobody_is_written_to_again_but_for_one_who_was_cut_short(self) -> None:
        pending = Counter(lease.key[0] for lease, has_sent in self.working if has_sent)
        for letter, times in self.sent.items():
            assert times <= 1 + self.cut_short[letter] + max(0, pending[letter] - 1)

    def teardown(self) -> None:
        """Whatever happened, a sweep and a sender later everything is out."""
        desk = self.desk
        desk.clock.now += LEASE + GRACE + SECOND
        desk.outbox.recover(KIND)
        for _, ids in desk.queue.messages:
            desk.outbox.work((f"LETTER#{json.loads(ids)['letter']}", "LETTER"), self._send)
        left = list(desk.table.query(KIND.name, index=("Due", "due_day", "due_at")))
        assert left == []
        assert set(self.sent) == {f"LETTER#{n + 1}" for n in range(self.letters)}

    def _send(self, item: Item) -> None:
        self.sent[item["PK"]] += 1


TestSenders = Senders.TestCase
TestSenders.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
