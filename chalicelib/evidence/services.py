"""Puts the services of this room together."""

from __future__ import annotations

from chalicelib.access.services import AccessServices
from chalicelib.clients import Clients
from chalicelib.evidence.coverage_report import Proofs, ReplyReader
from chalicelib.evidence.files import EvidenceFiles
from chalicelib.evidence.footage_times import Clocks
from chalicelib.evidence.form_upload import PlainUploads
from chalicelib.evidence.ingest import Consequences, Receiving
from chalicelib.evidence.officer_access import Handover
from chalicelib.evidence.store import EvidenceStore
from chalicelib.evidence.upload import Uploads
from chalicelib.evidence.upload_notices import Tell
from chalicelib.incidents.services import IncidentServices
from chalicelib.notifications.services import NotificationServices
from chalicelib.registry.services import RegistryServices
from chalicelib.requests.services import RequestServices


class EvidenceServices:
    """Footage, and what it and the answers prove."""

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
        self.upload_notices = Tell(
            registry.sites, notifications.outbox, notifications.mail, requests.officer_digest
        )
        self.files = EvidenceFiles(
            clients.client("s3"), clients.signer, own.evidence_bucket, own.inbox_bucket
        )
        self.store = EvidenceStore(clients.registry_table, clock)
        self.footage_times = Clocks(requests.store, self.store, audit, clock, own.time_zone)
        follows = Consequences(requests.answers, self.footage_times, self.upload_notices)
        self.ingest = Receiving(self.store, self.files, follows, audit, clock, clients.counts)
        self.uploads = Uploads(self.store, self.files, self.ingest, clock)
        self.form_uploads = PlainUploads(self.store, self.files, self.ingest, requests.store, clock)
        self.officer_access = Handover(self.store, self.files, audit, self.ingest)
        reader = ReplyReader(
            requests.store, requests.recipient_list, incidents.incidents, self.store, audit
        )
        self.coverage_report = Proofs(reader, registry.sites, clock, own.time_zone)
