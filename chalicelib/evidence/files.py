"""The evidence bucket: parts signed for browsers, originals under Object Lock, never changed.

Every part's SHA-256 belongs to its signed address, so S3 refuses a damaged part. The bucket locks
each version as it arrives (default retention), keeps versions and encrypts with our key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from chalicelib.clients import is_missing
from chalicelib.evidence.model import UploadPart

SIGNED_FOR = 15 * 60
"""Seconds that the address for one part is valid; the browser asks just before it sends it."""
OPENED_FOR = 5 * 60
"""Seconds that an officer's address for a file is valid. A download that began in time goes on; a
player asks the page for another address.

Threat: an address works for whoever has it, also for an officer who is out. Five minutes are enough
for a browser or program that follows it at once on a slow line, and worth little afterwards."""
FORM_FOR = 2 * 60 * 60
"""Seconds within which a plain form must have been sent."""
FORM_BYTES = 5 * 1000**3
"""Bytes that one plain form may send, as the page says."""
POLICY_BYTES = 5 * 1024**3
"""Bytes up to which S3 takes what a plain form sends, its own limit for one piece. It is above
FORM_BYTES, and an empty file is taken too, because S3 answers what it refuses with a page of XML;
what it takes, we refuse in words on the page that follows."""
CHUNK = 1024 * 1024
STILL_AT_IT = "ConditionalRequestConflict"
"""S3's code for "another call is completing this upload"."""
_NAME_FIELD = "x-amz-meta-name"
_REFUSED = frozenset(
    {
        "InvalidPart",
        "InvalidPartOrder",
        "EntityTooSmall",
        "InvalidRequest",
        "BadDigest",
        "PreconditionFailed",
        STILL_AT_IT,
    }
)
"""S3's codes for an upload or a copy that it does not complete."""


class UploadNotFound(Exception):
    """S3 knows no such multipart upload: it was completed, or S3 gave it up."""


class ObjectNotFound(Exception):
    """The bucket has no such object, or no such version of it."""


class CompletionRefused(Exception):
    """S3 does not complete a multipart upload. why: the code of S3's error."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ReadTimedOut(Exception):
    """Reading an object would take longer than the caller's remaining time."""


@dataclass(frozen=True)
class InboxFile:
    """A file in the inbox. file_name: as the sender's browser called it, not cleaned, "" when it
    said nothing. head: its first bytes."""

    size: int
    etag: str
    file_name: str
    head: bytes


@dataclass(frozen=True)
class StoredObject:
    """One version of an object in the bucket. size: bytes. version: S3's id of the version."""

    size: int
    version: str


