"""What the answers to a request prove, and the disclosure list, read for an officer.

It stands above requests because what owners sent, and whether it was accepted, belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.errors import NotFound
from chalicelib.evidence.disclosure import Disclosure, rows_of
from chalicelib.evidence.model import State
from chalicelib.evidence.store import EvidenceStore
from chalicelib.registry.store import SiteStore
from chalicelib.requests.coverage import Coverage, coverage_of
from chalicelib.requests.incidents import Incident, Incidents
from chalicelib.requests.model import FootageRequest, Recipient
from chalicelib.requests.said import answers_of, stands_since
from chalicelib.requests.standings import Asked
from chalicelib.requests.store import RequestStore
from chalicelib.times import Clock

_READERS = 16


class Proofs:
    """What answers prove. Routes check the permission; this records the act."""

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

    def coverage(self, request_id: str, officer: Officer) -> tuple[Coverage, Incident]:
        """What the answers prove now; the look is on record first. Raises NotFound."""
        request = self._recorded(request_id, officer, Action.VIEWED_COVERAGE)
        incident = self._incidents.get(request.incident_id)
        asked = self._asked(request_id, self._requests.recipients(request_id))
        scene = (incident.latitude_e6, incident.longitude_e6)
        return coverage_of(request, scene, asked, self._clock()), incident

    def disclosure(self, request_id: str, officer: Officer) -> Disclosure:
        """The disclosure list as it is now; that it is taken is on record first. Raises
        NotFound."""
        request = self._recorded(request_id, officer, Action.TOOK_DISCLOSURE)
        rows = rows_of(
            request,
            self._incidents.get(request.incident_id).crime_reference,
            self._requests.recipients(request_id),
            answers_of(self._audit, request_id),
            list(self._evidence.of_request(request_id)),
            self._clock(),
        )
        return Disclosure(request, tuple(rows))

    def _recorded(self, request_id: str, officer: Officer, act: Action) -> FootageRequest:
        request = self._requests.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        who = Actor.officer(officer)
        self._audit.record(who, act, f"request.{request_id}", incident=request.incident_id)
        return request

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
