"""The composition of the services of `oversight`."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.notifications.services import NotificationServices
from chalicelib.oversight.look_budgets import LookBudgets, LookKind
from chalicelib.oversight.look_hints import LookHints
from chalicelib.oversight.use_mails import UseMails
from chalicelib.oversight.use_review import UseReview
from chalicelib.oversight.use_store import UseStore


class OversightServices:
    """The services that count officers' looks, and review what they add up to."""

    def __init__(
        self, clients: Clients, access: AccessServices, notifications: NotificationServices
    ) -> None:
        own, table, clock = clients.settings, clients.registry_table, clients.clock
        self.look_budgets = LookBudgets(
            table,
            access.audit,
            clock,
            own.time_zone,
            {
                LookKind.SEARCHES: int(own.searches_a_day),
                LookKind.SITES: int(own.sites_a_day),
                LookKind.REVEALS: int(own.reveals_a_day),
            },
        )
        self.look_hints = LookHints(self.look_budgets, access.audit, clock)
        self.use_store = UseStore(table)
        self.use_mails = UseMails(
            table,
            self.use_store,
            access.colleagues,
            notifications.notices,
            notifications.sender,
        )
        self.use_review = UseReview(
            access.audit, self.use_store, self.use_mails, clock, own.time_zone, clients.counts
        )
