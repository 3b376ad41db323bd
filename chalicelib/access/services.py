"""Puts the services of this room together."""

from __future__ import annotations

from chalicelib.access.audit import Audit
from chalicelib.access.audit_statistics import Statistics
from chalicelib.access.officer_profiles import KnownOfficers
from chalicelib.access.officers import Officers
from chalicelib.access.one_time_links import Links
from chalicelib.access.sessions import Sessions
from chalicelib.clients import Clients


class AccessServices:
    """Who may do what, and the record of every act."""

    def __init__(self, clients: Clients) -> None:
        table, clock = clients.registry_table, clients.clock
        self.audit_statistics = Statistics(table, clock)
        self.audit = Audit(clients.audit_table, clock, self.audit_statistics.note)
        self.sessions = Sessions(table, clock)
        self.one_time_links = Links(table, clock)
        self.officer_profiles = KnownOfficers(table, clock)
        self.officers = Officers(
            clients.settings,
            lambda: clients.key,
            self.sessions,
            clock,
            clients.client("cognito-idp"),
        )
