"""The composition of the services of `oversight`."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.oversight.look_budgets import LookBudgets, LookKind
from chalicelib.oversight.look_hints import LookHints


class OversightServices:
    """The services that count officers' looks."""

    def __init__(self, clients: Clients, access: AccessServices) -> None:
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
