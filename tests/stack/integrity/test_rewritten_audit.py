"""The audit record rewritten by somebody with every right on its table: each way is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.audit import Action, Actor, AuditLog, audit_partition
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.attributes import encode_item
from chalicelib.dynamodb.table import Table
from infra.commands import verify_audit
from tests.running import RunningStack
from tests.stack.integrity.rewriting import (
    RawTable,
    chained,
    copies_of,
    forget_chain,
    said_by,
    wait_until_copied,
)

Item = dict[str, Any]
MONTH = f"{datetime.now(UTC):%Y-%m}"
ENTRIES = 5


@dataclass
class Chain:
    """A chain of five entries, all copied. actor: as the command takes it."""

    table: RawTable
    actor: str
    pk: str

    @property
    def entries(self) -> list[Item]:
        return self.table.partition(self.pk)

    def rewrite(self, entries: list[Item]) -> None:
        """Put entries in the place of all, with hashes that hold."""
        self.table.replace(self.pk, chained(entries))


@pytest.fixture
def chain(stack: RunningStack) -> Iterator[Chain]:
    name = str(stack.described["audit_table"])
    audit = AuditLog(Table(stack.client("dynamodb"), name), lambda: datetime.now(UTC))
    actor = Actor.system(f"test-{new_id()}")
    for number in range(ENTRIES):
        audit.record_act(
            actor,
            Action.SEARCHED,
            f"incident.{new_id()}",
            f"Look {number} ü🚪",
            area="a",
            total=number,
        )
    pk = audit_partition(actor, MONTH)
    wait_until_copied(stack, pk, ENTRIES)
    made = Chain(RawTable(stack, name), f"system.{actor.id}", pk)
    yield made
    forget_chain(stack, made.table, pk)


def changed(chain: Chain, number: int, **changes: Any) -> list[Item]:
    entries = chain.entries
    entries[number - 1] |= changes
    return entries


def change_one(chain: Chain) -> None:
    chain.table.put(changed(chain, 2, reason="Another")[1])


def change_one_with_all_hashes(chain: Chain) -> None:
    chain.rewrite(changed(chain, 2, reason="Another", actor_name="nobody"))


def change_a_detail(chain: Chain) -> None:
    chain.rewrite(changed(chain, 2, details='{"area": "a", "total": 7}'))


def replace_the_last(chain: Chain) -> None:
    chain.rewrite(changed(chain, 5, action="looked at an incident"))


def remove_one(chain: Chain) -> None:
    chain.table.delete(chain.entries[2])


def remove_one_and_close_up(chain: Chain) -> None:
    entries = chain.entries
    del entries[2]
    chain.rewrite(entries)


def cut_the_tail(chain: Chain) -> None:
    chain.table.delete(*chain.entries[3:])


def remove_all(chain: Chain) -> None:
    chain.table.delete(*chain.entries)


def exchange_two(chain: Chain) -> None:
    one, two, three, four, five = chain.entries
    chain.rewrite([one, three, two, four, five])


def insert_one(chain: Chain) -> None:
    entries = chain.entries
    entries.insert(2, {**entries[1], "reason": "Never happened"})
    chain.rewrite(entries)


def write_all_anew(chain: Chain) -> None:
    chain.rewrite([{**entry, "actor_name": "somebody"} for entry in chain.entries])


def add_a_field(chain: Chain) -> None:
    chain.rewrite(changed(chain, 4, note="nothing to see"))


def write_what_no_code_of_ours_writes(chain: Chain) -> None:
    entry = encode_item(chain.entries[1])
    chain.table.put_raw({**entry, "sequence": {"N": "2.5"}, "more": {"B": b"\x00"}})


def put_an_item_beside(chain: Chain) -> None:
    chain.table.put({**chain.entries[0], "SK": "zzz"})


ATTACKS: list[tuple[Callable[[Chain], None], list[str]]] = [
    (change_one, ["entry 2 was changed", "entry 2 is not as it was written", "reason differs"]),
    (change_one_with_all_hashes, ["entry 2 is not as it was", "actor_name and reason differ"]),
    (change_a_detail, ["entry 2 is not as it was written", "details.total differs"]),
    (replace_the_last, ["entry 5 is not as it was written", "action differs"]),
    (remove_one, ["entry 3 is missing", "entry 3 was written and is missing"]),
    (remove_one_and_close_up, [
        "entry 3 is what was written as entry 4", "entry 5 was written and is missing",
    ]),
    (cut_the_tail, ["entry 4 was written and is missing", "entry 5 was written and is missing"]),
    (remove_all, ["all of its entries were removed (5)"]),
    (exchange_two, [
        "entry 2 is what was written as entry 3", "entry 3 is what was written as entry 2",
    ]),
    (insert_one, ["entry 3 is not as it was written", "entry 4 is what was written as entry 3"]),
    (write_all_anew, [f"entry {n} is not as it was written" for n in range(1, ENTRIES + 1)]),
    (add_a_field, ["entry 4 is not as it was written", "note differs"]),
    (write_what_no_code_of_ours_writes, ["entry 2 is not as it was written"]),
    (put_an_item_beside, ["entry 6 is missing"]),
]  # fmt: skip
"""Each way to rewrite a chain, and what the check says of it."""


@pytest.mark.parametrize(("attack", "named"), ATTACKS, ids=[a.__name__ for a, _ in ATTACKS])
def test_each_way_to_rewrite_a_chain_is_named(
    stack: RunningStack, chain: Chain, attack: Callable[[Chain], None], named: list[str]
) -> None:
    attack(chain)
    code, said = said_by(verify_audit, stack, chain.actor, MONTH)
    assert code == 1
    for words in named:
        assert f"BROKEN {chain.pk}: {words}" in said or words in said, said
    assert all(line.startswith(f"BROKEN {chain.pk}: ") for line in said.splitlines()[:-1])


def test_an_entry_of_long_ago_cannot_be_added_now(stack: RunningStack, chain: Chain) -> None:
    """Not even as a chain of its own, in a month that had none."""
    long_ago = datetime.now(UTC) - timedelta(days=70)
    pk = f"ACTOR#{chain.actor}#{long_ago:%Y-%m}"
    at = f"{long_ago:%Y-%m-%dT%H:%M:%S}.000000Z"
    chain.table.put(
        *chained([{**chain.entries[0], "PK": pk, "at": at, "day": f"{long_ago:%Y-%m-%d}"}])
    )
    wait_until_copied(stack, pk, 1)
    code, said = said_by(verify_audit, stack, chain.actor)
    forget_chain(stack, chain.table, pk)
    assert code == 1
    assert (
        f"BROKEN {pk}: entry 1 says that it was written at {at[:19]}Z, and was written at" in said
    )


def test_what_was_changed_and_put_back_is_noted(stack: RunningStack, chain: Chain) -> None:
    """The record is as it was written, and yet somebody had their hands in it."""
    with chain.table.restored(chain.pk):
        change_one(chain)
    before = len(copies_of(stack).of_chain(chain.pk))
    code, said = said_by(verify_audit, stack, chain.actor, MONTH)
    assert code == 0 and before > ENTRIES
    assert f"NOTE {chain.pk}: entry 2 was changed or removed at " in said
    assert "5 entries in 1 chains are as they were written." in said


def test_one_chain_that_never_was_is_said_to_be_none(stack: RunningStack) -> None:
    assert said_by(verify_audit, stack, f"officer.{new_id()}")[0] == 1
