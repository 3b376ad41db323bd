"""Puts the services of `registry` together."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.limits.services import LimitServices
from chalicelib.notifications.services import NotificationServices
from chalicelib.registry.email_change import EmailChanges
from chalicelib.registry.emails import OwnerEmails
from chalicelib.registry.force_area import ForceArea
from chalicelib.registry.gazetteer.place_names import PlaceNames
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.owner_changes import OwnerChanges
from chalicelib.registry.owner_sign_in import OwnerSignIn
from chalicelib.registry.postcodes import Postcodes
from chalicelib.registry.registration import Registrations
from chalicelib.registry.store import SiteStore
from chalicelib.registry.text_message_opt_in import TextMessageOptIn
from chalicelib.registry.vetting.address_checks import AddressChecks


class RegistryServices:
    """The services for owners and their sites: the register, and what owners change in it."""

    def __init__(
        self,
        clients: Clients,
        access: AccessServices,
        limits: LimitServices,
        notifications: NotificationServices,
    ) -> None:
        table, clock, audit = clients.registry_table, clients.clock, access.audit
        links, sessions = access.one_time_links, access.sessions
        mailer, sender = notifications.mailer, notifications.sender
        emails = OwnerEmails(
            mailer, sender, notifications.notices, limits.address_mail, limits.stranger_mail
        )
        self.postcodes = Postcodes(table)
        self.place_names = PlaceNames(table, clock)
        self.force_area = ForceArea(table, clock)
        self.sites = SiteStore(table, MapCounts(table), lambda: clients.key)
        self.registrations = Registrations(self.sites, links, emails, audit, clock, clients.counts)
        self.owner_sign_in = OwnerSignIn(self.sites, links, sessions, emails, audit, clock)
        self.owner_changes = OwnerChanges(self.sites, emails, audit)
        self.address_checks = AddressChecks(self.sites, emails, audit)
        self.email_changes = EmailChanges(self.sites, links, sessions, emails, audit, clock)
        self.text_message_opt_in = TextMessageOptIn(
            table, notifications.texter, sender, audit, clock, lambda: clients.key
        )
