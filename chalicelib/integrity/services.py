"""The composition of the services of `integrity`."""

from __future__ import annotations

from chalicelib.clients import Clients
from chalicelib.integrity.audit_check import AuditCheck
from chalicelib.integrity.check_results import CheckResults
from chalicelib.integrity.locked_bucket import LockedBucket
from chalicelib.integrity.record_copies import RecordCopies
from chalicelib.integrity.stream_copier import StreamCopier


class IntegrityServices:
    """The services that copy the records and check them."""

    def __init__(self, clients: Clients) -> None:
        bucket = LockedBucket(clients.client("s3"), clients.settings.audit_bucket)
        self.copies = RecordCopies(bucket)
        self.check_results = CheckResults(bucket)
        self.audit_check = AuditCheck(clients.audit_table, self.copies, clients.clock)
        self.stream_copier = StreamCopier(self.copies, clients.counts)
