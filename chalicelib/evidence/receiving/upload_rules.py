"""The rules of uploads in parts: how many files a link takes, which file is one that it has taken
before, and whether the parts that S3 holds are the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.core.errors import Invalid, TooMany
from chalicelib.evidence.model import (
    MOST_BEGUN,
    MOST_FILES,
    Evidence,
    EvidenceKind,
    EvidenceState,
    UploadPart,
    missing_parts,
    parts_in_words,
)


def check_room(own: Sequence[Evidence], now: datetime | None = None) -> None:
    """Raise TooMany when a sender's files are as many as a link takes. now: given when another file
    is to be begun, so that those begun in the last day count too."""
    if sum(one.state is not EvidenceState.RECEIVING for one in own) >= MOST_FILES:
        raise TooMany(
            f"This link has taken {MOST_FILES} files, which is all that it takes. "
            "Call us to send more."
        )
    if now is None:
        return
    since = now - timedelta(days=1)
    if sum(one.state is EvidenceState.RECEIVING and one.created_at > since for one in own) >= (
        MOST_BEGUN
    ):
        raise TooMany("Too many files were begun with this link today. Try again tomorrow.")


def same_file(
    own: Sequence[Evidence], kind: EvidenceKind, sha256: str, by_hash: str
) -> Evidence | None:
    """Find a sender's file with this hash in hex, None for "": one that arrived, or one that was
    begun under the id `by_hash`. A rejected one does not count, as it is to be sent again."""
    for one in own if sha256 else ():
        same = one.id == by_hash or (one.sha256 or one.claimed_sha256) == sha256
        if same and one.kind is kind and one.state is not EvidenceState.REJECTED:
            return one
    return None


def check_parts(evidence: Evidence, said: Sequence[UploadPart], held: Sequence[UploadPart]) -> None:
    """Raise Invalid unless the parts that S3 holds are the whole file, as the sender knows them."""
    if missing := missing_parts(held, evidence.size, evidence.part_size):
        names = parts_in_words(missing)
        raise Invalid.field("parts", f"Not here yet: {names}. Send what is missing and try again")
    named = {part.number: part for part in said}
    if unnamed := [p.number for p in held if p.number not in named]:
        raise Invalid.field("parts", f"Name every part: {parts_in_words(unnamed)} not named")
    if len(named) > len(held):
        extra = sorted(named.keys() - {p.number for p in held})
        raise Invalid.field("parts", f"This file does not have {parts_in_words(extra)}")
    differing = [
        p.number
        for p in held
        if named[p.number].sha256 != p.sha256
        or (named[p.number].etag and named[p.number].etag.strip('"') != p.etag.strip('"'))
    ]
    if differing:
        raise Invalid.field(
            "parts",
            f"Not as it arrived: {parts_in_words(differing)}. Send it again and try again",
        )
