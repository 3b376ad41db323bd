"""A row of evidence that was accepted, for the tests of what is read from one."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.evidence.model import Evidence, EvidenceState

EVIDENCE = "0123456789abcdef"
ROW = Evidence(
    EVIDENCE,
    "r" * 16,
    "s" * 16,
    "o" * 16,
    "i" * 16,
    EvidenceState.ACCEPTED,
    "clip.mp4",
    "video/mp4",
    5,
    5,
    "u",
    datetime(2026, 11, 20, 10, tzinfo=UTC),
    sha256="ab" * 32,
    version="v7",
)
