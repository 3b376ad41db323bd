"""Receiving a file in parts: begin, sign, list what arrived, complete. Each step is repeatable.

The bytes go from the browser to S3 and never through this service. Only what S3 holds counts: S3
is asked each time, so an upload resumes after a reload, on another device or after a lost answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.access.audit import Actor
from chalicelib.core.errors import Conflict, Gone, Invalid, NotFound, TooMany
from chalicelib.core.ids import new_id
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.evidence.custody import CLOCK_OFFSET, CustodyAct, CustodyDraft
from chalicelib.evidence.files import (
    CompletionRefused,
    EvidenceBucket,
    ObjectNotFound,
    StoredObject,
    UploadNotFound,
)
from chalicelib.evidence.ingest import Ingest
from chalicelib.evidence.model import (
    MOST_FILES,
    Evidence,
    EvidenceKind,
    EvidenceState,
    UploadPart,
    missing_parts,
    part_size_for,
    parts_in_words,
    size_of_part,
)
from chalicelib.evidence.store import Changes, EvidenceStore, custody_draft


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
class SignedPart:
    """The signed address of one part, and the headers to send with it."""

    number: int
    url: str
    headers: Mapping[str, str]


class Uploads:
    """Uploads of files in parts by the holder of a reply link."""

    def __init__(
        self, store: EvidenceStore, files: EvidenceBucket, receiving: Ingest, clock: Clock
    ) -> None:
        self._store = store
        self._files = files
        self._receiving = receiving
        self._clock = clock

    def begin_upload(
        self,
        sender: UploadSender,
        file_name: str,
        size: int,
        content_type: str,
        kind: EvidenceKind = EvidenceKind.FOOTAGE,
        taken_at: datetime | None = None,
    ) -> Evidence:
        """Create evidence that is ready for its parts. size: bytes. taken_at: when a picture of the
        recorder's clock was taken. Raises Gone or TooMany."""
        if not sender.open:
            raise Gone("The police no longer need footage for this request.")
        if len(self.of_sender(sender)) >= MOST_FILES:
            raise TooMany(
                f"This link has taken {MOST_FILES} files, which is all that it takes. "
                "Call us to send more."
            )
        evidence = Evidence(
            id=new_id(),
            request_id=sender.request_id,
            site_id=sender.site_id,
            owner_id=sender.owner_id,
            incident_id=sender.incident_id,
            state=EvidenceState.RECEIVING,
            file_name=file_name,
            content_type=content_type,
            size=size,
            part_size=part_size_for(size),
            upload="",
            created_at=self._clock(),
            kind=kind,
            taken_at=taken_at,
            clock_offset_seconds=sender.clock_offset_seconds,
            clock_checked_at=sender.clock_checked_at,
        )
        begun = self._files.begin_upload(evidence.key, evidence.download_name)
        evidence = replace(evidence, upload=begun)
        # The first entry leads from the evidence's id to its request (EvidenceStore.find).
        first = custody_draft(
            Actor.owner(sender.owner_id),
            CustodyAct.CREATED,
            EvidenceState.RECEIVING,
            "",
            request=sender.request_id,
            site=sender.site_id,
            size=size,
            part_size=evidence.part_size,
            **first_details(evidence),
        )
        return self._store.create(evidence, first)

    def of_sender(self, sender: UploadSender) -> list[Evidence]:
        """List the files that were sent or begun with this reply link, oldest first."""
        found = self._store.of_request(sender.request_id)
        own = [evidence for evidence in found if evidence.site_id == sender.site_id]
        return sorted(own, key=lambda evidence: evidence.created_at)

    def get_upload(self, sender: UploadSender, upload_id: str) -> Evidence:
        """Read an upload of this sender. Raises NotFound, also for an upload of anybody else."""
        found = self._store.get(sender.request_id, upload_id)
        if found is None or found.site_id != sender.site_id:
            raise NotFound("There is no such upload. Choose the file again to start anew.")
        return found

    def sign_parts(self, evidence: Evidence, wanted: Sequence[tuple[int, str]]) -> list[SignedPart]:
        """Sign an address for each wanted (number, base64 SHA-256). Raises Invalid, Conflict."""
        for at, (number, _) in enumerate(wanted):
            if not 1 <= number <= evidence.part_count:
                last = evidence.part_count
                problem = f"This file has parts 1 to {last}; there is no part {number}"
                raise Invalid.field(f"parts[{at}].number", problem)
        evidence, _ = self.read_progress(evidence)
        if evidence.state is not EvidenceState.RECEIVING:
            raise Conflict("This file has arrived already. There is nothing more to send.")
        signed = []
        for number, sha256 in wanted:
            size = size_of_part(number, evidence.size, evidence.part_size)
            part = UploadPart(number, size, "", sha256)
            url, headers = self._files.sign_part(evidence.key, evidence.upload, part)
            signed.append(SignedPart(number, url, headers))
        return signed

    def read_progress(self, evidence: Evidence) -> tuple[Evidence, list[UploadPart]]:
        """Read the evidence, and the parts of it that S3 holds while it is receiving.

        An upload that S3 gave up (15 days without completion) is begun again under the same id:
        the sender has to send the parts again, and the link stays valid.
        """
        if evidence.state is not EvidenceState.RECEIVING:
            return evidence, []
        try:
            return evidence, self._files.uploaded_parts(evidence.key, evidence.upload)
        except UploadNotFound:
            known = self._without_upload(evidence)
        if known.state is not EvidenceState.RECEIVING:
            return known, []
        return known, self._files.uploaded_parts(known.key, known.upload)

    def _without_upload(self, evidence: Evidence) -> Evidence:
        """Handle an upload that S3 does not know: the object exists, or all must be sent again."""
        try:
            return self._receiving.quarantine_object(
                evidence, self._files.find_object(evidence.key)
            )
        except ObjectNotFound:
            pass
        begun = self._files.begin_upload(evidence.key, evidence.download_name)
        owner = Actor.owner(evidence.owner_id)
        why = "The parts sent before were not kept"

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.RECEIVING or known.upload != evidence.upload:
                return None
            return {"upload": begun}, [
                custody_draft(owner, CustodyAct.RESTARTED, EvidenceState.RECEIVING, why)
            ]

        return self._store.change(evidence, decide)[0]

    def complete_upload(
        self, evidence: Evidence, said: Sequence[UploadPart], sha256: str
    ) -> Evidence:
        """Complete the file and quarantine it. Repeating it, also at the same time, is harmless.

        said: the parts as the sender knows them (size 0, etag "" when not given). sha256: hex,
        of the whole file. Raises Invalid naming what is missing or differs, Conflict.
        """
        evidence, held = self.read_progress(evidence)
        if evidence.state is not EvidenceState.RECEIVING:
            return self._same_file(evidence, sha256)
        _check_parts(evidence, said, held)
        evidence = self._claim(evidence, sha256)
        if evidence.state is EvidenceState.RECEIVING:
            stored = self._put_together(evidence, held)
            evidence = self._receiving.quarantine_object(evidence, stored)
        return self._same_file(evidence, sha256)

    def _put_together(self, evidence: Evidence, held: Sequence[UploadPart]) -> StoredObject:
        try:
            return self._files.complete_upload(evidence.key, evidence.upload, held, evidence.size)
        except UploadNotFound:
            pass  # somebody else completed it just now
        except CompletionRefused as refused:
            # These two codes mean that another call has completed the upload, or is completing it.
            if refused.why not in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise Conflict(
                    "The parts changed while the file was put together. Ask which parts have "
                    "arrived, send what is missing and complete it again."
                ) from refused
        try:
            return self._files.find_object(evidence.key)
        except ObjectNotFound as gone:
            raise Conflict("The file is still being put together. Try again.") from gone

    def _claim(self, evidence: Evidence, sha256: str) -> Evidence:
        """Store the sender's hash before S3 makes the object: the job that checks the object must
        know what to compare it with."""
        owner = Actor.owner(evidence.owner_id)
        now = self._clock()

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.RECEIVING or known.claimed_sha256 == sha256:
                return None
            entry = custody_draft(
                owner,
                CustodyAct.COMPLETED,
                EvidenceState.RECEIVING,
                parts=known.part_count,
                size=known.size,
                sender_sha256=sha256,
            )
            return {"claimed_sha256": sha256, "waiting_since": now}, [entry]

        return self._store.change(evidence, decide)[0]

    def _same_file(self, evidence: Evidence, sha256: str) -> Evidence:
        if evidence.claimed_sha256 and evidence.claimed_sha256 != sha256:
            raise Conflict(
                "This upload was completed with another file. Choose the file again to send it "
                "as a new one."
            )
        return evidence


