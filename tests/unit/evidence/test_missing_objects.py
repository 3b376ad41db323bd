"""What is not there and what is not allowed are told apart, by the errors that AWS documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.clients import is_missing
from chalicelib.evidence.files import EvidenceBucket, ObjectNotFound, UploadNotFound

KEY = "requests/7k3m9qxa00000000/7k3m9qxa00000001"
FORM = "7k3m9qxa00000000/7k3m9qxa00000002/7k3m9qxa00000003"

Call = Callable[[EvidenceBucket], object]

CALLS: dict[str, tuple[str, Call]] = {
    "find": ("head_object", lambda files: files.find_object(KEY)),
    "read": ("get_object", lambda files: list(files.read_object(KEY, "v1"))),
    "lock": ("get_object_retention", lambda files: files.lock_version(KEY, "v1")),
    "look in the inbox": ("head_object", lambda files: files.look_in_inbox(FORM, 10)),
    "bring in": ("copy_object", lambda files: files.bring_in(FORM, KEY, "clip.mp4")),
}
HEADS = {"head_object"}
"""Calls whose answer has no body, so that botocore knows the status alone."""


@pytest.fixture
def s3() -> Iterator[tuple[Any, Stubber]]:
    client: Any = boto3.Session("AKIDEXAMPLE", "secret", "token", region_name="eu-west-2").client(
        "s3"
    )
    with Stubber(client) as stub:
        yield client, stub


def bucket(client: Any) -> EvidenceBucket:
    return EvidenceBucket(client, client, "evidence", "evidence-in")


@pytest.mark.parametrize("name", CALLS)
def test_an_object_that_is_not_there(s3: tuple[Any, Stubber], name: str) -> None:
    client, stub = s3
    operation, call = CALLS[name]
    stub.add_client_error(operation, "404" if operation in HEADS else "NoSuchKey", "", 404)
    with pytest.raises(ObjectNotFound):
        call(bucket(client))


@pytest.mark.parametrize("name", CALLS)
def test_an_object_that_may_not_be_read_is_no_missing_one(
    s3: tuple[Any, Stubber], name: str
) -> None:
    """Threat: a right or a key that was lost makes the daily check say that footage is gone, and
    the sweep give up files that are there."""
    client, stub = s3
    operation, call = CALLS[name]
    stub.add_client_error(operation, "403" if operation in HEADS else "AccessDenied", "", 403)
    with pytest.raises(ClientError) as raised:
        call(bucket(client))
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_version_that_is_not_there(s3: tuple[Any, Stubber]) -> None:
    client, stub = s3
    stub.add_client_error("get_object", "NoSuchVersion", "", 404)
    with pytest.raises(ObjectNotFound):
        list(bucket(client).read_object(KEY, "v1"))


@pytest.mark.parametrize(
    ("code", "raised"), [("NoSuchUpload", UploadNotFound), ("AccessDenied", ClientError)]
)
def test_an_upload_that_is_over_and_one_that_may_not_be_seen(
    s3: tuple[Any, Stubber], code: str, raised: type[Exception]
) -> None:
    client, stub = s3
    stub.add_client_error("list_parts", code, "", 404 if code == "NoSuchUpload" else 403)
    with pytest.raises(raised):
        bucket(client).uploaded_parts(KEY, "upload")


def test_a_version_that_is_gone_before_it_could_be_locked(s3: tuple[Any, Stubber]) -> None:
    client, stub = s3
    stub.add_client_error("get_object_retention", "NoSuchObjectLockConfiguration", "", 404)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 365}}
    stub.add_response(
        "get_object_lock_configuration",
        {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": rule}},
    )
    stub.add_response("head_object", {"LastModified": datetime(2026, 11, 30, tzinfo=UTC)})
    stub.add_client_error("put_object_retention", "NoSuchVersion", "", 404)
    with pytest.raises(ObjectNotFound):
        bucket(client).lock_version(KEY, "v1")


def test_a_bucket_that_is_not_there_is_no_missing_object() -> None:
    assert not is_missing(ClientError({"Error": {"Code": "NoSuchBucket"}}, "GetObject"))
