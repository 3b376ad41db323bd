"""Sealed heads of the audit chains: what makes a cut tail or a rewritten chain visible.

A chain proves that its entries follow one another, but whoever can write the table could cut its
end off or write the whole chain anew. So each day the heads of the chains that changed are put
into a bucket whose objects nobody can change or delete (S3 Object Lock). `verify-audit` compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.access.audit import DAY_INDEX
from chalicelib.core.hash_chain import ChainBreak, first_break
from chalicelib.core.times import iso_micros
from chalicelib.dynamodb.table import Item, Table

PREFIX = "heads/"
# A day that was missed (the job failed, the index was late) is made good on the next seven.
LOOK_BACK = timedelta(days=8)


@dataclass(frozen=True)
class SealedHead:
    """The last entry of a chain at the time of a seal."""

    sequence: int
    hash: str


def changed_chains(table: Table, now: datetime) -> dict[str, SealedHead]:
    """The heads of all chains with an entry in the last days, by the chain's key."""
    days = [f"{now - timedelta(days=n):%Y-%m-%d}" for n in range(LOOK_BACK.days + 1)]
    chains = {entry["PK"] for day in days for entry in table.query(day, index=DAY_INDEX)}
    heads = {}
    for chain in sorted(chains):
        last = next(table.query(chain, backwards=True, limit=1, consistent=True))
        heads[chain] = SealedHead(int(last["sequence"]), str(last["hash"]))
    return heads


def write_seal(table: Table, s3: Any, bucket: str, now: datetime) -> str:
    """Writes the heads; returns the object's key. Running it twice writes two objects."""
    heads = changed_chains(table, now)
    body = {
        "sealed_at": iso_micros(now),
        "chains": {
            chain: {"sequence": head.sequence, "hash": head.hash} for chain, head in heads.items()
        },
    }
    key = f"{PREFIX}{now:%Y/%m/%d}/{iso_micros(now)}.json"
    # The bucket's default retention locks the object. S3 wants a checksum for a locked one.
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=json.dumps(body, sort_keys=True).encode(),
        ContentType="application/json",
        ChecksumAlgorithm="SHA256",
    )
    return key


def read_seal(body: bytes) -> dict[str, SealedHead]:
    """The heads in a sealed object."""
    chains = json.loads(body)["chains"]
    return {chain: SealedHead(int(h["sequence"]), str(h["hash"])) for chain, h in chains.items()}


def check_chain(
    entries: Iterable[Item], sealed: Mapping[int, str]
) -> tuple[ChainBreak | None, int]:
    """The first entry of a chain that is not as it was written, and how many entries there are.

    entries: as stored, in order. sealed: hash by sequence, from every seal of this chain.
    """
    hashes: dict[int, str] = {}
    count = 0

    def passing() -> Iterable[dict[str, Any]]:
        nonlocal count
        for item in entries:
            count += 1
            fields = {name: value for name, value in item.items() if name not in ("PK", "SK")}
            # The sort key is not in the hash; an entry under another's key is not in its place.
            if item["SK"] != f"{int(fields.get('sequence', 0)):010d}":
                fields["sequence"] = -1
            if fields.get("sequence") in sealed:
                hashes[int(fields["sequence"])] = str(fields.get("hash"))
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
