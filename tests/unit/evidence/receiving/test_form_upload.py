"""What is said of a file that a plain form sent, by its size, its first bytes and its name."""

from __future__ import annotations

from email.header import Header
from typing import Any

import pytest

from chalicelib.evidence.files import (
    FORM_BYTES,
    POLICY_BYTES,
    EvidenceBucket,
    decode_metadata,
)
from chalicelib.evidence.receiving.form_upload import FormUploads, form_problem
from chalicelib.evidence.receiving.senders import UploadSender
from tests.clips import mp4


@pytest.mark.parametrize(
    ("name", "size", "head", "problem"),
    [
        ("clip.mp4", 5, mp4(4000), ""),
        ("", 5, b"\x13\x37 a recorder's own", ""),
        ("clip.mp4", FORM_BYTES, mp4(4000), ""),
        ("clip.mp4", FORM_BYTES + 1, mp4(4000), "larger than 5 GB"),
        ("clip.mp4", 0, b"", "The file is empty"),
        ("", 0, b"", "The file is empty"),
        ("clip.mp4", 9, b"MZ", "This is a Windows program, not footage"),
        ("clip.mp4", 9, b"\x7fELF", "This is a Linux program, not footage"),
        ("clip.mp4", 9, b"\xcf\xfa\xed\xfe", "This is a program, not footage"),
        ("clip.mp4", 9, b"#!/usr/bin/env python3", "This is a script, not footage"),
        ("clip.mp4", 9, b"@echo off", "This is a script, not footage"),
        ("clip.mp4", 9, b"%PDF-1.7", "This is a document, not footage"),
        ("clip.mp4", 9, b"<!doctype html>", "This is a web page, not footage"),
        ("player.exe", 9, b"\x13\x37", "This is a .exe file, not footage"),
    ],
)
def test_a_file_that_cannot_be_footage_is_told_so(
    name: str, size: int, head: bytes, problem: str
) -> None:
    said = form_problem(name, size, head)
    assert problem in said
    assert bool(said) is bool(problem)


def test_s3_takes_more_than_we_do_so_that_the_refusal_is_ours() -> None:
    assert POLICY_BYTES == 5 * 1024**3 > FORM_BYTES


@pytest.mark.parametrize("name", ["clip.mp4", "Vordertür 🚪.mp4", "кухня.mkv", "a=?b?=.mp4", ""])
def test_a_name_comes_back_from_s3_as_it_was(name: str) -> None:
    assert decode_metadata(name) == name
    assert decode_metadata(name.encode().decode("latin-1")) == name
    assert decode_metadata(Header(name, "utf-8").encode()) == name


@pytest.mark.parametrize(
    "key",
    [
        "",
        "0123456789abcdef",
        "0123456789abcdef/fedcba9876543210/",
        "0123456789abcdef/fedcba9876543210/" + "x" * 2000,
        "0123456789abcdef/fedcba9876543210/../0123456789abcdef/fedcba9876543210/x",
        "0123456789abcdef/fedcba9876543210/film.0123456789abcdef",
        "0123456789abcdef/0123456789abcdef/0123456789abcdef",  # another sender's
    ],
)
def test_s3_is_not_asked_for_a_key_that_no_form_of_the_sender_has(key: str) -> None:
    none: Any = None
    uploads = FormUploads(none, EvidenceBucket(none, none, "", ""), none, none, none)
    sender = UploadSender("0123456789abcdef", "fedcba9876543210", "owner", "incident")
    assert uploads.look_at(sender, key) is None
