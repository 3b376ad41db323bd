"""Reads what recorders write for their own players, and the archives in which they hand it out."""

from __future__ import annotations

from chalicelib.evidence.formats.structure import ENDS_EARLY, NOT_READ, WHOLE, Ask, Reader, missing

_DIRECTORY_END, _LARGE_DIRECTORY_END = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_DIRECTORY_END = 22 + 65_535  # with the longest remark
_LARGE = 20  # bytes of the pointer before the end of a large archive's directory


def read_dahua(size: int) -> Reader:
    """Read the frames of a Dahua recording, each of which states its length. What follows the last
    frame is the recorder's own."""
    at = 0
    while at < size:
        head = yield Ask(at, 16)
        length = int.from_bytes(head[12:16], "little")
        if at and not head.startswith(b"DHAV"):
            return NOT_READ
        if len(head) < 16 or at + length > size:
            return missing(ENDS_EARLY, plays=True)
        if length < 24:  # a header and the mark behind the frame
            return NOT_READ
        at += length
    return WHOLE


def read_zip(size: int) -> Reader:
    """Look for the directory at the end of a ZIP archive, without which it does not open.

    An archive that was cut through may end in the directory of an archive that it holds, so the
    place that a directory states for itself must be where it is.
    """
    first = max(0, size - _LONGEST_DIRECTORY_END)
    tail = yield Ask(first, _LONGEST_DIRECTORY_END)
    at = tail.rfind(_DIRECTORY_END)
    end = tail[at : at + 22] if at >= 0 else b""
    if len(end) < 22 or at + 22 + int.from_bytes(end[20:], "little") > len(tail):
        return missing(ENDS_EARLY, plays=False)
    if tail[max(0, at - _LARGE) : at].startswith(_LARGE_DIRECTORY_END):
        return WHOLE
    length, place = (int.from_bytes(end[n : n + 4], "little") for n in (12, 16))
    return WHOLE if place + length == first + at else NOT_READ


def read_seven_zip(size: int) -> Reader:
    """Compare a 7-Zip archive with the place and length of the directory at its end."""
    head = yield Ask(12, 16)
    place, length = (int.from_bytes(head[n : n + 8], "little") for n in (0, 8))
    return WHOLE if 32 + place + length <= size else missing(ENDS_EARLY, plays=False)
