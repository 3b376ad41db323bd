"""A proof that a look is on record counts for one session, one look and a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.look_proofs import is_proven, prove_look

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
KEY, LIFE = b"k" * 32, timedelta(minutes=10)
PROOF = prove_look(KEY, "session-a", "incident.1", NOW, LIFE)


def test_it_counts_for_the_look_that_it_was_made_for() -> None:
    assert is_proven(KEY, "session-a", "incident.1", PROOF, NOW)
    assert is_proven(KEY, "session-a", "incident.1", PROOF, NOW + LIFE)


@pytest.mark.parametrize(
    ("key", "session", "of", "proof", "later"),
    [
        (b"x" * 32, "session-a", "incident.1", PROOF, timedelta(0)),
        (KEY, "session-b", "incident.1", PROOF, timedelta(0)),
        (KEY, "session-a", "incident.2", PROOF, timedelta(0)),
        (KEY, "session-a", "incident.1", PROOF, LIFE + timedelta(seconds=1)),
        (KEY, "session-a", "incident.1", "9" + PROOF, timedelta(0)),
        (KEY, "session-a", "incident.1", PROOF[:-1], timedelta(0)),
        (KEY, "session-a", "incident.1", "", timedelta(0)),
        (KEY, "session-a", "incident.1", "٣.é", timedelta(0)),
    ],
)
def test_it_counts_for_nothing_else(
    key: bytes, session: str, of: str, proof: str, later: timedelta
) -> None:
    assert not is_proven(key, session, of, proof, NOW + later)
