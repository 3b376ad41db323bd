"""The last message to each owner about a closed incident, once, however many sites they have.

Each closing notice is an item of the incident, and an entry of the outbox until it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.permissions import Officer
from chalicelib.dynamodb.field_marks import Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.outbox import EntryKind, Outbox, filed_under
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import Item, Value
from chalicelib.incidents.service import IncidentService
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.notifications.messenger import OutgoingMail
from chalicelib.notifications.send_queue import SendTask
from chalicelib.registry.model import Owner, Pause, Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.closing import emails
from chalicelib.requests.closing.emails import HelpGiven, NoticeSubject
from chalicelib.requests.model import FootageRequest, Recipient, RecipientState
from chalicelib.requests.recipient_states import STATES, Help
from chalicelib.requests.store import RequestStore
from chalicelib.requests.told_words import is_vouched, words_for
from chalicelib.telemetry.workers import Workers

_WRITERS = 16


@dataclass(frozen=True)
class ClosingNotice:
    """One last message. closing: the number of the closing that it is about. recipients: keys of
    the recipients that it is about. due_at: when it is to be sent, None once it was sent."""

    incident_id: str
    closing: int
    owner_id: str
    recipients: tuple[str, ...]
    due_at: Seconds | None = None
    told_at: Seconds | None = None


FAREWELL = StoredRecord(
    "last message to an owner",
    ClosingNotice,
    "INCIDENT#{incident_id}",
    "FAREWELL#{closing:d}#{owner_id}",
    derived=[filed_under("FAREWELL")],
)

ITEMS: tuple[DeclaredItem, ...] = (FAREWELL,)
FAREWELLS = EntryKind("FAREWELL", lambda item: [(SendTask.THANK, _ids(FAREWELL.read(item)))])


def summarise_help(matters: Iterable[tuple[Recipient, str]]) -> HelpGiven | None:
    """What an owner did, from their recipients, each with the address of its site ("" when that
    is not registered any more); None when the owner answered nothing."""
    listed = list(matters)
    helps = {STATES[one.state].help for one, _ in listed if has_answered(one)}
    if not helps:
        return None

    def places(wanted: Help) -> tuple[str, ...]:
        found = [
            place or "your camera" for one, place in listed if STATES[one.state].help is wanted
        ]
        return tuple(dict.fromkeys(found))

    return HelpGiven(
        sent=places(Help.SENT),
        saved=places(Help.SAVED),
        looked=Help.LOOKED in helps,
        unable=Help.UNABLE in helps,
        declined=helps == {Help.DECLINED},
    )


def has_answered(recipient: Recipient) -> bool:
    """True when the owner said something, or sent footage, for this site."""
    return recipient.answer is not None or recipient.state is RecipientState.UPLOADED


class ClosingNotices:
    """Keeps closing notices until they are sent, and sends them."""

    def __init__(
        self,
        outbox: Outbox,
        store: RequestStore,
        sites: SiteStore,
        incidents: IncidentService,
        officers: OfficerProfiles,
        mail: OutgoingMail,
    ) -> None:
        self._outbox = outbox
        self._store = store
        self._sites = sites
        self._incidents = incidents
        self._officers = officers
        self._mail = mail

    def prepare_notices(
        self, incident_id: str, closing: int, owners: Mapping[str, Sequence[Recipient]]
    ) -> None:
        """Keep a closing notice for each owner about these recipients, and queue its sending.

        Repeating it adds nothing: an owner's notice, sent or not, stays as it is.
        """
        now = self._outbox.now()
        made = [
            ClosingNotice(
                incident_id, closing, owner_id, tuple(one.key for one in theirs), due_at=now
            )
            for owner_id, theirs in owners.items()
        ]
        with Workers(_WRITERS) as pool:
            added = list(pool.map(lambda one: self._outbox.add(FAREWELL.item(one)), made))
        new = [_ids(one) for one, is_new in zip(made, added, strict=True) if is_new]
        self._outbox.queue(SendTask.THANK, *new)

    def prepare_late_notice(self, request: FootageRequest, recipient: Recipient) -> None:
        """Prepare a closing notice for an owner whose first message went out during the closing,
        unless the owner has one already."""
        incident = self._incidents.get_incident(request.incident_id)
        self.prepare_notices(incident.id, incident.closings, {recipient.owner_id: [recipient]})

    def send_notice(self, incident_id: str, closing: int, owner_id: str) -> None:
        """Send an owner's closing notice. Repeating the call sends nothing twice.

        Raises what sending raised, so that the queue tries again.
        """
        key = f"INCIDENT#{incident_id}", f"FAREWELL#{closing}#{owner_id}"
        self._outbox.work(key, self._say)

    def _say(self, item: Item) -> dict[str, Value]:
        with suppress(Undeliverable):  # there is no other way to reach the owner
            self._send(FAREWELL.read(item))
        return FAREWELL.changes(told_at=self._outbox.now())

    def _send(self, farewell: ClosingNotice) -> None:
        owner = self._sites.owner(farewell.owner_id)
        pairs = [key.split(".") for key in farewell.recipients]
        found = [self._store.recipient(*pair) for pair in pairs]
        recipients = [one for one in found if one]
        read = [self._store.request(one.request_id) for one in recipients]
        requests = sorted((one for one in read if one), key=lambda one: one.created_at)
        # An owner whose messages come back, or who complained of them, is not written to.
        if owner is None or not requests or owner.paused_why is Pause.RETURNED:
            return
        self._mail.mailer.send(self._message(farewell.incident_id, owner, recipients, requests))

    def _message(
        self,
        incident_id: str,
        owner: Owner,
        recipients: Sequence[Recipient],
        requests: Sequence[FootageRequest],
    ) -> Message:
        of = requests[-1]
        incident = self._incidents.get_incident(incident_id)
        happened = incident.public_description or incident.offence
        sites = {one.site_id: self._sites.site(one.site_id) for one in recipients}
        about = self.notice_subject(owner, words_for(sites.values(), happened, "").happened, of)
        # The owner's latest request may have ended before the closing, which wrote its words to
        # the requests that it ended.
        said = [one for one in requests if one.closing_words]
        if not is_vouched(sites.values()):
            about = replace(about, words="", words_by="")
        elif said:
            last = said[-1]
            about = replace(about, words=last.closing_words, words_by=last.closing_words_by)
        site_id = next(one.site_id for one in recipients if one.request_id == of.id)
        about = replace(about, tags={"request": of.id, "site": site_id})
        placed = [(one, _address(sites[one.site_id])) for one in recipients]
        if done := summarise_help(placed):
            return emails.thanks_email(self._mail.sender, owner.email, about, done)
        addresses = list(dict.fromkeys(place or "your address" for _, place in placed))
        return emails.not_needed_email(self._mail.sender, owner.email, about, addresses)

    def officer_name(self, officer: Officer) -> str:
        """An officer's name as owners see it."""
        profile = self._officers.profile(officer.id)
        return profile.name if profile else officer.username

    def notice_subject(self, owner: Owner, happened: str, request: FootageRequest) -> NoticeSubject:
        """The subject of a closing notice, with whom this owner may ask: the contact of the
        request, else its officer, else the force's switchboard. An officer's own number never
        stands beside another's name."""
        profile = self._officers.profile(request.created_by)
        name = profile.name if profile else request.officer_name
        theirs = request.contact_name in ("", name, request.officer_name)
        phone = profile.phone if profile and theirs else ""
        return NoticeSubject(
            name=owner.name,
            phrase=owner.phrase,
            reference=request.reference,
            happened=happened,
            contact=request.contact_name or name,
            contact_phone=request.contact_phone or phone or self._mail.sender.force_phone,
            words=request.closing_words,
            words_by=request.closing_words_by,
        )


def _address(site: Site | None) -> str:
    return site.address_line_1 if site else ""


def _ids(one: ClosingNotice) -> dict[str, str]:
    return {
        "incident_id": one.incident_id,
        "closing": str(one.closing),
        "owner_id": one.owner_id,
    }
