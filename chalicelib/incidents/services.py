"""Puts the services of incidents together."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.incidents.found_sites import FoundSites
from chalicelib.incidents.incident_access import IncidentAccess
from chalicelib.incidents.message_templates import MessageTemplates
from chalicelib.incidents.search_history import SearchHistory
from chalicelib.incidents.search_service import SearchService
from chalicelib.incidents.service import IncidentService
from chalicelib.incidents.shown_sites import ShownSites
from chalicelib.incidents.site_labels import SiteLabels
from chalicelib.incidents.site_numbers import SiteNumbers
from chalicelib.incidents.teams.case_readers import CaseReaders
from chalicelib.incidents.teams.entering import IncidentEntries
from chalicelib.incidents.teams.team_mail import TeamMail
from chalicelib.incidents.teams.team_service import TeamService
from chalicelib.notifications.services import NotificationServices
from chalicelib.oversight.services import OversightServices
from chalicelib.registry.services import RegistryServices
from chalicelib.search.services import SearchServices


class IncidentServices:
    """The services for incidents, the searches made for them, and message templates."""

    def __init__(
        self,
        clients: Clients,
        access: AccessServices,
        notifications: NotificationServices,
        registry: RegistryServices,
        search: SearchServices,
        oversight: OversightServices,
    ) -> None:
        table, clock, audit = clients.registry_table, clients.clock, access.audit
        self.incidents = IncidentService(table, audit, clock)
        self.access = IncidentAccess(self.incidents, table, audit, clock)
        self.found_sites = FoundSites(table)
        self.team_mail = TeamMail(notifications.notices, notifications.sender, access.colleagues)
        self.teams = TeamService(self.access, table, self.team_mail, audit)
        self.entries = IncidentEntries(
            self.incidents, self.access, table, self.team_mail, audit, clock
        )
        self.case_readers = CaseReaders(self.incidents, self.access, access.officer_profiles)
        self.search_history = SearchHistory(table, clients.counts)
        self.searches = SearchService(
            self.search_history,
            search.site_search,
            ShownSites(self.found_sites, oversight.look_budgets),
            audit,
            clock,
        )
        self.site_numbers = SiteNumbers(table)
        self.site_labels = SiteLabels(self.site_numbers, registry.place_names)
        self.message_templates = MessageTemplates(table, audit, clock)
