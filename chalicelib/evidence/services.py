"""Puts the services of evidence together."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.evidence.checking.custody_check import CustodyCheck
from chalicelib.evidence.checking.daily_check import Checks, DailyCheck
from chalicelib.evidence.checking.record_export import RecordExport
from chalicelib.evidence.coverage_report import CoverageReport, ReplyReader
from chalicelib.evidence.files import EvidenceBucket
from chalicelib.evidence.footage_times import RecorderClockChecks
from chalicelib.evidence.ingest import Consequences, Ingest
from chalicelib.evidence.officer_access import OfficerAccess
from chalicelib.evidence.receiving.assembly import PartsSentEvents, UploadAssembly
from chalicelib.evidence.receiving.form_upload import FormUploads
from chalicelib.evidence.receiving.upload import Uploads
from chalicelib.evidence.store import EvidenceStore
from chalicelib.evidence.upload_notices import UploadNotices
from chalicelib.incidents.services import IncidentServices
from chalicelib.integrity.services import IntegrityServices
from chalicelib.notifications.services import NotificationServices
from chalicelib.registry.services import RegistryServices
from chalicelib.requests.services import RequestServices


class EvidenceServices:
    """The services that receive footage, give it to officers, and report what replies show."""

    def __init__(
        self,
        clients: Clients,
        access: AccessServices,
        notifications: NotificationServices,
        registry: RegistryServices,
        incidents: IncidentServices,
        requests: RequestServices,
    ) -> None:
        own, clock, audit = clients.settings, clients.clock, access.audit
        self.upload_notices = UploadNotices(
            registry.sites, notifications.outbox, notifications.mail, requests.officer_digest
        )
        self.files = EvidenceBucket(
            clients.client("s3"), clients.signer, own.evidence_bucket, own.inbox_bucket
        )
        self.store = EvidenceStore(clients.registry_table, clock)
        self.footage_times = RecorderClockChecks(
            requests.store, self.store, audit, clock, own.time_zone
        )
        follows = Consequences(requests.answers, self.footage_times, self.upload_notices)
        self.ingest = Ingest(self.store, self.files, follows, audit, clock, clients.counts)
        self.assembly = UploadAssembly(self.store, self.files, self.ingest, clock)
        announced = PartsSentEvents(clients.client("events"), own.evidence_bucket)
        self.uploads = Uploads(self.store, self.files, announced, clock)
        self.form_uploads = FormUploads(self.store, self.files, self.ingest, requests.store, clock)
        self.officer_access = OfficerAccess(self.store, self.files, audit)
        integrity = IntegrityServices(clients)
        self.custody_check = CustodyCheck(self.store, self.files, integrity.copies, clock)
        checks = Checks(
            integrity.audit_check, self.custody_check, integrity.copies, integrity.check_results
        )
        self.record_export = RecordExport(
            self.store,
            self.custody_check,
            integrity.copies,
            integrity.check_results,
            audit,
            clock,
        )
        self.daily_check = DailyCheck(clients.audit_table, checks, clock, clients.counts)
        reader = ReplyReader(
            requests.store, requests.recipient_list, incidents.incidents, self.store, audit
        )
        self.coverage_report = CoverageReport(reader, registry.sites, clock, own.time_zone)
