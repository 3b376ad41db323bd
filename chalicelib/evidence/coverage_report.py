"""What the replies show, and the disclosure list, made for an officer: of one request, or of all
requests of an incident together.

The report is made here and not in `requests` because it needs the files that owners sent, and
whether they were accepted.
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
"""Rows in one file: Lambda returns at most 6 MB, and a row takes some 700 bytes. This is enough for
twelve full requests."""
_KEPT = frozenset({EvidenceState.QUARANTINED, EvidenceState.ACCEPTED})


@dataclass(frozen=True)
class ReportedCoverage:
    """What the replies show, with the incident and the requests that were read, oldest first."""

    coverage: Coverage
    incident: Incident
    requests: tuple[FootageRequest, ...]

    def request(self, request_id: str) -> FootageRequest:
        """Find one of the report's requests by its id."""
        return next(one for one in self.requests if one.id == request_id)


@dataclass(frozen=True)
class _Read:
    """A request with its recipients, what the audit says of each site, and the footage sent."""

    request: FootageRequest
    recipients: Sequence[Recipient]
    record: dict[str, SiteHistory]
    evidence: Sequence[Evidence]


class ReplyReader:
    """Reads requests with their replies for an officer, each time after the audit record of it."""

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
        """Read one request with its replies, and its incident. Raises NotFound."""
        request, recipients = self._recipient_list.read_request(request_id)
        self._audit.record_act(
            Actor.officer(officer), act, f"request.{request_id}", incident=request.incident_id
        )
        read = self._with(request, recipients)
        return self._incidents.get_incident(request.incident_id), [read]

    def of_incident(
        self, incident_id: str, officer: Officer, act: Action
    ) -> tuple[Incident, list[_Read]]:
        """Read an incident and its requests with their replies, oldest first. Raises NotFound."""
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
    """Makes coverage reports and disclosure lists of what owners replied.

    Routes check the permission; ReplyReader records the act.
    """

    def __init__(self, reader: ReplyReader, sites: SiteStore, clock: Clock, zone: str) -> None:
        self._reader = reader
        self._sites = sites
        self._clock = clock
        self._zone = zone

    def coverage(self, request_id: str, officer: Officer) -> ReportedCoverage:
        """Show what the replies to a request cover now, after the audit record of the look. Raises
        NotFound."""
        incident, reads = self._reader.of_request(request_id, officer, Action.VIEWED_COVERAGE)
        return self._proof(incident, reads, reads[0].request.window)

    def of_incident(self, incident_id: str, officer: Officer) -> ReportedCoverage:
        """Show what the replies to all requests of an incident cover together, after the audit
        record of the look, which names the incident. Raises NotFound."""
        incident, reads = self._reader.of_incident(incident_id, officer, Action.VIEWED_COVERAGE)
        # An incident may have happened at one moment; coverage is worked out by whole minutes.
        end = max(incident.occurred_to, incident.occurred_from + MINUTE)
        return self._proof(incident, reads, FootageWindow(incident.occurred_from, end))

    def disclosure(self, request_id: str, officer: Officer) -> DisclosureSchedule:
        """Make the disclosure list of a request as it is now, after the audit record that it was
        taken. Raises NotFound."""
        incident, reads = self._reader.of_request(request_id, officer, Action.TOOK_DISCLOSURE)
        return DisclosureSchedule(reads[0].request.reference, tuple(self._rows(incident, reads)))

    def disclosure_of_incident(self, incident_id: str, officer: Officer) -> DisclosureSchedule:
        """Make one disclosure list of all requests of an incident, the first request first. Raises
        NotFound, and Conflict when the list would have more than MOST_ROWS rows."""
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
