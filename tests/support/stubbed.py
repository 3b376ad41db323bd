"""Real boto3 clients that answer as AWS documents, without AWS: botocore's own Stubber.

Its answers go through botocore as those of AWS do, so an `except` sees the class that it would see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.stub import Stubber

from infra.deployment.target import Target

UNMODELLED = {
    # "List of error codes" of Amazon S3; botocore's model has few of them. HEAD has no body, so
    # botocore makes the code of the status.
    "s3": {
        "403", "404", "AccessDenied", "BadDigest", "ConditionalRequestConflict", "EntityTooSmall",
        "InvalidPart", "InvalidPartOrder", "InvalidRequest", "NoSuchBucket", "NoSuchKey",
        "NoSuchLifecycleConfiguration", "NoSuchObjectLockConfiguration", "NoSuchUpload",
        "NoSuchVersion", "ObjectLockConfigurationNotFoundError", "PreconditionFailed", "SlowDown",
        "InternalError",
    },
    "cloudformation": {"ValidationError"},
}  # fmt: skip
"""Codes that AWS documents for a whole service, and not with the single operation."""
COMMON = {
    "AccessDeniedException", "ThrottlingException", "ValidationException", "InternalFailure",
    "ServiceUnavailable", "RequestExpired", "Throttling", "AccessDenied",
    "UnrecognizedClientException", "ExpiredTokenException", "ExpiredToken",
}  # fmt: skip
""""Common errors" of AWS's references, which any operation may answer."""


@dataclass(frozen=True)
class Refusal:
    """An error that AWS answers. more: fields that belong to it, such as CancellationReasons."""

    code: str
    message: str = ""
    status: int = 400
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StubbedTarget(Target):
    """A stage in AWS whose clients are stubbed. clients: by service."""

    clients: Mapping[str, Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "", config: Any = None) -> Any:
        return self.clients[service]


Answer = tuple[str, dict[str, Any] | Refusal]
"""An operation in botocore's spelling (`get_item`), and what it answers."""


def stubbed(service: str, *answers: Answer) -> Any:
    """Make a client that expects just these calls, in this order; any other call is an error."""
    client = boto3.client(
        service,
        region_name="eu-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    stub = Stubber(client)
    for operation, answer in answers:
        if isinstance(answer, Refusal):
            assert answer.code in documented(client, operation), (
                f"AWS does not document {answer.code} for {service}:{operation}"
            )
            stub.add_client_error(
                operation,
                answer.code,
                answer.message,
                answer.status,
                modeled_fields=answer.more or None,
                response_meta={"HTTPStatusCode": answer.status},
            )
        else:
            stub.add_response(operation, answer)
    stub.activate()
    return client


def documented(client: Any, operation: str) -> set[str]:
    """List the codes of errors that AWS documents for an operation."""
    model = client.meta.service_model
    shapes = model.operation_model(client.meta.method_to_api_mapping[operation]).error_shapes
    modelled = {str(shape.metadata.get("error", {}).get("code", shape.name)) for shape in shapes}
    names = {str(shape.name) for shape in shapes}
    return modelled | names | UNMODELLED.get(model.service_name, set()) | COMMON
