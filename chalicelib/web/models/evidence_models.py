"""Evidence and its custody record as the API answers them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.core import hash_chain
from chalicelib.evidence import model as domain
from chalicelib.evidence.file_types import playable_type
from chalicelib.evidence.model import Kind, State
from chalicelib.web.fields.field_types import Text
from chalicelib.web.http.validation import FormInput, QueryInput
from chalicelib.web.models.answers import Answer, Id, OrNull, Second, Sha256, Words, options
from chalicelib.web.reply.upload_json import base64_of, reference

LONGEST_REASON = 200


class ContentQuery(QueryInput):
    """Why a file is opened."""

    reason: Annotated[
        str,
        Text("the reason", LONGEST_REASON, needed=False),
        Field(description="Why, for the custody record"),
    ] = ""


class OpeningForm(FormInput):
    """The console's form before a file is played or downloaded: a sentence for its custody
    record."""

    reason: Annotated[str, Text("why you are opening it", LONGEST_REASON)]


class Evidence(Answer):
    """One uploaded file. sha256: ours, over the stored bytes; sender_sha256: what the sender's
    browser said. clock_offset_seconds: by how much the recorder's clock was ahead when it was
    checked, null when it was not."""

    id: Id
    reference: str
    request_id: Id
    incident_id: Id
    site_id: Id
    kind: Annotated[Kind, options(Kind)]
    state: Annotated[State, options(State)]
    reason: Words
    filename: str
    size: int
    format: Words
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
    def said(cls, one: domain.Evidence) -> Evidence:
        """One piece of evidence; its hash is null until it was made."""
        return cls.of(
            one,
            reference=reference(one),
            filename=one.file_name,
            playable=one.state is State.ACCEPTED and bool(playable_type(one.format)),
            sha256_base64=base64_of(one.sha256),
            sender_sha256=one.claimed_sha256,
            version_id=one.version,
            custody_entries=one.entries,
        )


class EvidenceList(Answer):
    """What was uploaded for a request, newest first."""

    evidence: list[Evidence]


class Break(Answer):
    """Where a chain stops being true."""

    sequence: int
    why: str


class CustodyEntry(Answer):
    """One thing that happened to a file. details: JSON text, as it was hashed."""

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


class Custody(Answer):
    """The custody record of a file, first entry first. Entries are exactly what was hashed (see
    docs/evidence.md), so that whoever holds them can check the chain without us."""

    evidence_id: Id
    intact: bool
    problem: Break | None
    entries: list[CustodyEntry]

    @classmethod
    def said(
        cls,
        one: domain.Evidence,
        entries: list[dict[str, hash_chain.Field]],
        broken: hash_chain.Break | None,
    ) -> Custody:
        return cls.model_validate(
            {
                "evidence_id": one.id,
                "intact": broken is None,
                "problem": broken,
                "entries": entries,
            }
        )
