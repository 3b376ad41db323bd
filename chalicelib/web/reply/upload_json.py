"""JSON that calls of uploads answer with."""

from __future__ import annotations

import base64
from typing import Any

from chalicelib.core.times import iso_seconds
from chalicelib.evidence.model import Evidence, UploadPart
from chalicelib.evidence.receiving.upload import SignedPart
from chalicelib.evidence.sender_words import UploadStage, upload_sentence, upload_stage
from chalicelib.web.fields.upload_field_types import read_sha256


def base64_of(sha256: str) -> str:
    """A SHA-256 hash in hex, written in base64; "" (not known yet) stays ""."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def begun_json(evidence: Evidence) -> dict[str, Any]:
    """The answer to a begun upload: its id, its size and its parts, and when the file has been sent
    before, how it stands and its receipt. Sizes are in bytes."""
    said: dict[str, Any] = {
        "upload_id": evidence.id,
        "part_size": evidence.part_size,
        "parts": evidence.part_count,
        "size": evidence.size,
        "filename": evidence.file_name,
        **_standing(evidence),
    }
    if evidence.received_at:
        said["receipt"] = upload_receipt(evidence)
    return said


def _standing(evidence: Evidence) -> dict[str, Any]:
    """How far a file is: its state as evidence, and the same for its sender, in a word and in a
    sentence, and whether it should be sent again. A program waits while the stage is `checking`."""
    stage = upload_stage(evidence)
    return {
        "state": evidence.state.value,
        "stage": stage.value,
        "message": upload_sentence(evidence),
        "send_again": stage is UploadStage.REFUSED or evidence.seems_cut,
    }


def signed_parts_json(parts: list[SignedPart]) -> dict[str, Any]:
    """The answer to signing parts: for each part, the address and the headers to send it with."""
    return {"parts": [{"number": p.number, "url": p.url, "headers": p.headers} for p in parts]}


def upload_status_json(evidence: Evidence, parts: list[UploadPart]) -> dict[str, Any]:
    """How an upload stands: its state, the parts that have arrived, the bytes in them and, once
    all have, the receipt."""
    whole = evidence.size if evidence.received_at else 0
    said: dict[str, Any] = {
        "upload_id": evidence.id,
        **_standing(evidence),
        "filename": evidence.file_name,
        "kind": evidence.kind.value,
        "size": evidence.size,
        "part_size": evidence.part_size,
        "arrived": whole or sum(part.size for part in parts),
        "parts": [
            {"number": p.number, "size": p.size, "sha256": p.sha256, "etag": p.etag} for p in parts
        ],
    }
    if evidence.received_at:
        said["receipt"] = upload_receipt(evidence)
    return said


def upload_receipt(evidence: Evidence, as_sent: Any = None) -> dict[str, Any]:
    """The receipt that a sender may keep. as_sent: the whole file's hash as the sender wrote it;
    `sha256` repeats that form when the hash is the same and is base64 otherwise. `sha256_hex` is
    always hex."""
    known = evidence.claimed_sha256 or evidence.sha256
    form = base64_of(known)
    if isinstance(as_sent, str) and read_sha256(as_sent) == bytes.fromhex(known):
        form = as_sent
    return {
        "upload_id": evidence.id,
        "evidence_id": evidence.id,
        "reference": upload_reference(evidence),
        "filename": evidence.file_name,
        "size": evidence.size,
        "sha256": form,
        "sha256_hex": known,
        "received_at": iso_seconds(evidence.received_at) if evidence.received_at else None,
        **_standing(evidence),
    }


def upload_reference(evidence: Evidence) -> str:
    """The evidence's id in groups of four, as people read it out: `7K3M-9QXA-…`."""
    return "-".join(evidence.id[at : at + 4] for at in range(0, 16, 4)).upper()
