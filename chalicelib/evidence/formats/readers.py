"""Which reader checks the structure of which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.evidence.formats.boxes import read_film, read_still
from chalicelib.evidence.formats.chunks import read_riff
from chalicelib.evidence.formats.elements import read_matroska
from chalicelib.evidence.formats.pictures import read_gif, read_jpeg, read_png
from chalicelib.evidence.formats.recorders import read_dahua, read_seven_zip, read_zip
from chalicelib.evidence.formats.structure import Reader, StructureCheck

_READERS: Mapping[str, Callable[[int], Reader]] = {
    "MP4": read_film,
    "QuickTime": read_film,
    "HEIF picture": read_still,
    "AVI": read_riff,
    "WAV": read_riff,
    "WebP": read_riff,
    "Matroska": read_matroska,
    "WebM": read_matroska,
    "JPEG": read_jpeg,
    "PNG": read_png,
    "GIF": read_gif,
    "Dahua recording (.dav)": read_dahua,
    "ZIP archive": read_zip,
    "7-Zip archive": read_seven_zip,
}
"""By the name that `file_types.recognise_format` gives a format."""


def structure_check(format_name: str, size: int) -> StructureCheck:
    """Begin the check of a file of `size` bytes, which is to be fed with all of them in order."""
    reader = _READERS.get(format_name)
    return StructureCheck(reader(size) if reader else None)
