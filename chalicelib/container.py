"""The only wiring: settings → clients → stores → services. Lazy, and once per process.

A function that never sends mail never makes an SES client, so a cold start pays for what it
uses. Tests make a `Services` of their own with settings, session and clock as they like.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from chalicelib.asking import Asking
from chalicelib.core.settings import Settings

if TYPE_CHECKING:
    from chalicelib.evidence.coverage_report import Proofs
    from chalicelib.evidence.files import EvidenceFiles
    from chalicelib.evidence.footage_times import Clocks
    from chalicelib.evidence.form_upload import PlainUploads
    from chalicelib.evidence.ingest import Receiving
    from chalicelib.evidence.officer_access import Handover
    from chalicelib.evidence.store import EvidenceStore
    from chalicelib.evidence.upload import Uploads
    from chalicelib.evidence.upload_notices import Tell


class Services(Asking):
    """Everything a view or a job can use."""

    @cached_property
    def evidence_files(self) -> EvidenceFiles:
        """The evidence bucket and its inbox."""
        from chalicelib.evidence.files import EvidenceFiles

        own = self.settings
        return EvidenceFiles(self.client("s3"), self.signer, own.evidence_bucket, own.inbox_bucket)

    @cached_property
    def custody(self) -> EvidenceStore:
        """Evidence rows and their custody records."""
        from chalicelib.evidence.store import EvidenceStore

        return EvidenceStore(self.registry, self.clock)

    @cached_property
    def receiving(self) -> Receiving:
        """Quarantine, our own hash, the decision."""
        from chalicelib.evidence.ingest import Consequences, Receiving

        follows = Consequences(self.answers, self.clocks, self.upload_notices)
        return Receiving(
            self.custody, self.evidence_files, follows, self.audit, self.clock, self.counts
        )

    @cached_property
    def upload_notices(self) -> Tell:
        """What senders are told of their files."""
        from chalicelib.evidence.upload_notices import Tell

        return Tell(self.sites, self.outbox, self.mail, self.news)

    @cached_property
    def clocks(self) -> Clocks:
        """Checks of recorders' clocks."""
        from chalicelib.evidence.footage_times import Clocks

        return Clocks(
            self.request_store, self.custody, self.audit, self.clock, self.settings.time_zone
        )

    @cached_property
    def uploads(self) -> Uploads:
        """What the holder of a reply link does with files."""
        from chalicelib.evidence.upload import Uploads

        return Uploads(self.custody, self.evidence_files, self.receiving, self.clock)

    @cached_property
    def plain_uploads(self) -> PlainUploads:
        """Files from browsers without JavaScript."""
        from chalicelib.evidence.form_upload import PlainUploads

        return PlainUploads(
            self.custody, self.evidence_files, self.receiving, self.request_store, self.clock
        )

    @cached_property
    def evidence(self) -> Handover:
        """What officers do with evidence."""
        from chalicelib.evidence.officer_access import Handover

        return Handover(self.custody, self.evidence_files, self.audit, self.receiving)

    @cached_property
    def proofs(self) -> Proofs:
        """What the answers to a request prove."""
        from chalicelib.evidence.coverage_report import Proofs

        return Proofs(
            self.request_store,
            self.roll,
            self.sites,
            self.incidents,
            self.custody,
            self.audit,
            self.clock,
            self.settings.time_zone,
        )


@lru_cache(maxsize=1)
def services() -> Services:
    """This process's services, from its environment."""
    return Services(Settings.from_environment())
