"""A chain against its hashes and its sealed heads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.access.audit_seals import SealedHead, check_chain, read_seal, write_seal
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


def test_where_a_chain_breaks_and_how_many_entries_it_has_are_told() -> None:
    items = chain(5)
    items[3]["action"] = "did nothing"
    broken, count = check_chain(items, {})
    assert broken and broken.sequence == 4 and count == 4
    cut, count = check_chain(chain(3), {7: "x", 5: "y"})
    assert cut and cut.sequence == 5 and count == 3
    whole, count = check_chain(chain(3), {2: chain(3)[1]["hash"]})
    assert whole is None and count == 3
    anew, count = check_chain(chain(3), {2: "forged"})
    assert anew and (anew.sequence, count) == (2, 3)


def test_an_entry_without_a_number_is_not_in_its_place() -> None:
    items = chain(2)
    del items[0]["sequence"]
    assert "entry 1 is missing" in why(items)


class Chains:
    """A table that has chains and the days on which they grew."""

    def __init__(self, days: dict[str, list[str]], chains: dict[str, list[dict[str, Any]]]) -> None:
        self.days, self.chains = days, chains
        self.asked: list[str] = []

    def query(self, pk: str, *, index: Any = None, **more: Any) -> Iterator[dict[str, Any]]:
        if index:
            self.asked.append(pk)
            return iter([{"PK": chain} for chain in self.days.get(pk, [])])
        assert more == {"backwards": True, "limit": 1, "consistent": True}
        return iter(self.chains[pk][::-1][:1])


class Bucket:
    """Notes what is put into it."""

    def __init__(self) -> None:
        self.put: list[dict[str, Any]] = []

    def put_object(self, **what: Any) -> None:
        self.put.append(what)


def test_a_seal_has_the_heads_of_the_chains_that_grew_in_the_last_days() -> None:
    now = datetime(2026, 11, 20, 3, tzinfo=UTC)
    table = Chains(
        {"2026-11-20": ["b", "a"], "2026-11-12": ["a"], "2026-11-11": ["old"]},
        {"a": chain(3), "b": chain(1), "old": chain(9)},
    )
    bucket = Bucket()
    key = write_seal(table, bucket, "sealed", now)  # type: ignore[arg-type] # a table of its own
    assert table.asked == [f"2026-11-{day}" for day in range(20, 11, -1)]
    (put,) = bucket.put
    assert (put["Bucket"], put["Key"], put["ChecksumAlgorithm"]) == ("sealed", key, "SHA256")
    assert key == "heads/2026/11/20/2026-11-20T03:00:00.000000Z.json"
    assert read_seal(put["Body"]) == {
        "a": SealedHead(3, chain(3)[-1]["hash"]), "b": SealedHead(1, chain(1)[-1]["hash"]),
    }  # fmt: skip
