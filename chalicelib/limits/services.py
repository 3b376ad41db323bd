"""The composition of the services of `limits`."""

from __future__ import annotations

from chalicelib.clients import Clients
from chalicelib.limits.address_mail import AddressMail
from chalicelib.limits.client_budgets import ClientBudgets
from chalicelib.limits.edge_key import EdgeKey
from chalicelib.limits.proof_of_work import ProofsOfWork
from chalicelib.limits.stranger_mail import StrangerMail


class LimitServices:
    """The services that refuse calls past the edge, and floods."""

    def __init__(self, clients: Clients) -> None:
        table, clock, own = clients.registry_table, clients.clock, clients.settings
        self.edge_key = EdgeKey(clients.client("secretsmanager"), own.edge_secret_arn)
        self.client_budgets = ClientBudgets(table, clock, lambda: clients.key)
        self.address_mail = AddressMail(table, clock, lambda: clients.key)
        self.proofs_of_work = ProofsOfWork(clock, lambda: clients.key)
        self.stranger_mail = StrangerMail(table, clock, float(own.mail_rate), float(own.mail_a_day))
