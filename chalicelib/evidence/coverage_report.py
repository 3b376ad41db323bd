"""What the answers prove, and the disclosure list, read for an officer: of one request, or of all
requests of an incident together.

It stands above requests because what owners sent, and whether it was accepted, belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict
from chalicelib.core.times import Clock
from chalicelib.evidence.disclosure import DisclosureSchedule, disclosure_rows
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState
from chalicelib.evidence.store import EvidenceStore
from chalicelib.incidents.service import Incident, IncidentService
from chalicelib.registry.model import Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.coverage.answer_history import (
    NO_RECORD,
    SiteHistory,
    answer_history,
    site_histories,
)
from chalicelib.requests.coverage.coverage import Coverage, compute_coverage
from chalicelib.requests.coverage.viewing_log import AskedSite, recorder_offsets
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient
from chalicelib.requests.recipients.recipient_list import RecipientList
from chalicelib.requests.store import RequestStore

MINUTE = timedelta(minutes=1)
MOST_ROWS = 6_000
"""In one file: Lambda returns at most 6 MB, a row takes some 700 bytes. Twelve full requests."""
_KEPT = frozenset({EvidenceState.QUARANTINED, EvidenceState.ACCEPTED})


@dataclass(frozen=True)
class ReportedCoverage:
    """What is proven, and what it was asked in: requests, oldest first."""

    coverage: Coverage
    incident: Incident
    requests: tuple[FootageRequest, ...]

    def request(self, request_id: str) -> FootageRequest:
        """One of its requests."""
        return next(one for one in self.requests if one.id == request_id)


@dataclass(frozen=True)
class _Read:
    """A request with all that is known of it."""

    request: FootageRequest
    recipients: Sequence[Recipient]
    record: dict[str, SiteHistory]
    evidence: Sequence[Evidence]


class ReplyReader:
    """Reads requests for an officer with all that was answered; the look is on record first."""

    def __init__(
        self,
        requests: RequestStore,
        recipient_list: RecipientList,
        incidents: IncidentService,
        evidence: EvidenceStore,
        audit: AuditLog,
    ) -> None:
        self._requests = requests
        self._recipient_list = recipient_list
        self._incidents = incidents
        self._evidence = evidence
        self._audit = audit

    def of_request(
        self, request_id: str, officer: Officer, act: Action
    ) -> tuple[Incident, list[_Read]]:
        """One request, and its incident. Raises NotFound."""
        request, recipients = self._recipient_list.read_request(request_id)
        self._audit.record_act(
            Actor.officer(officer), act, f"request.{request_id}", incident=request.incident_id
        )
        read = self._with(request, recipients)
        return self._incidents.get_incident(request.incident_id), [read]

    def of_incident(
        self, incident_id: str, officer: Officer, act: Action
    ) -> tuple[Incident, list[_Read]]:
        """All requests of an incident, oldest first. Raises NotFound."""
        incident = self._incidents.get_incident(incident_id)
        self._audit.record_act(Actor.officer(officer), act, f"incident.{incident.id}")
        newest_first = self._requests.of_incident(incident.id)
        return incident, [
            self._with(one, self._recipient_list.all_recipients(one))
            for one in reversed(newest_first)
        ]

    def _with(self, request: FootageRequest, recipients: Sequence[Recipient]) -> _Read:
        evidence = [
            one for one in self._evidence.of_request(request.id) if one.kind is EvidenceKind.FOOTAGE
        ]
        return _Read(request, recipients, site_histories(self._audit, request.id), evidence)


class CoverageReport:
    """What answers prove. Routes check the permission; the reader records the act."""

    def __init__(self, reader: ReplyReader, sites: SiteStore, clock: Clock, zone: str) -> None:
        self._reader = reader
        self._sites = sites
        self._clock = clock
        self._zone = zone

    def coverage(self, request_id: str, officer: Officer) -> ReportedCoverage:
        """What the answers to a request prove now; the look is on record first. Raises
        NotFound."""
        incident, reads = self._reader.of_request(request_id, officer, Action.VIEWED_COVERAGE)
        return self._proof(incident, reads, reads[0].request.window)

    def of_incident(self, incident_id: str, officer: Officer) -> ReportedCoverage:
        """What the answers to all requests of an incident prove together; the look is on record
        first, under the incident. Raises NotFound."""
        incident, reads = self._reader.of_incident(incident_id, officer, Action.VIEWED_COVERAGE)
        # An incident may have happened at one moment; its minute is what somebody can have seen.
        end = max(incident.occurred_to, incident.occurred_from + MINUTE)
        return self._proof(incident, reads, FootageWindow(incident.occurred_from, end))

    def disclosure(self, request_id: str, officer: Officer) -> DisclosureSchedule:
        """The disclosure list of a request as it is now; that it is taken is on record first.
        Raises NotFound."""
        incident, reads = self._reader.of_request(request_id, officer, Action.TOOK_DISCLOSURE)
        return DisclosureSchedule(reads[0].request.reference, tuple(self._rows(incident, reads)))

    def disclosure_of_incident(self, incident_id: str, officer: Officer) -> DisclosureSchedule:
        """The lists of all requests of an incident in one, the first request first. Raises
        NotFound, and Conflict when they are too long together."""
        incident, reads = self._reader.of_incident(incident_id, officer, Action.TOOK_DISCLOSURE)
        rows = self._rows(incident, reads)
        if len(rows) > MOST_ROWS:
            raise Conflict(
                "This incident’s lists are too long to be taken as one. Take them request by "
                "request."
            )
        return DisclosureSchedule(f"incident-{incident.id}", tuple(rows))

    def _proof(
        self, incident: Incident, reads: Sequence[_Read], window: FootageWindow
    ) -> ReportedCoverage:
        site_ids = {one.site_id for read in reads for one in read.recipients}
        sites = self._sites.sites_by_id(sorted(site_ids)) if site_ids else {}
        asked = [
            self._asked(one, sites.get(one.site_id), read)
            for read in reads
            for one in read.recipients
        ]
        scene = (incident.latitude_e6, incident.longitude_e6)
        found = compute_coverage([window], scene, asked, self._clock())
        return ReportedCoverage(found, incident, tuple(read.request for read in reads))

    def _asked(self, one: Recipient, site: Site | None, read: _Read) -> AskedSite:
        files = [file for file in read.evidence if file.site_id == one.site_id]
        kept = [file.received_at or file.created_at for file in files if file.state in _KEPT]
        rejected = any(file.state is EvidenceState.REJECTED for file in files)
        window = one.window or read.request.window
        record = read.record.get(one.site_id, NO_RECORD)
        return AskedSite(
            one,
            site,
            window,
            said=tuple(answer_history(one, record.said)),
            files=tuple(sorted(kept)),
            files_kept=bool(kept) or not rejected,
            told=record.told,
            offsets=recorder_offsets(one, window, self._zone),
        )

    def _rows(self, incident: Incident, reads: Sequence[_Read]) -> list[tuple[str, ...]]:
        now = self._clock()
        return [
            row
            for read in reads
            for row in disclosure_rows(
                read.request,
                incident.crime_reference,
                read.recipients,
                {site: record.said for site, record in read.record.items()},
                read.evidence,
                now,
            )
        ]
