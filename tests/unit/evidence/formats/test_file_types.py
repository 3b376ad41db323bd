"""Names and formats of files: mended rather than refused, and told by their bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.evidence.formats.file_types import (
    HEAD,
    clean_name,
    file_extension,
    is_no_footage,
    playable_type,
    recognise_format,
    usual_extension,
)
from chalicelib.evidence.formats.structure import NOT_READ, Finding, Structure
from chalicelib.evidence.ingest import judge_upload
from chalicelib.evidence.model import EvidenceState


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Front door.MP4", "Front door.MP4"),
        ("C:\\Users\\Ann\\Videos\\clip.avi", "clip.avi"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc.mp4", "abc.mp4"),
        ("gpj.\u202e4pm.exe", "gpj.4pm.exe"),
        ("  .  ", "footage"),
        ("", "footage"),
        ("кухня 🎥.mkv", "кухня 🎥.mkv"),
        ("تسجيل.mp4", "تسجيل.mp4"),
    ],
)
def test_names_are_mended_not_refused(said: str, kept: str) -> None:
    assert clean_name(said) == kept


@given(st.text(max_size=400))
def test_a_clean_name_is_short_and_stays_as_it_is(said: str) -> None:
    once = clean_name(said)
    assert 1 <= len(once) <= 180
    assert "/" not in once
    assert "\\" not in once
    assert clean_name(once) == once


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 400 + ".dav").endswith("….dav")


@given(st.text(max_size=60))
def test_an_extension_is_plain(name: str) -> None:
    tail = file_extension(name)
    assert tail == "" or (tail[0] == "." and tail[1:].isascii() and tail[1:].isalnum())


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        ("clip.mp4", "video/mp4", False),
        ("export.dav", "application/octet-stream", False),
        ("export.g64x", "", False),
        ("no extension", "application/octet-stream", False),
        ("player.EXE", "application/octet-stream", True),
        ("clip.mp4", "application/x-msdownload", True),
        ("letter.docx", "", True),
        ("page.svg", "image/svg+xml", True),
        ("clip.mp4", "text/html", True),
    ],
)
def test_what_is_certainly_no_footage_is_refused(name: str, kind: str, refused: bool) -> None:
    assert is_no_footage(name, kind) is refused


@pytest.mark.parametrize(
    ("head", "name", "footage"),
    [
        (b"\x00\x00\x00\x20ftypisom", "MP4", True),
        (b"\x00\x00\x00\x14ftypqt  ", "QuickTime", True),
        (b"\x00\x00\x00\x18ftypheic", "HEIF picture", True),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "AVI", True),
        (b"DHAV\xfd\x00", "Dahua recording (.dav)", True),
        (b"\x1aE\xdf\xa3\x01\x00\x42\x82\x88matroska", "Matroska", True),
        (b"\x1aE\xdf\xa3\x01\x00\x42\x82\x84webm", "WebM", True),
        ((b"G" + b"\0" * 187) * 8, "MPEG transport stream", True),
        ((b"\0\0\0\0G" + b"\0" * 187) * 8, "MPEG transport stream", True),
        (b"\xff\xd8\xff\xe0", "JPEG", True),
        (b"PK\x03\x04", "ZIP archive", True),
        (b"\x13\x37 something of a recorder's own", "not recognised", True),
        (b"", "not recognised", True),
        (b"MZ\x90\x00", "a Windows program", False),
        (b"\x7fELF\x02", "a Linux program", False),
        (b"#!/bin/sh", "a script", False),
        (b"@ECHO off\r\n", "a script", False),
        (b"\xfe\xed\xfa\xcf", "a program", False),
        (b"PK\x03\x04" + bytes(26) + b"META-INF/MANIFEST.MF", "a program", False),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "an Office document", False),
        (b"PK\x03\x04" + bytes(26) + b"clips/[Content_Types].xml", "ZIP archive", True),
        (b"%PDF-1.7", "a document", False),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "a web page", False),
        (b"<svg onload=alert(1)>", "a web page", False),
    ],
)
def test_bytes_say_what_a_file_is(head: bytes, name: str, footage: bool) -> None:
    what = recognise_format(head)
    assert (what.name, what.footage) == (name, footage)
    assert playable_type(what.name) == what.playable


@given(st.binary(max_size=4096))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    what = recognise_format(head)
    assert what.footage or not what.playable


def test_a_file_is_judged_by_its_hash_and_its_bytes() -> None:
    video, program = recognise_format(b"\0\0\0\x20ftypisom"), recognise_format(b"MZ")
    assert judge_upload("aa", "aa", video) == (EvidenceState.ACCEPTED, "")
    assert judge_upload("", "aa", video) == (EvidenceState.ACCEPTED, "")
    assert judge_upload("bb", "aa", video)[0] is EvidenceState.REJECTED
    assert judge_upload("aa", "aa", program) == (
        EvidenceState.REJECTED,
        "The file is a Windows program, not footage.",
    )


def test_a_file_that_was_cut_is_kept_and_said_to_be_cut() -> None:
    video = recognise_format(b"\0\0\0\x20ftypisom")
    cut = Finding(Structure.BROKEN, "its index never arrived")
    said = "It seems to be cut short: its index never arrived."
    assert judge_upload("aa", "aa", video, cut) == (EvidenceState.ACCEPTED, said)
    assert judge_upload("aa", "aa", video, Finding(Structure.WHOLE))[1] == ""
    assert judge_upload("bb", "aa", video, cut)[0] is EvidenceState.REJECTED


def test_a_name_that_is_certainly_no_footage_is_refused_however_it_was_sent() -> None:
    unknown = recognise_format(b"Set-ExecutionPolicy Bypass")
    assert judge_upload("", "aa", unknown, NOT_READ, "run.ps1") == (
        EvidenceState.REJECTED,
        "The file is no footage: its name ends in .ps1.",
    )
    assert judge_upload("", "aa", unknown, NOT_READ, "run.dat")[0] is EvidenceState.ACCEPTED


def test_a_name_of_180_letters_is_kept_and_a_longer_one_cut() -> None:
    assert clean_name("x" * 176 + ".mp4") == "x" * 176 + ".mp4"
    assert clean_name("x" * 177 + ".mp4") == "x" * 175 + "….mp4"
    assert len(clean_name("x" * 181)) == 180 and clean_name("x" * 181).endswith("x…")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\0\0\0\x08wide\0\0\0\0mdat", "QuickTime"),
        (b"\0\0\0\x14ftypavif", "HEIF picture"),
        (b"\0\0\0\x14ftyp", "MP4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "WAV"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"RIFF\0\0\0\0", "not recognised"),
        (b"\x1aE\xdf\xa3" + b"\0" * 56 + b"webm", "WebM"),
        (b"\x1aE\xdf\xa3" + b"\0" * 57 + b"webm", "Matroska"),
        ((b"G" + b"\0" * 187) * 3 + b"G", "MPEG transport stream"),
        ((b"G" + b"\0" * 187) * 3, "not recognised"),
        ((b"\0\0\0\0G" + b"\0" * 187) * 3 + b"\0\0\0\0G", "MPEG transport stream"),
        ((b"\0\0\0\0G" + b"\0" * 187) * 3 + b"\0\0\0\0", "not recognised"),
        ((b"G" + b"\0" * 187) * 2 + b"H" + b"\0" * 187 + b"G", "not recognised"),
        (b"\0\0\1\xba", "MPEG programme stream"),
        (b"\0\0\1\xb3", "MPEG video"),
        (b"\0\0\1\x67", "raw video stream"),
        (b"\0\0\0\1\x67", "raw video stream"),
        (b" " * 507 + b"<html", "a web page"),
        (b" " * 508 + b"<html", "not recognised"),
    ],
)
def test_formats_are_told_by_the_bytes_where_they_belong(head: bytes, name: str) -> None:
    assert recognise_format(head).name == name
    assert recognise_format(head).footage == (name != "a web page")


def test_what_officers_may_play_and_the_endings_of_files() -> None:
    assert playable_type("MP4") == "video/mp4" and playable_type("WebM") == "video/webm"
    for name in ("AVI", "QuickTime", "not recognised", ""):
        assert playable_type(name) == ""
    assert usual_extension("Matroska") == ".mkv" and usual_extension("AAC") == ""
    assert HEAD == 4096
