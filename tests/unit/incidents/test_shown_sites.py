"""What a search is about to show is counted, and kept once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.access.permissions import Officer
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.incidents.found_sites import FoundSites, Packed, pack_ids
from chalicelib.incidents.shown_sites import ShownSites
from chalicelib.oversight.look_budgets import LookKind
from tests.support.memory_client import MemoryClient

CASE, SEARCH = new_id(), new_id()
LANE, REED = (Officer(one, one, frozenset()) for one in ("lane-1", "reed-2"))


class NotedFoundSites(FoundSites):
    """Notes what is written."""

    def __init__(self) -> None:
        super().__init__(Table(MemoryClient(), "registry"))
        self.written: list[int] = []

    def keep_shown(self, incident_id: str, search_id: str, officer_id: str, packed: Packed) -> None:
        self.written.append(len(packed))
        super().keep_shown(incident_id, search_id, officer_id, packed)


class NotedBudgets:
    """Notes what is counted."""

    def __init__(self) -> None:
        self.spent: list[tuple[int, int]] = []

    def spend(self, officer: Officer, subject: str, amounts: dict[LookKind, int]) -> None:
        self.spent.append((amounts[LookKind.SEARCHES], amounts[LookKind.SITES]))


@pytest.fixture
def found() -> NotedFoundSites:
    return NotedFoundSites()


def test_a_page_that_shows_the_same_again_writes_and_counts_nothing(found: NotedFoundSites) -> None:
    budgets: Any = NotedBudgets()
    shown, ids = ShownSites(found, budgets), [new_id(), new_id()]

    def look(officer: Officer, *site_ids: str, again: bool = True) -> None:
        look = shown.count_look(CASE, SEARCH, site_ids, officer, again=again)
        shown.keep_look(CASE, SEARCH, officer, look)

    look(LANE, *ids, again=False)
    look(LANE, *ids)
    look(LANE, ids[0])
    assert (budgets.spent, found.written) == ([(1, 2), (0, 0), (0, 0)], [2])
    more = new_id()
    look(LANE, *ids, more)
    look(REED, ids[0])
    assert (budgets.spent[3:], found.written[1:]) == ([(0, 1), (1, 1)], [3, 1])
    assert found.shown_to(CASE, SEARCH, LANE.id) == pack_ids([*ids, more])


def test_a_search_that_found_nothing_is_kept_once_too(found: NotedFoundSites) -> None:
    budgets: Any = NotedBudgets()
    shown = ShownSites(found, budgets)
    for again in (False, True, True):
        shown.keep_look(CASE, SEARCH, LANE, shown.count_look(CASE, SEARCH, [], LANE, again=again))
    assert found.written == [0] and budgets.spent == [(1, 0), (0, 0), (0, 0)]
