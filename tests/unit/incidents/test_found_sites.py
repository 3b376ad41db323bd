"""What searches showed is kept, to the site and to the incident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.incidents.found_sites import FoundSites, pack_ids
from tests.support.memory_client import MemoryClient

CASE, OTHER, SEARCH = new_id(), new_id(), new_id()
IDS = st.lists(
    st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=16, max_size=16), min_size=1, unique=True
)


@pytest.fixture
def found() -> FoundSites:
    return FoundSites(Table(MemoryClient(), "registry"))


@given(IDS)
def test_each_site_that_was_shown_is_found_and_no_other(ids: list[str]) -> None:
    found = FoundSites(Table(MemoryClient(), "registry"))
    found.keep_shown(CASE, SEARCH, "lane-1", pack_ids(ids[1:]))
    assert all(found.was_found(CASE, one) for one in ids[1:])
    assert not found.was_found(CASE, ids[0]) and not found.was_found(OTHER, ids[-1])
    assert found.shown_to(CASE, SEARCH, "lane-1") == pack_ids(ids[1:])


def test_bytes_of_two_neighbours_are_no_site(found: FoundSites) -> None:
    found.keep_shown(CASE, SEARCH, "lane-1", pack_ids(["0" * 16, "z" * 16]))
    between = "0" * 8 + "z" * 8
    assert not found.was_found(CASE, between)


def test_any_search_of_the_incident_counts_whoever_made_it(found: FoundSites) -> None:
    one, two = new_id(), new_id()
    found.keep_shown(CASE, SEARCH, "lane-1", pack_ids([one]))
    found.keep_shown(CASE, new_id(), "reed-2", pack_ids([two]))
    assert found.was_found(CASE, one) and found.was_found(CASE, two)
    assert found.shown_to(CASE, SEARCH, "reed-2") is None


def test_a_search_without_sites_was_shown_too(found: FoundSites) -> None:
    found.keep_shown(CASE, SEARCH, "lane-1", frozenset())
    assert found.shown_to(CASE, SEARCH, "lane-1") == frozenset()


@pytest.mark.parametrize("text", ["", "x", "I" * 16, "0" * 17])
def test_text_that_is_no_id_was_never_found(found: FoundSites, text: str) -> None:
    assert not found.was_found(CASE, text)
