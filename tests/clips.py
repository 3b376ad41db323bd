"""Small files of several formats, whole by the lengths that they state, for tests of uploads."""

from __future__ import annotations

import os

FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


def box(kind: bytes, content: bytes = b"", *, long: bool = False) -> bytes:
    """A box of an MP4; long: with its length in eight bytes."""
    if long:
        return (1).to_bytes(4) + kind + (16 + len(content)).to_bytes(8) + content
    return (8 + len(content)).to_bytes(4) + kind + content


INDEX = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", bytes(60)))


def mp4(size: int = 100_000) -> bytes:
    """An MP4 of `size` bytes, no two alike, with its index before the pictures."""
    head = FTYP + INDEX
    return head + box(b"mdat", os.urandom(size - len(head) - 8))


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a RIFF file."""
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def avi(pictures: bytes = b"0123456789") -> bytes:
    """A short AVI."""
    parts = chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)))
    return chunk(b"RIFF", b"AVI " + parts + chunk(b"LIST", b"movi" + chunk(b"00dc", pictures)))


def element(kind: str, content: bytes, length: int | None = -1) -> bytes:
    """An element of a Matroska file. length: as it is stated, None for "not known"."""
    stated = len(content) if length == -1 else length
    size = b"\x01" + (b"\xff" * 7 if stated is None else stated.to_bytes(7))
    return bytes.fromhex(kind) + size + content


def matroska(pictures: bytes = b"0123456789", *, stated: bool = True) -> bytes:
    """A short WebM. stated: False as a browser writes it while it films."""
    block = element("a3", pictures)
    cluster = element("1f43b675", element("e7", b"\0") + block, -1 if stated else None)
    inside = element("1654ae6b", b"tracks") + cluster
    head = element("1a45dfa3", element("4282", b"webm"))
    return head + element("18538067", inside, -1 if stated else None)


def jpeg(picture: bytes = b"\x12\x34" * 50) -> bytes:
    """A JPEG with a small copy of itself in its first segment."""
    small = b"\xff\xd8small\xff\xd9"
    segment = b"\xff\xe1" + (2 + len(small)).to_bytes(2) + small
    return b"\xff\xd8" + segment + b"\xff\xda\x00\x03\x01" + picture + b"\xff\xd9"


def png() -> bytes:
    """A PNG whose chunks follow one another."""

    def part(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + bytes(4)

    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", bytes(13))
        + part(b"IDAT", b"x" * 40)
        + part(b"IEND", b"")
    )
