"""Models of evidence and its custody record."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.core import hash_chain
from chalicelib.evidence import model as domain
from chalicelib.evidence.formats.file_types import playable_type
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import EvidenceKind, EvidenceState
from chalicelib.web.fields.case_field_types import ReasonField
from chalicelib.web.http.validation import FormInput, QueryInput
from chalicelib.web.models.response_models import (
    Id,
    OrNull,
    ResponseModel,
    Second,
    Sha256,
    Words,
    describe_options,
)
from chalicelib.web.reply.upload_json import base64_of, upload_reference

LONGEST_REASON = 200


class ContentQuery(QueryInput):
    """The query of a call that opens a file: why it is opened."""

    reason: Annotated[
        str,
        ReasonField("why you are opening it", LONGEST_REASON),
        Field(description="Why, for the custody record"),
    ]


class OpeningForm(FormInput):
    """The console's form before a file is played or downloaded: a sentence for the file's custody
    record."""

    reason: Annotated[str, ReasonField("why you are opening it", LONGEST_REASON)]


class EvidenceModel(ResponseModel):
    """One uploaded file. sha256: made by us of the stored bytes; sender_sha256: what the sender's
    browser stated. structure: whether the file's parts are all there, by the lengths that they
    state, `not_read` as long as that is not known. playable: the file is whole in a format that
    browsers play; nobody has played it. reason: why it was rejected, or what to know of it.
    clock_offset_seconds: by how much the recorder's clock was ahead when it was checked, null when
    it was not."""

    id: Id
    reference: str
    request_id: Id
    incident_id: Id
    site_id: Id
    kind: Annotated[EvidenceKind, describe_options(EvidenceKind)]
    state: Annotated[EvidenceState, describe_options(EvidenceState)]
    reason: Words
    filename: str
    size: int
    format: Words
    structure: Annotated[Structure, describe_options(Structure)]
    playable: bool
    sha256: Annotated[Sha256 | None, OrNull]
    sha256_base64: Words
    sender_sha256: Words
    version_id: Words
    created_at: Second
    received_at: Second | None
    decided_at: Second | None
    taken_at: Second | None
    clock_offset_seconds: int | None
    clock_checked_at: Second | None
    custody_entries: int

    @classmethod
    def from_domain(cls, one: domain.Evidence) -> EvidenceModel:
        """Make the answer for a piece of evidence; sha256 is null until we have made the hash."""
        return cls.from_source(
            one,
            reference=upload_reference(one),
            filename=one.file_name,
            playable=one.state is EvidenceState.ACCEPTED
            and one.structure is Structure.WHOLE
            and bool(playable_type(one.format)),
            sha256_base64=base64_of(one.sha256),
            sender_sha256=one.claimed_sha256,
            version_id=one.version,
            custody_entries=one.entries,
        )


class EvidenceList(ResponseModel):
    """What was uploaded for a request, newest first."""

    evidence: list[EvidenceModel]


class ChainBreakModel(ResponseModel):
    """The first entry at which a hash chain does not hold, and why."""

    sequence: int
    why: str


class CustodyEntry(ResponseModel):
    """One entry of a file's custody record. details: JSON text, exactly as it was hashed."""

    evidence: Id
    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    actor: str
    actor_name: str
    act: str
    state: str
    reason: str
    details: str
    sequence: int
    previous: Sha256
    hash: Sha256


class Custody(ResponseModel):
    """The custody record of a file, first entry first. Entries are exactly what was hashed (see
    docs/evidence.md), so that anybody who holds them can check the chain without us."""

    evidence_id: Id
    intact: bool
    problem: ChainBreakModel | None
    entries: list[CustodyEntry]

    @classmethod
    def from_domain(
        cls,
        one: domain.Evidence,
        entries: list[dict[str, hash_chain.Field]],
        broken: hash_chain.ChainBreak | None,
    ) -> Custody:
        return cls.model_validate(
            {
                "evidence_id": one.id,
                "intact": broken is None,
                "problem": broken,
                "entries": entries,
            }
        )
