"""JSON that calls of uploads answer with."""

from __future__ import annotations

import base64
from typing import Any

from chalicelib.core.times import iso_seconds
from chalicelib.evidence.model import Evidence, UploadPart
from chalicelib.evidence.upload import SignedPart
from chalicelib.web.fields.upload_field_types import read_sha256


def base64_of(sha256: str) -> str:
    """A SHA-256 hash in hex, written in base64; "" (not known yet) stays ""."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def begun_json(evidence: Evidence) -> dict[str, Any]:
    """The answer to a newly begun upload: its id, its size and its parts. Sizes are in bytes."""
    return {
        "upload_id": evidence.id,
        "part_size": evidence.part_size,
        "parts": evidence.part_count,
        "size": evidence.size,
        "filename": evidence.file_name,
    }


def signed_parts_json(parts: list[SignedPart]) -> dict[str, Any]:
    """The answer to signing parts: for each part, the address and the headers to send it with."""
    return {"parts": [{"number": p.number, "url": p.url, "headers": p.headers} for p in parts]}


def upload_status_json(evidence: Evidence, parts: list[UploadPart]) -> dict[str, Any]:
    """How an upload stands: its state, the parts that have arrived and, at the end, the receipt."""
    said: dict[str, Any] = {
        "upload_id": evidence.id,
        "state": evidence.state.value,
        "filename": evidence.file_name,
        "kind": evidence.kind.value,
        "size": evidence.size,
        "part_size": evidence.part_size,
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
        "state": evidence.state.value,
    }


def upload_reference(evidence: Evidence) -> str:
    """The evidence's id in groups of four, as people read it out: `7K3M-9QXA-…`."""
    return "-".join(evidence.id[at : at + 4] for at in range(0, 16, 4)).upper()
