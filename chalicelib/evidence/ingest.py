"""What is done with a file that arrived: quarantine, our own hash, a look at its first bytes, and
the decision to accept or reject it.

Every step can run twice and at the same time: S3 sends an event for a new object at least once,
the sender's browser completes the upload, and the sweep recovers files for which both were lost.
Each step is a conditional change of the row, so one run changes it and the others see that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.core.errors import DomainError, NotFound
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.table import Write
from chalicelib.evidence.custody import CustodyAct, CustodyDraft
from chalicelib.evidence.file_types import HEAD, FileFormat, recognise_format, usual_extension
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound, ReadTimedOut, StoredObject
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState, ids_of_key
from chalicelib.evidence.store import Changes, EvidenceStore, custody_draft
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

LOST_AFTER = timedelta(minutes=10)
"""After this the event for an object counts as lost, and the sweep checks the object."""
GIVEN_UP_AFTER = timedelta(days=15)
"""By then S3 has deleted the parts of an unfinished upload (bucket lifecycle)."""


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
class RecoveryResult:
    """What a sweep did with evidence, by id. decided: accepted or rejected. stuck: needs a person's
    look, because the object is gone or is too large to read in the time there was."""

    decided: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()


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
        """Quarantine a file that is whole in the bucket, and count the request as answered."""
        now = self._clock()
        system = Actor.system(f"receive.{evidence.id}")

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.RECEIVING:
                return None
            changes: Changes = {
                "state": EvidenceState.QUARANTINED,
                "version": stored.version,
                "size": stored.size,
                "received_at": now,
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
        self._count_as_answered(known)
        if changed:
            owner = Actor.owner(known.owner_id)
            self._counts.add(Metric.UPLOAD_BYTES, known.size)
            self._audit.record_act(owner, Action.UPLOADED, f"evidence.{known.id}", size=known.size)
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
        if evidence.state is EvidenceState.RECEIVING:
            try:
                evidence = self.quarantine_object(evidence, self._files.find_object(evidence.key))
            except ObjectNotFound:
                return evidence
        if evidence.state is not EvidenceState.QUARANTINED:
            return evidence
        # The run that quarantined the file may have ended before it counted; this is idempotent.
        self._count_as_answered(evidence)
        evidence = self._clocks.keep_with(evidence)
        locked_until = self._files.lock_version(evidence.key, evidence.version)
        computed, what = self._read_through(evidence, left)
        return self._decide(evidence, computed, what, iso_seconds(locked_until))

    def _read_through(
        self, evidence: Evidence, left: Callable[[], float] | None
    ) -> tuple[str, FileFormat]:
        """Compute the SHA-256 (hex) and the format of the stored bytes, a megabyte at a time."""
        hashed, head = hashlib.sha256(), b""
        for chunk in self._files.read_object(evidence.key, evidence.version, left):
            hashed.update(chunk)
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
        return hashed.hexdigest(), recognise_format(head)

    def _decide(
        self, evidence: Evidence, computed: str, what: FileFormat, locked_until: str
    ) -> Evidence:
        now = self._clock()
        state, reason = judge_upload(evidence.claimed_sha256, computed, what)
        system = Actor.system(f"receive.{evidence.id}")
        noted = self._notices.record_decision(evidence, state)

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            if known.state is not EvidenceState.QUARANTINED:
                return None
            # S3 does not pass on the file name that a plain form sends.
            name = known.file_name or f"footage{usual_extension(what.name)}"
            changes: Changes = {
                "state": state,
                "file_name": name,
                "sha256": computed,
                "format": what.name,
                "reason": reason,
                "decided_at": now,
                "waiting_since": None,
                **noted.changes,
            }
            said = known.claimed_sha256
            compared = "not given by the sender" if not said else "differs"
            verified = custody_draft(
                system,
                CustodyAct.VERIFIED,
                EvidenceState.QUARANTINED,
                sha256=computed,
                sender_sha256="same" if said == computed else compared,
                locked_until=locked_until,
            )
            act = CustodyAct.ACCEPTED if state is EvidenceState.ACCEPTED else CustodyAct.REJECTED
            return changes, [verified, custody_draft(system, act, state, reason, format=what.name)]

        known, changed = self._store.change(evidence, decide, noted.writes)
        if changed:
            action = Action.ACCEPTED if state is EvidenceState.ACCEPTED else Action.REJECTED
            self._audit.record_act(system, action, f"evidence.{known.id}", reason)
            noted.queue()
        return known

    def recover(self, now: datetime, left: Callable[[], float] | None = None) -> RecoveryResult:
        """Check the files whose events were lost, the oldest first; the sweep calls this.

        left: gives the remaining seconds. A file that cannot be checked does not keep the others
        waiting.
        """
        decided: list[str] = []
        stuck: list[str] = []
        for request_id, evidence_id, since in self._store.list_undecided():
            if now - since < LOST_AFTER:
                break
            evidence = self._store.get(request_id, evidence_id)
            if evidence is None:
                continue
            try:
                after = self.decide_evidence(evidence, left)
            except ReadTimedOut:
                # The file goes to the end of the queue, so that the next sweep takes others first.
                self._store.change(evidence, lambda known: _waits_again(known, now))
                stuck.append(evidence_id)
                break
            except (ObjectNotFound, DomainError):
                stuck.append(evidence_id)
                continue
            if after.state in (EvidenceState.ACCEPTED, EvidenceState.REJECTED):
                decided.append(evidence_id)
            if after.state is EvidenceState.RECEIVING and now - since > GIVEN_UP_AFTER:
                # All parts were sent, but the upload was never completed, and S3 deleted them.
                self._store.change(after, _no_longer_waiting)
        return RecoveryResult(tuple(decided), tuple(stuck))


def _waits_again(known: Evidence, now: datetime) -> tuple[Changes, Sequence[CustodyDraft]] | None:
    return ({"waiting_since": now}, []) if known.state is EvidenceState.QUARANTINED else None


def _no_longer_waiting(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
    return ({"waiting_since": None}, []) if known.state is EvidenceState.RECEIVING else None


def judge_upload(claimed: str, computed: str, what: FileFormat) -> tuple[EvidenceState, str]:
    """Decide by the two hashes (hex) and the format of the bytes: accepted, or rejected and why.

    claimed: "" when the sender gave none (plain form). A verdict on malware (GuardDuty's tag on
    the object) belongs here as a fourth argument, with the file staying quarantined without it.
    """
    if claimed and claimed != computed:
        return (
            EvidenceState.REJECTED,
            "The file was damaged on the way: its SHA-256 is not the sender's.",
        )
    if not what.footage:
        return EvidenceState.REJECTED, f"The file is {what.name}, not footage."
    return EvidenceState.ACCEPTED, ""
