"""Makes one object of the parts that a sender said are all there, outside the sender's call.

S3 takes seconds to minutes to put a large file together, longer than a caller may wait. So the call
only notes that all parts are there and announces it (`PartsSentEvents`); a job puts them together,
and S3's own event for the new object has it checked. Each step can run twice and at the same time.
An event that was lost and a job that was killed are found by the sweep, through `recover`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.core.errors import Conflict, DomainError
from chalicelib.core.times import Clock
from chalicelib.evidence.custody import CustodyDraft
from chalicelib.evidence.files import (
    STILL_AT_IT,
    CompletionRefused,
    EvidenceBucket,
    ObjectNotFound,
    ReadTimedOut,
    StoredObject,
    UploadNotFound,
)
from chalicelib.evidence.ingest import Ingest
from chalicelib.evidence.model import Evidence, EvidenceState, ids_of_key, missing_parts
from chalicelib.evidence.store import Changes, EvidenceStore
from chalicelib.telemetry.logs import logger

LOST_AFTER = timedelta(minutes=10)
"""After this the event for a file counts as lost, and the sweep puts it together and checks it."""
PARTS_SENT = "Parts Sent"
EVENT_SOURCE = "sightline.uploads"
_MADE_BY_ANOTHER = ("PreconditionFailed", STILL_AT_IT)
"""S3's codes for "another call has completed the upload, or is completing it"."""


class AssemblyStarter(Protocol):
    """Has the parts of a file put together soon."""

    def announce(self, evidence: Evidence) -> None:
        """Say that all parts of a file are there. Never raises: what is lost, the sweep finds."""


class PartsSentEvents:
    """Tells EventBridge of files whose parts are all there. client: of EventBridge. bucket: the
    evidence bucket, by which the rule knows that the event is ours."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def announce(self, evidence: Evidence) -> None:
        """Send the event, in the form of S3's own for a new object."""
        detail = {"bucket": {"name": self._bucket}, "object": {"key": evidence.key}}
        entry = {"Source": EVENT_SOURCE, "DetailType": PARTS_SENT, "Detail": json.dumps(detail)}
        try:
            answer = self._client.put_events(Entries=[entry])
        except Exception:
            logger.exception("parts not announced", extra={"evidence": evidence.id})
            return
        if answer.get("FailedEntryCount"):
            logger.error("parts not announced", extra={"evidence": evidence.id})


@dataclass(frozen=True)
class RecoveryResult:
    """What a sweep did with evidence, by id. decided: accepted or rejected. stuck: needs a person's
    look, because the object is gone or is too large to read in the time there was."""

    decided: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()


class UploadAssembly:
    """Puts the parts of files together, and recovers files that were forgotten on the way."""

    def __init__(
        self, store: EvidenceStore, files: EvidenceBucket, receiving: Ingest, clock: Clock
    ) -> None:
        self._store = store
        self._files = files
        self._receiving = receiving
        self._clock = clock

    def assemble_key(self, key: str) -> Evidence | None:
        """Put together the file whose object has this key; None when the key is of no evidence."""
        ids = ids_of_key(key)
        evidence = self._store.get(*ids) if ids else None
        return self.assemble(evidence) if evidence else None

    def assemble(self, evidence: Evidence) -> Evidence:
        """Put a file's parts together and quarantine the object. A file that is no longer parts, or
        whose parts are not all said to be there, is left as it is. Raises Conflict while another
        job seems to be at it."""
        if evidence.state is not EvidenceState.QUARANTINED or evidence.assembled:
            return evidence
        try:
            stored = self._complete(evidence) or self._files.find_object(evidence.key)
        except ObjectNotFound as gone:
            # Threat: two jobs at once, of which one sees neither the parts nor the object yet.
            waiting = evidence.waiting_since
            if waiting and self._clock() - waiting < LOST_AFTER:
                raise Conflict("The file is still being put together.") from gone
            return self._receiving.reject_lost(evidence)
        except CompletionRefused:
            return self._receiving.reject_lost(evidence)
        return self._receiving.quarantine_object(evidence, stored)

    def _complete(self, evidence: Evidence) -> StoredObject | None:
        """Have S3 make the object; None when another job has done so. Raises CompletionRefused."""
        try:
            held = self._files.uploaded_parts(evidence.key, evidence.upload)
            if missing_parts(held, evidence.size, evidence.part_size):
                raise CompletionRefused("parts are missing")
            return self._files.complete_upload(evidence.key, evidence.upload, held, evidence.size)
        except UploadNotFound:
            return None
        except CompletionRefused as refused:
            if refused.why not in _MADE_BY_ANOTHER:
                raise
            return None

    def recover(self, now: datetime, left: Callable[[], float] | None = None) -> RecoveryResult:
        """Put together and check the files whose events were lost, the oldest first; the sweep
        calls this.

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
                after = self._receiving.decide_evidence(self.assemble(evidence), left)
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
        return RecoveryResult(tuple(decided), tuple(stuck))


def _waits_again(known: Evidence, now: datetime) -> tuple[Changes, Sequence[CustodyDraft]] | None:
    return ({"waiting_since": now}, []) if known.state is EvidenceState.QUARANTINED else None
