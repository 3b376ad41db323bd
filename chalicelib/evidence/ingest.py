"""What is done with a file that arrived: quarantine, our own hash, a look at its first bytes and at
the lengths of its parts, and the decision to accept or reject it.

Every step can run twice and at the same time: S3 sends an event for a new object at least once,
and the sweep checks files whose event was lost (`evidence.assembly`). Each step is a conditional
change of the row, so one run changes it and the others see that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.core.errors import NotFound
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.table import Write
from chalicelib.evidence.custody import CustodyAct, CustodyDraft, name_hash
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound, StoredObject
from chalicelib.evidence.formats.file_types import (
    HEAD,
    FileFormat,
    file_extension,
    is_no_footage,
    recognise_format,
    usual_extension,
)
from chalicelib.evidence.formats.readers import structure_check
from chalicelib.evidence.formats.structure import NOT_READ, Finding, StructureCheck
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState, ids_of_key
from chalicelib.evidence.store import Changes, EvidenceStore, custody_draft
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric


class UploadRecorder(Protocol):
    """Marks recipients that have sent footage."""

    def mark_uploaded(self, request_id: str, site_id: str) -> object:
        """Mark that the recipient has sent footage. Repeating it changes nothing."""


class ClockCheckKeeper(Protocol):
    """Keeps checks of recorder clocks with the evidence."""

    def keep_with(self, evidence: Evidence) -> Evidence:
        """Store the last check of the recorder's clock with the evidence, unless it is there."""


@dataclass(frozen=True)
class DecisionRecord:
    """What must be written with a decision so that it will be told. changes: of the evidence;
    writes: of other items, in the decision's transaction. queue: queues the notices afterwards."""

    changes: Changes
    writes: Sequence[Write]
    queue: Callable[[], None]


class DecisionRecorder(Protocol):
    """Prepares the notices that tell people of a decision."""

    def record_decision(self, evidence: Evidence, state: EvidenceState) -> DecisionRecord:
        """Prepare what is written and queued with the decision that gives a file this state."""


@dataclass(frozen=True)
class Consequences:
    """The services that act when footage arrives: answers marks the request as answered, clocks
    keeps the check of the recorder's clock with the file, and notices tells of the decision."""

    answers: UploadRecorder
    clocks: ClockCheckKeeper
    notices: DecisionRecorder


@dataclass(frozen=True)
class FileLook:
    """What one pass over the stored bytes found. sha256: hex."""

    sha256: str
    what: FileFormat
    found: Finding


