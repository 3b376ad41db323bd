"""Compares the evidence bucket with the rows of a table: each row has its version of its object,
and each object belongs to a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.evidence.model import ids_of_key, object_key
from infra.records.checking import every_item


@dataclass
class BucketComparison:
    """What differs. rows: (request id, evidence id) of every row. gone: files that a row names and
    the bucket does not have. hidden: files behind a delete marker, which are there and safe, but
    which nobody finds without the version. strays: files of no row, with their versions."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    files: int = 0
    gone: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def compare_bucket(dynamodb: Any, s3: Any, table: str, bucket: str) -> BucketComparison:
    """Compare by one pass over the rows and one over the versions of all objects."""
    found = BucketComparison()
    wanted: dict[str, str] = {}
    for item in evidence_rows(dynamodb, table):
        request_id = str(item["PK"]).removeprefix("REQUEST#")
        evidence_id = str(item["SK"]).removeprefix("EVIDENCE#")
        found.rows.append((request_id, evidence_id))
        wanted[object_key(request_id, evidence_id)] = str(item.get("version") or "")
    there: dict[str, set[str]] = {}
    hidden = set()
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", []):
            there.setdefault(str(one["Key"]), set()).add(str(one["VersionId"]))
        hidden |= {str(one["Key"]) for one in page.get("DeleteMarkers", []) if one["IsLatest"]}
    found.files = sum(map(len, there.values()))
    for key, version in sorted(wanted.items()):
        if version and version not in there.get(key, set()):
            found.gone.append(f"{key}, version {version}")
    found.hidden = sorted(key for key in hidden & there.keys() if ids_of_key(key))
    for key in sorted(there.keys() - wanted.keys()):
        if ids_of_key(key):
            found.strays.append(f"{key}, version {', '.join(sorted(there[key]))}")
    return found


def evidence_rows(dynamodb: Any, table: str) -> Iterable[dict[str, Any]]:
    """Read keys and versions of the rows of evidence in a table."""
    return every_item(
        dynamodb,
        table,
        ProjectionExpression="PK, SK, version",
        FilterExpression="begins_with(PK, :r) AND begins_with(SK, :e)",
        ExpressionAttributeValues={":r": {"S": "REQUEST#"}, ":e": {"S": "EVIDENCE#"}},
        ConsistentRead=True,
    )
