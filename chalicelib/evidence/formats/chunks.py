"""Reads the chunks of RIFF files: AVI, WAV and WebP."""

from __future__ import annotations

from chalicelib.evidence.formats.structure import ENDS_EARLY, NOT_READ, WHOLE, Ask, Reader, missing

_UNKNOWN_LENGTH = 0xFFFFFFFF
_NEEDED = {
    b"AVI ": ({b"hdrl", b"movi"}, {b"hdrl"}),
    b"WAVE": ({b"fmt ", b"data"}, {b"fmt ", b"data"}),
}
"""By the form of a file, the chunks without which it is not whole, and without which nothing of it
can be played. A list is named by its own kind."""


def read_riff(size: int) -> Reader:
    """Read a RIFF file; an AVI of more than a gigabyte or two goes on in further RIFF chunks."""
    head = yield Ask(0, 12)
    needed, plays_with = _NEEDED.get(head[8:12], (set[bytes](), set[bytes]()))
    seen, at = set[bytes](), 0
    while True:
        length = int.from_bytes(head[4:8], "little")
        if length == _UNKNOWN_LENGTH:
            return NOT_READ
        if length < 4:  # recorders write the length last
            return missing("its recording was never finished", plays=False)
        end = at + 8 + length
        inner = at + 12
        while inner + 8 <= min(end, size):
            child = yield Ask(inner, 12)
            seen |= needed & {child[8:12] if child[:4] == b"LIST" else child[:4]}
            inner += 8 + int.from_bytes(child[4:8], "little")
            inner += inner % 2  # chunks begin at even places
        if end > size:
            return missing(ENDS_EARLY, plays=plays_with <= seen)
        at = end + end % 2
        head = yield Ask(at, 12)
        if head[:4] != b"RIFF":
            break
    return WHOLE if needed <= seen else missing("a part that it needs is missing", plays=False)
