"""A change that meets another on the same count is tried again, and told when it stays busy."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.dynamodb.table import ConditionFailed, Contended, Table, Write
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.store import SiteStore


class BusyTable(Table):
    """Refuses the first transactions."""

    def __init__(self, *refusals: Exception) -> None:
        super().__init__(None, "Registry")
        self.refusals = list(refusals)
        self.done = 0

    def transact(self, *writes: Write, token: str | None = None) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.done += 1


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.core.retries.time.sleep", lambda _: None)


def a_store(table: Any) -> SiteStore:
    return SiteStore(table, MapCounts(table), lambda: b"key")


def test_neighbours_who_confirm_at_once_are_both_registered() -> None:
    table = BusyTable(Contended(), Contended(), Contended())
    a_store(table).transact()
    assert table.done == 1


def test_a_count_that_stays_busy_is_told() -> None:
    table = BusyTable(*(Contended() for _ in range(100)))
    with pytest.raises(Unavailable, match=r"Many people are using this just now\. Try again"):
        a_store(table).transact()
    assert table.done == 0


def test_a_condition_that_does_not_hold_is_not_tried_again() -> None:
    table = BusyTable(ConditionFailed(2))
    with pytest.raises(Conflict, match="in the meantime"):
        a_store(table).transact()
    table = BusyTable(ConditionFailed(2))
    with pytest.raises(ConditionFailed) as caught:
        a_store(table).transact_raw()
    assert caught.value.index == 2
