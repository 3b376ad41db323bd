"""Evidence: what is known of an uploaded file, its states, and its parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from chalicelib.core.errors import Conflict
from chalicelib.dynamodb.field_marks import FieldMark, Micros, Personal, Seconds, StoredName
from chalicelib.evidence.formats.file_types import file_extension
from chalicelib.evidence.formats.structure import Structure

MIB = 1024 * 1024
PART_SIZE = 8 * MIB
"""Bytes in a part unless the file is huge: small enough for a phone's memory and for a repeat
over a bad connection, above the 5 MiB that S3 asks of every part but the last."""
MOST_PARTS = 1_000
"""Parts in one upload (S3 takes 10,000): S3 lists them in one page, and our request stays small."""
LARGEST = 20 * 1000**3
"""Bytes in one file. A day from one camera fits, and the server can hash the file in one run of a
function: 15 minutes at 25 MB/s (see docs/evidence.md)."""
MOST_FILES = 200
"""Files that arrive from one recipient for one request, so that a stolen link cannot fill the
bucket. Files that were only begun do not count: whoever has a bad connection begins many."""
MOST_BEGUN = 1_000
"""Unfinished files that one link may begin in a day, so that a program with it cannot fill the
table."""


class EvidenceState(StrEnum):
    """The state of a piece of evidence. Nobody can open evidence before it is accepted."""

    RECEIVING = "receiving"
    QUARANTINED = "quarantined"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class EvidenceKind(StrEnum):
    """What the sender says a file is: footage, or a picture of the recorder's clock."""

    FOOTAGE = "footage"
    CLOCK = "clock"
    """A picture of the recorder's screen, taken at a known true time."""


NEXT: Mapping[EvidenceState, frozenset[EvidenceState]] = {
    EvidenceState.RECEIVING: frozenset({EvidenceState.QUARANTINED}),
    EvidenceState.QUARANTINED: frozenset({EvidenceState.ACCEPTED, EvidenceState.REJECTED}),
    EvidenceState.ACCEPTED: frozenset(),
    EvidenceState.REJECTED: frozenset(),
}
"""The changes of state that evidence can make. A decision is final: a file that is sent again is
another piece of evidence."""


def evidence_may_follow(before: EvidenceState, after: EvidenceState) -> bool:
    """True when evidence in the state `before` may pass to `after`."""
    return after in NEXT[before]


def check_change(before: EvidenceState, after: EvidenceState) -> None:
    """Raise Conflict unless evidence in the state `before` may pass to `after`."""
    if not evidence_may_follow(before, after):
        raise Conflict(f"This file is {before.value}. It cannot become {after.value} any more.")


