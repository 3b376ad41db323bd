"""Opens text files as people have them: plain or gzip, UTF-8 with or without its mark, UTF-16 as
Excel saves "Unicode text", and Windows' own Western encoding."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20

Opened = Callable[[], IO[bytes]]

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
"""The errors that reading a packed file raises when some of it is missing or changed."""


def opener(path: Path) -> Opened:
    """Make a function that opens the file's bytes, unpacked when it is a gzip file."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return (lambda: cast("IO[bytes]", gzip.open(path))) if packed else (lambda: path.open("rb"))


@contextmanager
def text_of(opened: Opened) -> Iterator[io.TextIOWrapper]:
    """Open the file's text with its line ends as they are, to be read line by line."""
    with opened() as file:
        encoding = _encoding(file)
    with opened() as file, io.TextIOWrapper(file, encoding, "replace", newline="") as text:
        yield text


def _encoding(file: IO[bytes]) -> str:
    """Find a text's encoding by its byte order mark or the zeros beside the letters of UTF-16, else
    UTF-8 if all bytes are, else cp1252."""
    piece = file.read(_PIECE)
    for mark, encoding in _MARKS:
        if piece.startswith(mark):
            return encoding
    if 0 in piece[:2] and any(piece[:2]):
        return "utf-16-be" if piece[0] == 0 else "utf-16-le"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece:
            decoder.decode(piece)
            piece = file.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
