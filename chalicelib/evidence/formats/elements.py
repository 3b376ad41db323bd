"""Reads the elements of Matroska and WebM files (EBML, RFC 8794)."""

from __future__ import annotations

from chalicelib.evidence.formats.structure import ENDS_EARLY, NOT_READ, WHOLE, Ask, Reader, missing

_SEGMENT, _TRACKS, _CLUSTER = b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75"
_HEADER = 12  # an id has at most 4 bytes, a length at most 8


def read_matroska(size: int) -> Reader:
    """Read a Matroska or WebM file. What a browser or a camera writes while it films states no
    length; then only a cut through an element shows, and nothing is claimed of the rest."""
    at, end, seen, stated = 0, size, set[bytes](), False
    while at < min(end, size):
        found = _element((yield Ask(at, _HEADER)))
        if found is None:
            break
        kind, header, length = found
        seen |= {kind} & {_TRACKS, _CLUSTER}  # of a hostile file, every kind may be another
        if kind == _SEGMENT and length is not None:
            end, stated = at + header + length, True
        if length is None or kind == _SEGMENT:
            at += header  # what is inside comes next
            continue
        at += header + length
        if at > size:
            break
    plays = {_TRACKS, _CLUSTER} <= seen
    if at > size or end > size:
        return missing(ENDS_EARLY, plays=plays)
    if not plays:
        return missing("it holds no pictures", plays=False)
    return WHOLE if stated and at >= end else NOT_READ


def _element(head: bytes) -> tuple[bytes, int, int | None] | None:
    """Read an element's id, the bytes of its header, and its length, which is None when it is not
    stated. None when these bytes begin no element."""
    id_length = _leading(head[:1])
    size_length = _leading(head[id_length : id_length + 1])
    header = id_length + size_length
    if not 1 <= id_length <= 4 or not size_length or len(head) < header:
        return None
    stated = int.from_bytes(head[id_length:header]) & (1 << 7 * size_length) - 1
    unknown = stated == (1 << 7 * size_length) - 1
    return head[:id_length], header, None if unknown else stated


def _leading(first: bytes) -> int:
    """Count the bytes of a number of variable length by its first byte: 1 to 8, 0 for none."""
    return 9 - first[0].bit_length() if first and first[0] else 0