class EvidenceBucket:
    """Writes, signs and reads objects of the evidence bucket and of its inbox.

    client: makes the service's own calls. signer: signs the addresses that browsers use; its
    endpoint must be EVIDENCE_ORIGIN, which the Content-Security-Policy allows. inbox: the name of
    the bucket without lock that plain forms post to.
    """

    def __init__(self, client: Any, signer: Any, bucket: str, inbox: str = "") -> None:
        self._client = client
        self._signer = signer
        self._bucket = bucket
        self._inbox = inbox

    # receiving

    def begin_upload(self, key: str, download_name: str) -> str:
        """Start a multipart upload and return S3's id of it.

        download_name: what a copy is called; plain ASCII. The object is always stored as an
        attachment of a neutral type. Threat: a page called clip.mp4 that a browser would run on
        the bucket's origin.
        """
        answer = self._client.create_multipart_upload(
            Bucket=self._bucket,
            Key=key,
            ContentType="application/octet-stream",
            ContentDisposition=f'attachment; filename="{download_name}"',
            ChecksumAlgorithm="SHA256",
        )
        return str(answer["UploadId"])

    def sign_part(self, key: str, upload: str, part: UploadPart) -> tuple[str, dict[str, str]]:
        """Sign the address to PUT one part to, and return it with the headers that must be sent.

        Checksum and length are part of the signature: nothing else can be sent to the address.
        """
        url = self._signer.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "UploadId": upload,
                "PartNumber": part.number,
                "ChecksumSHA256": part.sha256,
                "ContentLength": part.size,
            },
            ExpiresIn=SIGNED_FOR,
        )
        return str(url), {"x-amz-checksum-sha256": part.sha256}

    def uploaded_parts(self, key: str, upload: str) -> list[UploadPart]:
        """List all parts of an upload that S3 holds. Raises UploadNotFound."""
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=self._bucket, Key=key, UploadId=upload
        )
        with _our_errors():
            return [
                UploadPart(p["PartNumber"], p["Size"], p["ETag"], p.get("ChecksumSHA256", ""))
                for page in pages
                for p in page.get("Parts", [])
            ]

    def complete_upload(
        self, key: str, upload: str, parts: Sequence[UploadPart], size: int
    ) -> StoredObject:
        """Have S3 make the object of its parts. Raises UploadNotFound or CompletionRefused.

        S3 checks every part's hash and the whole size again, and that there is no object under the
        key yet: two calls at the same time make one version.
        """
        named = [
            {"PartNumber": p.number, "ETag": p.etag, "ChecksumSHA256": p.sha256} for p in parts
        ]
        try:
            with _our_errors():
                answer = self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    MpuObjectSize=size,
                    IfNoneMatch="*",
                    MultipartUpload={"Parts": named},
                )
        except ReadTimeoutError as error:  # S3 goes on with it
            raise CompletionRefused(STILL_AT_IT) from error
        return StoredObject(size, str(answer["VersionId"]))

    def find_object(self, key: str) -> StoredObject:
        """Find the newest version of the object under a key. Raises ObjectNotFound."""
        with _our_errors():
            answer = self._client.head_object(Bucket=self._bucket, Key=key)
        return StoredObject(answer["ContentLength"], str(answer.get("VersionId", "")))

    def lock_version(self, key: str, version: str) -> datetime:
        """Return until when S3 refuses to change or remove the version, and lock it if need be.

        The bucket's default retention locks every version as it arrives. A version that is not
        locked all the same is locked by the same rule here: evidence that could be removed is
        none. Raises ObjectNotFound.
        """
        which = {"Bucket": self._bucket, "Key": key, "VersionId": version}
        with _our_errors():
            try:
                known = self._client.get_object_retention(**which)["Retention"]
                return cast("datetime", known["RetainUntilDate"])
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchObjectLockConfiguration":
                    raise
            answer = self._client.get_object_lock_configuration(Bucket=self._bucket)
            rule = answer["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
            days = rule.get("Days") or 365 * rule["Years"]
            stored = self._client.head_object(**which)["LastModified"]
            until = cast("datetime", stored + timedelta(days=days))
            self._client.put_object_retention(
                **which, Retention={"Mode": rule["Mode"], "RetainUntilDate": until}
            )
            return until

    # from browsers without JavaScript

    def upload_form(self, key: str, then: str) -> tuple[str, dict[str, str]]:
        """Sign the address that a plain form posts one file to, and the form's hidden fields.

        key: in the inbox. then: the address that S3 sends the browser to afterwards. The fields
        allow no other key. S3 puts the file's name in the place of `${filename}`: it is kept with
        the object, and is in no key and no address, which reach logs.
        """
        made = self._signer.generate_presigned_post(
            Bucket=self._inbox,
            Key=key,
            Fields={"success_action_redirect": then, _NAME_FIELD: "${filename}"},
            Conditions=[
                {"success_action_redirect": then},
                ["starts-with", f"${_NAME_FIELD}", ""],
                ["content-length-range", 0, POLICY_BYTES],
            ],
            ExpiresIn=FORM_FOR,
        )
        return str(made["url"]), dict(made["fields"])

    def look_in_inbox(self, key: str, bytes_wanted: int) -> InboxFile:
        """Look at a file in the inbox and its first bytes. Raises ObjectNotFound."""
        with _our_errors():
            known = self._client.head_object(Bucket=self._inbox, Key=key)
            size, head = int(known["ContentLength"]), b""
            if size:
                first = f"bytes=0-{bytes_wanted - 1}"
                answer = self._client.get_object(Bucket=self._inbox, Key=key, Range=first)
                head = answer["Body"].read(bytes_wanted)
        said = str(known.get("Metadata", {}).get("name", ""))
        return InboxFile(size, str(known["ETag"]).strip('"'), decode_metadata(said), head)

    def bring_in(self, source: str, key: str, download_name: str) -> StoredObject:
        """Copy a file from the inbox into the bucket that locks it. Raises ObjectNotFound.

        Repeating the copy makes no second version.
        """
        with suppress(CompletionRefused), _our_errors():
            self._client.copy_object(
                Bucket=self._bucket,
                Key=key,
                CopySource={"Bucket": self._inbox, "Key": source},
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
                MetadataDirective="REPLACE",
                ContentType="application/octet-stream",
                ContentDisposition=f'attachment; filename="{download_name}"',
            )
        return self.find_object(key)

    def waiting_in_inbox(self, before: datetime) -> Iterator[tuple[str, str]]:
        """List (key, ETag) of the files that came into the inbox before a moment and are there."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._inbox)
        for page in pages:
            for found in page.get("Contents", []):
                if found["LastModified"] < before:
                    yield found["Key"], found["ETag"]

    # reading

    def read_object(
        self, key: str, version: str, left: Callable[[], float] | None = None
    ) -> Iterator[bytes]:
        """Read the bytes of one version, a megabyte at a time.

        After a broken connection reading goes on where it broke. left: gives the caller's
        remaining seconds. Raises ReadTimedOut when there are none, and ObjectNotFound.
        """
        at, tries = 0, 0
        while True:
            body, size = self._from(key, version, at)
            try:
                for chunk in body.iter_chunks(CHUNK):
                    if left is not None and left() <= 0:
                        raise ReadTimedOut
                    at, tries = at + len(chunk), 0
                    yield chunk
            except (BotoCoreError, OSError):
                tries += 1
                if tries > 5:
                    raise
                time.sleep(0.2 * tries)
                continue
            finally:
                body.close()
            if at >= size:
                return

    def _from(self, key: str, version: str, at: int) -> tuple[Any, int]:
        """Request the body of a version from byte `at`; return it and the version's whole size."""
        ranged = {"Range": f"bytes={at}-"} if at else {}
        which = {"Bucket": self._bucket, "Key": key, "VersionId": version}
        with _our_errors():
            answer = self._client.get_object(**which, **ranged)
        if at and "ContentRange" not in answer:
            raise OSError("the rest of the object was asked for and all of it came")
        return answer["Body"], at + int(answer["ContentLength"])

    def download_address(self, key: str, version: str, file_name: str, playable: str = "") -> str:
        """Sign an address, valid for minutes, from which anybody who has it gets one version.

        file_name: what an officer's copy is called; plain ASCII. playable: the media type under
        which a browser may play the file in place; "" when it may only be saved.
        """
        kind = "inline" if playable else "attachment"
        return str(
            self._signer.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "VersionId": version,
                    "ResponseContentDisposition": f'{kind}; filename="{file_name}"',
                    "ResponseContentType": playable or "application/octet-stream",
                    "ResponseCacheControl": "private, no-store",
                },
                ExpiresIn=OPENED_FOR,
            )
        )


def decode_metadata(said: str) -> str:
    """Read text that S3 kept with an object: what is not ASCII comes as RFC 2047 writes it, or as
    the bytes of its UTF-8."""
    try:
        text = str(make_header(decode_header(said)))
    except (HeaderParseError, LookupError, UnicodeError):
        text = said
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


@contextmanager
def _our_errors() -> Iterator[None]:
    """Raise this module's error in place of S3's, for every call that asks for an object. An error
    that is none of ours, such as a right that is missing, goes on as it is."""
    try:
        yield
    except ClientError as error:
        if ours := _as_ours(error):
            raise ours from error
        raise


def _as_ours(error: ClientError) -> Exception | None:
    """Return the error of this module that S3's error means, or None."""
    code = error.response.get("Error", {}).get("Code", "")
    if code == "NoSuchUpload":
        return UploadNotFound()
    if is_missing(error):
        return ObjectNotFound()
    return CompletionRefused(code) if code in _REFUSED else None
