"""What every service stands on: settings, clock, clients made once, the tables, the key.

The lowest part of the wiring; `groundwork`, `asking` and `container` stand on it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.core.settings import Settings
from chalicelib.core.times import Clock, utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.telemetry.metrics import Counts, counts


class Clients:
    """Clients and tables of one process.

    session: what makes clients; boto3 itself unless a test brings another.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now, session: Any = None) -> None:
        self.settings = settings
        self.clock = clock
        self._session = session

    def client(self, name: str) -> Any:
        """A boto3 client, made once. The connect and read limits keep a page under API
        Gateway's 29 seconds even when a service hangs."""
        if name not in self._clients:
            import boto3
            from botocore.config import Config

            config = Config(
                connect_timeout=2,
                read_timeout=10,
                retries={"mode": "standard", "max_attempts": 4},
                max_pool_connections=32,
                signature_version="s3v4" if name == "s3" else None,
                # Table and Mailer make every argument themselves; looking at each of a thousand
                # keys again takes as long as reading them.
                parameter_validation=name not in ("dynamodb", "sesv2"),
            )
            maker = self._session or boto3
            self._clients[name] = maker.client(name, config=config)
        return self._clients[name]

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def signer(self) -> Any:
        """An S3 client for addresses that browsers use. They begin with EVIDENCE_ORIGIN, which
        the Content-Security-Policy allows: the bucket's own regional host on AWS; an emulator
        has one host for all buckets."""
        import boto3
        from botocore.config import Config

        origin = self.settings.evidence_origin
        own_host = f"//{self.settings.evidence_bucket}." in origin
        return (self._session or boto3).client(
            "s3",
            endpoint_url=None if own_host else origin,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "virtual" if own_host else "path"},
            ),
        )

    @cached_property
    def key(self) -> bytes:
        """The stage's own secret, from which every keyed hash is derived."""
        from aws_lambda_powertools.utilities.parameters import SecretsProvider

        kept = SecretsProvider(boto3_client=self.client("secretsmanager"))
        secret: Any = kept.get(self.settings.secret_arn, transform="json")
        return str(secret["key"]).encode()

    @property
    def country(self) -> Country:
        """How postcodes and telephone numbers are written here."""
        return COUNTRIES[self.settings.country]

    @cached_property
    def counts(self) -> Counts:
        """What happens is counted here."""
        return counts()

    @cached_property
    def registry(self) -> Table:
        """The Registry table."""
        return Table(self.client("dynamodb"), self.settings.registry_table)

    @cached_property
    def audit_table(self) -> Table:
        """The Audit table."""
        return Table(self.client("dynamodb"), self.settings.audit_table)
