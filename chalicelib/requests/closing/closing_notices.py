"""The last message to each owner about a closed incident, once, however many sites they have.

Each stands as an item of the incident until it was sent, in the Due index, so that what the send
queue loses is found by the sweep. Who sends takes the item's due time first; should they die,
it is due again when that time has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.access.officer_profiles import KnownOfficers
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.field_marks import Seconds
from chalicelib.dynamodb.item_schema import Declared
from chalicelib.dynamodb.stored_record import Derived, Record
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, equals
from chalicelib.incidents.service import Incidents
from chalicelib.notifications.channels import Mailer, Message, Undeliverable
from chalicelib.notifications.rendering import Sender
from chalicelib.registry.model import Owner, Pause
from chalicelib.registry.store import SiteStore
from chalicelib.requests.closing import emails
from chalicelib.requests.closing.emails import About, Helped
from chalicelib.requests.model import FootageRequest, Recipient, State
from chalicelib.requests.recipient_states import STATES, Help
from chalicelib.requests.sending.send_queue import Errand, SendQueue
from chalicelib.requests.store import DUE_INDEX, RequestStore
from chalicelib.telemetry.workers import Workers

CLAIM = timedelta(minutes=2)
"""Longer than one mail can take; then somebody else may try."""

DUE = "FAREWELL"
"""Stands in the Due index where recipients have a day."""

_WRITERS = 16


@dataclass(frozen=True)
class Farewell:
    """One last message. closing: the number of the closing that it is about. recipients: keys of
    those it is about. due_at: when it is to be sent, None once it was."""

    incident_id: str
    closing: int
    owner_id: str
    recipients: tuple[str, ...]
    due_at: Seconds | None = None
    told_at: Seconds | None = None


FAREWELL = Record(
    "last message to an owner",
    Farewell,
    "INCIDENT#{incident_id}",
    "FAREWELL#{closing:d}#{owner_id}",
    derived=[
        Derived("due_day", ("due_at",), lambda one: DUE if one.due_at else None, always=False),
    ],
)

ITEMS: tuple[Declared, ...] = (FAREWELL,)


def helped(matters: Iterable[tuple[Recipient, str]]) -> Helped | None:
    """What an owner did, from their recipients, each with the address of its site ("" when that
    is not registered any more); None when they answered nothing."""
    listed = list(matters)
    helps = {STATES[one.state].help for one, _ in listed if answered(one)}
    if not helps:
        return None

    def places(wanted: Help) -> tuple[str, ...]:
        found = [
            place or "your camera" for one, place in listed if STATES[one.state].help is wanted
        ]
        return tuple(dict.fromkeys(found))

    return Helped(
        sent=places(Help.SENT),
        saved=places(Help.SAVED),
        looked=Help.LOOKED in helps,
        declined=helps == {Help.DECLINED},
    )


def answered(recipient: Recipient) -> bool:
    """True when the owner said something, or sent footage, for this site."""
    return recipient.answer is not None or recipient.state is State.UPLOADED


class Farewells:
    """Keeps them until they are sent, and sends them."""

    def __init__(
        self,
        table: Table,
        store: RequestStore,
        sites: SiteStore,
        incidents: Incidents,
        officers: KnownOfficers,
        queue: SendQueue,
        mailer: Mailer,
        sender: Sender,
        clock: Clock,
    ) -> None:
        self._table = table
        self._store = store
        self._sites = sites
        self._incidents = incidents
        self._officers = officers
        self._queue = queue
        self._mailer = mailer
        self._sender = sender
        self._clock = clock

    def prepare(
        self, incident_id: str, closing: int, owners: Mapping[str, Sequence[Recipient]]
    ) -> None:
        """Keeps a last message for each owner about these recipients, and has the queue send it.

        Repeating it adds nothing: who has one, sent or not, keeps it as it is.
        """
        now = self._now()

        def add(owner_id: str) -> bool:
            keys = tuple(one.key for one in owners[owner_id])
            farewell = Farewell(incident_id, closing, owner_id, keys, due_at=now)
            try:
                self._table.put(FAREWELL.item(farewell), when=NEW)
            except ConditionFailed:
                return False
            return True

        with Workers(_WRITERS) as pool:
            new = [one for one, added in zip(owners, pool.map(add, owners), strict=True) if added]
        self._queue.put_all(Errand.THANK, [_ids(incident_id, closing, one) for one in new])

    def late(self, request: FootageRequest, recipient: Recipient) -> None:
        """For an owner whose first message went out while the incident was being closed: unless
        they get a last message anyway, they get one about this."""
        incident = self._incidents.get(request.incident_id)
        self.prepare(incident.id, incident.closings, {recipient.owner_id: [recipient]})

    def tell(self, incident_id: str, closing: int, owner_id: str) -> None:
        """Sends the last message to an owner. Repeating it sends nothing twice.

        Raises what sending raised, so that the queue tries again.
        """
        key = f"INCIDENT#{incident_id}", f"FAREWELL#{closing}#{owner_id}"
        item = self._table.get(*key, consistent=True)
        now = self._now()
        found = FAREWELL.read(item) if item else None
        if found is None or found.due_at is None or found.due_at > now:
            return  # sent, or being sent; should they fail, the sweep comes back to it
        claim = FAREWELL.changes(due_at=now + CLAIM)
        try:
            as_read = equals("due_at", iso_seconds(found.due_at))
            self._table.update(*key, assign=claim, when=as_read)
        except ConditionFailed:
            return
        mine = equals("due_at", claim["due_at"])
        try:
            self._send(found)
        except Undeliverable:
            pass  # there is no other way to reach them
        except Exception:
            self._table.update(*key, assign=FAREWELL.changes(due_at=now), when=mine)
            raise
        self._table.update(*key, assign=FAREWELL.changes(told_at=now, due_at=None), when=mine)

    def _send(self, farewell: Farewell) -> None:
        owner = self._sites.owner(farewell.owner_id)
        pairs = [key.split(".") for key in farewell.recipients]
        found = [self._store.recipient(*pair) for pair in pairs]
        recipients = [one for one in found if one]
        requests = [self._store.request(one.request_id) for one in recipients]
        latest = max((one for one in requests if one), key=lambda one: one.created_at, default=None)
        # Whose messages come back, or who complained of them, is not written to.
        if owner is None or latest is None or owner.paused_why is Pause.RETURNED:
            return
        self._mailer.send(self._message(farewell.incident_id, owner, recipients, latest))

    def _message(
        self, incident_id: str, owner: Owner, recipients: Sequence[Recipient], of: FootageRequest
    ) -> Message:
        incident = self._incidents.get(incident_id)
        happened = incident.public_description or incident.offence
        about = self.about(owner, happened, of, of.closing_words)
        site_id = next(one.site_id for one in recipients if one.request_id == of.id)
        about = replace(about, tags={"request": of.id, "site": site_id})
        placed = [(one, self._address(one.site_id)) for one in recipients]
        if done := helped(placed):
            return emails.thanks(self._sender, owner.email, about, done)
        addresses = list(dict.fromkeys(place or "your address" for _, place in placed))
        return emails.not_needed(self._sender, owner.email, about, addresses)

    def about(self, owner: Owner, happened: str, request: FootageRequest, words: str) -> About:
        """What the message is about, and whom this owner may ask: the contact of the request,
        else its officer, else the force's switchboard."""
        profile = self._officers.profile(request.created_by)
        name = profile.name if profile else request.officer_name
        phone = profile.phone if profile else ""
        return About(
            name=owner.name,
            phrase=owner.phrase,
            reference=request.reference,
            happened=happened,
            contact=request.contact_name or name,
            contact_phone=request.contact_phone or phone or self._sender.force_phone,
            words=words,
        )

    def _address(self, site_id: str) -> str:
        site = self._sites.site(site_id)
        return site.address_line_1 if site else ""

    def sweep(self, until: datetime) -> int:
        """Queues again what was due before `until`; returns how much of it there was."""
        items = self._table.query(DUE, index=DUE_INDEX, between=("0", iso_seconds(until)))
        found = map(FAREWELL.read, items)
        lost = [_ids(one.incident_id, one.closing, one.owner_id) for one in found]
        return self._queue.put_all(Errand.THANK, lost)

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)


def _ids(incident_id: str, closing: int, owner_id: str) -> dict[str, str]:
    return {"incident_id": incident_id, "closing": str(closing), "owner_id": owner_id}
