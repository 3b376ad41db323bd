"""Closing an incident: everybody who answered is thanked, all clocks stop.

The incident and its requests are closed at once, in the officer's own call, so that from then on
no clock writes to anybody. The rest (each recipient, each owner's last message) is done from the
send queue, and found by the sweep should that fail; every part of it can be done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.errors import Conflict
from chalicelib.items import ItemKind
from chalicelib.requests.clockwork import Errand, SendQueue
from chalicelib.requests.ending import CLOSED_REASON, close_one
from chalicelib.requests.farewell import Farewells, answered
from chalicelib.requests.incident_records import State as IncidentState
from chalicelib.requests.incidents import Incident, Incidents
from chalicelib.requests.model import FootageRequest, Recipient, RequestState, State
from chalicelib.requests.store import DUE_INDEX, RequestStore
from chalicelib.table import NEW, ConditionFailed, Item, Table, Value, absent, both, equals
from chalicelib.telemetry.workers import Workers
from chalicelib.times import Clock, iso_seconds, parse_iso

LONGEST_WORDS = 1000
"""Of what the officer adds to the thanks."""

GRACE = timedelta(minutes=1)
"""For what is under way in the queue; then the sweep takes it for lost."""

DUE = "CLOSING"
"""Stands in the Due index where recipients have a day."""

_WRITERS = 16
_NEVER = datetime.min.replace(tzinfo=UTC)
_IS_OPEN = "This incident is open."
_ID = "[0-9a-z]{16}"

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "closing of an incident",
        pk=f"INCIDENT#{_ID}",
        sk=r"CLOSING#\d+",
        needed=frozenset({"closed_at", "closed_by_id"}),
        may=frozenset({"reason", "words", "due_day", "due_at"}),
    ),
)


@dataclass(frozen=True)
class Effect:
    """What closing does. requests: that are open and end. thanked, not_needed: owners who get
    the one or the other message. unsent: sites where footage was saved that has not come, and is
    then no longer asked for. silent: sites asked whose owners hear nothing, as their time was
    over, they could not be reached or the message has not gone out."""

    requests: int
    thanked: int
    not_needed: int
    unsent: int
    silent: int


class Closings:
    """Closes incidents and opens them again."""

    def __init__(
        self,
        table: Table,
        incidents: Incidents,
        store: RequestStore,
        farewells: Farewells,
        queue: SendQueue,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._table = table
        self._incidents = incidents
        self._store = store
        self._farewells = farewells
        self._queue = queue
        self._audit = audit
        self._clock = clock

    def effect(self, incident_id: str) -> Effect:
        """What closing would do now."""
        incident = self._incidents.get(incident_id)
        return effect_of(self._round(incident_id, self._closed_at(incident_id, incident.closings)))

    def close(self, incident_id: str, reason: str, words: str, officer: Officer) -> Incident:
        """Closes an incident and every open request of it. Sent again by the same officer with
        the same words it is the same closing.

        words: what the officer adds to the thanks, "" for nothing; already clean. Raises
        NotFound, or Conflict when it is closed. Audited before anything is closed.
        """
        incident = self._incidents.get(incident_id)
        if not incident.is_open:
            return self._again(incident, reason, words, officer)
        now, number = self._now(), incident.closings + 1
        subject = f"incident.{incident_id}"
        self._audit.record(Actor.officer(officer), Action.CLOSED_INCIDENT, subject, reason)
        same = equals("closings", incident.closings) if incident.closings else absent("closings")
        closing: Item = {
            "PK": _key(incident_id, number)[0],
            "SK": _key(incident_id, number)[1],
            "closed_at": iso_seconds(now),
            "closed_by_id": officer.id,
            "reason": reason or None,
            "words": words or None,
            **_due(now),
        }
        closed: dict[str, Value] = {
            "state": IncidentState.CLOSED.value,
            "closings": number,
            "closed_at": iso_seconds(now),
            "closed_by": officer.username,
        }
        try:
            self._table.transact_patiently(
                self._table.update_write(
                    f"INCIDENT#{incident_id}",
                    "INCIDENT",
                    assign=closed,
                    when=both(equals("state", IncidentState.OPEN.value), same),
                ),
                self._table.put_write(closing, when=NEW),
            )
        except ConditionFailed:
            return self._again(self._incidents.get(incident_id), reason, words, officer)
        self._end_requests(incident_id, closing)
        self._queue.put_one(Errand.CLOSE, incident_id=incident_id, closing=str(number))
        return self._incidents.get(incident_id)

    def _again(self, incident: Incident, reason: str, words: str, officer: Officer) -> Incident:
        """The second of two clicks."""
        item = self._table.get(*_key(incident.id, incident.closings), consistent=True) or {}
        said = (item.get("closed_by_id"), item.get("reason", ""), item.get("words", ""))
        if incident.is_open or said != (officer.id, reason, words):
            raise Conflict("This incident was already closed.")
        return incident

    def _end_requests(self, incident_id: str, closing: Item) -> None:
        at = parse_iso(closing["closed_at"])
        for request in self._store.of_incident(incident_id):
            if request.is_open and request.created_at <= at:
                try:
                    self._store.end_request(
                        request.id,
                        RequestState.CLOSED,
                        at,
                        closing.get("reason") or "The incident was closed",
                        closing.get("words") or "",
                    )
                except ConditionFailed:
                    continue  # somebody withdrew it this moment

    def carry_out(self, incident_id: str, number: int) -> None:
        """Ends every recipient and prepares every owner's last message. Repeating it does
        nothing more."""
        item = self._table.get(*_key(incident_id, number), consistent=True)
        if item is None or "due_at" not in item:
            return
        self._end_requests(incident_id, item)
        now = self._now()
        found = self._round(incident_id, self._closed_at(incident_id, number - 1), item)
        ended = [(request, self._end(request, listed, now)) for request, listed in found]
        self._farewells.prepare(incident_id, number, last_messages(ended))
        done: dict[str, Value] = {"due_day": None, "due_at": None}
        self._table.update(*_key(incident_id, number), assign=done)

    def _end(
        self, request: FootageRequest, recipients: Sequence[Recipient], now: datetime
    ) -> list[Recipient]:
        if request.state is not RequestState.CLOSED:
            return list(recipients)
        with Workers(_WRITERS) as pool:
            return list(pool.map(lambda one: close_one(self._store, one, now), recipients))

    def _round(
        self, incident_id: str, since: datetime, closing: Item | None = None
    ) -> list[tuple[FootageRequest, list[Recipient]]]:
        """The requests that a closing is about: what ended before the last one was thanked for
        then, and what was asked after a closing belongs to the next."""
        until = parse_iso(closing["closed_at"]) if closing else self._now()
        requests = [
            one
            for one in self._store.of_incident(incident_id)
            if one.created_at <= until and (one.ended_at is None or one.ended_at > since)
        ]
        return [(one, self._store.recipients(one.id)) for one in requests]

    def _closed_at(self, incident_id: str, number: int) -> datetime:
        item = self._table.get(*_key(incident_id, number), consistent=True)
        return parse_iso(item["closed_at"]) if item else _NEVER

    def reopen(self, incident_id: str, reason: str, officer: Officer) -> Incident:
        """Makes searches and new requests possible again. Requests that were closed stay closed:
        their owners were told that it is over. Raises NotFound, or Conflict when it is open."""
        incident = self._incidents.get(incident_id)
        if incident.is_open:
            raise Conflict(_IS_OPEN)
        subject = f"incident.{incident_id}"
        self._audit.record(Actor.officer(officer), Action.REOPENED_INCIDENT, subject, reason)
        opened: dict[str, Value] = {
            "state": IncidentState.OPEN.value,
            "closed_at": None,
            "closed_by": None,
        }
        closed = equals("state", IncidentState.CLOSED.value)
        same = both(closed, equals("closings", incident.closings))
        try:
            self._table.update(f"INCIDENT#{incident_id}", "INCIDENT", assign=opened, when=same)
        except ConditionFailed:
            raise Conflict(_IS_OPEN) from None
        return self._incidents.get(incident_id)

    def sweep(self) -> int:
        """Queues again what the queue lost; returns how much of it there was."""
        late = self._now() - GRACE
        items = self._table.query(DUE, index=DUE_INDEX, between=("0", iso_seconds(late)))
        lost = [
            {
                "incident_id": str(item["PK"]).removeprefix("INCIDENT#"),
                "closing": str(item["SK"]).removeprefix("CLOSING#"),
            }
            for item in items
        ]
        return self._queue.put_all(Errand.CLOSE, lost) + self._farewells.sweep(late)

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)


def effect_of(found: Iterable[tuple[FootageRequest, Sequence[Recipient]]]) -> Effect:
    """What closing does to these requests and their recipients."""
    listed = list(found)
    owners = last_messages(listed)
    thanked = sum(any(map(answered, theirs)) for theirs in owners.values())
    recipients = [one for _, of_request in listed for one in of_request]
    return Effect(
        requests=sum(request.is_open for request, _ in listed),
        thanked=thanked,
        not_needed=len(owners) - thanked,
        unsent=sum(one.state is State.SAVED for one in recipients),
        silent=sum(one.owner_id not in owners for one in recipients),
    )


def last_messages(
    found: Iterable[tuple[FootageRequest, Sequence[Recipient]]],
) -> dict[str, list[Recipient]]:
    """Owner id → the recipients that their last message is about; who is not in it hears nothing.

    Whoever answered is thanked. Of the others, those hear that it is over who were asked, had
    time left, and were not told before.
    """
    owners: dict[str, list[Recipient]] = {}
    for request, recipients in found:
        for one in recipients:
            if answered(one) or _awaited(request, one):
                owners.setdefault(one.owner_id, []).append(one)
    return owners


def _awaited(request: FootageRequest, recipient: Recipient) -> bool:
    """Before and after the recipient itself was ended."""
    if request.is_open:
        return recipient.state in (State.NOTIFIED, State.VIEWED)
    return recipient.reason == CLOSED_REASON and recipient.notified_at is not None


def _key(incident_id: str, number: int) -> tuple[str, str]:
    return f"INCIDENT#{incident_id}", f"CLOSING#{number}"


def _due(moment: datetime) -> dict[str, Value]:
    return {"due_day": DUE, "due_at": iso_seconds(moment)}
