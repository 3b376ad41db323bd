"""What a sender is told of a file, on pages, in answers to programs and in mail. Pure.

Nobody is told more than was checked: that every byte arrived, and whether the parts of the file are
there. Whether it can be played, and what it shows, nobody has looked at.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.evidence.model import Evidence, EvidenceState


class UploadStage(StrEnum):
    """How far a file is, for its sender."""

    RECEIVING = "receiving"
    CHECKING = "checking"
    RECEIVED = "received"
    REFUSED = "refused"


_STAGES = {
    EvidenceState.RECEIVING: UploadStage.RECEIVING,
    EvidenceState.QUARANTINED: UploadStage.CHECKING,
    EvidenceState.ACCEPTED: UploadStage.RECEIVED,
    EvidenceState.REJECTED: UploadStage.REFUSED,
}


def upload_stage(evidence: Evidence) -> UploadStage:
    """Say how far a file is."""
    return _STAGES[evidence.state]


def upload_sentence(evidence: Evidence) -> str:
    """Say in words how far a file is, and what is left to do."""
    stage = upload_stage(evidence)
    if stage is UploadStage.RECEIVING:
        return "Not all of this file has arrived. Choose the same file to carry on."
    if stage is UploadStage.CHECKING:
        return "We have all of this file and are checking it."
    if stage is UploadStage.REFUSED:
        damaged = evidence.claimed_sha256 and evidence.claimed_sha256 != evidence.sha256
        what = "it again" if damaged else "the recording itself"
        return f"The officers cannot use this file. {evidence.reason} Please send {what}."
    if evidence.seems_cut:
        return f"{evidence.reason} Please keep the original and send it again."
    return "We received your file in full."
