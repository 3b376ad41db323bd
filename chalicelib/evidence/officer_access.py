"""Officers' access to evidence: they list it, read its record, play it and take copies.

Each access is written to the custody record and the audit before the officer gets anything: when
it cannot be recorded, the officer gets nothing.
"""

from __future__ import annotations

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, Forbidden
from chalicelib.core.hash_chain import ChainBreak, Field
from chalicelib.evidence.custody import CustodyAct, first_problem
from chalicelib.evidence.files import EvidenceBucket
from chalicelib.evidence.formats.file_types import playable_type
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.store import EvidenceStore, custody_draft

NOT_YET = {
    EvidenceState.RECEIVING: "This file has not arrived yet.",
    EvidenceState.QUARANTINED: "This file is being checked. Try again in a minute.",
}


class OfficerAccess:
    """Gives evidence to officers. Routes check the permission; this class records the act."""

    def __init__(self, store: EvidenceStore, files: EvidenceBucket, audit: AuditLog) -> None:
        self._store = store
        self._files = files
        self._audit = audit

    def of_request(self, officer: Officer, request_id: str, incident_id: str) -> list[Evidence]:
        """List the evidence of a request, newest first, with unfinished uploads. incident_id: the
        request's incident, for the record."""
        who = Actor.officer(officer)
        subject = f"request.{request_id}"
        self._audit.record_act(who, Action.VIEWED_EVIDENCE, subject, incident=incident_id)
        found = self._store.of_request(request_id)
        return sorted(found, key=lambda evidence: evidence.created_at, reverse=True)

    def view_evidence(self, officer: Officer, evidence_id: str) -> Evidence:
        """Read one piece of evidence. Raises NotFound."""
        return self._noted(officer, self._store.find(evidence_id), CustodyAct.VIEWED)

    def view_custody(
        self, officer: Officer, evidence_id: str
    ) -> tuple[Evidence, list[dict[str, Field]], ChainBreak | None]:
        """Read a custody record, this look included, and where it breaks (None: it does not)."""
        evidence = self._noted(officer, self._store.find(evidence_id), CustodyAct.CUSTODY_VIEWED)
        return evidence, *self.read_chain(evidence)

    def read_chain(self, evidence: Evidence) -> tuple[list[dict[str, Field]], ChainBreak | None]:
        """Read a custody record without recording a look, and where it breaks (None: nowhere)."""
        entries = list(self._store.custody(evidence.id))
        # Entries may have been added since the row was read: compare those that the row knows.
        known = entries[: evidence.entries]
        broken = first_problem(evidence.id, known, evidence.entries, evidence.head)
        return entries, broken or first_problem(evidence.id, entries)

    def open_evidence(
        self, officer: Officer, evidence_id: str, reason: str = "", *, play: bool = False
    ) -> str:
        """Sign an address for the exact stored version, valid for minutes. Raises NotFound,
        Conflict when it is not checked yet or cannot be played, Forbidden when it was rejected."""
        evidence = self._store.find(evidence_id)
        who = Actor.officer(officer)
        if evidence.state is not EvidenceState.ACCEPTED:
            self._record(who, Action.REFUSED, evidence, reason)
            if evidence.state is EvidenceState.REJECTED:
                raise Forbidden(f"This file was rejected and cannot be opened. {evidence.reason}")
            raise Conflict(NOT_YET[evidence.state])
        kind = playable_type(evidence.format) if play else ""
        if kind and evidence.structure is Structure.BROKEN:
            raise Conflict(f"This file cannot be played. {evidence.reason}")
        if play and not kind:
            raise Conflict(
                "A browser cannot play this format. Download it and open it with the player of "
                "the recorder's maker."
            )
        self._record(who, Action.OPENED_EVIDENCE, evidence, reason)
        act = CustodyAct.PLAYED if play else CustodyAct.DOWNLOADED
        self._store.add_entries(
            evidence, custody_draft(who, act, evidence.state, reason, version=evidence.version)
        )
        return self._address(evidence, kind)

    def play_address(self, evidence: Evidence) -> str:
        """Sign another address for a browser's player, for an officer whose opening of the file is
        on record; "" when the file cannot be played."""
        kind = playable_type(evidence.format)
        if evidence.state is not EvidenceState.ACCEPTED or not kind:
            return ""
        return self._address(evidence, kind)

    def _address(self, evidence: Evidence, kind: str) -> str:
        return self._files.download_address(
            evidence.key, evidence.version, evidence.download_name, kind
        )

    def _noted(self, officer: Officer, evidence: Evidence, act: CustodyAct) -> Evidence:
        who = Actor.officer(officer)
        self._record(who, Action.VIEWED_EVIDENCE, evidence)
        return self._store.add_entries(evidence, custody_draft(who, act, evidence.state))

    def _record(self, who: Actor, act: Action, evidence: Evidence, reason: str = "") -> None:
        subject, case = f"evidence.{evidence.id}", evidence.incident_id
        self._audit.record_act(who, act, subject, reason, incident=case)
