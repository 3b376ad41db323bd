"""Requests with their recipients and counts, for the API and the console."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import NotFound
from chalicelib.core.times import Clock
from chalicelib.requests.model import FootageRequest, Recipient, recipient_counts
from chalicelib.requests.recipients.recipient_list import RecipientList
from chalicelib.requests.reminder_schedule import current_deadline
from chalicelib.requests.store import RequestStore


@dataclass(frozen=True)
class RequestOverview:
    """A request with its recipients, answers first, then by deadline. counts: per state, and
    `answered` and `total`."""

    request: FootageRequest
    recipients: tuple[Recipient, ...]
    counts: dict[str, int]


class RequestOverviews:
    """Reads requests with their recipients. The view that calls decides who may read them."""

    def __init__(
        self, store: RequestStore, recipient_list: RecipientList, audit: AuditLog, clock: Clock
    ) -> None:
        self._clock = clock
        self._store = store
        self._recipient_list = recipient_list
        self._audit = audit

    def view_request(self, request_id: str, officer: Officer) -> RequestOverview:
        """One request for an officer to see; the look is on record first. Raises NotFound."""
        found = self.of_request(request_id)
        self._audit.record_act(
            Actor.officer(officer),
            Action.VIEWED_REQUEST,
            f"request.{request_id}",
            incident=found.request.incident_id,
        )
        shown = tuple(_shown_to(officer, one) for one in found.recipients)
        return replace(found, recipients=shown)

    def look_at_one(
        self, request_id: str, site_id: str, officer: Officer
    ) -> tuple[FootageRequest, Recipient]:
        """One recipient for an officer to see; the look is on record first. Raises NotFound."""
        request = self._store.request(request_id)
        recipient = self._store.recipient(request_id, site_id) if request else None
        if request is None or recipient is None:
            raise NotFound("This site was not asked in this request.")
        self._audit.record_act(
            Actor.officer(officer),
            Action.VIEWED_REQUEST,
            f"request.{request_id}",
            incident=request.incident_id,
            site=site_id,
        )
        return request, _shown_to(officer, current_deadline(recipient, self._clock()))

    def of_request(self, request_id: str) -> RequestOverview:
        """One request, read without a record of a look, for internal use. Raises NotFound."""
        request = self._store.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        return self._overview(request)

    def of_incident(self, incident_id: str) -> list[RequestOverview]:
        """Every request of an incident, newest first."""
        return [self._overview(request) for request in self._store.of_incident(incident_id)]

    def _overview(self, request: FootageRequest) -> RequestOverview:
        request, found = self._recipient_list.read_request(request.id)
        now = self._clock()
        recipients = [current_deadline(one, now) for one in found]
        ordered = sorted(recipients, key=_urgency)
        return RequestOverview(request, tuple(ordered), recipient_counts(recipients))


def _shown_to(officer: Officer, recipient: Recipient) -> Recipient:
    """The recipient as this officer may see it. What an owner wrote is for those who may read it:
    an analyst works with answers, never with people."""
    if officer.may(Permission.READ_THREAD):
        return recipient
    return replace(recipient, note="")


def _urgency(recipient: Recipient) -> tuple[bool, str, str]:
    """Sort key: recipients with an answer first, then by the earliest deadline."""
    deadline = recipient.deadline.isoformat() if recipient.deadline else "9"
    return (recipient.answer is None, deadline, recipient.site_id)
