"""A chain against its hashes and its sealed heads."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.access.audit_seals import check_chain
from chalicelib.core.hash_chain import GENESIS, chain_entry


def chain(length: int, word: str = "looked") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    previous = GENESIS
    for sequence in range(1, length + 1):
        entry = chain_entry(previous, sequence, {"action": f"{word} {sequence}"})
        previous = str(entry["hash"])
        items.append({"PK": "ACTOR#x", "SK": f"{sequence:010d}", **entry})
    return items


def why(items: list[dict[str, Any]], sealed: dict[int, str] | None = None) -> str:
    broken, _ = check_chain(items, sealed or {})
    return broken.why if broken else ""


def test_a_good_chain_with_a_good_seal_holds() -> None:
    items = chain(5)
    assert check_chain(items, {3: items[2]["hash"], 5: items[4]["hash"]}) == (None, 5)
    assert check_chain([], {}) == (None, 0)


@pytest.mark.parametrize("at", range(5))
def test_a_changed_entry_is_named(at: int) -> None:
    items = chain(5)
    items[at]["action"] = "did nothing"
    assert f"entry {at + 1} was changed" in why(items)


@pytest.mark.parametrize("at", range(4))
def test_a_removed_entry_is_named(at: int) -> None:
    items = chain(5)
    del items[at]
    assert f"entry {at + 1} is missing" in why(items)


def test_an_added_attribute_counts_as_a_change() -> None:
    items = chain(2)
    items[1]["note"] = "nothing to see"
    assert "entry 2 was changed" in why(items)


def test_an_entry_under_another_key_is_not_in_its_place() -> None:
    items = chain(3)
    items[1]["SK"] = "0000000009"
    assert "entry 2 is missing" in why(items)


def test_a_cut_tail_shows_only_against_a_seal() -> None:
    items = chain(5)
    head = {5: items[4]["hash"]}
    assert why(items[:3]) == ""
    assert why(items[:3], head) == "entry 5 was sealed and is missing"
    assert why([], head) == "entry 5 was sealed and is missing"


def test_a_chain_written_anew_shows_only_against_a_seal() -> None:
    sealed = {3: chain(5)[2]["hash"]}
    forged = chain(5, "did nothing")
    assert why(forged) == ""
    assert "entry 3 is not the one that was sealed" in why(forged, sealed)
