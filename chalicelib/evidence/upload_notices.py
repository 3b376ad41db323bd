"""Tells senders whether their files were accepted: thanks with a receipt, or please send again.

The decision and the entry in the outbox that it must be told are written in one transaction.
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
    """Reads owners from the register."""

    def owner(self, owner_id: str) -> Owner | None:
        """Read an owner, or None when the owner has left the register."""


class UploadNotices:
    """Sends an e-mail per decision, and notes accepted footage for the officer's digest."""

    def __init__(
        self, owners: OwnerReader, outbox: Outbox, mail: OutgoingMail, news: OfficerDigest
    ) -> None:
        self._owners = owners
        self._outbox = outbox
        self._mail = mail
        self._news = news

    def record_decision(self, evidence: Evidence, state: EvidenceState) -> DecisionRecord:
        """Prepare what is written and queued with the decision that gives a file this state."""
        accepted = state is EvidenceState.ACCEPTED
        if accepted and evidence.kind is EvidenceKind.CLOCK:
            # A picture of a recorder's clock needs no receipt; its sender hears only of rejection.
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
        """Tell the owner who sent a file of the decision, unless the owner has left the register.
        Repeating it sends nothing twice. Raises what sending raised, so that the queue retries."""
        self._outbox.work((f"REQUEST#{request_id}", f"EVIDENCE#{evidence_id}"), self._send)

    def _send(self, item: Item) -> None:
        evidence = EVIDENCE.read(item)
        owner = self._owners.owner(evidence.owner_id)
        if owner is None:
            return
        accepted = evidence.state is EvidenceState.ACCEPTED
        received = "footage_cut" if evidence.seems_cut else "footage_accepted"
        message = compose_message(
            self._mail.sender,
            received if accepted else "footage_rejected",
            owner.email,
            phrase=owner.phrase,
            file_name=evidence.file_name,
            size=evidence.size,
            received_at=evidence.received_at,
            sha256=evidence.sha256,
            reason=evidence.reason,
        )
        with suppress(Undeliverable):  # there is no other way to reach the owner
            self._mail.mailer.send(message)
