"""Tell an officer what became of a request: one mail now and then, not one for each owner.

Each event is noted, in its own transaction, on one item of the request, which is then an
entry of the outbox; a minute later, and at least ten minutes after the last mail, one mail says
what is new. What is new comes from comparing how the request stands with how it stood when the
officer was last told, so that a note that is repeated, early or late makes no digest untrue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.access.officer_profiles import NotificationTopic, Profile
from chalicelib.core.times import iso_seconds, parse_iso
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.outbox import EntryKind, Lease, Outbox
from chalicelib.dynamodb.table import Item, Table, Value, Write, absent, all_of, equals
from chalicelib.incidents.teams.case_readers import CaseReaders
from chalicelib.notifications.channels import Undeliverable
from chalicelib.notifications.messenger import OutgoingMail
from chalicelib.notifications.send_queue import SendTask
from chalicelib.requests.digest import emails
from chalicelib.requests.digest.emails import RequestStanding
from chalicelib.requests.model import (
    UNANSWERED,
    FootageRequest,
    Recipient,
    RecipientState,
    recipient_counts,
)
from chalicelib.requests.recipient_states import MOST_TELLING, STATES
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.logs import logger

GATHER = timedelta(minutes=1)
"""How long the first event waits for others to join it in one digest."""

GAP = timedelta(minutes=10)
"""The least time between two digests about one request."""

NAP = timedelta(minutes=4)
"""The longest that a task waits in the queue before it looks and is queued again. The alarm for a
queue that stands still rings at five minutes, whatever the oldest message in it waits for."""

_NOTED = (NotificationTopic.FOOTAGE, NotificationTopic.DEADLINE, NotificationTopic.ENDED)
"""Events that a digest counts; messages have mails of their own (threads/notices.py)."""
_ID = "[0-9a-z]{16}"

ITEMS: tuple[ItemKind, ...] = (
    # Attributes named by topic: how often each was noted since the last digest. told: how many
    # recipients had saved, or let a deadline pass, when the officer was last told.
    ItemKind(
        "news of a request",
        pk=f"REQUEST#{_ID}",
        sk="NEWS",
        needed=frozenset(),
        may=frozenset({*_NOTED, "due_day", "due_at", "told", "told_at", "ended_told"}),
    ),
)

NEWS = EntryKind(
    "NEWS", lambda item: [(SendTask.OFFICER_DIGEST, _ids(item["PK"].removeprefix("REQUEST#")))]
)


@dataclass(frozen=True)
class Digest:
    """What is new of one request. happened: topics, each with a sentence. ended: every reminder
    timer of the request has ended, which is told once."""

    happened: tuple[tuple[NotificationTopic, str], ...]
    totals: dict[str, int]
    ended: bool

    def wanted_by(self, profile: Profile) -> list[str]:
        """The sentences on topics of which this officer wants to be told."""
        return [sentence for kind, sentence in self.happened if profile.wants(kind)]


def digest_totals(recipients: Iterable[Recipient]) -> dict[str, int]:
    """Counts of a request's recipients that the next digest is compared with."""
    listed = list(recipients)
    return {
        "saved": sum(one.saved_at is not None for one in listed),
        "passed": sum(one.state is RecipientState.EXPIRED for one in listed),
        "given_up": sum(
            one.state is RecipientState.SAVED and one.ended_at is not None for one in listed
        ),
    }


def make_digest(
    request: FootageRequest, recipients: Iterable[Recipient], item: Item, *, ended_told: bool
) -> Digest:
    """What is new of a request, the weightiest first. item: counts by topic as noted since the last
    digest, and the totals told then."""
    listed = list(recipients)
    now, before = digest_totals(listed), item.get("told", {})
    new = {name: max(0, count - before.get(name, 0)) for name, count in now.items()}
    happened: list[tuple[NotificationTopic, str]] = []
    if files := item.get(NotificationTopic.FOOTAGE, 0):
        happened.append(
            (
                NotificationTopic.FOOTAGE,
                f"{files} new file{'' if files == 1 else 's'} to look at",
            )
        )
    if new["saved"]:
        happened.append((NotificationTopic.FOOTAGE, f"Footage was saved at {_sites(new['saved'])}"))
    ended = False
    if request.is_open:
        if new["passed"]:
            text = f"The deadline passed without an answer at {_sites(new['passed'])}"
            happened.append((NotificationTopic.DEADLINE, text))
        if new["given_up"]:
            text = f"Saved footage has not been sent within 14 days by {_sites(new['given_up'])}"
            happened.append((NotificationTopic.DEADLINE, text))
        ended = not ended_told and not any(one.next_wake for one in listed)
        if ended:
            happened.append(
                (
                    NotificationTopic.ENDED,
                    "No reminders are left to send: the request has finished",
                )
            )
    return Digest(tuple(happened), now, ended or ended_told)


