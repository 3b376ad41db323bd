"""What an uploaded file is, which states it passes, and how it is cut into parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from chalicelib.core.errors import Conflict
from chalicelib.dynamodb.field_marks import FieldMark, Micros, Personal, Seconds, StoredName

MIB = 1024 * 1024
PART_SIZE = 8 * MIB
"""Bytes in a part unless the file is huge: small enough for a phone's memory and for a repeat
over a bad connection, above the 5 MiB that S3 asks of every part but the last."""
MOST_PARTS = 1_000
"""In one upload (S3 takes 10,000): their list stays one page of S3's and one small body of ours."""
LARGEST = 20 * 1000**3
"""Bytes in one file. A day from one camera fits; the server can still hash it in one run of a
function: 15 minutes at 25 MB/s (see docs/evidence.md)."""
MOST_FILES = 200
"""From one recipient for one request; a link that got into wrong hands fills no bucket."""


class EvidenceState(StrEnum):
    """Where a piece of evidence stands. Nobody can open it before it is accepted."""

    RECEIVING = "receiving"
    QUARANTINED = "quarantined"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class EvidenceKind(StrEnum):
    """What a file is sent as."""

    FOOTAGE = "footage"
    CLOCK = "clock"
    """A picture of the recorder's screen, beside which the true time is known."""


NEXT: Mapping[EvidenceState, frozenset[EvidenceState]] = {
    EvidenceState.RECEIVING: frozenset({EvidenceState.QUARANTINED}),
    EvidenceState.QUARANTINED: frozenset({EvidenceState.ACCEPTED, EvidenceState.REJECTED}),
    EvidenceState.ACCEPTED: frozenset(),
    EvidenceState.REJECTED: frozenset(),
}
"""The only changes of state there are. A decision is final: a file that came again is another
piece of evidence."""


def evidence_may_follow(before: EvidenceState, after: EvidenceState) -> bool:
    """True when evidence in the state `before` may pass to `after`."""
    return after in NEXT[before]


def check_change(before: EvidenceState, after: EvidenceState) -> None:
    """Raises Conflict unless evidence in the state `before` may pass to `after`."""
    if not evidence_may_follow(before, after):
        raise Conflict(f"This file is {before.value}. It cannot become {after.value} any more.")


@dataclass(frozen=True)
class Evidence:
    """One uploaded file and what is known of it.

    size, part_size: bytes; both 0 until known for a file that a plain form sends.
    file_name: as the owner's device called it, cleaned; only ever shown, never part of a key.
    content_type: what the browser said, of no authority. format: what the bytes say it is.
    upload: S3's name of the multipart upload, "" for a plain form. Hashes are hex:
    claimed_sha256 is the browser's, sha256 our own over what is stored. reason: why rejected,
    or what an officer should know. entries, head: length and last hash of its custody record.
    taken_at: of a picture of a clock, when it was taken, as the sender's browser says.
    clock_offset_seconds: by how much the recorder's clock was ahead at the last check, which was
    made at clock_checked_at; None when nobody has checked. waiting_since: since when there is
    something to do for it: all parts were said to be sent, no decision yet; None when nothing.
    notice_due_at: from when on its sender is to be told of the decision; None when they were.
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

    @property
    def key(self) -> str:
        """Its object's key: ids alone, never a person's words."""
        return object_key(self.request_id, self.id)

    @property
    def part_count(self) -> int:
        """How many parts make the whole file."""
        return part_count(self.size, self.part_size)

    @property
    def download_name(self) -> str:
        """The name an officer's copy gets: it leads back to the record."""
        return f"{self.id}{file_extension(self.file_name)}"


def object_key(request_id: str, evidence_id: str) -> str:
    """Where the file lies in the evidence bucket."""
    return f"requests/{request_id}/{evidence_id}"


def ids_of_key(key: str) -> tuple[str, str] | None:
    """(request id, evidence id) of an object's key; None when it is not ours."""
    match key.split("/"):
        case ["requests", request_id, evidence_id] if request_id and evidence_id:
            return request_id, evidence_id
    return None


# Parts


@dataclass(frozen=True)
class UploadPart:
    """A part as S3 holds it. number: from 1. sha256: base64, which S3 itself verified."""

    number: int
    size: int
    etag: str
    sha256: str


def part_size_for(size: int) -> int:
    """Bytes in each part but the last, for a file of `size` bytes.

    Doubled until at most MOST_PARTS are needed.
    """
    chosen = PART_SIZE
    while part_count(size, chosen) > MOST_PARTS:
        chosen *= 2
    return chosen


def part_count(size: int, part_size: int) -> int:
    """How many parts a file has. 0 while the part size is not known."""
    return -(-size // part_size) if part_size else 0


def size_of_part(number: int, size: int, part_size: int) -> int:
    """Bytes in part `number` (from 1) of a file of `size` bytes."""
    return min(part_size, size - (number - 1) * part_size)


def missing_parts(parts: Iterable[UploadPart], size: int, part_size: int) -> list[int]:
    """Numbers of the parts that are not there, or not in their right size."""
    held = {part.number: part.size for part in parts}
    return [
        number
        for number in range(1, part_count(size, part_size) + 1)
        if held.get(number) != size_of_part(number, size, part_size)
    ]


def parts_in_words(numbers: list[int]) -> str:
    """`part 3`, `parts 3 and 7`, `parts 1, 3 to 9 and 12`, after ten groups `… and 20 more`."""
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


# Names and types


def file_extension(file_name: str) -> str:
    """`.mp4` of `Front Door.MP4`: lower case, letters and digits only; "" when there is none."""
    _, dot, last = file_name.rpartition(".")
    plain = last.lower()
    return f".{plain}" if dot and plain.isascii() and plain.isalnum() and len(plain) <= 8 else ""
