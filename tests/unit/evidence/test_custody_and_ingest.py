"""Evidence: arithmetic of parts, the table of states, names and formats, the custody chain."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Conflict
from chalicelib.core.hash_chain import entry_hash
from chalicelib.core.ids import new_id
from chalicelib.evidence.custody import (
    CLOCK_OFFSET,
    CustodyAct,
    CustodyDraft,
    chain_entries,
    contradiction,
    entry_details,
    first_problem,
)
from chalicelib.evidence.file_types import (
    clean_name,
    is_no_footage,
    playable_type,
    recognise_format,
)
from chalicelib.evidence.ingest import judge_upload
from chalicelib.evidence.model import (
    LARGEST,
    MIB,
    MOST_PARTS,
    NEXT,
    Evidence,
    EvidenceKind,
    EvidenceState,
    UploadPart,
    check_change,
    evidence_may_follow,
    file_extension,
    ids_of_key,
    missing_parts,
    object_key,
    part_count,
    part_size_for,
    parts_in_words,
    size_of_part,
)

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


# Names and formats


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Front door.MP4", "Front door.MP4"),
        ("C:\\Users\\Ann\\Videos\\clip.avi", "clip.avi"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc.mp4", "abc.mp4"),
        ("gpj.\u202e4pm.exe", "gpj.4pm.exe"),
        ("  .  ", "footage"),
        ("", "footage"),
        ("кухня 🎥.mkv", "кухня 🎥.mkv"),
        ("تسجيل.mp4", "تسجيل.mp4"),
    ],
)
def test_names_are_mended_not_refused(said: str, kept: str) -> None:
    assert clean_name(said) == kept


@given(st.text(max_size=400))
def test_a_clean_name_is_short_and_stays_as_it_is(said: str) -> None:
    once = clean_name(said)
    assert 1 <= len(once) <= 180
    assert "/" not in once
    assert "\\" not in once
    assert clean_name(once) == once


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 400 + ".dav").endswith("….dav")


@given(st.text(max_size=60))
def test_an_extension_is_plain(name: str) -> None:
    tail = file_extension(name)
    assert tail == "" or (tail[0] == "." and tail[1:].isascii() and tail[1:].isalnum())


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        ("clip.mp4", "video/mp4", False),
        ("export.dav", "application/octet-stream", False),
        ("export.g64x", "", False),
        ("no extension", "application/octet-stream", False),
        ("player.EXE", "application/octet-stream", True),
        ("clip.mp4", "application/x-msdownload", True),
        ("letter.docx", "", True),
        ("page.svg", "image/svg+xml", True),
        ("clip.mp4", "text/html", True),
    ],
)
def test_what_is_certainly_no_footage_is_refused(name: str, kind: str, refused: bool) -> None:
    assert is_no_footage(name, kind) is refused


@pytest.mark.parametrize(
    ("head", "name", "footage"),
    [
        (b"\x00\x00\x00\x20ftypisom", "MP4", True),
        (b"\x00\x00\x00\x14ftypqt  ", "QuickTime", True),
        (b"\x00\x00\x00\x18ftypheic", "HEIF picture", True),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "AVI", True),
        (b"DHAV\xfd\x00", "Dahua recording (.dav)", True),
        (b"\x1aE\xdf\xa3\x01\x00\x42\x82\x88matroska", "Matroska", True),
        (b"\x1aE\xdf\xa3\x01\x00\x42\x82\x84webm", "WebM", True),
        ((b"G" + b"\0" * 187) * 8, "MPEG transport stream", True),
        ((b"\0\0\0\0G" + b"\0" * 187) * 8, "MPEG transport stream", True),
        (b"\xff\xd8\xff\xe0", "JPEG", True),
        (b"PK\x03\x04", "ZIP archive", True),
        (b"\x13\x37 something of a recorder's own", "not recognised", True),
        (b"", "not recognised", True),
        (b"MZ\x90\x00", "a Windows program", False),
        (b"\x7fELF\x02", "a Linux program", False),
        (b"#!/bin/sh", "a script", False),
        (b"%PDF-1.7", "a document", False),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "a web page", False),
        (b"<svg onload=alert(1)>", "a web page", False),
    ],
)
def test_bytes_say_what_a_file_is(head: bytes, name: str, footage: bool) -> None:
    what = recognise_format(head)
    assert (what.name, what.footage) == (name, footage)
    assert playable_type(what.name) == what.playable


@given(st.binary(max_size=4096))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    what = recognise_format(head)
    assert what.footage or not what.playable


def test_a_file_is_judged_by_its_hash_and_its_bytes() -> None:
    video, program = recognise_format(b"\0\0\0\x20ftypisom"), recognise_format(b"MZ")
    assert judge_upload("aa", "aa", video) == (EvidenceState.ACCEPTED, "")
    assert judge_upload("", "aa", video) == (EvidenceState.ACCEPTED, "")
    assert judge_upload("bb", "aa", video)[0] is EvidenceState.REJECTED
    assert judge_upload("aa", "aa", program) == (
        EvidenceState.REJECTED,
        "The file is a Windows program, not footage.",
    )


# The custody record

EVIDENCE = "0123456789abcdef"


def life() -> list[dict[str, str | int]]:
    drafts = [
        CustodyDraft(
            CustodyAct.CREATED,
            "owner.o",
            EvidenceState.RECEIVING,
            details={"request": "r", "size": 3},
        ),
        CustodyDraft(
            CustodyAct.COMPLETED, "owner.o", EvidenceState.RECEIVING, details={"parts": 1}
        ),
        CustodyDraft(CustodyAct.QUARANTINED, "system.s", EvidenceState.QUARANTINED),
        CustodyDraft(
            CustodyAct.VERIFIED,
            "system.s",
            EvidenceState.QUARANTINED,
            details={"sha256": "ab" * 32},
        ),
        CustodyDraft(CustodyAct.ACCEPTED, "system.s", EvidenceState.ACCEPTED),
        CustodyDraft(
            CustodyAct.DOWNLOADED, "officer.p", EvidenceState.ACCEPTED, "pc1", "for the file ✓"
        ),
    ]
    first = chain_entries(EVIDENCE, 0, "", drafts[:3], "2026-11-20T10:00:00.000000Z")
    head = str(first[-1]["hash"])
    return first + chain_entries(EVIDENCE, 3, head, drafts[3:], "2026-11-20T11:00:00.000000Z")


def test_a_whole_record_holds_and_says_where_it_belongs() -> None:
    chain = life()
    assert first_problem(EVIDENCE, chain) is None
    assert first_problem(EVIDENCE, chain, 6, str(chain[-1]["hash"])) is None
    assert entry_details(chain[0]) == {"request": "r", "size": 3}


def test_anybody_can_recompute_a_hash_from_the_published_rule() -> None:
    entry = dict(life()[0])
    claimed = entry.pop("hash")
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == claimed


@given(st.integers(0, 5), st.sampled_from(["at", "actor", "act", "state", "reason", "details"]))
def test_a_changed_entry_is_named(position: int, field: str) -> None:
    chain = copy.deepcopy(life())
    chain[position][field] = "another"
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 1


@given(st.integers(0, 4))
def test_a_changed_entry_with_a_new_hash_breaks_the_next(position: int) -> None:
    chain = copy.deepcopy(life())
    chain[position]["reason"] = "rewritten"
    chain[position]["hash"] = entry_hash(chain[position])
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 2


@given(st.integers(0, 4))
def test_a_removed_entry_is_named(position: int) -> None:
    chain = life()
    del chain[position]
    broken = first_problem(EVIDENCE, chain)
    assert broken is not None
    assert broken.sequence == position + 1


def test_a_cut_tail_shows_against_the_row() -> None:
    chain = life()
    head = str(chain[-1]["hash"])
    assert first_problem(EVIDENCE, chain[:-1]) is None
    broken = first_problem(EVIDENCE, chain[:-1], 6, head)
    assert broken is not None
    assert broken.sequence == 6


def test_a_rewritten_tail_shows_against_the_row() -> None:
    chain = life()
    head = str(chain[-1]["hash"])
    chain[-1]["reason"] = "rewritten"
    chain[-1]["hash"] = entry_hash(chain[-1])
    assert first_problem(EVIDENCE, chain) is None
    assert first_problem(EVIDENCE, chain, 6, head) is not None


def test_a_chain_of_other_evidence_is_not_taken_for_this_one() -> None:
    broken = first_problem("fedcba9876543210", life())
    assert broken is not None
    assert broken.sequence == 1


def test_a_state_that_cannot_follow_is_named_even_when_the_hashes_hold() -> None:
    leap = [
        CustodyDraft(CustodyAct.CREATED, "owner.o", EvidenceState.RECEIVING),
        CustodyDraft(CustodyAct.ACCEPTED, "owner.o", EvidenceState.ACCEPTED),
    ]
    broken = first_problem(EVIDENCE, chain_entries(EVIDENCE, 0, "", leap, "2026-11-20T10:00:00Z"))
    assert broken is not None
    assert broken.sequence == 2


def test_a_row_whose_clock_offset_is_not_on_record_is_found() -> None:
    """Threat: somebody moves footage by an hour by changing one number."""
    row = Evidence(
        new_id(),
        new_id(),
        new_id(),
        new_id(),
        new_id(),
        EvidenceState.RECEIVING,
        "clip.mp4",
        "video/mp4",
        5,
        5,
        "u",
        datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    first = CustodyDraft(
        CustodyAct.CREATED, "owner.x", EvidenceState.RECEIVING,
        details={"request": row.request_id, "site": row.site_id},
    )  # fmt: skip
    checks = [
        CustodyDraft(
            CustodyAct.CLOCK_CHECKED,
            "owner.x",
            EvidenceState.RECEIVING,
            details={CLOCK_OFFSET: offset},
        )
        for offset in (3600, 432)
    ]
    chain = chain_entries(row.id, 0, "", [first, *checks], "2026-11-20T10:00:00Z")
    assert "clock" in contradiction(row, chain)
    assert "clock" in contradiction(replace(row, clock_offset_seconds=3600), chain)
    assert contradiction(replace(row, clock_offset_seconds=432), chain) == ""
    assert contradiction(row, chain[:1]) == ""
    assert "kind" in contradiction(replace(row, kind=EvidenceKind.CLOCK), chain[:1])
