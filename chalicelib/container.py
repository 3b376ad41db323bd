"""The services of one process, by feature: `services().registry.sites`.

Each feature composes its own services in its module `services`, which is loaded when the feature
is first used, and an AWS client is made at its first use: a cold start pays only for what it uses.
Tests make a `Container` of their own with the settings, clock and session that they need.
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
    from chalicelib.integrity.services import IntegrityServices
    from chalicelib.limits.services import LimitServices
    from chalicelib.notifications.services import NotificationServices
    from chalicelib.oversight.services import OversightServices
    from chalicelib.registry.services import RegistryServices
    from chalicelib.requests.services import RequestServices
    from chalicelib.search.services import SearchServices


class Container:
    """The services that a view or a job can use, by feature. session: see `Clients`."""

    def __init__(self, settings: Settings, clock: Clock = utc_now, session: Any = None) -> None:
        self.settings = settings
        self.clock = clock
        self.clients = Clients(settings, clock, session)

    @cached_property
    def access(self) -> AccessServices:
        from chalicelib.access.services import AccessServices

        return AccessServices(self.clients)

    @cached_property
    def limits(self) -> LimitServices:
        from chalicelib.limits.services import LimitServices

        return LimitServices(self.clients)

    @cached_property
    def integrity(self) -> IntegrityServices:
        from chalicelib.integrity.services import IntegrityServices

        return IntegrityServices(self.clients)

    @cached_property
    def notifications(self) -> NotificationServices:
        from chalicelib.notifications.services import NotificationServices

        return NotificationServices(self.clients)

    @cached_property
    def oversight(self) -> OversightServices:
        from chalicelib.oversight.services import OversightServices

        return OversightServices(self.clients, self.access, self.notifications)

    @cached_property
    def registry(self) -> RegistryServices:
        from chalicelib.registry.services import RegistryServices

        return RegistryServices(self.clients, self.access, self.limits, self.notifications)

    @cached_property
    def search(self) -> SearchServices:
        from chalicelib.search.services import SearchServices

        return SearchServices(self.clients)

    @cached_property
    def incidents(self) -> IncidentServices:
        from chalicelib.incidents.services import IncidentServices

        return IncidentServices(
            self.clients,
            self.access,
            self.notifications,
            self.registry,
            self.search,
            self.oversight,
        )

    @cached_property
    def requests(self) -> RequestServices:
        from chalicelib.requests.services import RequestServices

        return RequestServices(
            self.clients,
            self.access,
            self.notifications,
            self.registry,
            self.incidents,
            self.oversight,
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
    """Return this process's container, made once with the settings of its environment."""
    return Container(Settings.from_environment())
