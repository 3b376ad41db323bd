"""The client in memory, on which the outbox's unit tests stand, does what two emulators do."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import (
    EXISTS,
    NEW,
    Condition,
    ConditionFailed,
    Table,
    absent,
    all_of,
    equals,
    one_of,
)
from tests.stack.tables import create_registry
from tests.support.memory_client import MemoryClient

WHENS: list[Condition | None] = [
    None,
    NEW,
    EXISTS,
    equals("due_at", "3"),
    one_of("due_at", ["1", "2", "5"]),
    absent("due_at"),
    all_of(EXISTS, equals("due_day", "b")),
    Condition(
        "attribute_not_exists(#lease) OR #lease <= :now", {"#lease": "due_at"}, {":now": "4"}
    ),
]


def said(act: Callable[[], Any]) -> Any:
    """What a call answers, or which of its writes was refused."""
    try:
        return act()
    except ConditionFailed as failed:
        return f"refused {failed.index}"


def test_the_same_calls_leave_the_same_items(dynamodb: Any) -> None:
    name, draw = f"memory-{new_id()}", random.Random(16)  # noqa: S311 - the same calls each time
    create_registry(dynamodb, name)
    tables = Table(dynamodb, name), Table(MemoryClient(), name)
    refused = 0
    for _ in range(250):
        key = f"A#{draw.randrange(2)}", f"B#{draw.randrange(3)}"
        other = "A#9", f"B#{draw.randrange(3)}"
        when, value = draw.choice(WHENS), str(draw.randrange(6))
        day = draw.choice(["a", "b", None])
        kind = draw.randrange(4)

        def act(
            table: Table,
            key: tuple[str, str] = key,
            other: tuple[str, str] = other,
            when: Condition | None = when,
            value: str = value,
            day: str | None = day,
            kind: int = kind,
        ) -> Any:
            due = {"due_day": day or "a", "due_at": value}
            match kind:
                case 0:
                    return table.put({"PK": key[0], "SK": key[1], **due}, when=when)
                case 1:
                    return table.update(*key, assign={**due, "x": day}, add={"n": 2}, when=when)
                case 2:
                    return table.delete(*key, when=when)
                case _:
                    first = table.update_write(*key, add={"n": 1}, default=due, when=None)
                    gone = {"due_day": None, "due_at": None}
                    return table.transact_with_retry(
                        first, table.update_write(*other, assign={**gone, "y": 1}, when=when)
                    )

        answers = [said(lambda table=table: act(table)) for table in tables]  # type: ignore[misc]
        assert answers[0] == answers[1]
        refused += str(answers[0]).startswith("refused")
        assert tables[0].get(*key, consistent=True) == tables[1].get(*key)
        assert tables[0].get(*other, consistent=True) == tables[1].get(*other)
    assert 40 < refused < 210, "both ways were tried"
    real, memory = tables
    for partition in ("A#0", "A#1", "A#9"):
        asked: dict[str, Any] = {"prefix": "B#", "limit": 2}
        assert [*real.query(partition, **asked)] == [*memory.query(partition, **asked)]
    for day in ("a", "b"):
        asked = {"index": ("Due", "due_day", "due_at"), "between": ("1", "4")}
        found = [{(i["PK"], i["SK"]) for i in table.query(day, **asked)} for table in tables]
        assert found[0] == found[1]
