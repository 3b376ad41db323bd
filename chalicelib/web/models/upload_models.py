"""Models of the bodies of `POST /reply/{token}/uploads` and of the calls that continue an upload.

Fields that are not declared are ignored: what an upload needs is checked, with one sentence for
each problem, and a browser that sends more is no problem.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from chalicelib.core.errors import Invalid, TooLarge
from chalicelib.evidence.formats.file_types import is_no_footage
from chalicelib.evidence.model import LARGEST, MOST_PARTS, EvidenceKind, UploadPart
from chalicelib.web.fields.upload_field_types import (
    ContentTypeField,
    ETagField,
    EvidenceKindField,
    FileNameField,
    FileSizeField,
    PartNumberField,
    Sha256Field,
    TakenAtField,
)
from chalicelib.web.http.validation import Input, Read, read_json, rule_error, schema_error

MOST_SIGNED = 100
"""How many addresses of parts one call may ask for."""
MOST_PROBLEMS = 20
"""How many problems one answer names, as ten thousand parts may all be wrong."""


class UploadBody(Input):
    """Base of the bodies of uploads. Fields that are not declared are ignored."""

    model_config = ConfigDict(extra="ignore")


class NewUpload(UploadBody):
    """A file that is about to be sent. With `kind: "clock"` it is a picture of the recorder's
    clock; taken_at is only read for such a picture. sha256: of the whole file, when the sender
    knows it, so that a file that this link has had is recognised before it travels."""

    filename: Annotated[str, FileNameField()] = Field(default=None, validate_default=True)
    size: Annotated[int, FileSizeField()] = Field(default=None, validate_default=True)
    content_type: Annotated[str, ContentTypeField()] = Field(default=None, validate_default=True)
    kind: Annotated[EvidenceKind, EvidenceKindField()] = EvidenceKind.FOOTAGE
    taken_at: Annotated[datetime | None, TakenAtField()] = Field(
        default=None, validate_default=True
    )
    sha256: Annotated[bytes | None, Sha256Field("the SHA-256 of the whole file")] = None

    @field_validator("kind")
    @classmethod
    def _a_clock_is_a_picture(cls, kind: EvidenceKind, info: ValidationInfo) -> EvidenceKind:
        content_type = info.data.get("content_type", "image/")  # a missing type has its own error
        if kind is EvidenceKind.CLOCK and not content_type.startswith("image/"):
            raise rule_error("Send a photo of the recorder's screen", "content_type")
        return kind

    @field_validator("taken_at", mode="wrap")
    @classmethod
    def _read_of_a_clock(
        cls, sent: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        return read(sent) if info.data.get("kind") is EvidenceKind.CLOCK else None

    @field_validator("taken_at")
    @classmethod
    def _may_be_footage(cls, taken_at: datetime | None, info: ValidationInfo) -> datetime | None:
        """Refuse a kind of file that is no footage. This is checked at the last field, so that the
        errors of all other fields are found as well."""
        known = info.data
        if {"filename", "content_type"} <= known.keys() and is_no_footage(
            known["filename"], known["content_type"]
        ):
            said = (
                "This kind of file is not footage. Send the video or picture as it came from your "
                "camera or recorder"
            )
            raise rule_error(said, "filename")
        return taken_at


def _an_object(sent: Any) -> Any:
    if not isinstance(sent, dict):
        raise schema_error("A part is an object with number and sha256")
    return sent


class OnePart(UploadBody):
    """A part as its sender names it. The context is the set of part numbers named so far."""

    number: Annotated[int, PartNumberField()] = Field(default=None, validate_default=True)
    sha256: Annotated[bytes, Sha256Field("the part's SHA-256")] = Field(
        default=None, validate_default=True
    )
    etag: Annotated[str, ETagField()] = ""

    @field_validator("number")
    @classmethod
    def _named_once(cls, number: int, info: ValidationInfo) -> int:
        before: Any = info.context
        if number in before:
            raise rule_error(f"Part {number} is named twice")
        before.add(number)
        return number

    @property
    def in_base64(self) -> str:
        """The SHA-256 of the part in base64, as S3 takes it."""
        return base64.b64encode(self.sha256).decode()


@dataclass(frozen=True)
class AtMostField:
    """A list of at least one and at most `most` parts. A longer list raises TooLarge (413) before
    any part is read."""

    most: int

    def __call__(self, sent: Any) -> Any:
        """Return the list as it was sent."""
        if not isinstance(sent, list) or not sent:
            raise schema_error("Name at least one part as {number, sha256}")
        if len(sent) > self.most:
            said = f"Name at most {self.most} parts"
            raise TooLarge(f"{said} at a time.", [("parts", said)])
        return sent


NamedPart = Annotated[OnePart, BeforeValidator(_an_object)]


class WantedParts(UploadBody):
    """Parts of a file for which addresses to upload to are wanted."""

    parts: Annotated[list[NamedPart], BeforeValidator(AtMostField(MOST_SIGNED))] = Field(
        default=None, validate_default=True
    )


class Completed(UploadBody):
    """All parts of a file that was sent, and the hash of the whole file."""

    parts: Annotated[list[NamedPart], BeforeValidator(AtMostField(MOST_PARTS))] = Field(
        default=None, validate_default=True
    )
    sha256: Annotated[bytes, Sha256Field("the SHA-256 of the whole file")] = Field(
        default=None, validate_default=True
    )


def read_new_upload(body: Mapping[str, Any]) -> NewUpload:
    """Read a body that begins an upload. Raises Invalid with all that is wrong, or TooLarge."""
    upload = _read(NewUpload, body, "This file cannot be sent as it is.")
    if upload.size > LARGEST:
        sentence = f"This file is larger than {LARGEST // 1000**3} GB. Send it in shorter pieces."
        raise TooLarge(sentence, [("size", sentence)])
    return upload


def read_wanted_parts(body: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Read (number, base64 SHA-256) of each part to sign. Raises Invalid or TooLarge."""
    wanted = _read(WantedParts, body, _PARTS)
    return [(part.number, part.in_base64) for part in wanted.parts]


def read_completion(body: Mapping[str, Any]) -> tuple[list[UploadPart], str]:
    """Read the parts as the sender names them, and the SHA-256 of the whole file in hex. Raises
    Invalid or TooLarge."""
    done = _read(Completed, body, _PARTS)
    parts = [UploadPart(part.number, 0, part.etag, part.in_base64) for part in done.parts]
    return parts, done.sha256.hex()


_PARTS = "Some parts cannot be used as they are named."


def _read(model: type[Read], body: Mapping[str, Any], sentence: str) -> Read:
    try:
        return read_json(model, body, context=set[int]())
    except Invalid as error:
        raise type(error)(sentence, error.fields[:MOST_PROBLEMS]) from None
