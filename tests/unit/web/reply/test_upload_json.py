"""The upload's JSON: what is taken, and the sentence for what is not."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Invalid, TooLarge
from chalicelib.evidence.model import (
    LARGEST,
    MOST_PARTS,
    Evidence,
    EvidenceKind,
    EvidenceState,
    UploadPart,
)
from chalicelib.web.fields.upload_field_types import read_sha256
from chalicelib.web.models.upload_models import (
    MOST_PROBLEMS,
    MOST_SIGNED,
    read_completion,
    read_new_upload,
    read_wanted_parts,
)
from chalicelib.web.reply.upload_json import upload_receipt

DIGEST = hashlib.sha256(b"clip").digest()
BASE64 = base64.b64encode(DIGEST).decode()
HEX = DIGEST.hex()


def test_a_file_is_described_by_name_size_and_type() -> None:
    body = {"filename": "C:\\clip.mp4", "size": 12, "content_type": "Video/MP4; codecs=x"}
    upload = read_new_upload(body)
    assert (upload.filename, upload.size, upload.content_type) == ("clip.mp4", 12, "video/mp4")
    assert (upload.kind, upload.taken_at) == (EvidenceKind.FOOTAGE, None)


@pytest.mark.parametrize("kind", [None, "", "nonsense", "a/b/c", "x" * 500])
def test_an_unknown_type_is_no_obstacle(kind: Any) -> None:
    body = {"filename": "clip.dav", "size": 1, "content_type": kind}
    assert read_new_upload(body).content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"filename": None}, "filename"),
        ({"filename": "  "}, "filename"),
        ({"filename": 7}, "filename"),
        ({"filename": "x" * 3000}, "filename"),
        ({"filename": "setup.exe"}, "filename"),
        ({"size": None}, "size"),
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": 1.5}, "size"),
        ({"size": "12"}, "size"),
        ({"size": True}, "size"),
        ({"content_type": ["video/mp4"]}, "content_type"),
        ({"content_type": "text/html"}, "filename"),
        ({"kind": "sound"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": ["clock"]}, "kind"),
        ({"kind": "clock"}, "content_type"),
    ],
)
def test_each_field_is_told_what_is_wrong(change: dict[str, Any], field: str) -> None:
    body = {"filename": "clip.mp4", "size": 12, "content_type": "video/mp4", **change}
    with pytest.raises(Invalid) as caught:
        read_new_upload(body)
    assert [name for name, _ in caught.value.fields] == [field]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read_new_upload({})
    assert caught.value.fields == [
        ("filename", "Give the file's name"),
        ("size", "Give the file's size in bytes, as a whole number"),
    ]
    with pytest.raises(Invalid) as caught:
        read_new_upload(
            {"filename": "a.exe", "size": 0, "content_type": "video/mp4", "kind": "clock"}
        )
    assert [name for name, _ in caught.value.fields] == ["size", "content_type", "filename"]


@pytest.mark.parametrize(
    ("taken", "read"),
    [
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        *((unread, None) for unread in (None, 5, "", "yesterday", "2026-11-20T10:00:00")),
        *((unread, None) for unread in ("\ud800", "0001-01-01T00:00:00+14:00", ["x"])),
    ],
)
def test_a_picture_of_a_clock_says_when_it_was_taken(taken: Any, read: datetime | None) -> None:
    body = {"filename": "c.jpg", "size": 9, "content_type": "image/jpeg", "taken_at": taken}
    upload = read_new_upload({**body, "kind": "clock"})
    assert (upload.kind, upload.taken_at) == (EvidenceKind.CLOCK, read)
    assert read_new_upload(body).taken_at is None


def test_halves_of_characters_are_not_kept() -> None:
    upload = read_new_upload({"filename": "\ud800a\x00.mp4", "size": 1, "content_type": "\udfff/x"})
    assert (upload.filename, upload.content_type) == ("a.mp4", "application/octet-stream")
    with pytest.raises(Invalid):
        read_wanted_parts({"parts": [{"number": 1, "sha256": "\ud800" * 44}]})


def test_a_file_that_is_too_large_is_told_the_limit() -> None:
    with pytest.raises(TooLarge, match="20 GB"):
        read_new_upload({"filename": "clip.mp4", "size": LARGEST + 1})


@pytest.mark.parametrize("form", [BASE64, HEX, HEX.upper()])
def test_a_hash_may_be_base64_or_hex(form: str) -> None:
    assert read_sha256(form) == DIGEST
    assert read_wanted_parts({"parts": [{"number": 1, "sha256": form}]}) == [(1, BASE64)]


NO_HASHES = ["", "abc", BASE64[:-1], BASE64 + "=", HEX[:-1], 5, None, "é" * 44]


@pytest.mark.parametrize("form", NO_HASHES)
def test_anything_else_is_no_hash(form: Any) -> None:
    assert read_sha256(form) is None
    with pytest.raises(Invalid) as caught:
        read_wanted_parts({"parts": [{"number": 1, "sha256": form}]})
    assert caught.value.fields[0][0] == "parts[0].sha256"


@pytest.mark.parametrize("number", [0, -1, MOST_PARTS + 1, "1", 1.0, None, True])
def test_a_part_number_is_a_whole_number_in_range(number: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_wanted_parts({"parts": [{"number": 1, "sha256": BASE64}, {"number": number}]})
    assert caught.value.fields[0][0] == "parts[1].number"


@pytest.mark.parametrize("parts", [None, [], {}, "1", 5])
def test_parts_must_be_a_list_with_something_in_it(parts: Any) -> None:
    for read in (read_wanted_parts, read_completion):
        with pytest.raises(Invalid):
            read({"parts": parts, "sha256": BASE64})


def test_a_part_named_twice_is_refused() -> None:
    twice = [{"number": 3, "sha256": BASE64}] * 2
    with pytest.raises(Invalid) as caught:
        read_wanted_parts({"parts": twice})
    assert caught.value.fields == [("parts[1].number", "Part 3 is named twice")]


def test_what_is_no_part_is_told() -> None:
    with pytest.raises(Invalid) as caught:
        read_wanted_parts({"parts": ["1", {}]})
    assert caught.value.fields == [
        ("parts[0]", "A part is an object with number and sha256"),
        ("parts[1].number", f"Must be a whole number from 1 to {MOST_PARTS}"),
        (
            "parts[1].sha256",
            "Give the part's SHA-256, in base64 (44 characters) or hex (64 characters)",
        ),
    ]


def test_of_many_problems_the_first_are_told() -> None:
    with pytest.raises(Invalid) as caught:
        read_completion({"parts": [{}] * MOST_PARTS})
    assert len(caught.value.fields) == MOST_PROBLEMS


def test_too_many_parts_at_a_time_are_refused() -> None:
    many = [{"number": n, "sha256": BASE64} for n in range(1, MOST_SIGNED + 2)]
    with pytest.raises(TooLarge, match="at most 100"):
        read_wanted_parts({"parts": many})


def test_completing_needs_the_whole_hash_too() -> None:
    parts = [{"number": 1, "etag": '"e"', "sha256": BASE64}]
    assert read_completion({"parts": parts, "sha256": BASE64}) == (
        [UploadPart(1, 0, '"e"', BASE64)],
        HEX,
    )
    with pytest.raises(Invalid) as caught:
        read_completion({"parts": parts})
    assert caught.value.fields[0][0] == "sha256"
    with pytest.raises(Invalid) as caught:
        read_completion({"parts": [], "sha256": ""})
    assert [name for name, _ in caught.value.fields] == ["parts", "sha256"]


@pytest.mark.parametrize("tag", [5, ["e"], "e" * 101])
def test_an_etag_is_a_short_text(tag: Any) -> None:
    with pytest.raises(Invalid) as caught:
        read_completion({"parts": [{"number": 1, "sha256": BASE64, "etag": tag}], "sha256": BASE64})
    assert [name for name, _ in caught.value.fields] == ["parts[0].etag"]


texts = st.text(st.characters(), max_size=20)
"""Halves of surrogate pairs are in it."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["parts", "number", "sha256", "etag", "filename", "size"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


