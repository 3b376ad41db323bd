"""New addresses that an administrator looks at before their owners read anything of a case.

An address that is accepted is like any other from then on. One that is refused leaves the register,
and its owner is told, so that a mistake can be put right by registering again.

Threat: a list of addresses is read for curiosity. It names no owner, shows where an address is only
one at a time, and each such look is on record before it is shown.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import NotFound
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.model import Site
from chalicelib.registry.owner_changes import same_version
from chalicelib.registry.records import UNCHECKED
from chalicelib.registry.store import SiteStore

MOST_LISTED = 200
"""Addresses that are listed at once, the oldest first."""


class AddressChecks:
    """Lists the addresses that wait, and decides about one."""

    def __init__(self, sites: SiteStore, emails: OwnerEmails, audit: AuditLog) -> None:
        self._sites = sites
        self._emails = emails
        self._audit = audit

    def list_waiting(self, officer: Officer) -> list[Site]:
        """Read the sites that wait for a look, the oldest first; the look at the list is on record
        before."""
        self._audit.record_act(Actor.officer(officer), Action.LISTED_ADDRESSES, "addresses")
        return self._sites.sites_listed(UNCHECKED, MOST_LISTED)

    def look_at(self, site_id: str, officer: Officer) -> Site:
        """Read a site that waits; the look is on record before. Raises NotFound for any other, so
        that nobody looks up addresses here."""
        site = self._waiting(site_id)
        self._audit.record_act(Actor.officer(officer), Action.VIEWED_ADDRESS, f"site.{site.id}")
        return site

    def accept(self, site_id: str, version: str, reason: str, officer: Officer) -> None:
        """Take the doubts off a site. version: of the page on which it was decided. reason: for
        the record, "" for none. Raises Conflict when the site was changed since, NotFound when it
        does not wait."""
        site = self._waiting(site_id)
        same_version(version, site.version)
        self._sites.change_site(site, replace(site, doubts=()))
        self._record(officer, Action.ACCEPTED_ADDRESS, site, reason)

    def refuse(self, site_id: str, version: str, reason: str, officer: Officer) -> None:
        """Take a site off the register and tell its owner. Raises as `accept` does."""
        site = self._waiting(site_id)
        same_version(version, site.version)
        owner = self._sites.owner(site.owner_id)
        if owner is None:
            raise NotFound("There is nothing at this address.")
        message = self._emails.address_refused(
            owner.email, address=site.address_lines, phrase=owner.phrase
        )
        notice, told = self._emails.note(message)
        self._sites.remove_site(site, told)
        self._record(officer, Action.REFUSED_ADDRESS, site, reason)
        self._emails.queue(notice)

    def _waiting(self, site_id: str) -> Site:
        site = self._sites.site(site_id, consistent=True)
        if site is None or not site.doubts:
            raise NotFound("This address does not wait for a look. Somebody may have decided.")
        return site

    def _record(self, officer: Officer, action: Action, site: Site, reason: str) -> None:
        doubts = ", ".join(site.doubts)
        self._audit.record_act(
            Actor.officer(officer), action, f"site.{site.id}", reason, doubts=doubts
        )
