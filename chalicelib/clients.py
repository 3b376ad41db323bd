"""What the services of all features share: settings, clock, AWS clients, tables, the secret key.

`container` makes one `Clients` and gives it to the `services` module of each feature.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.core.settings import Settings
from chalicelib.core.times import Clock, utc_now
from chalicelib.dynamodb.table import Table
from chalicelib.telemetry.metrics import Counts, counts


class OnDemand:
    """Stands in for an AWS client, which is made at its first use: services can be composed without
    the cost of clients that this process never uses."""

    _making = threading.Lock()  # One for all, as boto3's own session is not thread-safe.

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._client: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._client is None:
            with self._making:
                if self._client is None:
                    self._client = self._make()
        return getattr(self._client, name)


class Clients:
    """The AWS clients and tables of one process.

    session: makes the clients; boto3 itself unless a test gives another.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now, session: Any = None) -> None:
        self.settings = settings
        self.clock = clock
        self.signer: Any = OnDemand(self._make_signer)
        self._session = session
        self._clients: dict[str, OnDemand] = {}
        self.registry_table = Table(self.client("dynamodb"), settings.registry_table)
        self.audit_table = Table(self.client("dynamodb"), settings.audit_table)

    def client(self, name: str) -> Any:
        """Return this process's only boto3 client of this name, which is made when first used."""
        return self._clients.setdefault(name, OnDemand(lambda: self._make(name)))

    def _make(self, name: str) -> Any:
        """Make a boto3 client. Its time limits keep a page under API Gateway's 29 seconds even
        when a service hangs."""
        import boto3
        from botocore.config import Config

        config = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "max_attempts": 4},
            max_pool_connections=32,
            signature_version="s3v4" if name == "s3" else None,
            # Table and Mailer make every argument themselves, and validating each of a thousand
            # keys takes as long as reading them.
            parameter_validation=name not in ("dynamodb", "sesv2"),
        )
        return (self._session or boto3).client(name, config=config)

    def _make_signer(self) -> Any:
        """Make an S3 client that presigns addresses for browsers. They begin with EVIDENCE_ORIGIN,
        which the Content-Security-Policy allows: the bucket's own regional host on AWS, the one
        host of all buckets on an emulator."""
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

    @property
    def country(self) -> Country:
        """The country of this stage, with its postcodes and telephone numbers."""
        return COUNTRIES[self.settings.country]

    @cached_property
    def key(self) -> bytes:
        """The stage's secret key, from which every keyed hash is derived."""
        from aws_lambda_powertools.utilities.parameters import SecretsProvider

        kept = SecretsProvider(boto3_client=self.client("secretsmanager"))
        secret: Any = kept.get(self.settings.secret_arn, transform="json")
        return str(secret["key"]).encode()

    @cached_property
    def counts(self) -> Counts:
        """The meter by which services count metrics."""
        return counts()
