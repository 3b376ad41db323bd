"""What a sender is told: never more than was checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import EvidenceState
from chalicelib.evidence.sender_words import UploadStage, upload_sentence, upload_stage
from tests.unit.evidence.evidence_row import ROW


@pytest.mark.parametrize(
    ("state", "structure", "reason", "stage", "said"),
    [
        (EvidenceState.RECEIVING, Structure.NOT_READ, "", UploadStage.RECEIVING, "carry on"),
        (EvidenceState.QUARANTINED, Structure.NOT_READ, "", UploadStage.CHECKING, "checking it"),
        (EvidenceState.ACCEPTED, Structure.WHOLE, "", UploadStage.RECEIVED, "in full"),
        (EvidenceState.ACCEPTED, Structure.NOT_READ, "", UploadStage.RECEIVED, "in full"),
        (
            EvidenceState.ACCEPTED,
            Structure.BROKEN,
            "It seems to be cut short: its index never arrived.",
            UploadStage.RECEIVED,
            "its index never arrived. Please keep the original and send it again.",
        ),
        (
            EvidenceState.REJECTED,
            Structure.NOT_READ,
            "The file is a script, not footage.",
            UploadStage.REFUSED,
            "a script, not footage. Please send the recording itself.",
        ),
    ],
)
def test_each_state_is_said_in_a_sentence(
    state: EvidenceState, structure: Structure, reason: str, stage: UploadStage, said: str
) -> None:
    one = replace(ROW, state=state, structure=structure, reason=reason)
    assert upload_stage(one) is stage
    assert said in upload_sentence(one)
    assert "nothing more to do" not in upload_sentence(one)
    assert ("in full" in upload_sentence(one)) is (stage is UploadStage.RECEIVED and not reason)


def test_a_damaged_or_lost_file_is_asked_for_again() -> None:
    lost = replace(
        ROW, state=EvidenceState.REJECTED, claimed_sha256="cd" * 32, reason="It was lost."
    )
    for one in (lost, replace(lost, sha256="")):
        assert upload_sentence(one).endswith("It was lost. Please send it again.")
