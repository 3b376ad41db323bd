"""Changes that owners make to their registration, each put on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.model import Owner, Pause, Site
from chalicelib.registry.store import CHANGED, SiteStore

UNTIL_RESUMED = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a pause that lasts until the owner resumes."""


class OwnerChanges:
    """Changes and removals by an owner, refused when the record changed since it was read."""

    def __init__(self, sites: SiteStore, emails: OwnerEmails, audit: AuditLog) -> None:
        self._sites = sites
        self._audit = audit
        self._emails = emails

    def site(self, owner_id: str, site_id: str) -> Site:
        """Read a site of this owner. Raises NotFound for another owner's site as for none, since
        the two must look the same."""
        site = self._sites.site(site_id, consistent=True)
        if site is None or site.owner_id != owner_id:
            raise NotFound("There is nothing at this address.")
        return site

    def change_site(self, before: Site, after: Site, what: str) -> Site:
        """Replace a site. what: for the record. Raises Conflict when it is no longer `before`."""
        changed = self._sites.change_site(before, after)
        actor = Actor.owner(before.owner_id)
        self._audit.record_act(actor, Action.CHANGED_SITE, f"site.{before.id}", what=what)
        return changed

    def remove_site(self, site: Site) -> None:
        """Remove a site from the register. Raises Conflict when it changed since it was read."""
        self._sites.remove_site(site)
        self._audit.record_act(Actor.owner(site.owner_id), Action.REMOVED_SITE, f"site.{site.id}")

    def change_details(self, owner: Owner, name: str, phone: str) -> Owner:
        """Change name and telephone. Raises Conflict when they changed since they were read."""
        changed = self._sites.change_owner(owner, replace(owner, name=name, phone=phone))
        actor = Actor.owner(owner.id)
        self._audit.record_act(actor, Action.CHANGED_OWNER, f"owner.{owner.id}")
        return changed

    def pause_requests(self, owner: Owner, until: datetime) -> Owner:
        """Pause new requests to this owner until a time; earlier requests go on. Raises Conflict
        when the owner's details were changed since they were read."""
        paused = replace(owner, paused_until=until, paused_why=Pause.OWN)
        shown = None if until == UNTIL_RESUMED else until
        notice, write = self._emails.note(self._emails.paused(owner.email, owner.phrase, shown))
        changed = self._sites.change_owner(owner, paused, write)
        actor = Actor.owner(owner.id)
        self._audit.record_act(actor, Action.PAUSED, f"owner.{owner.id}")
        self._emails.queue(notice)
        return changed

    def resume_requests(self, owner: Owner) -> Owner:
        """End a pause of requests to this owner. Raises Conflict as `pause_requests` does."""
        notice, write = self._emails.note(self._emails.resumed(owner.email, owner.phrase))
        resumed = replace(owner, paused_until=None, paused_why=None)
        changed = self._sites.change_owner(owner, resumed, write)
        self._audit.record_act(Actor.owner(owner.id), Action.RESUMED, f"owner.{owner.id}")
        self._emails.queue(notice)
        return changed

    def remove_everything(self, owner: Owner) -> None:
        """Remove all that is known of an owner (UK GDPR, article 17).

        Each site goes in its own transaction with its entry on the map; when the removal is cut
        short, it can be made again for the rest. The record keeps the owner's and the sites' ids,
        which then name nobody. Unconfirmed registrations under the same address expire in 7 days.
        """
        for site_id in self._sites.places_of(owner.id):
            site = self._sites.site(site_id, consistent=True)
            if site is not None:
                self.remove_site(site)
        notice, write = self._emails.note(
            self._emails.registration_removed(owner.email, phrase=owner.phrase)
        )
        self._sites.remove_owner(owner, write)
        actor = Actor.owner(owner.id)
        self._audit.record_act(actor, Action.REMOVED_OWNER, f"owner.{owner.id}")
        self._emails.queue(notice)


def same_version(typed: str, version: int) -> None:
    """Check the version that a form was made for. Raises Conflict when there is another now."""
    if typed != str(version):
        raise Conflict(CHANGED)
