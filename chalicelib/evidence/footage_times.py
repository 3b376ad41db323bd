"""Checks of recorder clocks, whose results are stored with the footage.

The recipient holds the last check; every file of that recipient holds it too, with an entry in
its custody record, because footage whose clock was wrong is worth little without the check.
Entries are only ever added: an earlier check stays in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import NotFound
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.evidence.custody import CLOCK_OFFSET, CustodyAct, CustodyDraft
from chalicelib.evidence.model import Evidence
from chalicelib.evidence.store import Changes, EvidenceStore, custody_draft
from chalicelib.requests.model import Recipient, RecipientState
from chalicelib.requests.recorder_clock import CheckMethod, offset_seconds
from chalicelib.requests.store import RequestStore


class RecorderClockChecks:
    """Stores checks of recorder clocks. zone: the time zone that recorders are assumed to show."""

    def __init__(
        self,
        requests: RequestStore,
        evidence: EvidenceStore,
        audit: AuditLog,
        clock: Clock,
        zone: str,
    ) -> None:
        self._requests = requests
        self._evidence = evidence
        self._audit = audit
        self._clock = clock
        self._zone = zone

    def by_owner(
        self, recipient: Recipient, shown: datetime, seen_at: datetime, how: CheckMethod
    ) -> Recipient:
        """Store what the owner read off their recorder, and return the changed recipient. shown:
        the wall time that the recorder shows; seen_at: the true moment."""
        return self._check(recipient, shown, seen_at, how, Actor.owner(recipient.owner_id))

    def by_officer(
        self,
        request_id: str,
        site_id: str,
        shown: datetime,
        seen_at: datetime,
        officer: Officer,
        picture: str,
    ) -> Recipient:
        """Store what an officer read off a picture of the recorder's screen. picture: id of the
        evidence, which must be of this recipient. Raises NotFound."""
        recipient = self._requests.recipient(request_id, site_id)
        found = self._evidence.get(request_id, picture)
        if recipient is None or found is None or found.site_id != site_id:
            raise NotFound("There is no such picture of this site.")
        actor = Actor.officer(officer)
        return self._check(recipient, shown, seen_at, CheckMethod.PICTURE, actor, picture)

    def _check(
        self,
        recipient: Recipient,
        shown: datetime,
        seen_at: datetime,
        how: CheckMethod,
        actor: Actor,
        picture: str = "",
    ) -> Recipient:
        offset = offset_seconds(shown, seen_at, self._zone)
        found: dict[str, str | int] = {CLOCK_OFFSET: offset, "how": how.value}
        if picture:
            found["picture"] = picture
        if request := self._requests.request(recipient.request_id):
            found["incident"] = request.incident_id
        self._audit.record_act(
            actor,
            Action.CHECKED_CLOCK,
            f"request.{recipient.request_id}",
            "",
            site=recipient.site_id,
            **found,
        )
        changed = self._requests.change_recipient(
            recipient,
            {
                "clock_offset_seconds": offset,
                "clock_checked_at": seen_at,
                "clock_how": how.value,
            },
            states=RecipientState,
        )
        # The person hears of success when every file holds the check; repeating it changes nothing.
        for evidence in self._evidence.of_recipient(recipient.request_id, recipient.site_id):
            self._note(evidence, changed, actor)
        return changed

    def keep_with(self, evidence: Evidence) -> Evidence:
        """Store the recipient's last check with evidence that arrived while the check was made.
        Repeating it changes nothing."""
        recipient = self._requests.recipient(evidence.request_id, evidence.site_id)
        if recipient is None or recipient.clock_checked_at is None:
            return evidence
        return self._note(evidence, recipient, Actor.system(f"receive.{evidence.id}"))

    def _note(self, evidence: Evidence, recipient: Recipient, actor: Actor) -> Evidence:
        """Add the recipient's check to one file. Of two checks at the same time, the file gets the
        one that the recipient holds in the end; the other one is in the audit."""
        offset, checked_at = recipient.clock_offset_seconds, recipient.clock_checked_at
        assert offset is not None and checked_at is not None

        def decide(known: Evidence) -> tuple[Changes, Sequence[CustodyDraft]] | None:
            stands = self._requests.recipient(recipient.request_id, recipient.site_id)
            if stands is None or _check_of(stands) != _check_of(recipient):
                return None
            if (known.clock_offset_seconds, known.clock_checked_at) == (offset, checked_at):
                return None
            details: dict[str, str | int] = {
                CLOCK_OFFSET: offset,
                "clock_checked_at": iso_seconds(checked_at),
                "how": recipient.clock_how,
            }
            changes: Changes = {
                "clock_offset_seconds": offset,
                "clock_checked_at": checked_at,
            }
            return changes, [
                custody_draft(actor, CustodyAct.CLOCK_CHECKED, known.state, "", **details)
            ]

        return self._evidence.change(evidence, decide)[0]


def _check_of(recipient: Recipient) -> tuple[int | None, datetime | None, str]:
    return recipient.clock_offset_seconds, recipient.clock_checked_at, recipient.clock_how
