"""The bucket of packages, templates and records of releases: one in each account and region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.building.hashing import content_hash
from infra.deployment.target import GLOBAL_REGION, Target
from infra.errors import StackError
from infra.paths import ROOT

MISSING = {"404", "NoSuchBucket", "NoSuchKey", "NotFound"}


@dataclass(frozen=True)
class Artifacts:
    """The account's bucket. Threat: its name can be guessed, and whoever made it first in an
    account of their own could hand us templates. So each call names the account that must own it.
    """

    s3: Any
    bucket: str
    account: str
    host: str

    def put(self, key: str, content: bytes | Path) -> None:
        """Store content under a key that is made from it, unless it is there."""
        owner = {"ExpectedBucketOwner": self.account}
        try:
            self.s3.head_object(Bucket=self.bucket, Key=key, **owner)
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                raise
            if isinstance(content, Path):
                self.s3.upload_file(str(content), self.bucket, key, ExtraArgs=owner)
            else:
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, **owner)

    def put_template(self, text: str) -> str:
        """Store a template; return its key."""
        key = f"templates/{content_hash(ROOT, [], text)}.json"
        self.put(key, text.encode())
        return key

    def read(self, key: str) -> bytes:
        """Read what is under a key. Raises StackError when there is nothing."""
        try:
            found = self.s3.get_object(
                Bucket=self.bucket, Key=key, ExpectedBucketOwner=self.account
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                raise
            raise StackError(f"s3://{self.bucket}/{key} is not there any more.") from error
        content: bytes = found["Body"].read()
        return content

    def keys(self, prefix: str) -> list[str]:
        """List the keys under a prefix, in order."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, ExpectedBucketOwner=self.account
        )
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def address(self, key: str) -> str:
        """Make the address of a key as CloudFormation takes it."""
        return f"{self.host}/{self.bucket}/{key}"


def open_artifacts(target: Target, account: str) -> Artifacts:
    """Find the bucket of the target's account and region, and make it when it is missing.

    Raises StackError when somebody else has a bucket of that name.
    """
    bucket = f"sightline-artifacts-{account}-{target.region}"
    s3 = target.client("s3")
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in MISSING:
            raise StackError(
                f"The bucket {bucket} is another account's, or you may not use it "
                f"({error.response['Error']['Code']}). Nothing was deployed."
            ) from error
        _make_bucket(s3, bucket, target.region)
    host = target.endpoint or f"https://s3.{target.region}.amazonaws.com"
    return Artifacts(s3, bucket, account, host)


def _make_bucket(s3: Any, bucket: str, region: str) -> None:
    """Make a private bucket. S3 refuses a LocationConstraint of us-east-1, where none is the way to
    name that region."""
    place: dict[str, Any] = {}
    if region != GLOBAL_REGION:
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **place)
    except ClientError as error:  # a colleague made it in the same moment
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
