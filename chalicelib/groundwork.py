"""The lower half of the wiring: who acts, what is registered, how messages go out.

`asking.Asking` puts requests on top of it, `container.Services` evidence on those.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.clients import Clients

if TYPE_CHECKING:
    from chalicelib.access.audit import Audit
    from chalicelib.access.audit_statistics import Statistics
    from chalicelib.access.officer_profiles import KnownOfficers
    from chalicelib.access.officers import Officers
    from chalicelib.access.one_time_links import Links
    from chalicelib.access.sessions import Sessions
    from chalicelib.dynamodb.outbox import Outbox
    from chalicelib.notifications.channels import Mailer, Texter
    from chalicelib.notifications.messenger import Messenger, OutgoingMail
    from chalicelib.notifications.notices import Notices
    from chalicelib.notifications.rate_limiter import Pace
    from chalicelib.notifications.rendering import Sender
    from chalicelib.notifications.send_queue import SendQueue
    from chalicelib.registry.email_change import EmailChanges
    from chalicelib.registry.force_area import ForceArea
    from chalicelib.registry.owner_changes import OwnerChanges
    from chalicelib.registry.owner_sign_in import Residents
    from chalicelib.registry.postcodes import Postcodes
    from chalicelib.registry.registration import Registrations
    from chalicelib.registry.store import SiteStore
    from chalicelib.registry.text_message_opt_in import TextMessages
    from chalicelib.search.site_map import SiteMap


class Groundwork(Clients):
    """What requests and evidence stand on."""

    @cached_property
    def audit(self) -> Audit:
        """The record of every act."""
        from chalicelib.access.audit import Audit

        return Audit(self.audit_table, self.clock, self.statistics.note)

    @cached_property
    def sessions(self) -> Sessions:
        """Officers' and owners' sessions."""
        from chalicelib.access.sessions import Sessions

        return Sessions(self.registry, self.clock)

    @cached_property
    def officers(self) -> Officers:
        """Officers signing in and out."""
        from chalicelib.access.officers import Officers

        return Officers(
            self.settings, self.key, self.sessions, self.clock, lambda: self.client("cognito-idp")
        )

    @cached_property
    def known_officers(self) -> KnownOfficers:
        """Officers who have signed in."""
        from chalicelib.access.officer_profiles import KnownOfficers

        return KnownOfficers(self.registry, self.clock)

    @cached_property
    def site_map(self) -> SiteMap:
        """The map of all sites."""
        from chalicelib.search.index_reader import TableIndexReader
        from chalicelib.search.site_map import SiteMap

        return SiteMap(TableIndexReader(self.client("dynamodb"), self.settings.registry_table))

    @cached_property
    def statistics(self) -> Statistics:
        """Simple figures."""
        from chalicelib.access.audit_statistics import Statistics

        return Statistics(self.registry, self.clock)

    @cached_property
    def sender(self) -> Sender:
        """Who messages come from, as they say it."""
        from chalicelib.notifications.rendering import Sender

        return Sender.from_settings(self.settings)

    @cached_property
    def pace(self) -> Pace:
        """As fast as this process may send first messages: two fifths of the account's rate, as
        two of these functions run at once, and a fifth stays for all other messages."""
        from chalicelib.notifications.rate_limiter import Pace

        return Pace(0.4 * float(self.settings.mail_rate))

    @cached_property
    def mailer(self) -> Mailer:
        """The one way out for e-mail."""
        from chalicelib.notifications.channels import Mailer

        own = self.settings
        client = self.client("sesv2")
        return Mailer(client, own.mail_from, own.force_name, own.mail_configuration_set)

    @cached_property
    def mail(self) -> OutgoingMail:
        """E-mail that goes out by itself."""
        from chalicelib.notifications.messenger import OutgoingMail

        return OutgoingMail(self.mailer, self.sender)

    @cached_property
    def send_queue(self) -> SendQueue:
        """The queue in front of what sends messages."""
        from chalicelib.notifications.send_queue import SendQueue

        return SendQueue(self.client("sqs"), self.settings.send_queue_url)

    @cached_property
    def outbox(self) -> Outbox:
        """What must go out."""
        from chalicelib.dynamodb.outbox import Outbox

        return Outbox(self.registry, self.send_queue, self.clock)

    @cached_property
    def notices(self) -> Notices:
        """E-mails that are kept until they were sent."""
        from chalicelib.notifications.notices import Notices

        return Notices(self.registry, self.outbox, self.mailer)

    @cached_property
    def texter(self) -> Texter:
        """The one way out for text messages."""
        from chalicelib.notifications.channels import Texter

        return Texter(self.client("sns"))

    @cached_property
    def messenger(self) -> Messenger:
        """Messages about requests, by the channels that owners chose."""
        from chalicelib.notifications.messenger import Messenger

        return Messenger(self.mailer, self.texter, self.clock, self.settings.time_zone)

    @cached_property
    def postcodes(self) -> Postcodes:
        """Where postcodes are."""
        from chalicelib.registry.postcodes import Postcodes

        return Postcodes(self.registry)

    @cached_property
    def force_area(self) -> ForceArea:
        """The area that the force serves."""
        from chalicelib.registry.force_area import ForceArea

        return ForceArea(self.registry, self.clock)

    @cached_property
    def sites(self) -> SiteStore:
        """Owners, sites and cameras."""
        from chalicelib.registry.map_counts import MapCounts
        from chalicelib.registry.store import SiteStore

        return SiteStore(self.registry, MapCounts(self.registry), lambda: self.key)

    @cached_property
    def links(self) -> Links:
        """One-time links in e-mails."""
        from chalicelib.access.one_time_links import Links

        return Links(self.registry, self.clock)

    @cached_property
    def registrations(self) -> Registrations:
        """Registering and confirming."""
        from chalicelib.registry.registration import Registrations

        return Registrations(
            self.sites,
            self.links,
            self.mailer,
            self.sender,
            self.audit,
            self.clock,
            counts=self.counts,
        )

    @cached_property
    def owner_changes(self) -> OwnerChanges:
        """What owners change and remove."""
        from chalicelib.registry.owner_changes import OwnerChanges

        return OwnerChanges(self.sites, self.audit, self.notices, self.sender)

    @cached_property
    def email_changes(self) -> EmailChanges:
        """Owners moving to another e-mail address."""
        from chalicelib.registry.email_change import EmailChanges

        return EmailChanges(
            self.registry,
            self.sites,
            self.links,
            self.sessions,
            self.mailer,
            self.sender,
            self.audit,
            self.clock,
            self.notices,
        )

    @cached_property
    def text_messages(self) -> TextMessages:
        """Owners choosing text messages."""
        from chalicelib.registry.text_message_opt_in import TextMessages

        return TextMessages(
            self.registry,
            self.texter,
            self.sender,
            self.audit,
            self.clock,
            lambda: self.key,
            self.country,
        )

    @cached_property
    def residents(self) -> Residents:
        """Owners signing in and out."""
        from chalicelib.registry.owner_sign_in import Residents

        return Residents(
            self.sites,
            self.links,
            self.sessions,
            self.mailer,
            self.sender,
            self.audit,
            self.clock,
        )
