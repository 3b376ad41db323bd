"""The bucket whose objects nobody can change or delete: putting objects into it and reading them.

Threat: somebody puts another object over one, or hides it behind a delete marker. The oldest
version of an object counts, and Object Lock keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.telemetry.workers import Workers

_AT_ONCE = 8


@dataclass(frozen=True)
class LockedObject:
    """The oldest version of an object, and since when it is there."""

    key: str
    version: str
    at: datetime


class LockedBucket:
    """Adds objects to the audit bucket, and reads them."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def keep(self, key: str, text: str) -> bool:
        """Put an object under a key where there is none; False when there was one already. Every
        object is locked as it comes, by the bucket's default retention."""
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=text.encode(),
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",  # S3 asks for one where objects are locked
                IfNoneMatch="*",
            )
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            return False
        return True

    def objects(self, prefix: str) -> list[LockedObject]:
        """List the objects whose keys begin with `prefix`, in the order of their keys."""
        found: dict[str, LockedObject] = {}
        for page in self._versions(prefix):
            for version in page.get("Versions", []):
                key = str(version["Key"])
                # The newest version of a key is listed first, so the oldest one stays.
                found[key] = LockedObject(key, str(version["VersionId"]), version["LastModified"])
        return list(found.values())

    def folders(self, prefix: str, after: str = "") -> Iterator[str]:
        """List the folders right under `prefix`, with their slash, in order. after: a folder to
        begin behind, which need not exist."""
        marker = {"KeyMarker": after} if after else {}
        for page in self._versions(prefix, Delimiter="/", **marker):
            for folder in page.get("CommonPrefixes", []):
                if folder["Prefix"] != after:
                    yield str(folder["Prefix"])

    def read(self, one: LockedObject) -> bytes:
        """Read the body of an object."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=one.key, VersionId=one.version)
        body: bytes = answer["Body"].read()
        return body

    def read_all(self, ones: Iterable[LockedObject]) -> list[bytes]:
        """Read the bodies of objects, some at the same time."""
        with Workers(_AT_ONCE) as pool:
            return list(pool.map(self.read, ones))

    def _versions(self, prefix: str, **more: str) -> Iterator[Mapping[str, Any]]:
        pages = self._s3.get_paginator("list_object_versions")
        yield from pages.paginate(Bucket=self._bucket, Prefix=prefix, **more)
