"""Upload of the front end and the base map to the assets bucket."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig

from infra.building.hashing import files_under

HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
"""A name that Vite made from the content: the file under it never changes."""
IMMUTABLE = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
A_MOMENT = "public, max-age=60"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".pmtiles": "application/vnd.pmtiles",
    ".json": "application/json",
}
BASEMAP_FOLDER = "assets/basemap"


WHOLE_UP_TO = 64 * 1024 * 1024
"""Bytes. Larger files, the base map of a country, go up in parts."""


@dataclass(frozen=True)
class Asset:
    """A file, the key it gets in the assets bucket, and its Cache-Control header."""

    file: Path
    key: str
    caching: str


def upload_assets(s3: Any, bucket: str, folder: Path | None, basemap: Path | None) -> int:
    """Put what changed under assets/; return how many files that were.

    Old hashed files stay: a page that is open during a deployment still finds its scripts.
    """
    wanted: list[Asset] = []
    if folder is not None:
        for file in files_under(folder):
            caching = IMMUTABLE if HASHED.search(file.name) else A_MOMENT
            wanted.append(Asset(file, f"assets/{file.relative_to(folder).as_posix()}", caching))
    if basemap is not None:
        wanted.append(Asset(basemap, f"{BASEMAP_FOLDER}/{basemap.name}", A_DAY))
    present = dict(_present(s3, bucket))
    changed = [asset for asset in wanted if not _is_there(asset.file, present.get(asset.key))]

    def put(asset: Asset) -> None:
        kind = TYPES.get(asset.file.suffix) or mimetypes.guess_type(asset.file.name)[0]
        s3.upload_file(
            str(asset.file),
            bucket,
            asset.key,
            ExtraArgs={
                "ContentType": kind or "application/octet-stream",
                "CacheControl": asset.caching,
            },
            Config=TransferConfig(multipart_threshold=WHOLE_UP_TO),
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, changed))
    return len(changed)


def _present(s3: Any, bucket: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="assets/"):
        for item in page.get("Contents", []):
            yield item["Key"], item


def _is_there(file: Path, present: dict[str, Any] | None) -> bool:
    """Tell whether the bucket has the file's content, by MD5, which S3 gives for whole uploads.

    For a file that was uploaded in parts only the size can be compared.
    """
    if present is None or present["Size"] != file.stat().st_size:
        return False
    etag = present["ETag"].strip('"')
    return "-" in etag or etag == hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
