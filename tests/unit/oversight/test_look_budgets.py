"""Daily budgets of looks, against a table in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.access.audit import AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.dynamodb.table import Table
from chalicelib.oversight.look_budgets import (
    BudgetSpent,
    LookBudgets,
    LookKind,
    next_midnight,
)
from tests.support.memory_client import MemoryClient

LANE = Officer("lane-1", "pc.lane", frozenset({Role.INVESTIGATOR}))
CHIEF = Officer("chief-1", "di.chief", frozenset({Role.SUPERVISOR}))
MOST = {LookKind.SEARCHES: 3, LookKind.SITES: 10, LookKind.REVEALS: 2}
SUBJECT = "incident.4f0c2m8k1n5p7q9r"


class Office:
    """Budgets with a clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)
        self.record = Table(MemoryClient(), "audit")
        audit = AuditLog(self.record, lambda: self.now)
        table = Table(MemoryClient(), "registry")
        self.budgets = LookBudgets(table, audit, lambda: self.now, "Europe/London", MOST)

    def search(self, sites: int = 1) -> None:
        self.budgets.spend(LANE, SUBJECT, {LookKind.SEARCHES: 1, LookKind.SITES: sites})

    def reveal(self) -> None:
        self.budgets.spend(LANE, SUBJECT, {LookKind.REVEALS: 1})

    def acts(self, officer: Officer = LANE) -> list[dict[str, Any]]:
        return list(self.record.query(f"ACTOR#officer.{officer.id}#2026-07"))


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_day_allows_so_many_searches_and_no_more(office: Office) -> None:
    for _ in range(3):
        office.search()
    with pytest.raises(BudgetSpent, match=r"used the 3 searches .* Ask your supervisor"):
        office.search()
    office.reveal()  # which has a budget of its own


def test_the_last_place_is_taken_once_by_calls_at_the_same_time(office: Office) -> None:
    def one(_: int) -> bool:
        try:
            office.reveal()
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 2


def test_a_search_that_shows_more_sites_than_are_left_takes_nothing(office: Office) -> None:
    office.search(8)
    with pytest.raises(BudgetSpent, match="more sites than the 2 that you may still see"):
        office.search(3)
    assert office.budgets.day_of(LANE.id).used == {
        LookKind.SEARCHES: 1, LookKind.SITES: 8, LookKind.REVEALS: 0,
    }  # fmt: skip
    office.search(2)
    with pytest.raises(BudgetSpent, match="used the 10 sites"):
        office.search(1)


def test_more_than_a_whole_day_is_refused_from_the_first_search_on(office: Office) -> None:
    with pytest.raises(BudgetSpent, match="more sites than the 10"):
        office.search(11)
    assert office.budgets.day_of(LANE.id).left(LookKind.SEARCHES) == 3


def test_a_refusal_is_on_record_and_says_until_when_to_wait(office: Office) -> None:
    office.reveal()
    office.reveal()
    with pytest.raises(BudgetSpent) as refused:
        office.reveal()
    # 21:30 UTC is 22:30 in London in summer: an hour and a half to midnight.
    assert refused.value.retry_after == 90 * 60 and refused.value.status == 429
    (act,) = office.acts()
    assert (act["action"], act["subject"], act["reason"]) == (
        "was refused", SUBJECT, "daily budget: reveals",
    )  # fmt: skip


def test_a_new_day_begins_at_midnight_of_the_force(office: Office) -> None:
    office.reveal()
    office.reveal()
    office.now = datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    with pytest.raises(BudgetSpent):
        office.reveal()
    office.now = datetime(2026, 7, 1, 23, 0, tzinfo=UTC)
    office.reveal()


def test_what_a_supervisor_grants_counts_today_and_once(office: Office) -> None:
    office.reveal()
    office.reveal()
    for _ in range(2):  # the form was sent twice
        office.budgets.grant(CHIEF, LANE.id, {LookKind.REVEALS: 1}, "Door to door", "form-1")
    office.reveal()
    with pytest.raises(BudgetSpent):
        office.reveal()
    day = office.budgets.day_of(LANE.id)
    assert day.most[LookKind.REVEALS] == 3 and day.most[LookKind.SEARCHES] == 3
    assert day.hints()[0] == "di.chief allowed you 1 more looks at contact details today."
    (first, _) = office.acts(CHIEF)
    assert (first["action"], first["subject"], first["reason"], first["details"]) == (
        "allowed more looks for a day", f"officer.{LANE.id}", "Door to door", '{"reveals": 1}',
    )  # fmt: skip
    office.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
    assert office.budgets.day_of(LANE.id).most == MOST


def test_only_what_is_nearly_used_up_is_told(office: Office) -> None:
    assert office.budgets.day_of(LANE.id).hints() == []
    office.search(8)
    assert office.budgets.day_of(LANE.id).hints() == [
        "2 of 10 sites that searches show left today."
    ]


def test_nothing_is_shown_while_the_count_cannot_be_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Table, "update", down)
    with pytest.raises(ConnectionError):
        office.reveal()


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        # Clocks go back on 25 October 2026, a day of 25 hours, and forward on 28 March 2027.
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 23, tzinfo=UTC)),
    ],
)
def test_midnight_is_that_of_the_zone(now: datetime, midnight: datetime) -> None:
    assert next_midnight(now, "Europe/London") == midnight
