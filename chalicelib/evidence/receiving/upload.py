"""Receiving a file in parts: begin, sign, list what arrived, complete. Each step is repeatable.

The bytes go from the browser to S3 and never through this service. Only what S3 holds counts: S3
is asked each time, so an upload resumes after a reload, on another device or after a lost answer.
What follows once all parts are there is in `evidence.assembly`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.access.audit import Actor
from chalicelib.core.errors import Conflict, Gone, Invalid, NotFound
from chalicelib.core.ids import id_from, new_id
from chalicelib.core.retries import retry
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed, Contended
from chalicelib.evidence.custody import CustodyAct, CustodyDraft
from chalicelib.evidence.files import EvidenceBucket, UploadNotFound
from chalicelib.evidence.model import (
    Evidence,
    EvidenceState,
    UploadPart,
    part_size_for,
    size_of_part,
)
from chalicelib.evidence.receiving.assembly import AssemblyStarter
from chalicelib.evidence.receiving.senders import NewFile, UploadSender, first_details
from chalicelib.evidence.receiving.upload_rules import check_parts, check_room, same_file
from chalicelib.evidence.store import Changes, EvidenceStore, custody_draft
from chalicelib.telemetry.workers import Workers

PARTS_KEPT_FOR = timedelta(days=15)
"""By then S3 has deleted the parts of an unfinished upload (bucket lifecycle)."""
MOST_SHOWN = 10
"""Files that broke off of which a page asks S3 for the parts."""
_AT_ONCE = 5


@dataclass(frozen=True)
class SignedPart:
    """The signed address of one part, and the headers to send with it."""

    number: int
    url: str
    headers: Mapping[str, str]


class Uploads:
    """Uploads of files in parts by the holder of a reply link."""

    def __init__(
        self, store: EvidenceStore, files: EvidenceBucket, assembly: AssemblyStarter, clock: Clock
    ) -> None:
        self._store = store
        self._files = files
        self._assembly = assembly
        self._clock = clock

    def begin_upload(
        self, sender: UploadSender, file: NewFile, sha256: str = ""
    ) -> tuple[Evidence, bool]:
        """Create evidence that is ready for its parts, and return it with True.

        sha256: of the whole file in hex, when the sender knows it; then a file that this link has
        already begun or sent is not created again but returned, with False. Its id follows from the
        hash, so that of two browsers that begin the same file at once one creates it. Raises Gone
        or TooMany.
        """
        if not sender.open:
            raise Gone("The police no longer need footage for this request.")
        own = self.of_sender(sender)
        by_hash = _id_of(sender, file, sha256) if sha256 else ""
        if known := same_file(own, file.kind, sha256, by_hash):
            return known, False
        check_room(own, self._clock())
        rejected = by_hash in {one.id for one in own}
        evidence = self._new(sender, file, by_hash if by_hash and not rejected else new_id())
        begun = self._files.begin_upload(evidence.key, evidence.download_name)
        evidence = replace(evidence, upload=begun)
        first = custody_draft(
            Actor.owner(sender.owner_id),
            CustodyAct.CREATED,
            EvidenceState.RECEIVING,
            "",
            size=file.size,
            part_size=evidence.part_size,
            **first_details(evidence),
        )
        try:
            return self._create(evidence, first), True
        except ConditionFailed:  # another browser began it at the same moment
            return self.get_upload(sender, evidence.id), False

    def _create(self, evidence: Evidence, first: CustodyDraft) -> Evidence:
        return retry(
            lambda: self._store.create(evidence, first),
            on=Contended,
            most=4,
            otherwise="The file could not be begun just now. Try again.",
        )

    def _new(self, sender: UploadSender, file: NewFile, evidence_id: str) -> Evidence:
        return Evidence(
            id=evidence_id,
            request_id=sender.request_id,
            site_id=sender.site_id,
            owner_id=sender.owner_id,
            incident_id=sender.incident_id,
            state=EvidenceState.RECEIVING,
            file_name=file.name,
            content_type=file.content_type,
            size=file.size,
            part_size=part_size_for(file.size),
            upload="",
            created_at=self._clock(),
            kind=file.kind,
            taken_at=file.taken_at,
            clock_offset_seconds=sender.clock_offset_seconds,
            clock_checked_at=sender.clock_checked_at,
        )

    def of_sender(self, sender: UploadSender) -> list[Evidence]:
        """List the files that were sent or begun with this reply link, oldest first."""
        own = self._store.of_recipient(sender.request_id, sender.site_id)
        return sorted(own, key=lambda evidence: evidence.created_at)

    def broken_off(self, own: Sequence[Evidence]) -> list[tuple[Evidence, list[UploadPart]]]:
        """Of a sender's files, list those of which S3 holds a part and not all are said to be
        there, with their parts, the newest first. At most MOST_SHOWN are looked at, and none that
        is older than S3 keeps parts."""
        kept_since = self._clock() - PARTS_KEPT_FOR
        begun = [
            one
            for one in reversed(own)
            if one.state is EvidenceState.RECEIVING and one.parts_at and one.created_at > kept_since
        ]
        with Workers(_AT_ONCE) as pool:
            return [found for found in pool.map(self._held, begun[:MOST_SHOWN]) if found[1]]

    def _held(self, evidence: Evidence) -> tuple[Evidence, list[UploadPart]]:
        try:
            return evidence, self._files.uploaded_parts(evidence.key, evidence.upload)
        except UploadNotFound:
            return evidence, []

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
        if not evidence.parts_at:
            now = self._clock()
            evidence, _ = self._store.change(
                evidence, lambda known: None if known.parts_at else ({"parts_at": now}, [])
            )
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
        if evidence.state is not EvidenceState.RECEIVING or not evidence.part_size:
            return evidence, []
        try:
            return evidence, self._files.uploaded_parts(evidence.key, evidence.upload)
        except UploadNotFound:
            known = self._begin_again(evidence)
        if known.state is not EvidenceState.RECEIVING:
            return known, []
        return known, self._files.uploaded_parts(known.key, known.upload)

    def _begin_again(self, evidence: Evidence) -> Evidence:
        """Begin an upload that S3 does not know any more again under its id."""
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
        """Note that all parts are there, and have them put together. Repeating it, also at the same
        time, is harmless.

        said: the parts as the sender knows them (size 0, etag "" when not given). sha256: hex,
        of the whole file. S3 has compared every part with its hash; that the whole is the sender's
        file is known when the job has read it. Raises Invalid naming what is missing or differs,
        Conflict, TooMany.
        """
        evidence, held = self.read_progress(evidence)
        if evidence.state is EvidenceState.RECEIVING:
            check_parts(evidence, said, held)
            check_room(self._store.of_recipient(evidence.request_id, evidence.site_id))
            evidence, noted = self._claim(evidence, sha256)
            if noted:
                self._assembly.announce(evidence)
            elif evidence.state is EvidenceState.RECEIVING:
                raise Conflict("The parts were lost meanwhile. Ask which parts have arrived.")
        if evidence.claimed_sha256 and evidence.claimed_sha256 != sha256:
            raise Conflict(
                "This upload was completed with another file. Choose the file again to send it "
                "as a new one."
            )
        return evidence

    def _claim(self, evidence: Evidence, sha256: str) -> tuple[Evidence, bool]:
        """Store that all parts are there, with the sender's hash: the job that checks the object
        must know what to compare it with. Returns False when that was stored before."""
        owner = Actor.owner(evidence.owner_id)
        now = self._clock()

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.RECEIVING or known.upload != evidence.upload:
                return None
            entry = custody_draft(
                owner,
                CustodyAct.COMPLETED,
                EvidenceState.QUARANTINED,
                parts=known.part_count,
                size=known.size,
                sender_sha256=sha256,
            )
            changes: Changes = {
                "state": EvidenceState.QUARANTINED,
                "claimed_sha256": sha256,
                "received_at": now,
                "waiting_since": now,
            }
            return changes, [entry]

        return self._store.change(evidence, decide)


def _id_of(sender: UploadSender, file: NewFile, sha256: str) -> str:
    return id_from(sender.request_id, sender.site_id, file.kind, str(file.size), sha256)