def first_details(evidence: Evidence) -> dict[str, str | int]:
    """Give those details of a custody record's first entry that only some files have."""
    said: dict[str, str | int] = {}
    if evidence.kind is not EvidenceKind.FOOTAGE:
        said["kind"] = evidence.kind.value
    if evidence.taken_at:
        said["taken_at"] = iso_seconds(evidence.taken_at)
    if evidence.clock_offset_seconds is not None and evidence.clock_checked_at:
        said[CLOCK_OFFSET] = evidence.clock_offset_seconds
        said["clock_checked_at"] = iso_seconds(evidence.clock_checked_at)
    return said


def _check_parts(
    evidence: Evidence, said: Sequence[UploadPart], held: Sequence[UploadPart]
) -> None:
    """Raise Invalid unless the parts that S3 holds are the whole file, as the sender knows them."""
    if missing := missing_parts(held, evidence.size, evidence.part_size):
        names = parts_in_words(missing)
        raise Invalid.field("parts", f"Not here yet: {names}. Send what is missing and try again")
    named = {part.number: part for part in said}
    if unnamed := [p.number for p in held if p.number not in named]:
        raise Invalid.field("parts", f"Name every part: {parts_in_words(unnamed)} not named")
    if len(named) > len(held):
        extra = sorted(named.keys() - {p.number for p in held})
        raise Invalid.field("parts", f"This file does not have {parts_in_words(extra)}")
    differing = [
        p.number
        for p in held
        if named[p.number].sha256 != p.sha256
        or (named[p.number].etag and named[p.number].etag.strip('"') != p.etag.strip('"'))
    ]
    if differing:
        raise Invalid.field(
            "parts",
            f"Not as it arrived: {parts_in_words(differing)}. Send it again and try again",
        )
