"""The upload JSON of DESIGN §8: what the bodies must be, and what the answers say.

Names that are not known are left alone: what an upload needs is checked, one sentence for each
problem, and a browser that sends more is no problem.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.errors import FieldErrors, Invalid, TooLarge
from chalicelib.evidence.formats import clean_name, is_no_footage
from chalicelib.evidence.model import LARGEST, MOST_PARTS, Evidence, Kind, Part
from chalicelib.evidence.upload import SignedPart
from chalicelib.times import iso_seconds, parse_iso

MOST_SIGNED = 100
"""Addresses in one call."""
_NAME_AS_SENT = 2000
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")

T = TypeVar("T")


def new_upload(body: Mapping[str, Any]) -> tuple[str, int, str]:
    """(clean file name, bytes, content type) of a body that begins an upload.

    Raises Invalid with all that is wrong, or TooLarge.
    """
    problems: FieldErrors = []
    name, size, kind = body.get("filename"), _whole(body.get("size")), body.get("content_type")
    if not isinstance(name, str) or not name.strip():
        problems.append(("filename", "Give the file's name"))
    elif len(name) > _NAME_AS_SENT:
        problems.append(("filename", f"The name must be {_NAME_AS_SENT} characters or fewer"))
    if size is None:
        problems.append(("size", "Give the file's size in bytes, as a whole number"))
    elif size <= 0:
        problems.append(("size", "This file is empty. Choose the recording itself"))
    if kind is not None and not isinstance(kind, str):
        problems.append(("content_type", "The content type must be text, like video/mp4"))
    if problems:
        raise Invalid("This file cannot be sent as it is.", problems)
    assert name is not None and size is not None
    if size > LARGEST:
        sentence = f"This file is larger than {LARGEST // 1000**3} GB. Send it in shorter pieces."
        raise TooLarge(sentence, [("size", sentence)])
    plain = (kind or "").split(";")[0].strip().lower()
    # What the browser does not know is left empty; the bytes decide later anyway.
    plain = plain if _TYPE.fullmatch(plain) else "application/octet-stream"
    clean = clean_name(name)
    if is_no_footage(clean, plain):
        raise Invalid.field(
            "filename",
            "This kind of file is not footage. Send the video or picture as it came from your "
            "camera or recorder",
        )
    return clean, size, plain


def wanted_parts(body: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(number, base64 SHA-256) of each part to sign. Raises Invalid or TooLarge."""
    return _parts(body, MOST_SIGNED, lambda number, sha256, _: (number, sha256))


def completed(body: Mapping[str, Any]) -> tuple[list[Part], str]:
    """The parts as the sender knows them, and the whole file's SHA-256 (hex)."""
    parts = _parts(body, MOST_PARTS, lambda number, sha256, etag: Part(number, 0, etag, sha256))
    whole = read_sha256(body.get("sha256"))
    if whole is None:
        raise Invalid.field("sha256", f"Give the SHA-256 of the whole file, {_FORMS}")
    return parts, whole.hex()


def as_kind(body: Mapping[str, Any]) -> tuple[Kind, datetime | None]:
    """What a new upload is sent as, and when a picture of a clock was taken as the sender's
    browser knows it. Raises Invalid.

    taken_at: a moment that cannot be read is left out: whoever reads the picture then needs
    the true time from elsewhere, which is better than no picture.
    """
    said, taken = body.get("kind", Kind.FOOTAGE.value), body.get("taken_at")
    if said not in tuple(Kind):
        raise Invalid.field("kind", f"The kind must be one of {', '.join(Kind)}")
    if said != Kind.CLOCK:
        return Kind.FOOTAGE, None
    if not str(body.get("content_type", "")).lower().startswith("image/"):
        raise Invalid.field("content_type", "Send a photograph of the recorder's screen")
    try:
        return Kind.CLOCK, parse_iso(taken) if isinstance(taken, str) else None
    except (ValueError, OverflowError):
        return Kind.CLOCK, None


_FORMS = "in base64 (44 characters) or hex (64 characters)"


