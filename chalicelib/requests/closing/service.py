"""Closing an incident: everybody who answered is thanked, all reminder timers stop.

The incident and its requests are closed at once, in the officer's own call, so that from then on
no reminder timer writes to anybody. The rest (each recipient, each owner's last message) is done
from the send queue, and found by recovery should that fail; every part of it can be done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict
from chalicelib.dynamodb.field_marks import Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.outbox import EntryKind, Outbox, filed_under
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, absent, all_of, equals
from chalicelib.incidents.records import INCIDENT, IncidentState
from chalicelib.incidents.service import Incident, IncidentService
from chalicelib.notifications.send_queue import SendTask
from chalicelib.requests.closing.closing_notices import ClosingNotices, has_answered
from chalicelib.requests.closing.termination import CLOSED_REASON, close_one
from chalicelib.requests.model import FootageRequest, Recipient, RecipientState, RequestState
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.workers import Workers

LONGEST_WORDS = 1000
"""Characters of what the officer adds to the thanks."""

_WRITERS = 16
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Closing:
    """One closing of an incident. number: from 1. words: what the officer adds to the thanks,
    closed_by: that officer, as owners see them. due_at: since when it is to be carried out; None
    when it is done."""

    incident_id: str
    number: int
    closed_at: Seconds
    closed_by_id: str
    reason: str = ""
    words: str = ""
    closed_by: Personal = ""
    due_at: Seconds | None = None


CLOSING = StoredRecord(
    "closing of an incident",
    Closing,
    "INCIDENT#{incident_id}",
    "CLOSING#{number:d}",
    derived=[filed_under("CLOSING")],
)

ITEMS: tuple[DeclaredItem, ...] = (CLOSING,)
CLOSINGS = EntryKind("CLOSING", lambda item: [(SendTask.CLOSE, _ids(CLOSING.read(item)))])


@dataclass(frozen=True)
class ClosingEffect:
    """What closing an incident does. requests: open ones, which end. thanked, not_needed: owners
    who get the one or the other closing notice. unsent: sites where footage was saved that has not
    come, and is then no longer asked for. silent: sites asked whose owners hear nothing, as their
    time was over, they could not be reached or the message has not gone out."""

    requests: int
    thanked: int
    not_needed: int
    unsent: int
    silent: int


class ClosingService:
    """Closes incidents and opens them again."""

    def __init__(
        self,
        table: Table,
        outbox: Outbox,
        incidents: IncidentService,
        store: RequestStore,
        closing_notices: ClosingNotices,
        audit: AuditLog,
    ) -> None:
        self._table = table
        self._outbox = outbox
        self._incidents = incidents
        self._store = store
        self._closing_notices = closing_notices
        self._audit = audit

    def preview_effect(self, incident_id: str) -> ClosingEffect:
        """What closing the incident would do now. Raises NotFound."""
        incident = self._incidents.get_incident(incident_id)
        return closing_effect(
            self._round(incident_id, self._closed_at(incident_id, incident.closings))
        )

    def close_incident(
        self, incident_id: str, reason: str, words: str, officer: Officer
    ) -> Incident:
        """Close an incident and every open request of it. The same call again by the same officer
        with the same words is the same closing.

        words: what the officer adds to the thanks, "" for nothing; already clean. Raises
        NotFound, or Conflict when it is closed. Audited before anything is closed.
        """
        incident = self._incidents.get_incident(incident_id)
        if not incident.is_open:
            return self._again(incident, reason, words, officer)
        now, number = self._outbox.now(), incident.closings + 1
        subject = f"incident.{incident_id}"
        self._audit.record_act(Actor.officer(officer), Action.CLOSED_INCIDENT, subject, reason)
        same = equals("closings", incident.closings) if incident.closings else absent("closings")
        name = self._closing_notices.officer_name(officer)
        closing = Closing(incident_id, number, now, officer.id, reason, words, name, due_at=now)
        closed = INCIDENT.changes(
            state=IncidentState.CLOSED, closings=number, closed_at=now, closed_by=officer.username
        )
        try:
            self._table.transact_with_retry(
                self._table.update_write(
                    f"INCIDENT#{incident_id}",
                    "INCIDENT",
                    assign=closed,
                    when=all_of(equals("state", IncidentState.OPEN.value), same),
                ),
                self._table.put_write(CLOSING.item(closing), when=NEW),
            )
        except ConditionFailed:
            return self._again(self._incidents.get_incident(incident_id), reason, words, officer)
        self._end_requests(closing)
        self._outbox.queue(SendTask.CLOSE, _ids(closing))
        return self._incidents.get_incident(incident_id)

    def _again(self, incident: Incident, reason: str, words: str, officer: Officer) -> Incident:
        """The incident when this is a second click; raises Conflict when another closed it."""
        found = self._closing(incident.id, incident.closings)
        said = found and (found.closed_by_id, found.reason, found.words)
        if incident.is_open or said != (officer.id, reason, words):
            raise Conflict("This incident was already closed.")
        return self._incidents.view_incident(incident, officer)

    def _closing(self, incident_id: str, number: int) -> Closing | None:
        item = self._table.get(*_key(incident_id, number), consistent=True)
        return CLOSING.read(item) if item else None

    def _end_requests(self, closing: Closing) -> None:
        at = closing.closed_at
        for request in self._store.of_incident(closing.incident_id):
            if request.is_open and request.created_at <= at:
                try:
                    self._store.end_request(
                        request.id,
                        RequestState.CLOSED,
                        at,
                        closing.reason or "The incident was closed",
                        closing.words,
                        closing.closed_by,
                    )
                except ConditionFailed:
                    continue  # somebody withdrew the request this moment

    def carry_out(self, incident_id: str, number: int) -> None:
        """End every recipient of a closing and prepare every owner's closing notice. Repeating it
        does nothing more."""
        closing = self._closing(incident_id, number)
        if closing is None or closing.due_at is None:
            return
        self._end_requests(closing)
        now = self._outbox.now()
        found = self._round(incident_id, self._closed_at(incident_id, number - 1), closing)
        ended = [(request, self._end(request, listed, now)) for request, listed in found]
        self._closing_notices.prepare_notices(incident_id, number, last_messages(ended))
        self._table.update(*_key(incident_id, number), assign=CLOSING.changes(due_at=None))

    def _end(
        self, request: FootageRequest, recipients: Sequence[Recipient], now: datetime
    ) -> list[Recipient]:
        if request.state is not RequestState.CLOSED:
            return list(recipients)
        with Workers(_WRITERS) as pool:
            return list(pool.map(lambda one: close_one(self._store, one, now), recipients))

    def _round(
        self, incident_id: str, since: datetime, closing: Closing | None = None
    ) -> list[tuple[FootageRequest, list[Recipient]]]:
        """The requests that a closing is about, with their recipients: requests that ended before
        the closing before it, or were made after it, belong to other closings."""
        until = closing.closed_at if closing else self._outbox.now()
        requests = [
            one
            for one in self._store.of_incident(incident_id)
            if one.created_at <= until and (one.ended_at is None or one.ended_at > since)
        ]
        return [(one, self._store.recipients(one.id)) for one in requests]

    def _closed_at(self, incident_id: str, number: int) -> datetime:
        closing = self._closing(incident_id, number)
        return closing.closed_at if closing else _NEVER

    def reopen_incident(
        self, incident_id: str, reason: str, officer: Officer, *, repeats: bool = True
    ) -> Incident:
        """Open an incident again for searches and requests. Requests that were closed stay closed:
        their owners were told that it is over. The same call again by the same officer is no error,
        but for programs (repeats: False), which are promised a Conflict then.
        Raises NotFound, or Conflict when it is open for another reason."""
        incident = self._incidents.get_incident(incident_id)
        if incident.is_open:
            return self._opened(incident, reason, officer, repeats)
        subject = f"incident.{incident_id}"
        self._audit.record_act(Actor.officer(officer), Action.REOPENED_INCIDENT, subject, reason)
        opened = INCIDENT.changes(state=IncidentState.OPEN, closed_at=None, closed_by="")
        closed = equals("state", IncidentState.CLOSED.value)
        same = all_of(closed, equals("closings", incident.closings))
        try:
            self._table.update(f"INCIDENT#{incident_id}", "INCIDENT", assign=opened, when=same)
        except ConditionFailed:
            now_open = self._incidents.get_incident(incident_id)
            return self._opened(now_open, reason, officer, repeats)
        return self._incidents.get_incident(incident_id)

    def _opened(self, incident: Incident, reason: str, officer: Officer, repeats: bool) -> Incident:
        """The open incident when the record says that this officer opened it again for this reason;
        raises Conflict otherwise. Within the last entries of an incident, an older one counts too:
        it is open, as the officer wants it."""
        looks = repeats and incident.is_open
        acts = self._audit.of_subject(f"incident.{incident.id}") if looks else ()
        own = (Action.REOPENED_INCIDENT.value, f"officer.{officer.id}", reason)
        if not any((act["action"], act["actor"], act["reason"]) == own for act in acts):
            raise Conflict("This incident is open.")
        return incident


def closing_effect(found: Iterable[tuple[FootageRequest, Sequence[Recipient]]]) -> ClosingEffect:
    """What closing does to these requests and their recipients."""
    listed = list(found)
    owners = last_messages(listed)
    thanked = sum(any(map(has_answered, theirs)) for theirs in owners.values())
    recipients = [one for _, of_request in listed for one in of_request]
    return ClosingEffect(
        requests=sum(request.is_open for request, _ in listed),
        thanked=thanked,
        not_needed=len(owners) - thanked,
        unsent=sum(one.state is RecipientState.SAVED for one in recipients),
        silent=sum(one.owner_id not in owners for one in recipients),
    )


def last_messages(
    found: Iterable[tuple[FootageRequest, Sequence[Recipient]]],
) -> dict[str, list[Recipient]]:
    """Owner id → the recipients that their last message is about; owners left out hear nothing.

    Owners who answered are thanked. Of the others, those who were asked, had time left, and were
    not told before hear that it is over.
    """
    owners: dict[str, list[Recipient]] = {}
    for request, recipients in found:
        for one in recipients:
            if has_answered(one) or _awaited(request, one):
                owners.setdefault(one.owner_id, []).append(one)
    return owners


def _awaited(request: FootageRequest, recipient: Recipient) -> bool:
    """True when an answer was still owed at the closing, ended or not."""
    if request.is_open:
        return recipient.state in (RecipientState.NOTIFIED, RecipientState.VIEWED)
    return recipient.reason == CLOSED_REASON and recipient.notified_at is not None


def _key(incident_id: str, number: int) -> tuple[str, str]:
    return f"INCIDENT#{incident_id}", f"CLOSING#{number}"


def _ids(closing: Closing) -> dict[str, str]:
    return {"incident_id": closing.incident_id, "closing": str(closing.number)}
