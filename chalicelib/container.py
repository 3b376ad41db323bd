"""The services of one process, by feature: `services().registry.sites`.

Each feature puts its own services together, in its module `services`. That is loaded when the
feature is first used, and a client of AWS is made when something is first asked of it: a cold
start pays for what it uses. Tests make a `Container` of their own with settings, clock and session
as they like.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.clients import Clients
from chalicelib.core.settings import Settings
from chalicelib.core.times import Clock, utc_now

if TYPE_CHECKING:
    from chalicelib.access.services import AccessServices
    from chalicelib.evidence.services import EvidenceServices
    from chalicelib.incidents.services import IncidentServices
    from chalicelib.notifications.services import NotificationServices
    from chalicelib.registry.services import RegistryServices
    from chalicelib.requests.services import RequestServices
    from chalicelib.search.services import SearchServices


class Container:
    """Everything that a view or a job can use. session: see `Clients`."""

    def __init__(self, settings: Settings, clock: Clock = utc_now, session: Any = None) -> None:
        self.settings = settings
        self.clock = clock
        self.clients = Clients(settings, clock, session)

    @cached_property
    def access(self) -> AccessServices:
        from chalicelib.access.services import AccessServices

        return AccessServices(self.clients)

    @cached_property
    def notifications(self) -> NotificationServices:
        from chalicelib.notifications.services import NotificationServices

        return NotificationServices(self.clients)

    @cached_property
    def registry(self) -> RegistryServices:
        from chalicelib.registry.services import RegistryServices

        return RegistryServices(self.clients, self.access, self.notifications)

    @cached_property
    def search(self) -> SearchServices:
        from chalicelib.search.services import SearchServices

        return SearchServices(self.clients)

    @cached_property
    def incidents(self) -> IncidentServices:
        from chalicelib.incidents.services import IncidentServices

        return IncidentServices(self.clients, self.access, self.registry, self.search)

    @cached_property
    def requests(self) -> RequestServices:
        from chalicelib.requests.services import RequestServices

        return RequestServices(
            self.clients, self.access, self.notifications, self.registry, self.incidents
        )

    @cached_property
    def evidence(self) -> EvidenceServices:
        from chalicelib.evidence.services import EvidenceServices

        return EvidenceServices(
            self.clients,
            self.access,
            self.notifications,
            self.registry,
            self.incidents,
            self.requests,
        )


@lru_cache(maxsize=1)
def services() -> Container:
    """This process's services, from its environment."""
    return Container(Settings.from_environment())