@dataclass(frozen=True)
class Evidence:
    """One uploaded file and what is known of it.

    size, part_size: bytes; both 0 until known for a file that a plain form sends.
    file_name: as the owner's device called it, cleaned; only ever shown, never part of a key.
    content_type: what the browser said, of no authority. format: what the bytes say it is.
    upload: S3's id of the multipart upload, "" for a plain form. Hashes are hex:
    claimed_sha256 is the browser's, sha256 our own over what is stored. reason: why rejected,
    or what an officer should know. entries, head: length and last hash of its custody record.
    taken_at: when a picture of the recorder's clock was taken, as the sender's browser says.
    clock_offset_seconds: by how much the recorder's clock was ahead at the last check, which was
    made at clock_checked_at; None when nobody has checked. waiting_since: since when the file
    waits for a decision because all parts were sent; None while it does not wait.
    notice_due_at: from when on the sender is to be told of the decision; None when nothing is due.
    structure: whether its parts are all there, by the lengths that they state. parts_at: when
    addresses for its parts were first asked for; None while surely none has arrived.
    received_at: when all its bytes were there, which is before they are one object.
    """

    id: str
    request_id: str
    site_id: str
    owner_id: str
    incident_id: str
    state: EvidenceState
    file_name: Personal
    content_type: str
    size: int
    part_size: int
    upload: str
    created_at: Micros
    claimed_sha256: str = ""
    sha256: str = ""
    version: str = ""
    received_at: Micros | None = None
    decided_at: Micros | None = None
    format: str = ""
    reason: str = ""
    entries: Annotated[int, FieldMark.KEPT] = 0
    head: Annotated[str, FieldMark.KEPT] = ""
    kind: EvidenceKind = EvidenceKind.FOOTAGE
    taken_at: Micros | None = None
    clock_offset_seconds: int | None = None
    clock_checked_at: Micros | None = None
    waiting_since: Annotated[Micros | None, StoredName("listed_at")] = None
    notice_due_at: Annotated[Seconds | None, StoredName("due_at")] = None
    structure: Structure = Structure.NOT_READ
    parts_at: Seconds | None = None

    @property
    def key(self) -> str:
        """The key of the evidence's object: ids alone, never a person's words."""
        return object_key(self.request_id, self.id)

    @property
    def part_count(self) -> int:
        """The number of parts that make the whole file."""
        return part_count(self.size, self.part_size)

    @property
    def assembled(self) -> bool:
        """True when the file is one object in the bucket, and no longer parts."""
        return bool(self.version)

    @property
    def seems_cut(self) -> bool:
        """True when the check of its parts found that something is missing."""
        return self.structure in (Structure.CUT_SHORT, Structure.BROKEN)

    @property
    def download_name(self) -> str:
        """The file name of an officer's copy: its id leads back to the evidence's record."""
        return f"{self.id}{file_extension(self.file_name)}"


def object_key(request_id: str, evidence_id: str) -> str:
    """Give the key of an evidence's object in the evidence bucket."""
    return f"requests/{request_id}/{evidence_id}"


def ids_of_key(key: str) -> tuple[str, str] | None:
    """Read (request id, evidence id) from an object's key; None when it is no key of evidence."""
    match key.split("/"):
        case ["requests", request_id, evidence_id] if request_id and evidence_id:
            return request_id, evidence_id
    return None


# Parts


@dataclass(frozen=True)
class UploadPart:
    """A part as S3 holds it. number: from 1. size: bytes. sha256: base64, verified by S3."""

    number: int
    size: int
    etag: str
    sha256: str


def part_size_for(size: int) -> int:
    """Choose the bytes in each part but the last, for a file of `size` bytes.

    PART_SIZE is doubled until the file needs at most MOST_PARTS parts.
    """
    chosen = PART_SIZE
    while part_count(size, chosen) > MOST_PARTS:
        chosen *= 2
    return chosen


def part_count(size: int, part_size: int) -> int:
    """Count the parts of a file of `size` bytes. 0 while the part size is not known."""
    return -(-size // part_size) if part_size else 0


def size_of_part(number: int, size: int, part_size: int) -> int:
    """Give the bytes in part `number` (from 1) of a file of `size` bytes."""
    return min(part_size, size - (number - 1) * part_size)


def missing_parts(parts: Iterable[UploadPart], size: int, part_size: int) -> list[int]:
    """List the numbers of the parts that have not arrived, or not in their right size."""
    held = {part.number: part.size for part in parts}
    return [
        number
        for number in range(1, part_count(size, part_size) + 1)
        if held.get(number) != size_of_part(number, size, part_size)
    ]


def parts_in_words(numbers: list[int]) -> str:
    """Write `part 3`, `parts 3 and 7`, `parts 1, 3 to 9 and 12`; after ten groups `and 20 more`."""
    groups: list[tuple[int, int]] = []
    for number in numbers:
        if groups and groups[-1][1] == number - 1:
            groups[-1] = (groups[-1][0], number)
        else:
            groups.append((number, number))
    said = [str(a) if a == b else f"{a} {'and' if b == a + 1 else 'to'} {b}" for a, b in groups]
    if len(said) > 10:
        left = sum(b - a + 1 for a, b in groups[10:])
        return "parts " + ", ".join(said[:10]) + f" and {left} more"
    words = " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))
    return f"part {words}" if len(numbers) == 1 else f"parts {words}"
