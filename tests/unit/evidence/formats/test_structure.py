"""What is said of a file's structure: whole, cut short, broken, or nothing at all."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from chalicelib.evidence.formats import readers
from chalicelib.evidence.formats.file_types import recognise_format
from chalicelib.evidence.formats.readers import structure_check
from chalicelib.evidence.formats.structure import (
    MOST_ASKS,
    Ask,
    Finding,
    Reader,
    Structure,
    StructureCheck,
)
from infra.paths import SHARED_DATA
from tests.clips import FTYP, INDEX, avi, box, chunk, element, jpeg, matroska, mp4, png

WHOLE, CUT_SHORT, BROKEN, NOT_READ = (
    Structure.WHOLE,
    Structure.CUT_SHORT,
    Structure.BROKEN,
    Structure.NOT_READ,
)
PICTURES = box(b"mdat", bytes(500))


def check(content: bytes, step: int = 1 << 20) -> Finding:
    checked = structure_check(recognise_format(content[:4096]).name, len(content))
    for at in range(0, len(content), step):
        checked.feed(content[at : at + step])
    return checked.finish()


def zipped(content: bytes, remark: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("clip.zip", content)
        archive.comment = remark
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (FTYP + INDEX + PICTURES, WHOLE),
        (FTYP + PICTURES + INDEX, WHOLE),
        (FTYP + box(b"mdat", bytes(500), long=True) + INDEX, WHOLE),
        (FTYP + PICTURES + INDEX + bytes(4096), WHOLE),  # padded, as recorders do
        (FTYP + INDEX + PICTURES + b"junk", WHOLE),
        (FTYP + INDEX + box(b"moof", b"x") + PICTURES, WHOLE),
        (FTYP + INDEX + PICTURES[:-1], CUT_SHORT),
        (FTYP + INDEX + PICTURES + box(b"moof", bytes(90))[:-10], CUT_SHORT),
        (FTYP + PICTURES, BROKEN),  # the index never arrived
        (FTYP + PICTURES[:200], BROKEN),
        (FTYP + PICTURES + INDEX[:-1], BROKEN),
        (FTYP + PICTURES + INDEX[:6], BROKEN),
        (FTYP + box(b"mdat", bytes(500), long=True)[:12], BROKEN),
        (FTYP + INDEX, BROKEN),  # no pictures
        (FTYP + INDEX + box(b"mdat"), BROKEN),
        (FTYP + box(b"moov") + PICTURES, BROKEN),  # an index of nothing
        (FTYP + box(b"moov", box(b"mvhd", bytes(9))) + PICTURES, BROKEN),
        (FTYP + box(b"moov", b"\xff" * 100) + PICTURES, BROKEN),
        ((FTYP + b"<html><script>alert(1)</script></html>").ljust(137, b" "), BROKEN),
        (FTYP[:20], BROKEN),
        # A box that reaches to the end says nothing of where that should be.
        (FTYP + INDEX + bytes(4) + b"mdat" + bytes(90), NOT_READ),
        (FTYP + bytes(4) + b"mdat" + bytes(90), BROKEN),
        (box(b"wide") + PICTURES + INDEX, WHOLE),
        (box(b"ftyp", b"heic0000") + box(b"meta", b"x") + PICTURES, WHOLE),
        (box(b"ftyp", b"heic0000") + box(b"meta", b"x") + PICTURES[:99], BROKEN),
        (box(b"ftyp", b"heic0000") + box(b"meta", b"x"), NOT_READ),
        (box(b"ftyp", b"heic0000") + box(b"meta", b"x") + PICTURES[:7], NOT_READ),
        (avi(), WHOLE),
        (avi() + b"junk", WHOLE),
        (avi() + chunk(b"RIFF", b"AVIX" + bytes(40)), WHOLE),
        (avi() + chunk(b"RIFF", b"AVIX" + bytes(40))[:-4], CUT_SHORT),
        (avi(bytes(999))[:-500], CUT_SHORT),
        (avi()[:20], BROKEN),
        (b"RIFF\0\0\0\0AVI " + avi()[12:], BROKEN),  # never finished
        (b"RIFF\xff\xff\xff\xffAVI " + avi()[12:], NOT_READ),
        (chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", bytes(16)) + chunk(b"data", b"12")), WHOLE),
        (matroska(), WHOLE),
        (matroska(bytes(999))[:-500], CUT_SHORT),
        (matroska()[:40], BROKEN),
        (matroska(stated=False), NOT_READ),
        (matroska(bytes(999), stated=False)[:-500], CUT_SHORT),
        (element("1a45dfa3", b"webm") + element("18538067", b""), BROKEN),
        (jpeg(), WHOLE),
        (jpeg() + b"a film behind the picture", WHOLE),
        (jpeg(b"\x01" * (64 * 1024 - 14)), WHOLE),  # the mark lies across two looks
        (jpeg(bytes(200_000))[:-2], CUT_SHORT),
        (jpeg()[:12], BROKEN),
        (png(), WHOLE),
        (png()[:-1], CUT_SHORT),
        (png()[:30], BROKEN),
        (b"GIF89a" + bytes(50) + b";", WHOLE),
        (b"GIF89a" + bytes(50) + b"x", CUT_SHORT),
        (zipped(b"a clip"), WHOLE),
        (zipped(b"a clip", remark=b"from camera 3"), WHOLE),
        (zipped(b"a clip", remark=b"from camera 3")[:-1], BROKEN),
        (zipped(b"a clip")[:-4], BROKEN),
        (zipped(zipped(b"a clip"))[:-60], NOT_READ),  # it ends in the directory of another
        (b"PK\x03\x04" + bytes(99) + b"PK\x06\x07" + bytes(16) + b"PK\x05\x06" + bytes(18), WHOLE),
        (b"PK\x03\x04" + bytes(99) + b"PK\x05\x06" + bytes(18), NOT_READ),
        (b"PK\x03\x04" + bytes(99), BROKEN),
        (b"DHAV" + bytes(8) + (40).to_bytes(4, "little") + bytes(24) + b"index", NOT_READ),
        (b"DHAV" + bytes(8) + (40).to_bytes(4, "little") + bytes(24), WHOLE),
        (b"DHAV" + bytes(8) + (40).to_bytes(4, "little") + bytes(20), CUT_SHORT),
        (b"ID3" + bytes(500), NOT_READ),
        (b"\x13\x37" * 500, NOT_READ),
        (b"", NOT_READ),
    ],
)
def test_a_file_is_whole_when_all_that_it_announces_is_there(
    content: bytes, found: Structure
) -> None:
    assert check(content).structure is found
    assert bool(check(content).why) is (found in (CUT_SHORT, BROKEN))


@pytest.mark.parametrize("content", [mp4(9000), avi(bytes(9000)), matroska(bytes(9000)), jpeg()])
def test_the_finding_is_the_same_however_the_bytes_come(content: bytes) -> None:
    for piece in (content, content[:-30], content[: len(content) // 2]):
        expected = check(piece)
        assert {check(piece, step) for step in (1, 7, 64, 333)} == {expected}


RECORDINGS = sorted(
    path for path in (SHARED_DATA / "video").glob("*.*") if path.suffix in (".mp4", ".avi", ".dav")
)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_real_recordings_are_whole_and_cut_ones_are_not(path: Path) -> None:
    content = path.read_bytes()
    assert check(content) == Finding(WHOLE)
    for kept in (0.999, 0.8, 0.3, 0.05):
        assert check(content[: int(len(content) * kept)]).structure in (CUT_SHORT, BROKEN)


def test_a_film_whose_index_stands_last_cannot_be_played_without_it() -> None:
    whole = FTYP + PICTURES + INDEX
    assert check(whole[: -len(INDEX)]) == Finding(BROKEN, "its index is missing")


def test_a_file_that_is_all_headers_keeps_nobody_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.evidence.formats.structure.MOST_ASKS", 50)
    assert check(FTYP + box(b"free") * 60 + INDEX + PICTURES).structure is NOT_READ
    assert check(FTYP + box(b"free") * 9 + INDEX + PICTURES).structure is WHOLE
    assert MOST_ASKS >= 1_000_000


def test_a_reader_that_asks_backwards_is_a_fault() -> None:
    def backwards() -> Reader:
        yield Ask(8, 1)
        yield Ask(4, 1)
        return Finding(WHOLE)

    checked = StructureCheck(backwards())
    with pytest.raises(ValueError, match="gone by"):
        checked.feed(bytes(20))


def test_every_reader_is_of_a_format_that_is_recognised() -> None:
    heads = [FTYP, b"GIF8", avi(), matroska(), jpeg(), png(), b"DHAV", b"PK\x03\x04"]
    heads += [b"7z\xbc\xaf\x27\x1c", box(b"wide"), box(b"ftyp", b"heic"), b"RIFF0000WAVE"]
    heads += [b"RIFF0000WEBP", b"\x1aE\xdf\xa3"]
    assert {recognise_format(head).name for head in heads} == set(readers._READERS)
