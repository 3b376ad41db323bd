"""Owners, sites and cameras in the Registry table.

A site's index entry (registry.site_index) is part of its item, and the counts of its cells
(registry.map_counts) change in the same transaction, so that what officers search is never
different from what owners see. Every change of a site or an owner names the version that it was
made on: of two changes at once, the second is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.cameras.model import Camera
from chalicelib.core.errors import Conflict
from chalicelib.dynamodb.attributes import LISTING_INDEX
from chalicelib.dynamodb.table import (
    EXISTS,
    NEW,
    ConditionFailed,
    Item,
    Table,
    Write,
    equals,
)
from chalicelib.limits.counted import one_more
from chalicelib.registry import force_area, postcodes, records
from chalicelib.registry.gazetteer import sector_centres
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.model import Owner, Premises, Registration, Site
from chalicelib.registry.records import (
    OWNER,
    PENDING,
    SITE,
    camera_item,
    email_item,
    email_partition,
    listed_item,
    place_hash,
    site_from,
)

ITEMS = records.ITEMS + postcodes.ITEMS + sector_centres.ITEMS + force_area.ITEMS

CHANGED = (
    "This was changed in the meantime, perhaps by you in another window. "
    "We show it as it is now. Make your change again if you still need to."
)


def daily_count_write(table: Table, partition: str, what: str, now: datetime, most: int) -> Write:
    """The write that counts one more of `what`; it fails beyond `most` in a day (UTC)."""
    change = one_more(most, now + timedelta(days=2))
    return table.update_write(partition, f"{what}#{now:%Y-%m-%d}", **change)


class SiteStore:
    """Reads and changes owners and sites.

    key: gives the stage's secret, from which the hashes of e-mail addresses are derived; asked
    for only when an address is looked up.
    """

    def __init__(self, table: Table, counts: MapCounts, key: Callable[[], bytes]) -> None:
        self.table = self._table = table
        self._counts = counts
        self._key = key

    # reads

    def site(self, site_id: str, *, consistent: bool = False) -> Site | None:
        """One site with its cameras, in one query."""
        return site_from(self._table.query(f"SITE#{site_id}", consistent=consistent))

    def owner(self, owner_id: str) -> Owner | None:
        item = self._table.get(f"OWNER#{owner_id}", "OWNER", consistent=True)
        return OWNER.read(item) if item else None

    def sites_by_id(self, site_ids: Iterable[str]) -> dict[str, Site]:
        """Read sites with their cameras, in batches; ids without a site are left out."""
        found = self._table.get_many((f"SITE#{one}", "SITE") for one in site_ids)
        cameras = self._table.get_many(
            (pk, f"CAMERA#{number}")
            for (pk, _), item in found.items()
            for number in item["camera_numbers"]
        )
        of: dict[str, list[Item]] = {pk: [item] for (pk, _), item in found.items()}
        for (pk, _), camera in cameras.items():
            of[pk].append(camera)
        sites = [site_from(items) for items in of.values()]
        return {site.id: site for site in sites if site}

    def sites_listed(self, listing: str, most: int) -> list[Site]:
        """Read the sites of a list of the index `Listing`, the oldest first."""
        found = self._table.query(listing, index=LISTING_INDEX, limit=most)
        sites = self.sites_by_id(str(item["PK"]).removeprefix("SITE#") for item in found)
        return sorted(sites.values(), key=lambda site: (site.created_at, site.id))

    def has_phone(self, site: Site) -> bool:
        """True when the owner of a site gave a phone number."""
        owner = self.owner(site.owner_id)
        return bool(owner and owner.phone)

    def owners_by_id(self, owner_ids: Iterable[str]) -> dict[str, Owner]:
        """Read owners in batches; ids without an owner are left out."""
        keys = ((f"OWNER#{one}", "OWNER") for one in owner_ids)
        found = map(OWNER.read, self._table.get_many(keys, consistent=True).values())
        return {owner.id: owner for owner in found}

    def sites_of(self, owner_id: str) -> list[Site]:
        """Every site of an owner, the oldest first."""
        found = (self.site(site_id, consistent=True) for site_id in self.places_of(owner_id))
        return sorted((site for site in found if site), key=lambda s: (s.created_at, s.id))

    def places_of(self, owner_id: str) -> dict[str, str]:
        """Site id → hash of its place, for telling whether an address is already there."""
        items = self._table.query(f"OWNER#{owner_id}", prefix="SITE#", consistent=True)
        return {str(item["SK"]).removeprefix("SITE#"): str(item["place"]) for item in items}

    def owner_id_of(self, email: str) -> str | None:
        """The id of the owner with this e-mail address, None when it is not registered."""
        item = self._table.get(self.mailbox(email), "EMAIL", consistent=True)
        return str(item["owner"]) if item else None

    def pending(self, registration_id: str) -> Registration | None:
        """Read an unconfirmed registration; the caller checks whether it has expired."""
        item = self._table.get(f"PENDING#{registration_id}", "REGISTRATION", consistent=True)
        return PENDING.read(item) if item else None

    # hashes

    def mailbox(self, email: str) -> str:
        """The partition of an e-mail address: whose it is, and which mails were asked for to it."""
        return email_partition(self._key(), email)

    def place_hash(self, place: Premises) -> str:
        return place_hash(self._key(), place)

    # writes that others put into their transactions

    def new_owner_writes(self, owner: Owner) -> list[Write]:
        """Writes of a new owner; the first fails when somebody has the e-mail address."""
        return [
            self._table.put_write(email_item(self._key(), owner), when=NEW),
            self._table.put_write(OWNER.item(owner), when=NEW),
        ]

    def move_address_writes(self, owner: Owner, email: str) -> list[Write]:
        """Writes that make another e-mail address lead to an owner and the present one to nobody;
        the first fails when somebody has the new address."""
        moved = email_item(self._key(), replace(owner, email=email))
        return [
            self._table.put_write(moved, when=NEW),
            self._table.delete_write(self.mailbox(owner.email), "EMAIL"),
        ]

    def touch_owner_write(self, owner: Owner) -> Write:
        """A write that fails when the owner changed, so that two changes at once collide."""
        return self._table.update_write(
            f"OWNER#{owner.id}",
            "OWNER",
            assign=OWNER.changes(version=owner.version + 1),
            when=equals("version", owner.version),
        )

    def new_site_writes(self, site: Site) -> list[Write]:
        """Writes of a new site: its cameras, its entry in the owner's list, its cells' counts."""
        return [
            self._table.put_write(listed_item(self._key(), site), when=NEW),
            self._table.put_write(SITE.item(site), when=NEW),
            *(self._table.put_write(camera_item(site.id, c)) for c in site.cameras),
            *self._counts.change_writes(None, site),
        ]

    def new_pending_write(self, registration: Registration) -> Write:
        """The write of a registration that is to be confirmed."""
        return self._table.put_write(PENDING.item(registration), when=NEW)

    def take_pending_write(self, registration_id: str) -> Write:
        """The write that removes a registration being confirmed; it fails when that is gone."""
        return self._table.delete_write(f"PENDING#{registration_id}", "REGISTRATION", when=EXISTS)

    def asked_write(self, email: str, what: str, now: datetime, most: int) -> Write:
        """The write that counts a message to an address; fails beyond `most` in a day (UTC)."""
        return daily_count_write(self._table, self.mailbox(email), f"ASKED#{what}", now, most)

    # changes

    def change_site(self, before: Site, after: Site) -> Site:
        """Replace the site `before`, as it was read, by `after`; return it with its new version.

        Raises Conflict when somebody else changed it since it was read.
        """
        changed = replace(after, version=before.version + 1)
        same = equals("version", before.version)
        self.transact(
            self._table.put_write(SITE.item(changed), when=same),
            *self._camera_writes(before.cameras, changed),
            *self._counts.change_writes(before, changed),
        )
        return changed

    def _camera_writes(self, before: Iterable[Camera], after: Site) -> list[Write]:
        were = {camera.number: camera for camera in before}
        writes = [
            self._table.put_write(camera_item(after.id, camera))
            for camera in after.cameras
            if were.pop(camera.number, None) != camera
        ]
        gone = set(were) - {camera.number for camera in after.cameras}
        for number in sorted(gone):
            writes.append(self._table.delete_write(f"SITE#{after.id}", f"CAMERA#{number}"))
        return writes

    def remove_site(self, site: Site, *with_it: Write) -> None:
        """Remove a site, its cameras and its share of the counts. with_it: writes in the same
        transaction. Raises Conflict when the site was changed since it was read."""
        self.transact(
            self._table.delete_write(
                f"SITE#{site.id}", "SITE", when=equals("version", site.version)
            ),
            self._table.delete_write(f"OWNER#{site.owner_id}", f"SITE#{site.id}"),
            *(
                self._table.delete_write(f"SITE#{site.id}", f"CAMERA#{camera.number}")
                for camera in site.cameras
            ),
            *self._counts.change_writes(site, None),
            *with_it,
        )

    def change_owner(self, before: Owner, after: Owner, *with_it: Write) -> Owner:
        """Replace what is known of an owner, except for the e-mail address.

        with_it: writes in the same transaction. Raises Conflict when somebody else changed it
        since it was read.
        """
        changed = replace(after, email=before.email, version=before.version + 1)
        self.transact(
            self._table.put_write(OWNER.item(changed), when=equals("version", before.version)),
            *self._pause_writes(before, changed),
            *with_it,
        )
        return changed

    def _pause_writes(self, before: Owner, after: Owner) -> list[Write]:
        """Writes that copy a pause to the owner's list of requests: requests to many owners read
        only that list (requests.recipients.contact_history)."""
        if before.paused_until == after.paused_until:
            return []
        paused = OWNER.changes(paused_until=after.paused_until)
        return [self._table.update_write(f"OWNER#{after.id}", "CONTACTS", assign=paused, when=None)]

    def remove_owner(self, owner: Owner, *with_it: Write) -> None:
        """Remove an owner whose sites are gone. with_it: writes in the same transaction. Raises
        Conflict when a site was added since."""
        self.transact(
            self._table.delete_write(
                f"OWNER#{owner.id}", "OWNER", when=equals("version", owner.version)
            ),
            self._table.delete_write(self.mailbox(owner.email), "EMAIL"),
            # A telephone number that waits for its code (registry.text_message_opt_in), and an
            # address that waits for its link (registry.email_change).
            self._table.delete_write(f"OWNER#{owner.id}", "TEXTCODE"),
            self._table.delete_write(f"OWNER#{owner.id}", "CONTACTS"),
            self._table.delete_write(f"OWNER#{owner.id}", "NEWEMAIL"),
            *with_it,
        )

    def transact(self, *writes: Write) -> None:
        """Make all of the writes or none, tried again while another transaction is in the way.

        Raises Conflict when a condition does not hold, Unavailable when it stays too busy.
        """
        try:
            self.transact_raw(*writes)
        except ConditionFailed as error:
            raise Conflict(CHANGED) from error

    def transact_raw(self, *writes: Write) -> None:
        """Do as `transact` does, but raise ConditionFailed with the number of the write."""
        self._table.transact_with_retry(*writes)
