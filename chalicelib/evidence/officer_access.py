"""What officers do with evidence: list it, look at its record, play it, take a copy.

Whatever is looked at or taken stands in the custody record and in the audit before the officer
gets it: a failure to record is a failure to look.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, Forbidden
from chalicelib.core.hash_chain import Break, Field
from chalicelib.evidence.custody import Act, first_problem
from chalicelib.evidence.file_types import playable_type
from chalicelib.evidence.files import EvidenceFiles
from chalicelib.evidence.ingest import Receiving, Recovered
from chalicelib.evidence.model import Evidence, State
from chalicelib.evidence.store import EvidenceStore, by

NOT_YET = {
    State.RECEIVING: "This file has not arrived yet.",
    State.QUARANTINED: "This file is being checked. Try again in a minute.",
}


class Handover:
    """Evidence for officers. Routes check the permission; this records the act."""

    def __init__(
        self, store: EvidenceStore, files: EvidenceFiles, audit: Audit, receiving: Receiving
    ) -> None:
        self._store = store
        self._files = files
        self._audit = audit
        self._receiving = receiving

    def of_request(self, officer: Officer, request_id: str) -> list[Evidence]:
        """What was uploaded for a request, newest first; unfinished uploads too."""
        who = Actor.officer(officer)
        self._audit.record(who, Action.VIEWED_EVIDENCE, f"request.{request_id}")
        found = self._store.of_request(request_id)
        return sorted(found, key=lambda evidence: evidence.created_at, reverse=True)

    def view(self, officer: Officer, evidence_id: str) -> Evidence:
        """One piece of evidence. Raises NotFound."""
        return self._noted(officer, self._store.find(evidence_id), Act.VIEWED)

    def custody(
        self, officer: Officer, evidence_id: str
    ) -> tuple[Evidence, list[dict[str, Field]], Break | None]:
        """The custody record with this look at it, and where it breaks (None: it holds)."""
        evidence = self._noted(officer, self._store.find(evidence_id), Act.CUSTODY_VIEWED)
        return evidence, *self.chain(evidence)

    def chain(self, evidence: Evidence) -> tuple[list[dict[str, Field]], Break | None]:
        """The custody record as it stands, and where it breaks."""
        entries = list(self._store.custody(evidence.id))
        # Entries may have been added since the evidence was read: compare with what it said then.
        known = entries[: evidence.entries]
        broken = first_problem(evidence.id, known, evidence.entries, evidence.head)
        return entries, broken or first_problem(evidence.id, entries)

    def open(
        self, officer: Officer, evidence_id: str, reason: str = "", *, play: bool = False
    ) -> str:
        """An address for the exact stored version, for a few minutes. Raises NotFound,
        Conflict while it is not checked, Forbidden when it was rejected."""
        evidence = self._store.find(evidence_id)
        who = Actor.officer(officer)
        if evidence.state is not State.ACCEPTED:
            self._audit.record(who, Action.REFUSED, f"evidence.{evidence.id}", reason)
            if evidence.state is State.REJECTED:
                raise Forbidden(f"This file was rejected and cannot be opened. {evidence.reason}")
            raise Conflict(NOT_YET[evidence.state])
        kind = playable_type(evidence.format) if play else ""
        if play and not kind:
            raise Conflict(
                "A browser cannot play this format. Download it and open it with the player of "
                "the recorder's maker."
            )
        self._audit.record(who, Action.OPENED_EVIDENCE, f"evidence.{evidence.id}", reason)
        act = Act.PLAYED if play else Act.DOWNLOADED
        self._store.record(evidence, by(who, act, evidence.state, reason, version=evidence.version))
        return self._files.address(evidence.key, evidence.version, evidence.download_name, kind)

    def recover(self, now: datetime, left: Callable[[], float] | None = None) -> Recovered:
        """For the sweep: see `Receiving.recover`."""
        return self._receiving.recover(now, left)

    def _noted(self, officer: Officer, evidence: Evidence, act: Act) -> Evidence:
        who = Actor.officer(officer)
        self._audit.record(who, Action.VIEWED_EVIDENCE, f"evidence.{evidence.id}")
        return self._store.record(evidence, by(who, act, evidence.state))
