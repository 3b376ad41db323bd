"""The record's locked copies against the errors that S3 documents for a conditional write."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from chalicelib.integrity.locked_bucket import LockedBucket
from tests.support.stubbed import Refusal, stubbed


def keep(answer: Refusal | None) -> bool:
    s3 = stubbed("s3", ("put_object", answer or {}))
    return LockedBucket(s3, "audit").keep("copies/1", "{}")


def test_a_copy_is_kept_once() -> None:
    assert keep(None) is True
    assert keep(Refusal("PreconditionFailed", status=412)) is False


@pytest.mark.parametrize(
    ("code", "status"),
    [
        # "A conflicting operation occurred during the upload": the copy is not there yet, so the
        # stream has to come again.
        ("ConditionalRequestConflict", 409),
        ("AccessDenied", 403),
        ("SlowDown", 503),
        ("NoSuchBucket", 404),
    ],
)
def test_a_copy_that_was_not_made_is_never_taken_for_one_that_is_there(
    code: str, status: int
) -> None:
    with pytest.raises(ClientError, match=code):
        keep(Refusal(code, status=status))
