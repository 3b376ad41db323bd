"""How many files a link takes, and which file is one that it has had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.errors import TooMany
from chalicelib.evidence.model import MOST_BEGUN, MOST_FILES, EvidenceKind, EvidenceState
from chalicelib.evidence.receiving.upload_rules import check_room, same_file
from tests.unit.evidence.evidence_row import EVIDENCE, ROW

NOW = ROW.created_at + timedelta(hours=1)
BEGUN = replace(ROW, state=EvidenceState.RECEIVING, sha256="")


def test_files_that_were_only_begun_do_not_fill_a_link() -> None:
    check_room([BEGUN] * 999, NOW)
    check_room([ROW] * 199 + [BEGUN] * 500, NOW)
    with pytest.raises(TooMany, match="taken 200 files"):
        check_room([ROW] * MOST_FILES, NOW)
    with pytest.raises(TooMany, match="today"):
        check_room([BEGUN] * MOST_BEGUN, NOW)
    check_room([BEGUN] * MOST_BEGUN, NOW + timedelta(days=1))
    check_room([BEGUN] * MOST_BEGUN)  # completing one of them is no new one


def test_a_file_is_known_by_its_hash_unless_it_was_rejected() -> None:
    whole, kind = "ab" * 32, EvidenceKind.FOOTAGE
    assert same_file([ROW], kind, whole, "") == ROW
    assert same_file([replace(ROW, sha256="", claimed_sha256=whole)], kind, whole, "")
    assert same_file([BEGUN], kind, whole, EVIDENCE) == BEGUN
    assert same_file([BEGUN], kind, whole, "other") is None
    assert same_file([ROW], EvidenceKind.CLOCK, whole, "") is None
    assert same_file([replace(ROW, state=EvidenceState.REJECTED)], kind, whole, EVIDENCE) is None
    assert same_file([BEGUN], kind, "", "") is None