class Ingest:
    """Quarantines files that arrived, and decides whether they are accepted."""

    def __init__(
        self,
        store: EvidenceStore,
        files: EvidenceBucket,
        consequences: Consequences,
        audit: AuditLog,
        clock: Clock,
        counts: Counts = UNCOUNTED,
    ) -> None:
        self._store = store
        self._files = files
        self._answers = consequences.answers
        self._clocks = consequences.clocks
        self._notices = consequences.notices
        self._audit = audit
        self._clock = clock
        self._counts = counts

    def quarantine_object(self, evidence: Evidence, stored: StoredObject) -> Evidence:
        """Quarantine a file that is whole in the bucket."""
        now = self._clock()
        system = Actor.system(f"receive.{evidence.id}")

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state not in _ARRIVING or known.assembled:
                return None
            changes: Changes = {
                "state": EvidenceState.QUARANTINED,
                "version": stored.version,
                "size": stored.size,
                "received_at": known.received_at or now,
                "waiting_since": now,
            }
            entry = custody_draft(
                system,
                CustodyAct.QUARANTINED,
                EvidenceState.QUARANTINED,
                "Nobody can open it until it has been checked",
                size=stored.size,
                version=stored.version,
            )
            return changes, [entry]

        known, changed = self._store.change(evidence, decide)
        if changed:
            owner = Actor.owner(known.owner_id)
            self._counts.add(Metric.UPLOAD_BYTES, known.size)
            case = known.incident_id
            about = f"evidence.{known.id}"
            self._audit.record_act(owner, Action.UPLOADED, about, incident=case, size=known.size)
        return known

    def _count_as_answered(self, evidence: Evidence) -> None:
        # A picture of the recorder's clock is no answer to what was asked.
        if evidence.kind is EvidenceKind.CLOCK:
            return
        # An owner who left the register has no recipient to mark any more; the file stays.
        with suppress(NotFound):
            self._answers.mark_uploaded(evidence.request_id, evidence.site_id)

    def check_object(self, key: str, left: Callable[[], float] | None = None) -> Evidence | None:
        """Check the object under a key of the bucket; None when the key is of no known evidence.

        left: gives the remaining seconds. Raises ReadTimedOut, and then nothing was decided.
        """
        ids = ids_of_key(key)
        evidence = self._store.get(*ids) if ids else None
        return self.decide_evidence(evidence, left) if evidence else None

    def decide_evidence(
        self, evidence: Evidence, left: Callable[[], float] | None = None
    ) -> Evidence:
        """Quarantine, hash and decide evidence, as far as it can be now. Raises ReadTimedOut."""
        if evidence.state in _ARRIVING and not evidence.assembled:
            try:
                evidence = self.quarantine_object(evidence, self._files.find_object(evidence.key))
            except ObjectNotFound:
                return evidence
        if evidence.state is not EvidenceState.QUARANTINED:
            return evidence
        evidence = self._clocks.keep_with(evidence)
        locked_until = self._files.lock_version(evidence.key, evidence.version)
        look = self._read_through(evidence, left)
        return self._decide(evidence, look, iso_seconds(locked_until))

    def _read_through(self, evidence: Evidence, left: Callable[[], float] | None) -> FileLook:
        """Look at the stored bytes from the first to the last, a megabyte at a time.

        The request counts as answered once the first bytes may be footage: nobody is thanked for a
        program, and nobody is reminded while a large file is read. Repeating it is harmless.
        """
        hashed, head, check = hashlib.sha256(), b"", None
        for chunk in self._files.read_object(evidence.key, evidence.version, left):
            hashed.update(chunk)
            if check:
                check.feed(chunk)
                continue
            head += chunk
            if len(head) >= HEAD:
                check = self._begin_check(evidence, head)
        check = check or self._begin_check(evidence, head)
        return FileLook(hashed.hexdigest(), recognise_format(head[:HEAD]), check.finish())

    def _begin_check(self, evidence: Evidence, head: bytes) -> StructureCheck:
        what = recognise_format(head[:HEAD])
        if what.footage and not is_no_footage(evidence.file_name, ""):
            self._count_as_answered(evidence)
        check = structure_check(what.name, evidence.size)
        check.feed(head)
        return check

    def _decide(self, evidence: Evidence, look: FileLook, locked_until: str) -> Evidence:
        """Decide on a file that was looked at, with what the look found."""
        state, reason = judge_upload(
            evidence.claimed_sha256, look.sha256, look.what, look.found, evidence.file_name
        )
        # S3 does not always pass on the file name that a plain form sends.
        name = evidence.file_name or f"footage{usual_extension(look.what.name)}"
        said = evidence.claimed_sha256
        compared = "not given by the sender" if not said else "differs"
        verified = custody_draft(
            Actor.system(f"receive.{evidence.id}"),
            CustodyAct.VERIFIED,
            EvidenceState.QUARANTINED,
            sha256=look.sha256,
            name_sha256=name_hash(name),
            sender_sha256="same" if said == look.sha256 else compared,
            structure=look.found.structure.value,
            locked_until=locked_until,
        )
        changes: Changes = {
            "file_name": name,
            "sha256": look.sha256,
            "format": look.what.name,
            "structure": look.found.structure,
        }
        return self._settle(evidence, state, reason, changes, [verified], format=look.what.name)

    def reject_lost(self, evidence: Evidence) -> Evidence:
        """Reject a file whose parts were lost before they became one object, so that its sender is
        asked to send it again while the recorder still has it."""
        reason = "Parts of the file were lost before it was put together."
        return self._settle(evidence, EvidenceState.REJECTED, reason, {}, [])

    def _settle(
        self,
        evidence: Evidence,
        state: EvidenceState,
        reason: str,
        changes: Changes,
        before: Sequence[CustodyDraft],
        **details: str | int,
    ) -> Evidence:
        """Write a decision with its notice and its entries. before: entries that precede its own,
        whose details are given. Of two decisions at once the first stands."""
        system, now = Actor.system(f"receive.{evidence.id}"), self._clock()
        noted = self._notices.record_decision(evidence, state)
        act = CustodyAct.ACCEPTED if state is EvidenceState.ACCEPTED else CustodyAct.REJECTED

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.QUARANTINED or known.version != evidence.version:
                return None
            decided: Changes = {
                **changes,
                "state": state,
                "reason": reason,
                "decided_at": now,
                "waiting_since": None,
                **noted.changes,
            }
            return decided, [*before, custody_draft(system, act, state, reason, **details)]

        known, changed = self._store.change(evidence, decide, noted.writes)
        if changed:
            action = Action.ACCEPTED if state is EvidenceState.ACCEPTED else Action.REJECTED
            case = known.incident_id
            self._audit.record_act(system, action, f"evidence.{known.id}", reason, incident=case)
            noted.queue()
        return known


_ARRIVING = (EvidenceState.RECEIVING, EvidenceState.QUARANTINED)


def judge_upload(
    claimed: str,
    computed: str,
    what: FileFormat,
    found: Finding = NOT_READ,
    file_name: str = "",
) -> tuple[EvidenceState, str]:
    """Decide by the two hashes (hex), the format of the bytes and the name: accepted and what an
    officer should know, or rejected and why. A file that seems cut short is kept: what is there may
    be all that anybody has.

    claimed: "" when the sender gave none (plain form). A verdict on malware (GuardDuty's tag on
    the object) belongs here as another argument, with the file staying quarantined without it.
    """
    if claimed and claimed != computed:
        return (
            EvidenceState.REJECTED,
            "The file was damaged on the way: its SHA-256 is not the sender's.",
        )
    if not what.footage:
        return EvidenceState.REJECTED, f"The file is {what.name}, not footage."
    if is_no_footage(file_name, ""):
        said = f"The file is no footage: its name ends in {file_extension(file_name)}."
        return EvidenceState.REJECTED, said
    return EvidenceState.ACCEPTED, f"It seems to be cut short: {found.why}." if found.why else ""
