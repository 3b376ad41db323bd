"""The format of a file: by its name before it is sent, by its first bytes once it arrived.

Recorders write hundreds of formats of their own, many of them undocumented, and a clip that is
turned away is soon overwritten. So only what certainly is no footage is refused; a file of an
unknown format is kept, labelled as such, and never played in a browser.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from chalicelib.core.typed.typed_text import BACKWARDS, clean_text

NAME_LENGTH = 180
"""Characters of a file name that are kept."""
HEAD = 4096
"""First bytes of a file that `recognise_format` needs."""

_DOCUMENTS = "doc docx docm odt rtf pdf xls xlsx xlsm ods csv ppt pptx txt eml msg ics vcf epub"
_PROGRAMS = (
    "exe msi msix bat cmd com scr pif cpl dll sys ps1 vbs vbe js mjs jse wsf wsh hta jar apk ipa "
    "app dmg pkg deb rpm sh bash py rb pl php asp aspx lnk url reg iso img vhd"
)
_WEB = "html htm xhtml shtml mht mhtml svg svgz xml xsl swf css json"
REFUSED = frozenset(f".{name}" for name in f"{_DOCUMENTS} {_PROGRAMS} {_WEB}".split())
"""Extensions of file names that are certainly no footage."""

_REFUSED_TYPES = ("text/", "application/pdf", "application/javascript", "application/msword")
_REFUSED_IN_TYPE = ("msdownload", "executable", "html", "officedocument", "opendocument", "svg")


def file_extension(file_name: str) -> str:
    """Read `.mp4` from `Front Door.MP4`: lower case, letters and digits only; "" for none."""
    _, dot, last = file_name.rpartition(".")
    plain = last.lower()
    return f".{plain}" if dot and plain.isascii() and plain.isalnum() and len(plain) <= 8 else ""


def clean_name(said: str) -> str:
    """Make a file name fit to be shown: no folders, no control or reordering characters, not long.

    Nobody chooses what their recorder calls a file, so the name is mended and not refused. It is
    stored for people to read; keys and addresses never contain it.
    """
    last = said.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        letter
        for letter in clean_text(last)
        # Control, surrogate, private, unassigned; and what makes `gpj.exe` read as `exe.jpg`.
        if unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn") and letter != BACKWARDS
    )
    name = " ".join(kept.split()).strip(" .")
    if len(name) > NAME_LENGTH:
        tail = file_extension(name)
        name = name[: NAME_LENGTH - len(tail) - 1].rstrip() + "…" + tail
    return name or "footage"


def is_no_footage(file_name: str, content_type: str) -> bool:
    """True when the name or the type says that this is certainly no footage."""
    kind = content_type.lower()
    return (
        file_extension(file_name) in REFUSED
        or kind.startswith(_REFUSED_TYPES)
        or any(word in kind for word in _REFUSED_IN_TYPE)
    )


@dataclass(frozen=True)
class FileFormat:
    """What a file's first bytes say of it. name: for people. playable: the media type under which a
    browser may play or show it, "" for none. footage: False for what must not be accepted."""

    name: str
    playable: str = ""
    footage: bool = True


UNKNOWN = FileFormat("not recognised")
"""The format of files that only the recorder's own player may know; they are kept."""

# What must not reach an officer's machine as footage. A polyglot that begins as a video is not
# caught here; it is delivered as an attachment from another origin, and scanning is its own step.
_HARMFUL = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"\xfe\xed\xfa\xcf", "a program"),
    (b"\xfe\xed\xfa\xce", "a program"),
    (b"dex\n", "a program"),
    (b"\0asm", "a program"),
    (b"#!", "a script"),
    (b"%PDF", "a document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    (b"{\\rtf", "a document"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut"),
)
_SCRIPTS = (b"@echo", b"@setlocal", b"@powershell")
_IN_ZIP = (
    (b"META-INF/", "a program"),
    (b"AndroidManifest.xml", "a program"),
    (b"[Content_Types].xml", "an Office document"),
    (b"mimetypeapplication/", "a document"),
)
"""Archives that are something else, by the name of their first file. Threat: a program that is
called clip.zip."""
_ZIP_NAME_AT = 30
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<?php", b"<head", b"<body")