def _parts(body: Mapping[str, Any], most: int, make: Callable[[int, str, str], T]) -> list[T]:
    said = body.get("parts")
    if not isinstance(said, list) or not said:
        raise Invalid.field("parts", "Name at least one part as {number, sha256}")
    if len(said) > most:
        raise TooLarge(
            f"Name at most {most} parts at a time.", [("parts", f"Name at most {most} parts")]
        )
    problems: FieldErrors = []
    numbers: set[int] = set()
    made: list[T] = []
    for at, part in enumerate(said):
        found, wrong = _part(part, numbers)
        problems += [(f"parts[{at}]{field}", message) for field, message in wrong]
        if found is not None:
            numbers.add(found.number)
            made.append(make(found.number, found.sha256, found.etag))
    if problems:
        raise Invalid("Some parts cannot be used as they are named.", problems[:20])
    return made


def _part(part: Any, before: set[int]) -> tuple[Part | None, FieldErrors]:
    """One part as it was named, or what is wrong with it. before: numbers named already."""
    if not isinstance(part, dict):
        return None, [("", "A part is an object with number and sha256")]
    wrong: FieldErrors = []
    number, sha256 = _whole(part.get("number")), read_sha256(part.get("sha256"))
    etag = part.get("etag") or ""
    if number is None or not 1 <= number <= MOST_PARTS:
        wrong.append((".number", f"Must be a whole number from 1 to {MOST_PARTS}"))
    elif number in before:
        wrong.append((".number", f"Part {number} is named twice"))
    if sha256 is None:
        wrong.append((".sha256", f"Give the part's SHA-256, {_FORMS}"))
    if not isinstance(etag, str) or len(etag) > 100:
        wrong.append((".etag", "Give the ETag that the part's upload answered"))
    if wrong or number is None or sha256 is None:
        return None, wrong
    return Part(number, 0, etag, base64.b64encode(sha256).decode()), []


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_sha256(value: Any) -> bytes | None:
    """The 32 bytes of a SHA-256 in base64 or hex; None for anything else."""
    if not isinstance(value, str):
        return None
    if _HEX.fullmatch(value):
        return bytes.fromhex(value)
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:  # binascii.Error is one
        return None
    return raw if len(raw) == 32 else None


def base64_of(sha256: str) -> str:
    """A hex hash in base64; "" stays "" (not known yet)."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


# Answers


def begun(evidence: Evidence) -> dict[str, Any]:
    """What a new upload answers."""
    return {
        "upload_id": evidence.id,
        "part_size": evidence.part_size,
        "parts": evidence.part_count,
        "size": evidence.size,
        "filename": evidence.file_name,
    }


def signed(parts: list[SignedPart]) -> dict[str, Any]:
    """Where the parts go."""
    return {"parts": [{"number": p.number, "url": p.url, "headers": p.headers} for p in parts]}


def status(evidence: Evidence, parts: list[Part]) -> dict[str, Any]:
    """What has arrived."""
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
        said["receipt"] = receipt(evidence)
    return said


def receipt(evidence: Evidence, as_sent: Any = None) -> dict[str, Any]:
    """What the sender may keep. as_sent: the whole file's hash as the sender wrote it, which is
    how `sha256` answers; base64 without it. The other form stands beside it."""
    known = evidence.claimed_sha256 or evidence.sha256
    form = base64_of(known)
    if isinstance(as_sent, str) and read_sha256(as_sent) == bytes.fromhex(known):
        form = as_sent
    return {
        "upload_id": evidence.id,
        "evidence_id": evidence.id,
        "reference": reference(evidence),
        "filename": evidence.file_name,
        "size": evidence.size,
        "sha256": form,
        "sha256_hex": known,
        "received_at": iso_seconds(evidence.received_at) if evidence.received_at else None,
        "state": evidence.state.value,
    }


def reference(evidence: Evidence) -> str:
    """The evidence's id in groups of four, as people read it out: `7K3M-9QXA-…`."""
    return "-".join(evidence.id[at : at + 4] for at in range(0, 16, 4)).upper()
