"""Evidence and its custody record as the API says them."""

from __future__ import annotations

from typing import Any

from chalicelib.chain import Break, Field
from chalicelib.evidence.formats import playable_type
from chalicelib.evidence.model import Evidence, State
from chalicelib.times import iso_seconds
from chalicelib.web.upload_json import base64_of, reference


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """One piece of evidence. sha256: hex, ours over the stored bytes; null until it was made."""
    return {
        "id": evidence.id,
        "reference": reference(evidence),
        "request_id": evidence.request_id,
        "incident_id": evidence.incident_id,
        "site_id": evidence.site_id,
        "kind": evidence.kind.value,
        "state": evidence.state.value,
        "reason": evidence.reason or None,
        "filename": evidence.file_name,
        "size": evidence.size,
        "format": evidence.format or None,
        "playable": evidence.state is State.ACCEPTED and bool(playable_type(evidence.format)),
        "sha256": evidence.sha256 or None,
        "sha256_base64": base64_of(evidence.sha256) or None,
        "sender_sha256": evidence.claimed_sha256 or None,
        "version_id": evidence.version or None,
        "created_at": iso_seconds(evidence.created_at),
        "received_at": iso_seconds(evidence.received_at) if evidence.received_at else None,
        "decided_at": iso_seconds(evidence.decided_at) if evidence.decided_at else None,
        "taken_at": iso_seconds(evidence.taken_at) if evidence.taken_at else None,
        "clock_offset_seconds": evidence.clock_offset_seconds,
        "clock_checked_at": (
            iso_seconds(evidence.clock_checked_at) if evidence.clock_checked_at else None
        ),
        "custody_entries": evidence.entries,
    }


def custody_json(
    evidence: Evidence, entries: list[dict[str, Field]], broken: Break | None
) -> dict[str, Any]:
    """The custody record. Entries are exactly what was hashed (see docs/evidence.md), so that
    whoever holds them can check the chain without us."""
    problem = {"sequence": broken.sequence, "why": broken.why} if broken else None
    return {
        "evidence_id": evidence.id,
        "intact": broken is None,
        "problem": problem,
        "entries": entries,
    }
