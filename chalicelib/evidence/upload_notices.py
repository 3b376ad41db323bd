"""Tells senders what became of their files: thanks with the receipt, or please send again.

The decision and the entry that this is to be told (dynamodb.outbox) are one transaction.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from chalicelib.access.officer_profiles import NotificationTopic
from chalicelib.dynamodb.outbox import Outbox
from chalicelib.dynamodb.table import Item
from chalicelib.evidence.ingest import DecisionRecord
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState
from chalicelib.evidence.store import EVIDENCE, notice_ids
from chalicelib.notifications.channels import Undeliverable
from chalicelib.notifications.messenger import OutgoingMail
from chalicelib.notifications.rendering import compose_message
from chalicelib.notifications.send_queue import SendTask
from chalicelib.registry.model import Owner
from chalicelib.requests.digest.officer_digest import OfficerDigest


class OwnerReader(Protocol):
    """What this needs of the register."""

    def owner(self, owner_id: str) -> Owner | None:
        """The owner, or None when they have left the register."""


class UploadNotices:
    """One e-mail per decision, and news for the officer who asked for the footage."""

    def __init__(
        self, owners: OwnerReader, outbox: Outbox, mail: OutgoingMail, news: OfficerDigest
    ) -> None:
        self._owners = owners
        self._outbox = outbox
        self._mail = mail
        self._news = news

    def record_decision(self, evidence: Evidence, state: EvidenceState) -> DecisionRecord:
        """What belongs to the decision that gives a file this state."""
        accepted = state is EvidenceState.ACCEPTED
        if accepted and evidence.kind is EvidenceKind.CLOCK:
            # Nobody waits for a receipt of a picture of a clock, unless it has to come again.
            return DecisionRecord({}, (), lambda: None)
        news = (
            self._news.record_event(evidence.request_id, NotificationTopic.FOOTAGE)
            if accepted
            else None
        )

        def queue() -> None:
            self._outbox.queue(SendTask.UPLOAD_NOTICE, notice_ids(evidence))
            if news:
                self._news.queue(news)

        due = {"notice_due_at": self._outbox.now()}
        return DecisionRecord(due, [news.write] if news else [], queue)

    def send_notice(self, request_id: str, evidence_id: str) -> None:
        """To the owner who sent it, if they are still on the register. Repeating it sends nothing
        twice. Raises what sending raised, so that the queue tries again."""
        self._outbox.work((f"REQUEST#{request_id}", f"EVIDENCE#{evidence_id}"), self._send)

    def _send(self, item: Item) -> None:
        evidence = EVIDENCE.read(item)
        owner = self._owners.owner(evidence.owner_id)
        if owner is None:
            return
        accepted = evidence.state is EvidenceState.ACCEPTED
        message = compose_message(
            self._mail.sender,
            "footage_accepted" if accepted else "footage_rejected",
            owner.email,
            phrase=owner.phrase,
            file_name=evidence.file_name,
            size=evidence.size,
            received_at=evidence.received_at,
            sha256=evidence.sha256,
            reason=evidence.reason,
        )
        with suppress(Undeliverable):  # there is no other way to reach them
            self._mail.mailer.send(message)
