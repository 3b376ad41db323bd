"""The composition of the services of `access`."""

from __future__ import annotations

from functools import partial

from chalicelib.access.audit import AuditLog
from chalicelib.access.audit_statistics import AuditStatistics
from chalicelib.access.federation.directory_roles import read_role_map
from chalicelib.access.form_drafts import FormDrafts
from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.officers import OfficerSignIn
from chalicelib.access.one_time_links import OneTimeLinks
from chalicelib.access.presence.account_checks import AccountChecks
from chalicelib.access.presence.officer_directory import OfficerDirectory
from chalicelib.access.presence.officer_presence import OfficerPresence, record_shut_out
from chalicelib.access.sessions import Sessions
from chalicelib.access.units.colleagues import Colleagues
from chalicelib.access.units.unit_grants import UnitGrants
from chalicelib.access.units.unit_rosters import UnitRosters
from chalicelib.clients import Clients


class AccessServices:
    """The services of `access`: sessions, sign-in, presence, profiles, links, audit record."""

    def __init__(self, clients: Clients) -> None:
        table, clock = clients.registry_table, clients.clock
        self.audit_statistics = AuditStatistics(table, clock)
        self.unit_rosters = UnitRosters(table)
        self.audit = AuditLog(
            clients.audit_table,
            clock,
            self.audit_statistics.count_act,
            self.unit_rosters.note_actor,
        )
        self.sessions = Sessions(table, clock)
        self.one_time_links = OneTimeLinks(table, clock)
        self.officer_profiles = OfficerProfiles(table, clock)
        cognito = clients.client("cognito-idp")
        settings = clients.settings
        directory = OfficerDirectory(
            cognito, settings.user_pool_id, lambda: read_role_map(settings.directory_roles)
        )
        self.colleagues = Colleagues(self.officer_profiles, directory)
        self.unit_grants = UnitGrants(table)
        self.form_drafts = FormDrafts(table, clock)
        self.accounts = AccountChecks(
            table,
            clock,
            directory,
            partial(record_shut_out, self.audit),
        )
        self.presence = OfficerPresence(self.sessions, self.accounts, self.audit, table, clock)
        self.officers = OfficerSignIn(
            settings,
            lambda: clients.key,
            self.sessions,
            clock,
            cognito,
        )
