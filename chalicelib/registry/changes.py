"""What owners change about their registration, each on record."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.errors import Conflict, DomainError, NotFound
from chalicelib.notify import owner_messages
from chalicelib.notify.messages import Sender
from chalicelib.registry.model import Owner, Site
from chalicelib.registry.register import SendsMail
from chalicelib.registry.store import CHANGED, SiteStore


class OwnerChanges:
    """Changes and removals by the owner. `version` is that of the page the owner saw."""

    def __init__(self, sites: SiteStore, audit: Audit, mailer: SendsMail, sender: Sender) -> None:
        self._sites = sites
        self._audit = audit
        self._mailer = mailer
        self._sender = sender

    def site(self, owner_id: str, site_id: str) -> Site:
        """The owner's own site. Raises NotFound, for another's as for none: the two must look
        the same."""
        site = self._sites.site(site_id, consistent=True)
        if site is None or site.owner_id != owner_id:
            raise NotFound("There is nothing at this address.")
        return site

    def change_site(self, before: Site, after: Site, what: str) -> Site:
        """Raises Conflict when the site is not as `before` any more. what: for the record."""
        changed = self._sites.change_site(before, after)
        actor = Actor.owner(before.owner_id)
        self._audit.record(actor, Action.CHANGED_SITE, f"site.{before.id}", what=what)
        return changed

    def remove_site(self, site: Site) -> None:
        """Takes a site off the map. Raises Conflict when it is not as `site` any more."""
        self._sites.remove_site(site)
        self._audit.record(Actor.owner(site.owner_id), Action.REMOVED_SITE, f"site.{site.id}")

    def change_details(self, owner: Owner, name: str, phone: str) -> Owner:
        """Raises Conflict when the owner's details were changed since they were read."""
        changed = self._sites.change_owner(owner, replace(owner, name=name, phone=phone))
        actor = Actor.owner(owner.id)
        self._audit.record(actor, Action.CHANGED_OWNER, f"owner.{owner.id}")
        return changed

    def remove_everything(self, owner: Owner) -> None:
        """Removes all that is known of an owner (UK GDPR, article 17).

        Site by site, each at once with its pins: when it is cut short, what is left can be
        removed again. The record keeps the owner's and the sites' ids, which then name nobody.
        Unconfirmed registrations under the same address go by themselves within 7 days.
        """
        for site_id in self._sites.places_of(owner.id):
            site = self._sites.site(site_id, consistent=True)
            if site is not None:
                self.remove_site(site)
        self._sites.remove_owner(owner)
        actor = Actor.owner(owner.id)
        self._audit.record(actor, Action.REMOVED_OWNER, f"owner.{owner.id}")
        try:
            self._mailer.send(
                owner_messages.registration_removed(self._sender, owner.email, phrase=owner.phrase)
            )
        except DomainError:
            return  # they are gone, as they asked; the page tells them so as well


def same_version(typed: str, version: int) -> None:
    """Raises Conflict when a form was made for another version than there is now."""
    if typed != str(version):
        raise Conflict(CHANGED)
