"""Types for the fields of an upload: a file's name, size and kind, its parts and hashes."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from chalicelib.core.times import parse_iso
from chalicelib.evidence.formats.file_types import clean_name
from chalicelib.evidence.model import LARGEST, MOST_PARTS, EvidenceKind
from chalicelib.web.fields.field_types import HIDDEN, UNSEEN, FieldType
from chalicelib.web.http.validation import schema_error

_NAME_AS_SENT = 2000
_LONGEST_ETAG = 100
_TYPE = re.compile(r"[a-z0-9_.+-]{1,60}/[a-z0-9_.+-]{1,60}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_FORMS = "in base64 (44 characters) or hex (64 characters)"


@dataclass(frozen=True)
class FileNameField(FieldType):
    """A file's name as the sender's machine has it, cleaned so that it can be shown."""

    what: str = "the file's name"
    schema: ClassVar = {
        "type": "string",
        "pattern": f"[^{HIDDEN}{UNSEEN}]",
        "maxLength": _NAME_AS_SENT,
    }

    def read(self, sent: Any) -> str:
        """Return the name without folders and without characters that nobody can read."""
        if not isinstance(sent, str) or not sent.strip():
            raise schema_error("Give the file's name")
        if len(sent) > _NAME_AS_SENT:
            raise schema_error(f"The name must be {_NAME_AS_SENT} characters or fewer")
        return clean_name(sent)


@dataclass(frozen=True)
class FileSizeField(FieldType):
    """A file's size in bytes. A file that is too large is not refused here, but with 413 later."""

    what: str = "the file's size"
    schema: ClassVar = {"type": "integer", "minimum": 1, "maximum": LARGEST}

    def read(self, sent: Any) -> int:
        size = _whole(sent)
        if size is None:
            raise schema_error("Give the file's size in bytes, as a whole number")
        if size <= 0:
            raise schema_error("This file is empty. Choose the recording itself")
        return size


@dataclass(frozen=True)
class ContentTypeField(FieldType):
    """The content type that the sender's browser gives for a file, empty when the browser does not
    know the type. What is trusted in the end is found from the bytes."""

    what: str = "the content type"
    schema: ClassVar = {"type": ["string", "null"]}

    def read(self, sent: Any) -> str:
        """Return the type without parameters, `application/octet-stream` for an unusable one."""
        if sent is not None and not isinstance(sent, str):
            raise schema_error("The content type must be text, like video/mp4")
        plain = (sent or "").split(";")[0].strip().lower()
        return plain if _TYPE.fullmatch(plain) else "application/octet-stream"


@dataclass(frozen=True)
class EvidenceKindField(FieldType):
    """The kind of evidence that a file is sent as, such as footage."""

    what: str = "the kind"
    schema: ClassVar = {"type": "string", "enum": [kind.value for kind in EvidenceKind]}

    def read(self, sent: Any) -> EvidenceKind:
        for kind in EvidenceKind:
            if kind == sent:
                return kind
        raise schema_error(f"The kind must be one of {', '.join(EvidenceKind)}")


@dataclass(frozen=True)
class TakenAtField(FieldType):
    """When a picture was taken, as the sender's browser knows it. A moment that cannot be
    read is left out: the officer who reads the picture then needs the true time from elsewhere,
    which is better than no picture."""

    what: str = "when the picture was taken"
    schema: ClassVar = {}

    def read(self, sent: Any) -> datetime | None:
        """Return the moment, None for text that cannot be read."""
        try:
            return parse_iso(sent) if isinstance(sent, str) else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Sha256Field(FieldType):
    """A SHA-256 in base64 or hex, read into 32 bytes. what: the hash as a sentence names it."""

    schema: ClassVar = {
        "type": "string",
        "pattern": "^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$",
    }
    """Hex or base64, whose last letter carries four bits of the hash, so that few letters fit."""

    def read(self, sent: Any) -> bytes:
        found = read_sha256(sent)
        if found is None:
            raise schema_error(f"Give {self.what}, {_FORMS}")
        return found


@dataclass(frozen=True)
class PartNumberField(FieldType):
    """The number of a part of an upload, from 1."""

    what: str = "the part's number"
    schema: ClassVar = {"type": "integer", "minimum": 1, "maximum": MOST_PARTS}

    def read(self, sent: Any) -> int:
        number = _whole(sent)
        if number is None or not 1 <= number <= MOST_PARTS:
            raise schema_error(f"Must be a whole number from 1 to {MOST_PARTS}")
        return number


@dataclass(frozen=True)
class ETagField(FieldType):
    """The ETag that S3 gave a part; "" when the sender does not name it."""

    what: str = "the ETag"
    schema: ClassVar = {"type": ["string", "null"], "maxLength": _LONGEST_ETAG}

    def read(self, sent: Any) -> str:
        tag = sent or ""
        if not isinstance(tag, str) or len(tag) > _LONGEST_ETAG:
            raise schema_error("Give the ETag that the part's upload answered")
        return tag


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_sha256(value: Any) -> bytes | None:
    """Read the 32 bytes of a SHA-256 in base64 or hex; None for anything else."""
    if not isinstance(value, str):
        return None
    if _HEX.fullmatch(value):
        return bytes.fromhex(value)
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:  # binascii.Error is a ValueError
        return None
    return raw if len(raw) == 32 else None