_AT_START = (
    (b"DHAV", FileFormat("Dahua recording (.dav)")),
    (b"IMKH", FileFormat("Hikvision recording")),
    (b"HKMI", FileFormat("Hikvision recording")),
    (b"FLV\x01", FileFormat("Flash video")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileFormat("Windows Media")),
    (b"OggS", FileFormat("Ogg", "video/ogg")),
    (b"\x00\x00\x01\xba", FileFormat("MPEG programme stream")),
    (b"\x00\x00\x01\xb3", FileFormat("MPEG video")),
    (b"\x00\x00\x00\x01", FileFormat("raw video stream")),
    (b"\x00\x00\x01", FileFormat("raw video stream")),
    (b"ID3", FileFormat("MP3", "audio/mpeg")),
    (b"fLaC", FileFormat("FLAC", "audio/flac")),
    (b"\xff\xd8\xff", FileFormat("JPEG", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", FileFormat("PNG", "image/png")),
    (b"GIF8", FileFormat("GIF", "image/gif")),
    (b"BM", FileFormat("Windows bitmap")),
    (b"II*\x00", FileFormat("TIFF")),
    (b"MM\x00*", FileFormat("TIFF")),
    (b"PK\x03\x04", FileFormat("ZIP archive")),
    (b"7z\xbc\xaf\x27\x1c", FileFormat("7-Zip archive")),
    (b"Rar!\x1a\x07", FileFormat("RAR archive")),
)
_MP4, _WEBM = FileFormat("MP4", "video/mp4"), FileFormat("WebM", "video/webm")
_RIFF = {
    b"AVI ": FileFormat("AVI"),
    b"WAVE": FileFormat("WAV", "audio/wav"),
    b"WEBP": FileFormat("WebP", "image/webp"),
}
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
_QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip")


def recognise_format(head: bytes) -> FileFormat:
    """Recognise a file's format by its first bytes (HEAD of them, or all); UNKNOWN if unsure."""
    for magic, what in _HARMFUL:
        if head.startswith(magic):
            return FileFormat(what, footage=False)
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        return FileFormat("a web page", footage=False)
    if start.startswith(_SCRIPTS):
        return FileFormat("a script", footage=False)
    for first, said in _IN_ZIP if head.startswith(b"PK\x03\x04") else ():
        if head[_ZIP_NAME_AT:].startswith(first):
            return FileFormat(said, footage=False)
    begun = (known for magic, known in _AT_START if head.startswith(magic))
    return _container(head) or next(begun, UNKNOWN)


def playable_type(name: str) -> str:
    """Give the media type under which a browser may play a format; "" when it should not."""
    return _PLAYABLE.get(name, "")


def usual_extension(name: str) -> str:
    """Give the usual extension of a format, `.mp4` for `MP4`; "" when it has none."""
    return _USUAL.get(name, "")


def _container(head: bytes) -> FileFormat | None:
    if head[4:8] == b"ftyp":
        if head[8:12] in _STILL_BRANDS:
            return FileFormat("HEIF picture")
        return FileFormat("QuickTime") if head[8:12] == b"qt  " else _MP4
    if head[4:8] in _QUICKTIME_ATOMS:
        return FileFormat("QuickTime")
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _WEBM if b"webm" in head[:64] else FileFormat("Matroska")
    # An MPEG transport stream has 0x47 every 188 bytes, or every 192 from 4 with time codes.
    for first, step in ((0, 188), (4, 192)):
        if len(head) > first + 3 * step and all(head[first + n * step] == 0x47 for n in range(4)):
            return FileFormat("MPEG transport stream")
    return None


_PLAYABLE = {
    what.name: what.playable
    for what in (
        *(known for _, known in _AT_START),
        *_RIFF.values(),
        _MP4,
        _WEBM,
    )
    if what.playable
}

_USUAL = {
    "MP4": ".mp4",
    "QuickTime": ".mov",
    "AVI": ".avi",
    "Matroska": ".mkv",
    "WebM": ".webm",
    "MPEG transport stream": ".ts",
    "Dahua recording (.dav)": ".dav",
    "JPEG": ".jpg",
    "PNG": ".png",
    "ZIP archive": ".zip",
}
