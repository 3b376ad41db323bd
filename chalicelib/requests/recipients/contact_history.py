"""Read the facts of eligibility: the owners of sites, their pauses, and requests that reached them.

The requests that reached an owner stand in one item, beside a copy of the owner's pause, because
of two requests at once only one may take the last place of the contact budget: the write that adds
a request names the list, and the pause, as they were read. Most owners have no such item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from chalicelib.core.ids import is_id
from chalicelib.core.times import iso_seconds, parse_iso
from chalicelib.dynamodb.table import (
    READ_AT_ONCE,
    Condition,
    Item,
    Table,
    Value,
    Write,
    absent,
    all_of,
    equals,
)
from chalicelib.registry.model import Owner
from chalicelib.registry.records import OWNER
from chalicelib.requests.model import FootageRequest, FootageWindow, RequestState
from chalicelib.requests.recipients.eligibility import (
    EligibilityFacts,
    OwnerFacts,
    PastContact,
    recent_contacts,
)
from chalicelib.requests.recipients.recipient_batches import RecipientBatches, RequestBatches
from chalicelib.telemetry.workers import Workers

_READERS = 5


class ContactHistory:
    """Reads facts of eligibility from the Registry table, a hundred items at a time and no more of
    each than the checks need."""

    def __init__(self, table: Table, parts: RecipientBatches) -> None:
        self._table = table
        self._parts = parts

    def read_facts(
        self, site_ids: Sequence[str], incident_id: str, request_id: str
    ) -> EligibilityFacts:
        """Read the facts of these sites, for a request of this incident.

        They are read without a lock, and checked again when each owner is written to.
        """
        ids = [one for one in site_ids if is_id(one)]
        batches = [ids[n : n + READ_AT_ONCE] for n in range(0, len(ids), READ_AT_ONCE)]
        with Workers(1 + min(_READERS, len(batches))) as pool:
            asked = pool.submit(self.windows_asked, incident_id, request_id)
            owners: dict[str, str] = {}
            known: dict[str, OwnerFacts] = {}
            # Each batch goes on from its sites to their owners without waiting for the others.
            for some, facts in pool.map(self._batch, batches):
                owners |= some
                known |= facts
            return EligibilityFacts(owners, known, asked.result())

    def _batch(self, site_ids: Sequence[str]) -> tuple[dict[str, str], dict[str, OwnerFacts]]:
        """Site id → owner id, of the sites that are registered, and what is known of the owners."""
        sites = self._table.get_many(
            ((f"SITE#{one}", "SITE") for one in site_ids), attributes=["owner"]
        )
        owners = {pk.removeprefix("SITE#"): str(item["owner"]) for (pk, _), item in sites.items()}
        known = self._known(set(owners.values()))
        return owners, {one: known.get(one, OwnerFacts()) for one in owners.values()}

    def _known(
        self, owner_ids: Iterable[str], *, consistent: bool = False
    ) -> dict[str, OwnerFacts]:
        found = self._table.get_many(map(_key, owner_ids), consistent=consistent)
        return {pk.removeprefix("OWNER#"): owner_facts(item) for (pk, _), item in found.items()}

    def whole_owners(self, owner_ids: Collection[str]) -> dict[str, tuple[Owner, OwnerFacts]]:
        """Owner id → the owner as registered at this moment, with facts; others are left out."""
        facts = self._known(owner_ids, consistent=True)
        keys = ((f"OWNER#{one}", "OWNER") for one in owner_ids)
        owners = map(OWNER.read, self._table.get_many(keys, consistent=True).values())
        return {owner.id: (owner, facts.get(owner.id, OwnerFacts())) for owner in owners}

    def contact_write(
        self,
        owner_id: str,
        read: OwnerFacts,
        request: FootageRequest,
        site_ids: Collection[str],
        now: datetime,
    ) -> Write:
        """The write that adds a request to those that reached an owner. It fails when the list or
        the pause is not as it was read."""
        pk, sk = _key(owner_id)
        paused = iso_seconds(read.paused_until) if read.paused_until else None
        after = with_contact(read.contacts, request, site_ids, now)
        as_read = all_of(
            _same("contacts", _stored(read.contacts) or None), _same("paused_until", paused)
        )
        return self._table.put_write(
            {"PK": pk, "SK": sk, "contacts": _stored(after), "paused_until": paused}, when=as_read
        )

    def windows_asked(self, incident_id: str, but: str) -> dict[str, list[FootageWindow]]:
        """The times that sites were asked for in other requests of this incident, by site.

        A request that was withdrawn does not count: its officer may have meant another time.
        """
        others = [one for one in self._requests_of(incident_id) if one != but]
        found: dict[str, list[FootageWindow]] = {}
        for whole in self._standing(others):
            for site_id, window in windows_of(whole).items():
                found.setdefault(site_id, []).append(window)
        return found

    def times_asked(self, incident_id: str) -> dict[str, datetime]:
        """When each site was asked last in this incident; a request that was withdrawn does not
        count, as its sites can be asked again."""
        found: dict[str, datetime] = {}
        for whole in self._standing(self._requests_of(incident_id)):
            at = whole.request.created_at
            for site_id in windows_of(whole):
                found[site_id] = max(at, found.get(site_id, at))
        return found

    def _requests_of(self, incident_id: str) -> list[str]:
        listed = self._table.query(f"INCIDENT#{incident_id}", prefix="REQUEST#", consistent=True)
        return [str(item["SK"]).removeprefix("REQUEST#") for item in listed]

    def _standing(self, request_ids: Sequence[str]) -> list[RequestBatches]:
        """These requests with their batches, without those that were withdrawn."""
        if not request_ids:
            return []
        read = partial(self._parts.read_request, recipients=False)
        with Workers(_READERS) as pool:
            found = list(pool.map(read, request_ids))
        return [one for one in found if one and one.request.state is not RequestState.WITHDRAWN]


def windows_of(whole: RequestBatches) -> dict[str, FootageWindow]:
    """Every site that a request asks, with the time it is asked for."""
    request = whole.request
    skipped = {one.site_id for one in request.skipped}
    return {
        site: part.window(site, request)
        for part in whole.parts
        for site in part.site_ids
        if site not in skipped
    }


# an owner's list of requests


def owner_facts(item: Item) -> OwnerFacts:
    """The facts that an owner's contacts item holds."""
    paused = item.get("paused_until")
    contacts = [
        PastContact(one["request"], one["incident"], parse_iso(one["at"]), tuple(one["sites"]))
        for one in item.get("contacts", ())
    ]
    return OwnerFacts(parse_iso(paused) if paused else None, tuple(contacts))


def with_contact(
    contacts: Iterable[PastContact], request: FootageRequest, site_ids: Iterable[str], now: datetime
) -> list[PastContact]:
    """An owner's contacts after a request reached them: those that still count, this one once."""
    mine = set(site_ids)
    kept: list[PastContact] = []
    for one in recent_contacts(contacts, now):
        if one.request_id == request.id:
            mine |= set(one.site_ids)
        else:
            kept.append(one)
    return [*kept, PastContact(request.id, request.incident_id, now, tuple(sorted(mine)))]


def _key(owner_id: str) -> tuple[str, str]:
    return f"OWNER#{owner_id}", "CONTACTS"


def _same(name: str, value: Value) -> Condition:
    return absent(name) if value is None else equals(name, value)


def _stored(contacts: Iterable[PastContact]) -> list[Mapping[str, Value]]:
    return [
        {
            "request": one.request_id,
            "incident": one.incident_id,
            "at": iso_seconds(one.at),
            "sites": list(one.site_ids),
        }
        for one in contacts
    ]