NAMES = ["parts", "sha256", "filename", "size", "content_type", "kind", "taken_at"]


@given(st.dictionaries(st.sampled_from(NAMES), json_values))
def test_no_body_breaks_anything(body: dict[str, Any]) -> None:
    for read in (read_new_upload, read_wanted_parts, read_completion):
        # Whatever it is, the answer is what was read or a refusal that names what to do.
        with suppress(Invalid, TooLarge):
            read(body)


@pytest.mark.parametrize("form", [BASE64, HEX])
def test_a_receipt_gives_the_hash_as_it_was_sent(form: str) -> None:
    evidence = Evidence(
        id="0123456789abcdef",
        request_id="r",
        site_id="s",
        owner_id="o",
        incident_id="i",
        state=EvidenceState.QUARANTINED,
        file_name="clip.mp4",
        content_type="video/mp4",
        size=4,
        part_size=8,
        upload="u",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        claimed_sha256=HEX,
        received_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
    )
    given_back = upload_receipt(evidence, form)
    assert given_back["sha256"] == form
    assert given_back["sha256_hex"] == HEX
    assert given_back["reference"] == "0123-4567-89AB-CDEF"
    assert given_back["received_at"] == "2026-11-20T01:00:00Z"
    assert upload_receipt(evidence)["sha256"] == BASE64
