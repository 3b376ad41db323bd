"""The hash chain, a record that cannot be changed unnoticed: each entry carries the hash before it.

Pure functions shared by the audit record (`access.audit`) and the custody record
(`evidence.custody`). An entry is a flat dictionary of strings and integers; `hash` covers all of
it but itself, `previous` is the hash of the entry before, or `GENESIS` in the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64

Field = str | int
Entry = Mapping[str, Field]


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 (hex) of an entry without its `hash`, as canonical JSON (RFC 8785 for
    strings and integers)."""
    body = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def chain_entry(previous: str, sequence: int, fields: Entry) -> dict[str, Field]:
    """Return the entry with `fields` that follows the entry whose hash is `previous`.

    sequence: 1 for the first. Raises ValueError when `fields` uses a name of the chain's own.
    """
    taken = {"previous", "sequence", "hash"} & fields.keys()
    if taken:
        raise ValueError(f"names kept for the chain: {sorted(taken)}")
    entry: dict[str, Field] = {**fields, "previous": previous, "sequence": sequence}
    entry["hash"] = entry_hash(entry)
    return entry


@dataclass(frozen=True)
class ChainBreak:
    """The first entry at which a chain does not hold, by its sequence number, and why."""

    sequence: int
    why: str


def first_break(entries: Iterable[Entry]) -> ChainBreak | None:
    """Return the first entry that was changed, removed, inserted or moved; None when all hold.

    entries: in order of sequence, from the first.
    A removed tail cannot be seen from the entries alone: compare with a sealed head.
    """
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        if entry.get("sequence") != expected:
            return ChainBreak(expected, f"entry {expected} is missing")
        if entry.get("previous") != previous:
            return ChainBreak(expected, f"entry {expected} does not follow the entry before it")
        if entry.get("hash") != entry_hash(entry):
            return ChainBreak(expected, f"entry {expected} was changed after it was written")
        previous = str(entry["hash"])
    return None
