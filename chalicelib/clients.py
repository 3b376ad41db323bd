"""What the services of all features share: settings, clock, AWS clients, tables, the secret key.

`container` makes one `Clients` and gives it to the `services` module of each feature.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

from chalicelib.core import deadline
from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.core.settings import Settings
from chalicelib.core.times import Clock, utc_now
from chalicelib.dynamodb.refusals import is_busy
from chalicelib.dynamodb.table import Table
from chalicelib.telemetry.logs import logger
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
        """Make a boto3 client that keeps to the deadline of the call it is used for."""
        import boto3
        from botocore.config import Config

        config = Config(
            connect_timeout=CONNECT_WITHIN,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 5},
            max_pool_connections=32,
            signature_version="s3v4" if name == "s3" else None,
            # Table and Mailer make every argument themselves, and validating each of a thousand
            # keys takes as long as reading them.
            parameter_validation=name not in ("dynamodb", "sesv2"),
        )
        made = (self._session or boto3).client(name, config=config)
        keep_to_deadline(made.meta)
        return made

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
        client = self.client("secretsmanager")
        secret = client.get_secret_value(SecretId=self.settings.secret_arn)["SecretString"]
        return str(json.loads(secret)["key"]).encode()

    @cached_property
    def counts(self) -> Counts:
        """The meter by which services count metrics."""
        return counts()


MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
"""What S3 says of an object, or of a version of it, that is not there. A HEAD has no body, so its
error is the status alone: "it returns a generic code, such as … 403 Forbidden, 404 Not Found"."""


def is_missing(error: Any) -> bool:
    """Return True when S3 says that an object or a version is not there. error: of botocore.

    Threat: a right that was lost, or a key of KMS that refuses, is taken for footage that is gone,
    and is locked into the record as such. So "not allowed" (403) is never "not there". S3 tells the
    two apart for a role that may list the key: "If you have the s3:ListBucket permission on the
    bucket, Amazon S3 returns an HTTP status code 404 … if you don't, 403" (HeadObject, GetObject).
    infra/templates/stage/roles.yaml gives it, by prefix, to each role that asks for objects.
    """
    return error.response.get("Error", {}).get("Code") in MISSING


# What follows binds the calls of AWS that a page or an API call makes to its deadline. botocore
# calls it for every call of a client; in jobs, which have no deadline, it changes nothing.

CONNECT_WITHIN = 2
"""Seconds within which a service takes a connection; its network may ask for it twice."""
ANSWER_WITHIN = 7
"""Seconds that a page waits for an answer to one try. Sound services need one or two."""
TRIES = 3
"""How often a page asks a service that does not answer or is too busy."""


def keep_to_deadline(meta: Any) -> None:
    """Bind a client to deadlines. meta: the client's `meta`."""
    events, service = meta.events, meta.service_model.service_id.hyphenize()
    events.register("before-send", _limit_try, "deadline-limit")
    # Before botocore's own handler, which is registered under the name of the service too.
    events.register_first(f"needs-retry.{service}", _refuse_retry, "deadline-retry")
    events.register("after-call", _refused_as_busy, "deadline-busy")
    events.register("after-call-error", _unanswered, "deadline-unanswered")


def _limit_try(request: Any, **_: Any) -> None:
    """Let one try take no more time than the call has left. Raises Late when that is none."""
    if deadline.has_deadline():
        request.context["read_timeout"] = deadline.wait_at_most(ANSWER_WITHIN)


def _refuse_retry(attempts: int, **_: Any) -> bool | None:
    """Return False, which ends botocore's tries, after TRIES, or when the pause before the next one
    could outlast the deadline: it is random, and its longest doubles from try to try."""
    if not deadline.has_deadline():
        return None
    longest_pause = 2 ** (attempts - 1)
    return False if attempts >= TRIES or longest_pause >= deadline.seconds_left() else None


def _refused_as_busy(http_response: Any, parsed: Any, event_name: str, **_: Any) -> None:
    """Raise NoAnswer in place of the error of a service that is too busy or broken."""
    code = str(parsed.get("Error", {}).get("Code", ""))
    status = int(http_response.status_code)
    if deadline.has_deadline() and (status == 429 or status >= 500 or is_busy(code)):
        _log(event_name, code or str(status))
        raise deadline.no_answer()


def _unanswered(exception: Exception, event_name: str, **_: Any) -> None:
    """Raise NoAnswer in place of the error of a service that cannot be reached, does not answer in
    time, or whose answer cannot be read."""
    from botocore import exceptions, parsers

    of_the_network = (
        exceptions.ConnectionError,
        exceptions.HTTPClientError,
        exceptions.ChecksumError,
        parsers.ResponseParserError,
    )
    if deadline.has_deadline() and isinstance(exception, of_the_network):
        _log(event_name, type(exception).__name__)
        raise deadline.no_answer() from exception


def _log(event_name: str, code: str) -> None:
    # Threat: texts of errors name keys, addresses and people. Service, operation and code do not.
    logger.warning("no answer", extra={"event": event_name.partition(".")[2], "code": code})