def request_standing(recipients: Iterable[Recipient]) -> RequestStanding:
    """How many sites of a request are in each state, for the end of a digest."""
    found = recipient_counts(recipients)
    waiting = sum(found[state.value] for state in UNANSWERED)
    said = [(STATES[state].summary, found[state.value]) for state in MOST_TELLING]
    said.append(("No answer yet", waiting))
    told = tuple((words, count) for words, count in said if words and count)
    return RequestStanding(found["total"], found["answered"], told)


def _sites(count: int) -> str:
    return f"{count} site{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class DigestNote:
    """An event to be told. write: notes it, in the transaction that makes it happen. wait: how long
    until the digest is due; None when a message that is queued already brings that about."""

    request_id: str
    write: Write
    wait: timedelta | None


class OfficerDigest:
    """Notes events of a request and sends digests to the officer who made it, as long as they see
    the incident, and to the officer in charge."""

    def __init__(
        self,
        table: Table,
        outbox: Outbox,
        store: RequestStore,
        readers: CaseReaders,
        mail: OutgoingMail,
    ) -> None:
        self._table = table
        self._outbox = outbox
        self._store = store
        self._readers = readers
        self._mail = mail

    def record_event(self, request_id: str, kind: NotificationTopic) -> DigestNote:
        """The note to be written with an event: FOOTAGE for each file that can be looked
        at, DEADLINE when one passed, ENDED for an answer, which may have been the last thing to
        wait for. Once written, the note is given to `queue`."""
        key, now = _key(request_id), self._outbox.now()
        item = self._table.get(*key, consistent=True) or {}
        due = now + GATHER
        if "told_at" in item:
            due = max(due, parse_iso(item["told_at"]) + GAP)
        waits = {"due_day": NEWS.name, "due_at": iso_seconds(due)}
        write = self._table.update_write(*key, add={kind.value: 1}, default=waits, when=None)
        return DigestNote(request_id, write, None if "due_at" in item else due - now)

    def queue(self, note: DigestNote) -> None:
        """Queue the digest for an event that is now noted."""
        if note.wait is not None:
            self._ring(note.request_id, note.wait)

    def send_digest(self, request_id: str) -> None:
        """Send the digest that is due, if any. Repeating the call sends nothing twice.

        Raises what sending raised, so that the queue tries again.
        """
        found, now = self._outbox.find(_key(request_id)), self._outbox.now()
        if found and found[1] > now:
            self._ring(request_id, found[1] - now)
            return
        lease = self._outbox.claim(_key(request_id))
        if lease is None:
            return  # sent already, or being sent; should that fail, the entry is due again
        with self._outbox.releasing(lease):
            new = self._send(request_id, lease.item)
        self._told(lease, new, now)

    def _send(self, request_id: str, item: Item) -> Digest | None:
        request = self._store.request(request_id)
        if request is None:
            return None
        recipients = self._store.recipients(request_id)
        found = make_digest(request, recipients, item, ended_told="ended_told" in item)
        standing = request_standing(recipients)
        for profile in self._readers.readers_of(request.incident_id, [request.created_by]):
            if happened := found.wanted_by(profile):
                self._mail_to(profile, request, happened, standing)
        return found

    def _mail_to(
        self,
        profile: Profile,
        request: FootageRequest,
        happened: list[str],
        standing: RequestStanding,
    ) -> None:
        message = emails.digest_email(
            self._mail.sender,
            profile.email,
            name=profile.name,
            reference=request.reference,
            request_id=request.id,
            happened=happened,
            standing=standing,
        )
        try:
            self._mail.mailer.send(message)
        except Undeliverable:
            # The console shows the same; trying again would not help.
            logger.warning("officer cannot be reached", extra={"request_id": request.id})

    def _told(self, lease: Lease, found: Digest | None, now: datetime) -> None:
        """Note what was told. Events noted in the meantime are due after GAP."""
        item, request_id = lease.item, str(lease.item["PK"]).removeprefix("REQUEST#")
        less = {kind.value: -item[kind] for kind in _NOTED if kind in item}
        changes: dict[str, Value] = {"told_at": iso_seconds(now)}
        if found:
            changes |= {"told": found.totals, "ended_told": found.ended or None}
        same = [
            equals(kind.value, item[kind]) if kind in item else absent(kind.value)
            for kind in _NOTED
        ]
        if self._outbox.done(lease, changes, add=less, when=all_of(*same)):
            return
        if self._outbox.postpone(lease, now + GAP, changes, add=less):
            self._ring(request_id, GAP)

    def _ring(self, request_id: str, wait: timedelta) -> None:
        self._outbox.queue(SendTask.OFFICER_DIGEST, _ids(request_id), delay=min(wait, NAP))


def _ids(request_id: str) -> dict[str, str]:
    return {"request_id": request_id}


def _key(request_id: str) -> tuple[str, str]:
    return f"REQUEST#{request_id}", "NEWS"
