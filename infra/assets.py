"""Upload of the front end and the base map to the assets bucket."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.hashing import files_under

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


def upload_assets(s3: Any, bucket: str, folder: Path | None, basemap: Path | None) -> int:
    """Put what changed under assets/; return how many files that were.

    Old hashed files stay: a page that is open during a deployment still finds its scripts.
    """
    present = dict(_present(s3, bucket))
    wanted: list[tuple[Path, str, str]] = []
    if folder is not None:
        for file in files_under(folder):
            caching = IMMUTABLE if HASHED.search(file.name) else A_MOMENT
            wanted.append((file, f"assets/{file.relative_to(folder).as_posix()}", caching))
    if basemap is not None:
        wanted.append((basemap, f"{BASEMAP_FOLDER}/{basemap.name}", A_DAY))
    changed = [(f, key, c) for f, key, c in wanted if present.get(key) != _etag(f)]

    def put(item: tuple[Path, str, str]) -> None:
        file, key, caching = item
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.read_bytes(),
            ContentType=kind or "application/octet-stream",
            CacheControl=caching,
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, changed))
    return len(changed)


def _present(s3: Any, bucket: str) -> Iterator[tuple[str, str]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="assets/"):
        for item in page.get("Contents", []):
            yield item["Key"], item["ETag"].strip('"')


def _etag(file: Path) -> str:
    """S3's ETag of a plain upload under its own key: the MD5, here only to see a difference."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
