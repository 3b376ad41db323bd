"""Who sends a file, and what they say of it before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.times import iso_seconds
from chalicelib.evidence.custody import CLOCK_OFFSET, NAME, name_hash
from chalicelib.evidence.model import Evidence, EvidenceKind


@dataclass(frozen=True)
class UploadSender:
    """The recipient whose reply link uploads a file. open: False once the request was withdrawn or
    closed: an upload that was begun may be completed, no new one is begun. clock_…: what the last
    check of the recorder's clock found, None before the first check."""

    request_id: str
    site_id: str
    owner_id: str
    incident_id: str
    open: bool = True
    clock_offset_seconds: int | None = None
    clock_checked_at: datetime | None = None


@dataclass(frozen=True)
class NewFile:
    """A file that is about to be sent, as its sender describes it. size: bytes. taken_at: when a
    picture of the recorder's clock was taken."""

    name: str
    size: int
    content_type: str
    kind: EvidenceKind = EvidenceKind.FOOTAGE
    taken_at: datetime | None = None


def first_details(evidence: Evidence) -> dict[str, str | int]:
    """Give the details of a custody record's first entry: what the record binds of the row, so that
    neither can be changed alone. The first one leads from the evidence's id to its request."""
    said: dict[str, str | int] = {
        "request": evidence.request_id,
        "site": evidence.site_id,
        "incident": evidence.incident_id,
        NAME: name_hash(evidence.file_name),
        "content_type": evidence.content_type,
    }
    if evidence.kind is not EvidenceKind.FOOTAGE:
        said["kind"] = evidence.kind.value
    if evidence.taken_at:
        said["taken_at"] = iso_seconds(evidence.taken_at)
    if evidence.clock_offset_seconds is not None and evidence.clock_checked_at:
        said[CLOCK_OFFSET] = evidence.clock_offset_seconds
        said["clock_checked_at"] = iso_seconds(evidence.clock_checked_at)
    return said
