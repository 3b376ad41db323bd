"""From the last byte sent to accepted or rejected: quarantine, our own hash, a look at the bytes.

Every step can run twice and at once with itself: S3 tells of a new object at least once, the
sender's browser completes the upload, and the sweep looks for what both of them lost. Each step
is a conditional change of the row, so one of them wins and the others see that it is done.
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
"""After this the event for an object is taken for lost, and the sweep does its work."""
GIVEN_UP_AFTER = timedelta(days=15)
"""S3 has thrown away the parts of an unfinished upload by then (bucket lifecycle)."""


class UploadRecorder(Protocol):
    """What this needs of the recipients of requests."""

    def mark_uploaded(self, request_id: str, site_id: str) -> object:
        """The recipient has sent footage. Repeating it changes nothing."""


class ClockCheckKeeper(Protocol):
    """What this needs of the checks of recorders' clocks."""

    def keep_with(self, evidence: Evidence) -> Evidence:
        """Notes the last check of its recorder with the evidence, if it is not there yet."""


@dataclass(frozen=True)
class DecisionRecord:
    """That a decision will be told. changes, writes: of the evidence and of other items, for the
    decision's own transaction. queue: has it told, once it is decided."""

    changes: Changes
    writes: Sequence[Write]
    queue: Callable[[], None]


class DecisionRecorder(Protocol):
    """What this needs of those who tell of decisions."""

    def record_decision(self, evidence: Evidence, state: EvidenceState) -> DecisionRecord:
        """What belongs to the decision that gives a file this state."""


@dataclass(frozen=True)
class Consequences:
    """What follows when footage arrives: the request is answered, the check of its recorder's
    clock goes with it, and it is told what became of it."""

    answers: UploadRecorder
    clocks: ClockCheckKeeper
    notices: DecisionRecorder


@dataclass(frozen=True)
class RecoveryResult:
    """What a sweep did. decided, stuck: ids of evidence; stuck needs a person's look: its object
    is gone, or is too large to read in the time there was."""

    decided: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()


class Ingest:
    """The way of a file through quarantine."""

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
        """The whole file lies in the bucket: quarantine it, and count the request as answered."""
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
                "Nobody can open it until it was checked",
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
        # Whoever took themselves off the register has no answer any more; the file stays.
        with suppress(NotFound):
            self._answers.mark_uploaded(evidence.request_id, evidence.site_id)

    def check_object(self, key: str, left: Callable[[], float] | None = None) -> Evidence | None:
        """Checks what lies under a key of the bucket; None when it is no evidence of ours.

        left: seconds there are for it. Raises ReadTimedOut, and then nothing was decided.
        """
        ids = ids_of_key(key)
        evidence = self._store.get(*ids) if ids else None
        return self.decide_evidence(evidence, left) if evidence else None

    def decide_evidence(
        self, evidence: Evidence, left: Callable[[], float] | None = None
    ) -> Evidence:
        """Takes evidence as far as it goes: quarantine, hash, decision. Raises ReadTimedOut."""
        if evidence.state is EvidenceState.RECEIVING:
            try:
                evidence = self.quarantine_object(evidence, self._files.find_object(evidence.key))
            except ObjectNotFound:
                return evidence
        if evidence.state is not EvidenceState.QUARANTINED:
            return evidence
        # Again, should the first one to know have died before saying so; it is idempotent.
        self._count_as_answered(evidence)
        evidence = self._clocks.keep_with(evidence)
        locked_until = self._files.lock_version(evidence.key, evidence.version)
        computed, what = self._read_through(evidence, left)
        return self._decide(evidence, computed, what, iso_seconds(locked_until))

    def _read_through(
        self, evidence: Evidence, left: Callable[[], float] | None
    ) -> tuple[str, FileFormat]:
        """SHA-256 (hex) and format of the stored bytes, holding a megabyte at a time."""
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
            # A plain form tells no name.
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
        """Does what lost events should have started.

        Called by the sweep. Oldest first, as long as `left` (seconds) lasts. One file that
        cannot be checked does not keep the others waiting.
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
                # To the end of the queue, so that the others get their turn at the next sweep.
                self._store.change(evidence, lambda known: _waits_again(known, now))
                stuck.append(evidence_id)
                break
            except (ObjectNotFound, DomainError):
                stuck.append(evidence_id)
                continue
            if after.state in (EvidenceState.ACCEPTED, EvidenceState.REJECTED):
                decided.append(evidence_id)
            if after.state is EvidenceState.RECEIVING and now - since > GIVEN_UP_AFTER:
                # All parts were announced, but never put together, and S3 has dropped them.
                self._store.change(after, _no_longer_waiting)
        return RecoveryResult(tuple(decided), tuple(stuck))


def _waits_again(known: Evidence, now: datetime) -> tuple[Changes, Sequence[CustodyDraft]] | None:
    return ({"waiting_since": now}, []) if known.state is EvidenceState.QUARANTINED else None


def _no_longer_waiting(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
    return ({"waiting_since": None}, []) if known.state is EvidenceState.RECEIVING else None


def judge_upload(claimed: str, computed: str, what: FileFormat) -> tuple[EvidenceState, str]:
    """Accepted, or rejected and why, from the two hashes (hex) and the format of the bytes.

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
