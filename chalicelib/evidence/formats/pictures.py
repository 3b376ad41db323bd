"""Reads the ends of pictures: JPEG, PNG and GIF."""

from __future__ import annotations

from chalicelib.evidence.formats.structure import ENDS_EARLY, WHOLE, Ask, Reader, missing

_END_OF_IMAGE = b"\xff\xd9"
_SCAN = 64 * 1024
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def read_jpeg(size: int) -> Reader:
    """Read a JPEG up to the mark that ends its picture. Telephones put more behind that mark, and a
    small copy with a mark of its own before the picture, so the segments are gone through."""
    at = 2
    while True:
        head = yield Ask(at, 4)
        if len(head) < 4:
            return missing(ENDS_EARLY, plays=False)
        if head[0] != 0xFF:
            return missing("its parts do not follow one another", plays=False)
        if head[1] == 0xFF:  # filling
            at += 1
        elif head[1] in _WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(head[2:4])
            if head[1] == 0xDA:  # the picture itself follows, in which the mark cannot occur
                break
    while at < size:
        if _END_OF_IMAGE in (yield Ask(at, _SCAN)):
            return WHOLE
        at += _SCAN - 1  # the mark may lie across two looks
    return missing(ENDS_EARLY, plays=True)


def read_png(size: int) -> Reader:
    """Read the chunks of a PNG up to the one that ends it."""
    at, plays = 8, False
    while at < size:
        head = yield Ask(at, 8)
        at += 12 + int.from_bytes(head[:4])
        plays = plays or head[4:] == b"IDAT"
        if head[4:] == b"IEND" and at <= size:
            return WHOLE
    return missing(ENDS_EARLY, plays=plays)


def read_gif(size: int) -> Reader:
    """Look for the mark at the end of a GIF, behind which there may be zeros."""
    tail = yield Ask(max(0, size - 16), 16)
    return WHOLE if tail.rstrip(b"\0").endswith(b";") else missing(ENDS_EARLY, plays=True)
