"""Evidence: the arithmetic of parts, the table of states, and keys that name nobody."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Conflict
from chalicelib.core.ids import new_id
from chalicelib.evidence.formats.file_types import file_extension
from chalicelib.evidence.model import (
    LARGEST,
    MIB,
    MOST_FILES,
    MOST_PARTS,
    NEXT,
    PART_SIZE,
    EvidenceState,
    UploadPart,
    check_change,
    evidence_may_follow,
    ids_of_key,
    missing_parts,
    object_key,
    part_count,
    part_size_for,
    parts_in_words,
    size_of_part,
)
from tests.unit.evidence.evidence_row import EVIDENCE, ROW

sizes = st.integers(1, LARGEST)


@given(sizes)
def test_parts_cover_a_file_exactly_and_s3_takes_them(size: int) -> None:
    chosen = part_size_for(size)
    count = part_count(size, chosen)
    assert 1 <= count <= MOST_PARTS <= 10_000
    assert chosen >= 5 * MIB
    first, last = size_of_part(1, size, chosen), size_of_part(count, size, chosen)
    assert 1 <= last <= first <= chosen
    assert (count - 1) * chosen + last == size


@given(st.integers(1, 500 * MIB), st.data())
def test_what_is_missing_is_what_is_not_there_in_its_right_size(size: int, data: Any) -> None:
    chosen = part_size_for(size)
    numbers = range(1, part_count(size, chosen) + 1)
    held = data.draw(st.sets(st.sampled_from(list(numbers))))
    short = data.draw(st.sets(st.sampled_from(list(numbers))))
    parts = [
        UploadPart(number, size_of_part(number, size, chosen) - (number in short), "e", "s")
        for number in held
    ]
    expected = [number for number in numbers if number not in held or number in short]
    assert missing_parts(parts, size, chosen) == expected


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([3], "part 3"),
        ([3, 7], "parts 3 and 7"),
        ([3, 4], "parts 3 and 4"),
        ([1, 3, 4, 5, 9], "parts 1, 3 to 5 and 9"),
        (list(range(1, 60, 2)), "parts 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 20 more"),
    ],
)
def test_missing_parts_are_named_in_words(numbers: list[int], words: str) -> None:
    assert parts_in_words(numbers) == words


def test_states_change_by_the_table_alone() -> None:
    allowed = {
        (EvidenceState.RECEIVING, EvidenceState.QUARANTINED),
        (EvidenceState.QUARANTINED, EvidenceState.ACCEPTED),
        (EvidenceState.QUARANTINED, EvidenceState.REJECTED),
    }
    assert set(NEXT) == set(EvidenceState)
    for before, after in product(EvidenceState, EvidenceState):
        assert evidence_may_follow(before, after) == ((before, after) in allowed)
        if (before, after) not in allowed:
            with pytest.raises(Conflict):
                check_change(before, after)


def test_a_key_holds_ids_and_nothing_else() -> None:
    request, evidence = new_id(), new_id()
    assert ids_of_key(object_key(request, evidence)) == (request, evidence)
    for strange in ("", "requests", "requests/a", "requests/a/", "other/a/b", "requests/a/b/c"):
        assert ids_of_key(strange) is None


def test_parts_grow_when_there_would_be_more_than_a_thousand() -> None:
    assert (MIB, PART_SIZE, MOST_PARTS) == (1_048_576, 8_388_608, 1000)
    assert LARGEST == 20_000_000_000 and MOST_FILES == 200
    most = PART_SIZE * MOST_PARTS
    assert part_size_for(1) == part_size_for(most) == PART_SIZE
    assert part_size_for(most + 1) == part_size_for(2 * most) == 2 * PART_SIZE
    assert part_size_for(2 * most + 1) == 4 * PART_SIZE
    assert [part_count(size, 10) for size in (0, 1, 10, 11, 20, 21)] == [0, 1, 1, 2, 2, 3]
    assert part_count(5, 0) == 0
    assert [size_of_part(number, 25, 10) for number in (1, 2, 3)] == [10, 10, 5]
    assert ROW.entries == 0 and ROW.part_count == 1 and replace(ROW, size=11).part_count == 3


def test_ten_groups_of_missing_parts_are_named_and_no_more() -> None:
    ten = list(range(1, 20, 2))
    assert parts_in_words(ten) == "parts 1, 3, 5, 7, 9, 11, 13, 15, 17 and 19"
    assert parts_in_words([*ten, 21]).endswith("17, 19 and 1 more")
    assert parts_in_words([*ten, 21, 22, 30]).endswith("17, 19 and 3 more")
    assert parts_in_words([1, 2, 3]) == "parts 1 to 3" and parts_in_words([1, 2]) == "parts 1 and 2"


def test_an_extension_has_at_most_eight_letters() -> None:
    assert (
        file_extension("Front Door.MP4") == ".mp4" and file_extension("a.b.12345678") == ".12345678"
    )
    for name in ("a.123456789", "mp4", "a.", "a.m p", "a.mp-4", "a.кот", ""):
        assert file_extension(name) == ""
    assert replace(ROW, file_name="Küche.DAV").download_name == f"{EVIDENCE}.dav"
    assert ROW.key == f"requests/{'r' * 16}/{EVIDENCE}"
