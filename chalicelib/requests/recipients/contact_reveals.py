"""Showing an officer who a site belongs to: a separate act, with a reason, on record before it is
shown. A search never shows owners.

Threat: an officer with a case of their own collects the names behind sites that it has nothing to
do with. So only the owners of sites that a search of this very incident found, or that were asked
in it, are shown, while it is open, and only so many in a day. A site that was not found and one
that is not registered look the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.incidents.found_sites import FoundSites
from chalicelib.incidents.records import Incident
from chalicelib.oversight.look_budgets import LookBudgets, LookKind
from chalicelib.registry.model import Owner, Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.recipients.contact_history import ContactHistory

NOT_OPEN = (
    "This incident is closed, so contact details are not shown any more. "
    "A supervisor can open it again."
)
NOT_FOUND_HERE = (
    "No search of this incident found this site, or it is not registered any more. "
    "Search for it first."
)


@dataclass(frozen=True)
class OwnerContact:
    """A site with its owner, who has the contact details."""

    site: Site
    owner: Owner


class ContactReveals:
    """Shows owners' contact details to officers."""

    def __init__(
        self,
        sites: SiteStore,
        found: FoundSites,
        contacts: ContactHistory,
        budgets: LookBudgets,
        audit: AuditLog,
    ) -> None:
        self._sites = sites
        self._found = found
        self._contacts = contacts
        self._budgets = budgets
        self._audit = audit

    def find_site(self, incident: Incident, site_id: str) -> OwnerContact:
        """Read a site whose owner may be seen for an incident, for an officer whose look is on
        record or who is asked for a reason. Raises Conflict when the incident is closed, NotFound
        when it did not find the site."""
        if not incident.is_open:
            raise Conflict(NOT_OPEN)
        if self._belongs(incident, site_id):
            site = self._sites.site(site_id, consistent=True)
            owner = self._sites.owner(site.owner_id) if site else None
            if site and owner:
                return OwnerContact(site, owner)
        raise NotFound(NOT_FOUND_HERE)

    def _belongs(self, incident: Incident, site_id: str) -> bool:
        if self._found.was_found(incident.id, site_id):
            return True
        return site_id in self._contacts.times_asked(incident.id)

    def reveal_contact(
        self, incident: Incident, site_id: str, reason: str, officer: Officer
    ) -> OwnerContact:
        """Show who a site belongs to. Raises what `find_site` does, BudgetSpent when the officer
        has seen as many as a day allows, and Unavailable when the look cannot be put on record."""
        found = self.find_site(incident, site_id)
        subject = f"site.{found.site.id}"
        self._budgets.spend(officer, f"incident.{incident.id}", {LookKind.REVEALS: 1})
        self._audit.record_act(
            Actor.officer(officer), Action.REVEALED_CONTACT, subject, reason, incident=incident.id
        )
        return found
