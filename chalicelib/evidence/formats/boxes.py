"""Reads the boxes of MP4, QuickTime and HEIF files (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Generator

from chalicelib.evidence.formats.structure import (
    ENDS_EARLY,
    NOT_READ,
    WHOLE,
    Ask,
    Reader,
    missing,
)

_HEADER, _LONG_HEADER = 8, 16
_MOST_CHILDREN = 200  # a film has a handful of tracks


def read_film(size: int) -> Reader:
    """Read an MP4 or QuickTime file, whose index (`moov`) may stand before or behind the pictures.

    Bytes that are no box are left alone once index and pictures were seen: recorders pad files.
    """
    at, index, pictures = 0, False, False
    while at < size:
        kind, header, length = _box((yield Ask(at, _LONG_HEADER)))
        if length is None:
            break
        open_ended = length == 0  # such a box reaches to the end, wherever that is
        end = size if open_ended else at + length
        if end > size:
            lacks = ENDS_EARLY if index else "its index never arrived"
            return missing(lacks, plays=index and kind != b"moov")
        if kind == b"moov":
            index = yield from _has_tracks(at + header, end)
        pictures = pictures or (kind in (b"mdat", b"moof") and end > at + header)
        at = end
        if open_ended and index and pictures:
            return NOT_READ
    if not index:
        return missing("its index is missing", plays=False)
    return WHOLE if pictures else missing("it holds an index and no pictures", plays=False)


def read_still(size: int) -> Reader:
    """Read a HEIF or AVIF picture, whose description (`meta`) says where in the file it lies."""
    at, described, pictures = 0, False, False
    while at < size:
        kind, _, length = _box((yield Ask(at, _LONG_HEADER)))
        if length is None:
            break
        if length == 0 and described:
            return NOT_READ
        if length == 0 or at + length > size:
            return missing(ENDS_EARLY, plays=False)
        described, pictures = described or kind == b"meta", pictures or kind == b"mdat"
        at += length
    if not described:
        return missing("its description is missing", plays=False)
    return WHOLE if pictures else NOT_READ  # a small picture may lie in the description itself


def _box(head: bytes) -> tuple[bytes, int, int | None]:
    """Read a box's kind, the bytes of its header and its whole length, 0 for "to the end of the
    file". The length is None when these bytes begin no box."""
    kind, length, header = head[4:8], int.from_bytes(head[:4]), _HEADER
    if len(head) < _HEADER or not all(32 <= letter < 127 or letter == 0xA9 for letter in kind):
        return kind, header, None
    if length == 1:
        length, header = int.from_bytes(head[8:16]), _LONG_HEADER
        if len(head) < _LONG_HEADER:
            return kind, header, None
    return kind, header, None if 0 < length < header else length


def _has_tracks(at: int, end: int) -> Generator[Ask, bytes, bool]:
    """True when an index says how its film is timed and has a track, or is packed (`cmov`)."""
    seen = set[bytes]()
    for _ in range(_MOST_CHILDREN):
        if at >= end:
            break
        kind, _header, length = _box((yield Ask(at, _LONG_HEADER)))
        if not length or at + length > end:
            break
        seen.add(kind)
        at += length
    return b"cmov" in seen or {b"mvhd", b"trak"} <= seen
