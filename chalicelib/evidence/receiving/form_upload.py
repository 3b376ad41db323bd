"""Files from browsers without JavaScript: a form that posts straight to S3, into an inbox.

Such a form cannot hash what it sends, and S3 takes nothing without a checksum into a bucket that
locks what arrives. So the file goes into a bucket without lock, from which a job copies it, inside
S3, into the evidence bucket; from then on it is evidence like any other. Showing the form changes
nothing and stores nothing.

S3 answers what it refuses itself with XML, which nobody can act on. So it takes what it can, and
`look_at` says on the page that follows what is wrong with a file. S3 itself still refuses a file of
more than 5 GiB, and a form that was kept for longer than its address is valid; the page with the
form says so beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.access.audit import Actor
from chalicelib.core.errors import Gone
from chalicelib.core.ids import id_from, is_id, new_id
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed, Contended
from chalicelib.evidence.custody import CustodyAct
from chalicelib.evidence.files import FORM_BYTES, EvidenceBucket, ObjectNotFound
from chalicelib.evidence.formats.file_types import (
    HEAD,
    clean_name,
    file_extension,
    is_no_footage,
    recognise_format,
)
from chalicelib.evidence.ingest import Ingest
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState
from chalicelib.evidence.receiving.assembly import LOST_AFTER
from chalicelib.evidence.receiving.senders import UploadSender, first_details
from chalicelib.evidence.receiving.upload_rules import check_room
from chalicelib.evidence.store import EvidenceStore, custody_draft
from chalicelib.requests.model import FootageRequest, Recipient


class RequestReader(Protocol):
    """Reads requests and recipients for form uploads."""

    def request(self, request_id: str) -> FootageRequest | None:
        """Read a request, or None when there is none with this id."""

    def recipient(self, request_id: str, site_id: str) -> Recipient | None:
        """Read a recipient, or None when the request never asked that site."""


@dataclass(frozen=True)
class FormArrival:
    """A file that a form just sent. evidence_id: of the evidence that is or will be made of it.
    problem: what is wrong with it and what to do, "" when nothing is known to be."""

    evidence_id: str
    file_name: str
    size: int
    problem: str


def form_problem(file_name: str, size: int, head: bytes) -> str:
    """Say why a file cannot be footage, by its size, its first bytes and its name; "" if it can."""
    if size == 0:
        return "The file is empty. Choose the recording itself, or copy it from the recorder again."
    if size > FORM_BYTES:
        return (
            f"The file is larger than {FORM_BYTES // 1000**3} GB. Send it with a browser that runs "
            "JavaScript, or export it from the recorder in shorter pieces."
        )
    what = recognise_format(head)
    if not what.footage or is_no_footage(file_name, ""):
        kind = what.name if not what.footage else f"a {file_extension(file_name)} file"
        return f"This is {kind}, not footage. Choose the recording itself."
    return ""


class FormUploads:
    """Makes forms that send files to the inbox, and makes evidence of the files that arrive."""

    def __init__(
        self,
        store: EvidenceStore,
        files: EvidenceBucket,
        receiving: Ingest,
        asked: RequestReader,
        clock: Clock,
    ) -> None:
        self._store = store
        self._files = files
        self._receiving = receiving
        self._asked = asked
        self._clock = clock

    def upload_form(
        self, sender: UploadSender, then: str, kind: EvidenceKind = EvidenceKind.FOOTAGE
    ) -> tuple[str, dict[str, str]]:
        """Make the address and hidden fields of a form for one file. then: where S3 sends the
        browser afterwards.

        Raises Gone when the request was withdrawn or closed, TooMany after MOST_FILES files.
        """
        if not sender.open:
            raise Gone("The police no longer need footage for this request.")
        check_room(self._store.of_recipient(sender.request_id, sender.site_id))
        folder = f"{sender.request_id}/{sender.site_id}"
        name = new_id() if kind is EvidenceKind.FOOTAGE else f"{kind}.{new_id()}"
        return self._files.upload_form(f"{folder}/{name}", then)

    def look_at(self, sender: UploadSender, key: str) -> FormArrival | None:
        """Say what a file that this sender's form just put into the inbox is, or None when there is
        no such file, or it is another sender's."""
        named = _read_key(key)
        if named is None or named[:2] != (sender.request_id, sender.site_id):
            return None
        try:
            found = self._files.look_in_inbox(key, HEAD)
        except ObjectNotFound:
            return None
        name = clean_name(found.file_name) if found.file_name else ""
        problem = form_problem(name, found.size, found.head)
        return FormArrival(_id(key, found.etag), name, found.size, problem)

    def bring_in(self, key: str, etag: str) -> Evidence | None:
        """Make evidence of a file in the inbox; None when its key names no recipient.

        The evidence's id follows from key and ETag: a second event for the same file makes no
        second piece, and a form that was sent again with another file makes another piece. Of an
        empty file and one that is too large, which its sender was told at once, none is made.
        """
        named = _read_key(key)
        if named is None:
            return None
        request_id, site_id, kind = named
        evidence_id = _id(key, etag)
        evidence = self._store.get(request_id, evidence_id)
        if evidence is None:
            found = self._files.look_in_inbox(key, HEAD)
            if not 0 < found.size <= FORM_BYTES:
                return None
            name = clean_name(found.file_name) if found.file_name else ""
            evidence = self._new(request_id, site_id, evidence_id, kind, name)
        if evidence is None or evidence.state is not EvidenceState.RECEIVING:
            return evidence
        stored = self._files.bring_in(key, evidence.key, evidence.download_name)
        return self._receiving.quarantine_object(evidence, stored)

    def _new(
        self, request_id: str, site_id: str, evidence_id: str, kind: EvidenceKind, file_name: str
    ) -> Evidence | None:
        request = self._asked.request(request_id)
        recipient = self._asked.recipient(request_id, site_id)
        if request is None or recipient is None:
            return None
        evidence = Evidence(
            id=evidence_id,
            request_id=request_id,
            site_id=site_id,
            owner_id=recipient.owner_id,
            incident_id=request.incident_id,
            state=EvidenceState.RECEIVING,
            file_name=file_name,
            content_type="application/octet-stream",
            size=0,
            part_size=0,
            upload="form",
            created_at=self._clock(),
            kind=kind,
            clock_offset_seconds=recipient.clock_offset_seconds,
            clock_checked_at=recipient.clock_checked_at,
        )
        owner = Actor.owner(recipient.owner_id)
        first = custody_draft(
            owner,
            CustodyAct.CREATED,
            EvidenceState.RECEIVING,
            "",
            by="plain form",
            **first_details(evidence),
        )
        try:
            return self._store.create(evidence, first)
        except (ConditionFailed, Contended):
            return self._store.get(request_id, evidence_id)

    def recover(self, now: datetime) -> int:
        """Bring in the files in the inbox whose event was lost; return how many. Files that were
        brought in before are left alone; the bucket deletes every file after two days."""
        taken = 0
        for key, etag in self._files.waiting_in_inbox(now - LOST_AFTER):
            try:
                known = self._store.get(key.partition("/")[0], _id(key, etag))
                if known is None or known.state is EvidenceState.RECEIVING:
                    taken += self.bring_in(key, etag) is not None
            except ObjectNotFound:
                continue
        return taken


def _read_key(key: str) -> tuple[str, str, EvidenceKind] | None:
    """Read (request id, site id, kind) from a key of the inbox, None when no form of ours has it.

    Threat: the address of the page after a form is anybody's to write, and S3 answers a key that
    cannot be one with an error of its own."""
    request_id, _, rest = key.partition("/")
    site_id, _, name = rest.partition("/")
    prefix, _, form_id = name.rpartition(".")
    if prefix not in ("", EvidenceKind.CLOCK):
        return None
    if not (is_id(request_id) and is_id(site_id) and is_id(form_id)):
        return None
    return request_id, site_id, EvidenceKind(prefix) if prefix else EvidenceKind.FOOTAGE


def _id(key: str, etag: str) -> str:
    """Derive the id of the evidence made of a file in the inbox. S3 quotes some of its ETags."""
    return id_from(key + " " + etag.strip('"'))
