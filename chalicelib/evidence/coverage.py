"""Reads what the answers to a request prove (requests.coverage), for an officer.

It stands here because it needs to know whether what owners sent was accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.errors import NotFound
from chalicelib.evidence.model import State
from chalicelib.evidence.store import EvidenceStore
from chalicelib.registry.store import SiteStore
from chalicelib.requests.coverage import Asked, Coverage, coverage_of
from chalicelib.requests.incidents import Incident, Incidents
from chalicelib.requests.model import Recipient
from chalicelib.requests.said import answers_of, stands_since
from chalicelib.requests.store import RequestStore
from chalicelib.times import Clock

_READERS = 16


class Coverages:
    """What answers prove. Routes check the permission; this records the look."""

    def __init__(
        self,
        requests: RequestStore,
        sites: SiteStore,
        incidents: Incidents,
        evidence: EvidenceStore,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._sites = sites
        self._incidents = incidents
        self._evidence = evidence
        self._audit = audit
        self._clock = clock

    def look(self, request_id: str, officer: Officer) -> tuple[Coverage, Incident]:
        """What the answers prove now; the look is on record first. Raises NotFound."""
        request = self._requests.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        self._audit.record(
            Actor.officer(officer),
            Action.VIEWED_COVERAGE,
            f"request.{request_id}",
            incident=request.incident_id,
        )
        incident = self._incidents.get(request.incident_id)
        asked = self._asked(request_id, self._requests.recipients(request_id))
        scene = (incident.latitude_e6, incident.longitude_e6)
        return coverage_of(request, scene, asked, self._clock()), incident

    def _asked(self, request_id: str, recipients: Sequence[Recipient]) -> list[Asked]:
        recorded = answers_of(self._audit, request_id)
        files = [(one.site_id, one.state) for one in self._evidence.of_request(request_id)]
        rejected = {site for site, state in files if state is State.REJECTED}
        kept = {site for site, state in files if state in (State.QUARANTINED, State.ACCEPTED)}
        with ThreadPoolExecutor(_READERS) as pool:
            sites = list(pool.map(lambda one: self._sites.site(one.site_id), recipients))
        return [
            Asked(
                recipient,
                site,
                stands_since(recipient, recorded),
                files_kept=recipient.site_id not in rejected - kept,
            )
            for recipient, site in zip(recipients, sites, strict=True)
        ]
