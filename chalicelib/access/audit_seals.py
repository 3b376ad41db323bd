"""Sealed heads of the audit chains, which make a cut tail or a rewritten chain visible.

A chain proves that its entries follow one another, but somebody who can write to the table could
cut its end off or write the whole chain anew. So each day the heads of the chains that changed are
put into a bucket whose objects nobody can change or delete (S3 Object Lock), and the command
`verify-audit` compares the chains with them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.access.audit import DAY_INDEX
from chalicelib.core.hash_chain import ChainBreak, first_break
from chalicelib.core.times import iso_micros
from chalicelib.dynamodb.table import Item, Table

PREFIX = "heads/"
# A day that was missed (the job failed, the index was late) is sealed on one of the next seven.
LOOK_BACK = timedelta(days=8)


@dataclass(frozen=True)
class SealedHead:
    """The last entry of an audit chain at the time of a seal: its sequence number and hash."""

    sequence: int
    hash: str


def changed_chains(table: Table, now: datetime) -> dict[str, SealedHead]:
    """Return, by partition key, the head of every chain with an entry within LOOK_BACK of `now`."""
    days = [f"{now - timedelta(days=n):%Y-%m-%d}" for n in range(LOOK_BACK.days + 1)]
    chains = {entry["PK"] for day in days for entry in table.query(day, index=DAY_INDEX)}
    heads = {}
    for chain in sorted(chains):
        last = next(table.query(chain, backwards=True, limit=1, consistent=True))
        heads[chain] = SealedHead(int(last["sequence"]), str(last["hash"]))
    return heads


def write_seal(table: Table, s3: Any, bucket: str, now: datetime) -> str:
    """Write the heads of changed chains to S3; return the object's key. Each call makes one."""
    heads = changed_chains(table, now)
    body = {
        "sealed_at": iso_micros(now),
        "chains": {
            chain: {"sequence": head.sequence, "hash": head.hash} for chain, head in heads.items()
        },
    }
    key = f"{PREFIX}{now:%Y/%m/%d}/{iso_micros(now)}.json"
    # The bucket's default retention locks the object, and S3 requires a checksum for that.
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=json.dumps(body, sort_keys=True).encode(),
        ContentType="application/json",
        ChecksumAlgorithm="SHA256",
    )
    return key


def read_seal(body: bytes) -> dict[str, SealedHead]:
    """Return the heads in the body of a sealed object, by the chain's partition key."""
    chains = json.loads(body)["chains"]
    return {chain: SealedHead(int(h["sequence"]), str(h["hash"])) for chain, h in chains.items()}


def read_all_seals(s3: Any, bucket: str) -> tuple[dict[str, dict[int, str]], int]:
    """Read the sealed hashes by chain and sequence, and count the seals.

    Every version of every object is read, the oldest first, and the first hash of an entry counts:
    Object Lock keeps it, whatever somebody wrote over it or beside it later.
    """
    sealed: dict[str, dict[int, str]] = defaultdict(dict)
    versions = [
        (version["LastModified"], version["Key"], version["VersionId"])
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=PREFIX)
        for version in page.get("Versions", [])
    ]
    for _, key, version in sorted(versions):
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
        for chain, head in read_seal(body).items():
            sealed[chain].setdefault(head.sequence, head.hash)
    return sealed, len(versions)


def check_chain(
    entries: Iterable[Item], sealed: Mapping[int, str]
) -> tuple[ChainBreak | None, int]:
    """Return the first entry of a chain that is not as it was written, or None, and the count.

    entries: the stored items, in order. sealed: hashes by sequence, from every seal of this chain.
    The count covers the entries read, which end at the first break within the chain.
    """
    hashes: dict[int, str] = {}
    count = 0

    def passing() -> Iterable[dict[str, Any]]:
        nonlocal count
        for item in entries:
            count += 1
            fields = {name: value for name, value in item.items() if name not in ("PK", "SK")}
            # The hash does not cover the sort key, so an entry under another's key is marked here.
            sequence = fields.get("sequence")
            if not isinstance(sequence, int) or item["SK"] != f"{sequence:010d}":
                fields["sequence"] = -1
            elif sequence in sealed:
                hashes[sequence] = str(fields.get("hash"))
            yield fields

    broken = first_break(passing())
    if broken:
        return broken, count
    for sequence, value in sorted(sealed.items()):
        if sequence not in hashes:
            return ChainBreak(sequence, f"entry {sequence} was sealed and is missing"), count
        if hashes[sequence] != value:
            why = f"entry {sequence} is not the one that was sealed: the chain was written anew"
            return ChainBreak(sequence, why), count
    return None, count
