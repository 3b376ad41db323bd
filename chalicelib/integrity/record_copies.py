"""Locked copies of entries of the audit and custody records: their keys, bodies and listing.

Every entry has a copy of its own, whose key says all that a check compares: the chain, the place in
it, when the table's stream told of it, and the SHA-256 of the copied entry. So a listing is enough
to compare a whole chain, and nothing of it is read unless something differs. An entry with other
content has another key and stands beside the first; of the copies of one place, the first in the
order of keys is the entry as it was first written.

Threat: somebody who may do anything with the tables writes a record anew, with good hashes. Only
the jobs that make and check copies may put objects here, and nobody can change what is there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.dynamodb.table import Item
from chalicelib.integrity.locked_bucket import LockedBucket, LockedObject

COPIES = "copies/"
AUDIT_COPIES = f"{COPIES}audit/"
"""Followed by the month, so that the chains of a month can be listed, and the actor."""
CUSTODY_COPIES = f"{COPIES}custody/"
"""Followed by the id of the evidence."""
ROW = "row"
"""The place of a row of evidence, of which only a removal is noted: its content is bound into the
entries, and must not outlive it here."""
LATE = "late"
"""Stands for the stream's number in the key of a copy that was not made of the stream. It sorts
after all numbers."""
REMOVED = "removed"

# An actor is named by far fewer characters. Threat: somebody writes an item of a name for which S3
# takes no key, and all that is written after it waits for its copy until the stream has forgotten.
_AUDIT_CHAIN = re.compile(r"ACTOR#([A-Za-z0-9._-]{1,200})#(\d{4}-\d{2})")
_CUSTODY_CHAIN = re.compile(r"EVIDENCE#([0-9a-z]{16})")
_PLACE = re.compile(r"(?:CUSTODY#)?(\d{10})")
_NUMBER_DIGITS = 40
_KEY = re.compile(r"(?P<place>[^.]+)\.(?P<number>[^.]+)\.(?P<digest>[^.]+)\.json")


def copied_text(entry: Item) -> str:
    """Write an entry as its copy holds it, keys included: canonical JSON, as hashes are made of."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def copy_digest(entry: Item) -> str:
    """Return the SHA-256 (hex) of an entry's copy, which stands in its key."""
    return hashlib.sha256(copied_text(entry).encode()).hexdigest()


def chain_folder(pk: str) -> str:
    """Return the beginning of the keys of a chain's copies. pk: the chain's partition key; one that
    no chain of ours has gets a folder of its own too, so that nothing goes without a copy."""
    if audit := _AUDIT_CHAIN.fullmatch(pk):
        return f"{AUDIT_COPIES}{audit[2]}/{audit[1]}/"
    if custody := _CUSTODY_CHAIN.fullmatch(pk):
        return f"{CUSTODY_COPIES}{custody[1]}/"
    return f"{COPIES}other/{hashlib.sha256(pk.encode()).hexdigest()[:32]}/"


def chain_of_folder(folder: str) -> str:
    """Return the partition key of the chain whose copies lie in a folder; "" for another folder."""
    parts = folder.removeprefix(COPIES).strip("/").split("/")
    if parts[0] == "audit" and len(parts) == 3:
        return f"ACTOR#{parts[2]}#{parts[1]}"
    return f"EVIDENCE#{parts[1]}" if parts[0] == "custody" and len(parts) == 2 else ""


def entry_place(sk: str) -> str:
    """Return an entry's place in its chain, as keys of copies name it: ten digits, or a name made
    of a sort key that no entry of ours has."""
    found = _PLACE.fullmatch(sk)
    return found[1] if found else f"other-{hashlib.sha256(sk.encode()).hexdigest()[:16]}"


def copy_key(folder: str, place: str, number: str, digest: str) -> str:
    """Return the key of a copy. number: the stream's number of the change, or LATE. digest: of the
    entry, or REMOVED."""
    return (
        f"{folder}{place}.{number.zfill(_NUMBER_DIGITS) if number != LATE else LATE}.{digest}.json"
    )


@dataclass(frozen=True)
class RecordCopy:
    """A locked object that tells of one entry: a copy of it, or that it was removed.

    place: of the entry in its chain. digest: of the entry, "" for a removal. late: it was made by
    the job that looks for what the stream lost.
    """

    kept: LockedObject
    place: str
    digest: str
    late: bool

    @property
    def at(self) -> datetime:
        """When it came into the bucket, as S3 says."""
        return self.kept.at


class RecordCopies:
    """The copies in the audit bucket."""

    def __init__(self, bucket: LockedBucket) -> None:
        self._bucket = bucket

    def keep(self, key: str, text: str) -> bool:
        """Put a copy under a key where there is none; False when there was one already."""
        return self._bucket.keep(key, text)

    def of_chain(self, pk: str) -> list[RecordCopy]:
        """List all that is kept of a chain, by place and then in the order in which it happened."""
        folder = chain_folder(pk)
        return [
            RecordCopy(
                one,
                said["place"],
                "" if said["digest"] == REMOVED else said["digest"],
                said["number"] == LATE,
            )
            for one in self._bucket.objects(folder)
            if (said := _KEY.fullmatch(one.key.removeprefix(folder)))
        ]

    def chains(self, under: str, after: str = "") -> Iterator[str]:
        """List the partition keys of the chains that have copies, in the order of their folders.

        under: AUDIT_COPIES and a month, or CUSTODY_COPIES. after: a chain to begin behind.
        """
        for folder in self._bucket.folders(under, chain_folder(after) if after else ""):
            if chain := chain_of_folder(folder):
                yield chain

    def months(self) -> list[str]:
        """List the months of which there are copies of audit entries, like `2026-11`."""
        folders = self._bucket.folders(AUDIT_COPIES)
        return [folder.removeprefix(AUDIT_COPIES).strip("/") for folder in folders]

    def read(self, copy: RecordCopy) -> Mapping[str, Any]:
        """Read the entry that a copy holds. Raises ValueError when it is not the one of its key."""
        text = self._bucket.read(copy.kept).decode()
        if copy.digest and hashlib.sha256(text.encode()).hexdigest() != copy.digest:
            raise ValueError("the copy is not what its key says")
        entry: Mapping[str, Any] = json.loads(text)
        return entry

    def read_texts(self, copies: Iterable[RecordCopy]) -> list[str]:
        """Read copies as they were written."""
        return [body.decode() for body in self._bucket.read_all(copy.kept for copy in copies)]
