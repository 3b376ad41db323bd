"""Requests and their recipients in the Registry table.

Every change of a recipient names the states it may start from, so an illegal move cannot be
written even by two who act at once. A recipient with something to do stands in the Due index
under the day of its next wake-up (UTC); one with nothing to do does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.core.times import iso_seconds
from chalicelib.dynamodb.outbox import DUE_INDEX, lease_free, lease_held
from chalicelib.dynamodb.table import (
    EXISTS,
    NEW,
    TRANSACTION,
    ConditionFailed,
    Item,
    Table,
    Write,
    absent,
    all_of,
    equals,
    one_of,
)
from chalicelib.requests.model import (
    FootageRequest,
    Recipient,
    RecipientState,
    RequestState,
    SkippedSite,
)
from chalicelib.requests.records import ITEMS as RECORD_ITEMS
from chalicelib.requests.records import (
    RECIPIENT,
    REQUEST,
    Changes,
    recipient_from,
    recipient_item,
    request_from,
    request_item,
)

ITEMS = RECORD_ITEMS

_LEASE = "claimed_until"
OWNER_INDEX = ("Owner", "owner_id", "sent_at")


class RequestStore:
    """Reads and changes the requests and recipients in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # reads

    def request(self, request_id: str) -> FootageRequest | None:
        """Read a request, or None when there is none with this id."""
        item = self._table.get(f"REQUEST#{request_id}", "REQUEST", consistent=True)
        return request_from(item) if item else None

    def recipient(self, request_id: str, site_id: str) -> Recipient | None:
        """Read a recipient as it is at this moment, or None when this site was not asked."""
        item = self._table.get(f"REQUEST#{request_id}", f"SITE#{site_id}", consistent=True)
        return recipient_from(item) if item else None

    def recipients(self, request_id: str) -> list[Recipient]:
        """The recipients of a request that are written, in the order of their sites' ids.
        RecipientList has all of them, also those that the fan-out has not reached yet."""
        items = self._table.query(f"REQUEST#{request_id}", prefix="SITE#", consistent=True)
        return [recipient_from(item) for item in items]

    def recipients_of_sites(self, request_id: str, site_ids: Iterable[str]) -> list[Recipient]:
        """A request's recipients at these sites, as they are now; sites not asked are left out."""
        keys = ((f"REQUEST#{request_id}", f"SITE#{site_id}") for site_id in site_ids)
        found = self._table.get_many(keys, consistent=True)
        return sorted(map(recipient_from, found.values()), key=lambda one: one.site_id)

    def owner_recipients(self, recipient: Recipient) -> list[Recipient]:
        """A recipient and its owner's other recipients of the same request, as they are now."""
        return self.recipients_of_sites(
            recipient.request_id, [recipient.site_id, *recipient.beside]
        )

    def of_incident(self, incident_id: str) -> list[FootageRequest]:
        """The requests made for an incident, newest first."""
        items = self._table.query(f"INCIDENT#{incident_id}", prefix="REQUEST#", consistent=True)
        found = [self.request(str(item["SK"]).removeprefix("REQUEST#")) for item in items]
        return sorted((r for r in found if r), key=lambda request: request.created_at, reverse=True)

    def asked_in(self, incident_id: str) -> bool:
        """Return True when a request was ever made for the incident."""
        made = self._table.query(f"INCIDENT#{incident_id}", prefix="REQUEST#", limit=1)
        return next(made, None) is not None

    def of_owner(self, owner_id: str, since: datetime) -> Iterator[Recipient]:
        """An owner's recipients since a moment, oldest first, read from an index that may be a
        moment behind."""
        span = (iso_seconds(since), "9")
        items = self._table.query(owner_id, index=OWNER_INDEX, between=span)
        return (recipient_from(item) for item in items)

    def request_of_reference(self, reference: str) -> str | None:
        """The id of the request with this short reference, or None when there is none."""
        item = self._table.get(f"REFERENCE#{reference}", "REQUEST")
        return str(item["request_id"]) if item else None

    def due_recipients(self, day: date, until: datetime) -> Iterator[Recipient]:
        """Recipients whose wake-up of that day (UTC) is at or before `until`, earliest first.

        The index may be a moment behind, so whatever acts on these recipients writes conditionally.
        """
        span = ("0", iso_seconds(until))
        items = self._table.query(day.isoformat(), index=DUE_INDEX, between=span)
        return (recipient_from(item) for item in items)

    # a new request

    def add_request(self, request: FootageRequest, parts: Iterable[Write]) -> bool:
        """Write a new request with the list of whom it asks, in one transaction.

        parts: the writes of that list. Returns False when the request was there already. Raises
        ConditionFailed (2) when its incident is not open.
        """
        key = f"REQUEST#{request.id}"
        incident = f"INCIDENT#{request.incident_id}"
        listed: Item = {"PK": incident, "SK": key, "sites": request.site_count}
        spoken = {"PK": f"REFERENCE#{request.reference}", "SK": "REQUEST", "request_id": request.id}
        try:
            self._table.transact_with_retry(
                self._table.put_write(request_item(request), when=NEW),
                self._table.put_write(listed),
                self._table.check_write(incident, "INCIDENT", equals("state", "open")),
                self._table.put_write(spoken, when=NEW),
                *parts,
            )
        except ConditionFailed as failed:
            if failed.index == 0:
                return False
            raise
        return True

    def add_recipients(
        self, request: FootageRequest, recipients: Iterable[Recipient], with_them: Iterable[Write]
    ) -> None:
        """Write recipients of a request that is still as it was read.

        with_them: writes in the same transaction. Threat: the officer withdraws while messages go
        out, or two jobs write the same batch; an owner would be asked for nothing or twice. Raises
        ConditionFailed when any recipient is there already, the request has ended, or another of
        its sites was skipped meanwhile.
        """
        as_read = all_of(
            equals("state", request.state.value), equals("site_count", request.site_count)
        )
        self._table.transact_with_retry(
            self._table.check_write(f"REQUEST#{request.id}", "REQUEST", as_read),
            *(self._table.put_write(recipient_item(one), when=NEW) for one in recipients),
            *with_them,
        )

    def add_skipped(
        self, request: FootageRequest, skipped: Iterable[SkippedSite]
    ) -> FootageRequest:
        """Note sites that could not be asked after all. Raises ConditionFailed when the request
        is not as it was read, or one of these sites was asked."""
        now_skipped = {**{one.site_id: one for one in request.skipped}}
        new = [one for one in skipped if one.site_id not in now_skipped]
        after = replace(
            request,
            skipped=(*request.skipped, *new),
            site_count=request.site_count - len(new),
        )
        key = f"REQUEST#{request.id}"
        self._table.transact_with_retry(
            self._table.update_write(
                key,
                "REQUEST",
                assign=REQUEST.changes(skipped=after.skipped, site_count=after.site_count),
                when=equals("site_count", request.site_count),
            ),
            *(self._table.check_write(key, f"SITE#{one.site_id}", NEW) for one in new),
        )
        return after

    def end_request(
        self,
        request_id: str,
        state: RequestState,
        at: datetime,
        reason: str,
        words: str = "",
        words_by: str = "",
    ) -> FootageRequest:
        """End an open request. words: what the officer who closes the incident adds to the thanks;
        words_by: that officer's name. Raises ConditionFailed when the request is not open."""
        item = self._table.update(
            f"REQUEST#{request_id}",
            "REQUEST",
            assign=REQUEST.changes(
                state=state,
                ended_at=at,
                end_reason=reason,
                closing_words=words,
                closing_words_by=words_by,
            ),
            when=equals("state", RequestState.OPEN.value),
        )
        return request_from(item)

    # a recipient's life

    def change_recipient(
        self,
        recipient: Recipient,
        changes: Changes,
        *,
        states: Iterable[RecipientState],
        claim: datetime | None = None,
        due: datetime | None = None,
        run: int | None = None,
        with_it: Sequence[Write] = (),
    ) -> Recipient:
        """Change fields of a recipient and return the recipient after the change.

        Conditions: its state is one of `states`; claim: the claim until then still stands;
        due, run: the next wake-up and the run of the reminder timer are still these.
        with_it: writes without conditions in the same transaction. Raises ConditionFailed.
        """
        conditions = [one_of("state", sorted(state.value for state in states))]
        if claim:
            conditions.append(lease_held(_LEASE, claim))
        if due:
            conditions.append(equals("due_at", iso_seconds(due)))
        if run is not None:
            conditions.append(equals("run", run))
        key, assign = RECIPIENT.key(recipient), RECIPIENT.changes(**changes)
        add, when = {"edits": 1}, all_of(*conditions)
        if not with_it:
            return recipient_from(self._table.update(*key, assign=assign, add=add, when=when))
        write = self._table.update_write(*key, assign=assign, add=add, when=when)
        self._table.transact_with_retry(write, *with_it)
        return recipient_from(self._table.get(*key, consistent=True) or {})

    def claim_group(
        self, recipients: Sequence[Recipient], now: datetime, until: datetime, *with_it: Write
    ) -> None:
        """Claim the right to send one message about these recipients of one owner, until `until`.

        Threat: queue, workflow and recovery can meet on one recipient; a person would get the same
        message twice. with_it: writes in the same transaction (the links that the message will
        carry). Raises ConditionFailed when somebody else has the right to any of them, or one is
        not as it was read; then nothing was claimed.
        """
        self._table.transact_with_retry(
            *(self._claim_write(one, now, until) for one in recipients), *with_it
        )

    def _claim_write(self, recipient: Recipient, now: datetime, until: datetime) -> Write:
        conditions = [lease_free(_LEASE, now), equals("state", recipient.state.value)]
        if recipient.next_wake:
            conditions.append(equals("due_at", iso_seconds(recipient.next_wake)))
        return self._table.update_write(
            *RECIPIENT.key(recipient),
            assign=RECIPIENT.changes(claimed_until=until),
            add={"edits": 1},
            when=all_of(*conditions),
        )

    def replace_many(self, pairs: Sequence[tuple[Recipient, Recipient]]) -> list[Recipient]:
        """As `change_many`, for recipients that nobody has changed or claimed since they were
        written: replacing a whole item takes the table half the work."""
        as_written = all_of(EXISTS, absent("edits"))
        return self._all_but(
            [
                (before, self._table.put_write(recipient_item(after), when=as_written))
                for before, after in pairs
            ]
        )

    def change_many(
        self, changes: Sequence[tuple[Recipient, Changes]], claim: datetime
    ) -> list[Recipient]:
        """Change recipients that are in the state in which they were read and still claimed, in as
        few transactions as possible. Returns the recipients that were not, left unchanged."""
        claimed = lease_held(_LEASE, claim)
        return self._all_but(
            [
                (
                    one,
                    self._table.update_write(
                        *RECIPIENT.key(one),
                        assign=RECIPIENT.changes(**changed),
                        add={"edits": 1},
                        when=all_of(equals("state", one.state.value), claimed),
                    ),
                )
                for one, changed in changes
            ]
        )

    def _all_but(self, writes: list[tuple[Recipient, Write]]) -> list[Recipient]:
        """Do every write whose condition holds; return the recipients of the refused writes."""
        left, refused = list(writes), []
        while left:
            try:
                self._table.transact_with_retry(*(write for _, write in left[:TRANSACTION]))
            except ConditionFailed as failed:
                refused.append(left.pop(failed.index)[0])
            else:
                left = left[TRANSACTION:]
        return refused

    def release(self, recipient: Recipient, claim: datetime) -> None:
        """Give a claim back, because sending failed and may be tried again at once."""
        try:
            self.change_recipient(
                recipient, {"claimed_until": None}, states=RecipientState, claim=claim
            )
        except ConditionFailed:
            return  # somebody else has claimed the recipient

    def restart_timer(self, recipient: Recipient, wake_at: datetime) -> Recipient:
        """Begin a new run of a reminder timer that stopped. Raises ConditionFailed when the timer
        rang in the meantime, or another recovery was quicker."""
        changes = {"run": recipient.run + 1, "next_wake": wake_at}
        return self.change_recipient(
            recipient, changes, states=[recipient.state], due=recipient.next_wake, run=recipient.run
        )

    def postpone_wake_up(self, recipient: Recipient, until: datetime) -> Recipient:
        """Put a recipient's next wake-up off. Raises ConditionFailed as `restart_timer` does."""
        return self.change_recipient(
            recipient, {"next_wake": until}, states=[recipient.state], due=recipient.next_wake
        )

    # how far recovery has looked

    def swept_until(self) -> date | None:
        """The first day that the next recovery must look at, or None before the first one."""
        item = self._table.get("SWEEP", "PLACE")
        return date.fromisoformat(item["day"]) if item else None

    def set_swept_until(self, day: date) -> None:
        """Keep the first day that the next recovery must look at."""
        self._table.put({"PK": "SWEEP", "SK": "PLACE", "day": day.isoformat()})
