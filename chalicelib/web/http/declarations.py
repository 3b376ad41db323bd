"""What the declaration of a route says: who it is for, what it takes and answers, and which
permission it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError
from chalicelib.limits.acts import Act
from chalicelib.web.http.request_context import RequestContext

Again = Callable[[RequestContext, DomainError], Response]
"""Shows a form again as it was typed, on its page, with why it was not taken."""

LEADS_FROM_CASE = ("incident_id", "request_id", "evidence_id")
"""Parameters of paths that lead from an incident (`web.http.identity`)."""


class Audience(Enum):
    """Who a route is for."""

    PUBLIC = "anyone"
    LINK = "whoever holds the one-time link in the path"
    OWNER = "a signed-in owner"
    CONSOLE = "an officer with a console session"
    API = "an officer with a Bearer token"


class RouteKind(Enum):
    """What a route takes and answers: a page, a form, or JSON."""

    PAGE = "page"
    FORM = "form"
    JSON = "json"


@dataclass(frozen=True)
class Route:
    """The declaration of one route, as the guard tests read it."""

    method: str
    path: str
    audience: Audience
    kind: RouteKind
    permission: Permission | None
    view: str
    large: bool = False
    query: bool = False
    files: bool = False
    again: Again | None = None
    entrance: bool = False
    background: bool = False
    act: Act | None = None

    @property
    def leads_from_case(self) -> bool:
        """True for an officer's route that leads from an incident, which not every officer sees."""
        of_officers = self.audience in (Audience.CONSOLE, Audience.API)
        return (
            of_officers
            and not self.entrance
            and any(f"{{{n}}}" in self.path for n in LEADS_FROM_CASE)
        )
